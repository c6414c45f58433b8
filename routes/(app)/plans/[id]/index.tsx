/** One plan: the charges of a version in words, its versions, and the contracts on it. */
import { page } from "fresh";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Moment } from "../../../../components/ui/date.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section, WithAside } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { type ContractPage, countedMost, listContracts } from "../../../../lib/contracts/views.ts";
import { findPlan, type RatePlanDetail } from "../../../../lib/plans/views.ts";
import { showFound } from "../../(_components)/list_pages.ts";
import { countOf } from "../../invoices/(_components)/invoice_words.tsx";
import { chargeSentence } from "../(_components)/charge_words.ts";
import { readVersion } from "../(_components)/read_version.ts";

const contractsShown = 10;

const notices: Record<string, string> = {
  made: "This plan is saved. Put a contract on it to bill by it.",
  version: "This version is saved. Contracts stay on theirs until you move them.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const query = ctx.url.searchParams;
    const detail = await withTenant(
      environment.database,
      tenantId,
      async (db) => {
        const plan = await findPlan(db, ctx.params.id, readVersion(query));
        const filter = { planId: plan.plan.id };
        return {
          ...plan,
          contracts: await listContracts(db, filter, environment.clock.now(), undefined, contractsShown),
        };
      },
      { readOnly: true },
    );
    ctx.state.title = { page: detail.plan.name, section: "Plans" };
    return page<PlanDetailProps>({
      ...detail,
      mayWrite: session.actor.capabilities.has("plans.write"),
      notice: notices[query.get("done") ?? ""],
    });
  },
});

interface PlanDetailProps extends RatePlanDetail {
  contracts: ContractPage;
  mayWrite: boolean;
  notice?: string;
}

export default define.page<typeof handler>(({ data }) => {
  const { plan, chosen, versions, charges, contracts, mayWrite, notice } = data;
  const here = `/plans/${plan.id}`;
  const ofVersion = chosen.version === plan.version ? "" : `?version=${chosen.version}`;
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Plans", href: "/plans" }]}
        title={plan.name}
        state={chosen.version === plan.version
          ? `Version ${chosen.version}, the newest. A saved version never changes.`
          : `Version ${chosen.version}, an older one. The newest is version ${plan.version}.`}
        actions={
          <>
            {mayWrite && <ButtonLink kind="go" href={`${here}/versions/new`}>Make a new version</ButtonLink>}
            <ButtonLink href={`${here}/try${ofVersion}`}>Try it with figures</ButtonLink>
            <ButtonLink href={`${here}/simulation${ofVersion}`}>Compare with real usage</ButtonLink>
          </>
        }
      />
      <Facts
        facts={[
          { label: "Reference", value: plan.reference },
          { label: "Currency", value: chosen.currency },
          { label: "Prices", value: chosen.taxInclusive ? "with tax inside" : "before tax" },
          { label: "Contracts", value: showFound(contracts.found, countedMost) },
        ]}
      />
      <WithAside
        aside={
          <Section id="versions" title="Versions">
            <Versions here={here} versions={versions} chosen={chosen} />
          </Section>
        }
      >
        <Section id="charges" title={`Charges of version ${chosen.version}`}>
          <Table
            caption="Charges, in the order of the invoice"
            captionHidden
            columns={[
              { label: "Charge", cell: (charge) => charge.name },
              { label: "Reference", cell: (charge) => charge.reference },
              {
                label: "How it is worked out",
                cell: (charge) => (
                  <span class="block max-w-prose">{chargeSentence(charge, chosen.currency)}</span>
                ),
              },
            ]}
            rows={charges}
          />
        </Section>
        <Section id="contracts" title="Contracts">
          <PlanContracts planId={plan.id} contracts={contracts} />
        </Section>
      </WithAside>
    </>
  );
});

function Versions(
  { here, versions, chosen }: { here: string } & Pick<RatePlanDetail, "versions" | "chosen">,
) {
  return (
    <ul role="list">
      {versions.map(({ id, version, createdAt, contractCount }) => (
        <li key={id} class="py-2 border-b border-line">
          {id === chosen.id
            ? <b aria-current="true">{`Version ${version}, shown here`}</b>
            : <TapLink href={`${here}?version=${version}`}>{`Version ${version}`}</TapLink>}
          <span class="block text-label text-ink-2">
            {"Saved on "}
            <Moment instant={String(createdAt)} zone="UTC" />
            {contractCount === 0n
              ? ". No contract is on it."
              : `. ${countOf(contractCount, "contract")} on it.`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function PlanContracts({ planId, contracts }: { planId: string; contracts: ContractPage }) {
  if (contracts.rows.length === 0) return <Empty sentence="No contract is on this plan yet." />;
  return (
    <>
      <Table
        caption="Contracts on this plan, by reference"
        captionHidden
        columns={[
          {
            label: "Contract",
            cell: (row) => <TapLink href={`/contracts/${row.id}`} unbroken>{row.reference}</TapLink>,
          },
          {
            label: "Customer",
            cell: (row) => (
              <TapLink href={`/customers/${row.customerId}`} about={`of ${row.reference}`}>
                {row.customer}
              </TapLink>
            ),
          },
          { label: "Version", figures: true, cell: (row) => String(row.version) },
          { label: "Vehicles today", figures: true, cell: (row) => row.vehicleCount.toLocaleString("en-GB") },
        ]}
        rows={contracts.rows}
      />
      {contracts.next && (
        <TapLink href={`/contracts?plan=${planId}`}>
          {`See all ${showFound(contracts.found, countedMost)} contracts on this plan`}
        </TapLink>
      )}
    </>
  );
}
