/** The list of invoice runs, the latest first. */
import { page } from "fresh";
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Moment } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { monthName } from "../../../lib/invoicing/run/month.ts";
import { type InvoiceRun, listRuns } from "../../../lib/invoicing/run/views.ts";
import { countOf } from "../invoices/(_components)/invoice_words.tsx";
import { RunBadge } from "./(_components)/run_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const after = ctx.url.searchParams.get("after") ?? undefined;
    const found = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => listRuns(db, after),
      { readOnly: true },
    );
    ctx.state.title = { page: "Invoice runs" };
    const { capabilities } = session.actor;
    return page({
      ...found,
      after,
      mayPrepare: capabilities.has("invoices.draft"),
      maySetPolicy: capabilities.has("members.manage"),
    });
  },
});

export default define.page<typeof handler>((
  { data: { runs, count, next, after, mayPrepare, maySetPolicy } },
) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Invoice runs"
      state={count === 0
        ? "A run bills every period that ends in a month."
        : `${countOf(count, "run")} so far, the latest first.`}
      actions={(mayPrepare || maySetPolicy) && (
        <>
          {maySetPolicy && <ButtonLink href="/runs/policy">Who approves</ButtonLink>}
          {mayPrepare && <ButtonLink kind="go" href="/runs/new">Prepare a run</ButtonLink>}
        </>
      )}
    />
    {runs.length === 0
      ? (
        <Empty
          main
          sentence="No run yet."
          action={mayPrepare ? { label: "Prepare the first run", href: "/runs/new" } : undefined}
        />
      )
      : (
        <>
          <RunTable runs={runs} />
          <Pagination
            summary={`${runs.length} of ${countOf(count, "run")}`}
            previous={after ? { label: "Latest runs", href: "/runs" } : undefined}
            next={next ? { label: "Earlier runs", href: `/runs?after=${next}` } : undefined}
          />
        </>
      )}
  </>
));

function RunTable({ runs }: { runs: InvoiceRun[] }) {
  return (
    <Table
      caption="Invoice runs, the latest first"
      captionHidden
      columns={[
        {
          label: "Run",
          cell: (run) => (
            <TapLink href={`/runs/${run.id}`} about={`of ${run.entity}`}>
              {monthName({ start: run.periodStart })}
            </TapLink>
          ),
        },
        { label: "Billing entity", cell: (run) => run.entity },
        { label: "State", cell: (run) => <RunBadge state={run.state} /> },
        { label: "Periods", figures: true, cell: (run) => run.itemCount.toLocaleString("en-GB") },
        {
          label: "Prepared",
          cell: (run) => (
            <Moment instant={run.preparedAt.toString({ smallestUnit: "second" })} zone={run.zone} />
          ),
        },
      ]}
      rows={runs}
    />
  );
}
