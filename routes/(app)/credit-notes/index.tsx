/** The list of credit notes: a search, and pages by cursor, newest first. */
import { page } from "fresh";
import { Badge } from "../../../components/ui/badge.tsx";
import { Day } from "../../../components/ui/date.tsx";
import { Empty } from "../../../components/ui/empty.tsx";
import { TextField } from "../../../components/ui/field.tsx";
import { Chips, FilterBar } from "../../../components/ui/filter_bar.tsx";
import { TapLink } from "../../../components/ui/link.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Pagination } from "../../../components/ui/pagination.tsx";
import { OwnViews } from "../../../components/ui/saved_views.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { isId } from "../../../lib/core/ids.ts";
import { countedMost, listCreditNotes, type ListedCreditNote } from "../../../lib/invoicing/credit/views.ts";
import {
  describeListPages,
  listHref,
  readListCursor,
  readSearch,
  showFound,
} from "../(_components)/list_pages.ts";
import { describeOwnViews } from "../(_components)/own_views.ts";
import { Missing, showAmount } from "../invoices/(_components)/invoice_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const search = readSearch(ctx.url.searchParams);
    const [found, ownViews] = await withTenant(
      environment.database,
      tenantId,
      (db) =>
        Promise.all([
          listCreditNotes(db, { search }, readListCursor(ctx.url.searchParams, isId)),
          describeOwnViews(db, session.actor, "credit_notes", hrefOf({ search })),
        ]),
      { readOnly: true },
    );
    ctx.state.title = { page: "Credit notes" };
    return page({
      found,
      ownViews,
      search,
      thisYear: environment.clock.now().toZonedDateTimeISO("UTC").year,
    });
  },
});

const hrefOf = (values: Record<string, string | undefined>) => listHref("/credit-notes", values);

export default define.page<typeof handler>(({ data: { found, ownViews, search, thisYear } }) => (
  <>
    <PageHeader
      trail={[{ label: "Home", href: "/" }]}
      title="Credit notes"
      state={found.found === 0 && search === undefined
        ? "No invoice was credited yet."
        : `${showFound(found.found, countedMost)} so far, newest first.`}
    />
    <OwnViews {...ownViews} />
    <FilterBar label="Filter credit notes" action="/credit-notes">
      <TextField
        id="search"
        label="Search credit notes"
        help="Its number, its invoice or the customer."
        example="Brightwater"
        type="search"
        value={search ?? ""}
        compact
      />
    </FilterBar>
    <Chips
      filters={search ? [{ label: `Search: ${search}`, href: hrefOf({}) }] : []}
      clearHref="/credit-notes"
    />
    {found.rows.length === 0
      ? (
        <Empty
          main
          sentence={search ? "No credit note matches." : "No credit note yet."}
          action={search
            ? { label: "Clear the filter", href: "/credit-notes" }
            : { label: "See the invoices", href: "/invoices" }}
        />
      )
      : (
        <>
          <CreditNoteTable notes={found.rows} thisYear={thisYear} />
          <Pagination
            {...describeListPages({
              page: found,
              found: found.found,
              countedMost,
              noun: "credit note",
              href: (cursor) => hrefOf({ search, ...cursor }),
            })}
          />
        </>
      )}
  </>
));

function CreditNoteTable({ notes, thisYear }: { notes: ListedCreditNote[]; thisYear: number }) {
  return (
    <Table
      caption="Credit notes, newest first"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Credit note",
          place: "name",
          cell: ({ id, number, invoiceNumber }) => (
            <TapLink href={`/credit-notes/${id}`}>{number ?? `Draft for ${invoiceNumber}`}</TapLink>
          ),
        },
        { label: "Customer", place: "about", cell: (note) => note.customerName },
        {
          label: "Status",
          place: "state",
          cell: ({ state }) =>
            state === "issued" ? <Badge state="done">Issued</Badge> : <Badge state="draft">Draft</Badge>,
        },
        { label: "Invoice", place: "none", cell: (note) => note.invoiceNumber },
        {
          label: "Issued",
          place: "date",
          cell: ({ issueDate }) =>
            issueDate
              ? <Day date={issueDate.toString()} short thisYear={thisYear} />
              : <Missing>not issued</Missing>,
        },
        {
          label: "Total",
          place: "amount",
          figures: true,
          cell: ({ total, currency }) => showAmount(total, currency),
        },
      ]}
      rows={notes}
    />
  );
}
