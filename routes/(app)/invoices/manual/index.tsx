/** The invoices that people write by hand and that are not issued yet. */
import { page } from "fresh";
import { Badge } from "../../../../components/ui/badge.tsx";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Moment } from "../../../../components/ui/date.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination } from "../../../../components/ui/pagination.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { define, signedIn } from "../../../../define.ts";
import { listManualInvoices } from "../../../../lib/invoicing/manual/views.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const query = ctx.url.searchParams;
    const drafts = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => listManualInvoices(db, query.get("before") ?? undefined),
      { readOnly: true },
    );
    const { capabilities } = session.actor;
    ctx.state.title = { page: "Written by hand", section: "Invoices" };
    return page({
      ...drafts,
      isDiscarded: query.get("done") === "discarded",
      mayWrite: capabilities.has("invoices.draft"),
    });
  },
});

export default define.page<typeof handler>(({ data: { rows, next, isDiscarded, mayWrite } }) => (
  <>
    {isDiscarded && <Notice tone="good">This draft is discarded. It was never an invoice.</Notice>}
    <PageHeader
      trail={[{ label: "Home", href: "/" }, { label: "Invoices", href: "/invoices" }]}
      title="Written by hand"
      state="Drafts that are not issued yet, the newest first. Once issued, they are in the list of invoices."
      actions={mayWrite && <ButtonLink href="/invoices/manual/new" kind="go">Write an invoice</ButtonLink>}
    />
    {rows.length === 0
      ? (
        <Empty sentence="No draft is open. Write an invoice for what no contract bills, such as a lost key." />
      )
      : (
        <Table
          caption="Drafts of invoices written by hand"
          captionHidden
          rows={rows}
          columns={[
            {
              label: "Draft",
              cell: ({ id, customerName }) => (
                <TapLink href={mayWrite ? `/invoices/manual/${id}` : `/invoices/manual/${id}/review`}>
                  {`Draft ${id.slice(-4)} for ${customerName}`}
                </TapLink>
              ),
            },
            {
              label: "State",
              cell: ({ state }) =>
                state === "approved"
                  ? <Badge state="done">Approved</Badge>
                  : <Badge state="draft">Draft</Badge>,
            },
            { label: "Lines", figures: true, cell: ({ lineCount }) => lineCount.toLocaleString("en-GB") },
            {
              label: "Last change",
              cell: ({ changedAt, zone }) => <Moment instant={changedAt.toString()} zone={zone} />,
            },
          ]}
        />
      )}
    {next && (
      <Pagination
        summary={`${rows.length} shown`}
        next={{ label: "Older drafts", href: `/invoices/manual?before=${next}` }}
      />
    )}
  </>
));
