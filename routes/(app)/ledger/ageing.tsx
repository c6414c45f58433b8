/** What customers owed at the end of a day, by how long it was due, beside what the ledger says. */
import { page } from "fresh";
import { Day } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import type { FormError } from "../../../components/ui/error_summary.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { isId } from "../../../lib/core/ids.ts";
import {
  type AgeingAmounts,
  type AgeingReport,
  ageingReport,
  type AgeingRow,
} from "../../../lib/ledger/reports/views.ts";
import { showFigure } from "./(_components)/account_words.ts";
import { listHref, readListCursor } from "../(_components)/list_pages.ts";
import { countOf, showAmount } from "../invoices/(_components)/invoice_words.tsx";
import {
  ChooseReport,
  currenciesOf,
  NoEntity,
  readDay,
  readReportChoice,
  type ReportChoice,
} from "./(_components)/report_choice.tsx";

interface Shown {
  asked: ReportChoice;
  /** As typed. */
  at: string;
  errors: FormError[];
  report?: AgeingReport;
}

const title = "What customers owe, by age";

export const handler = define.handlers({
  async GET(ctx) {
    const { tenantId } = signedIn(ctx.state);
    const { database, clock } = ctx.state.environment;
    const query = ctx.url.searchParams;
    ctx.state.title = { page: title, section: "Ledger" };
    return await withTenant(database, tenantId, async (db) => {
      const asked = await readReportChoice(db, query, clock.now());
      if (!asked) return page<Shown | undefined>(undefined);
      const at = query.get("at") ?? asked.today.toString();
      const { day, errors } = readDay("at", at);
      if (!day) {
        ctx.state.title = { ...ctx.state.title!, hasErrors: true };
        return page<Shown | undefined>({ asked, at, errors }, { status: 422 });
      }
      const book = { entityId: asked.entity.id, currency: asked.currency };
      const report = await ageingReport(db, book, day, readListCursor(query, isId));
      return page<Shown | undefined>({ asked, at, errors, report });
    }, { readOnly: true });
  },
});

export default define.page<typeof handler>(({ data }) => {
  if (!data) return <NoEntity title={title} />;
  const { asked, at, errors, report } = data;
  const { entity, currency } = asked;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Ledger", href: "/ledger" }]}
        title={title}
        subject={`${entity.name}, ${currency}`}
        state={report && (
          <>
            At the end of <Day date={at} />.
          </>
        )}
        figure={report && { label: "Owed in all", value: showAmount(report.sums.total, currency) }}
      />
      <ChooseReport
        action="/ledger/ageing"
        entities={asked.choice.entities}
        entityId={entity.id}
        currencies={currenciesOf(asked)}
        days={[{ name: "at", label: "At the end of", value: at }]}
        errors={errors}
      />
      {report && <Ageing report={report} currency={currency} values={{ entity: entity.id, currency, at }} />}
    </>
  );
});

/** Where debts stand by the days since they were due. */
const ages: { label: string; of: keyof AgeingAmounts }[] = [
  { label: "Not due yet", of: "current" },
  { label: "1 to 30 days late", of: "days30" },
  { label: "31 to 60 days late", of: "days60" },
  { label: "61 to 90 days late", of: "days90" },
  { label: "Over 90 days late", of: "older" },
];

interface AgeingProps {
  report: AgeingReport;
  currency: string;
  values: Record<string, string>;
}

function Ageing({ report: { page, sums, agrees }, currency, values }: AgeingProps) {
  const show = (amount: bigint) => showAmount(amount, currency);
  if (page.rows.length === 0) return <Empty sentence="Nobody owed anything on this day." />;
  return (
    <>
      <Notice tone={agrees ? "good" : "warn"}>
        {agrees
          ? `The ledger says the same: ${show(sums.ledger)} on the account of what customers owe.`
          : `The ledger says ${
            show(sums.ledger)
          }, which is not the same. Tell whoever runs Milepost before you use these figures.`}
      </Notice>
      <Section id="all" title="All customers">
        <Table
          caption="What is owed, by age"
          captionHidden
          layout="fixed"
          columns={[
            { label: "Age", cell: ({ label }) => label },
            { label: "Amount", figures: true, cell: ({ amount }) => show(amount) },
          ]}
          rows={[
            ...ages.map(({ label, of }) => ({ label, amount: sums[of] })),
            { label: "Credit not used", amount: -sums.credit },
          ]}
          totals={[{ label: "Owed in all", values: [show(sums.total)], kind: "grand" }]}
        />
      </Section>
      <Section
        id="each"
        title="Each customer"
        aside={<TapLink href={listHref("/ledger/ageing.csv", values)}>Download as CSV</TapLink>}
      >
        <Table
          caption={`Amounts in ${currency}. Credit that is not used is taken off what is owed.`}
          columns={[
            {
              label: "Customer",
              cell: ({ customerId, customerName }: AgeingRow) => (
                <TapLink href={`/customers/${customerId}`}>{customerName}</TapLink>
              ),
            },
            ...ages.map(({ label, of }): Column<AgeingRow> => ({
              label: label.replace(" days late", "").replace(" due yet", " due"),
              shortLabel: label,
              figures: true,
              cell: (row) => row[of] === 0n ? "none" : showFigure(row[of], currency),
            })),
            {
              label: "Owed",
              figures: true,
              cell: ({ total, credit }) => (
                <>
                  {showFigure(total, currency)}
                  {credit !== 0n && (
                    <div class="text-label text-ink-2">{`less ${showFigure(credit, currency)}`}</div>
                  )}
                </>
              ),
            },
          ]}
          rows={page.rows}
        />
        <Pagination
          summary={countOf(page.rows.length, "customer")}
          previous={page.previous && {
            label: "Previous customers",
            href: listHref("/ledger/ageing", { ...values, ...page.previous }),
          }}
          next={page.next &&
            { label: "Next customers", href: listHref("/ledger/ageing", { ...values, ...page.next }) }}
        />
      </Section>
    </>
  );
}
