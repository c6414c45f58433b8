/** The list of invoices: saved views, filters, pages by cursor. */
import { page } from "fresh";
import { Day, longDate } from "../../../components/ui/date.tsx";
import type { AppliedFilter } from "../../../components/ui/filter_bar.tsx";
import type { InvoiceCursor, InvoiceFilter, ListedInvoice } from "../../../db/queries/invoice_list.ts";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { isId } from "../../../lib/core/ids.ts";
import { type Count, countByStatus, type InvoicePage, listInvoices } from "../../../lib/invoicing/views.ts";
import { customerName } from "../(_components)/filter_names.ts";
import { isBackwards, readSearch } from "../(_components)/list_pages.ts";
import { describeOwnViews } from "../(_components)/own_views.ts";
import { InvoiceList, type InvoiceListProps, type InvoiceListRow } from "./(_components)/invoice_list.tsx";
import { draftRowName, InvoiceBadge, Missing, showAmount, statuses } from "./(_components)/invoice_words.tsx";

const savedViews = [
  { status: "any", label: "All" },
  { status: "draft", label: "To approve" },
  { status: "due", label: "Due" },
  { status: "overdue", label: "Overdue" },
  { status: "paid", label: "Paid" },
] as const;

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const now = environment.clock.now();
    const filter = readFilter(ctx.url.searchParams);
    const builtIn = savedViews.map(({ status }) => hrefOf({ status }));
    const [found, counts, ownViews, customer] = await withTenant(
      environment.database,
      tenantId,
      (db) =>
        Promise.all([
          listInvoices(db, filter, now, readCursor(ctx.url.searchParams)),
          countByStatus(db, savedViews.map(({ status }) => status), now),
          describeOwnViews(db, session.actor, "invoices", hrefOf(filter), builtIn),
          customerName(db, filter.customerId),
        ]),
      { readOnly: true },
    );
    const drafts = session.actor.capabilities.has("invoices.draft");
    ctx.state.title = { page: "Invoices" };
    return page<InvoiceListProps>({
      state: stateOf(counts.get("any")!, counts.get("overdue")!),
      actions: [
        ...(drafts ? [{ label: "New invoice", href: "/invoices/new" }] : []),
        { label: "Written by hand", href: "/invoices/manual" },
      ],
      views: savedViews.map(({ status, label }) => ({
        label,
        href: hrefOf({ status }),
        count: showCount(counts.get(status)!),
      })),
      currentView: ownViews.changeHref ? "" : hrefOf({ status: filter.status }),
      ownViews,
      filter: {
        search: filter.search ?? "",
        status: filter.status,
        issuedFrom: filter.issuedFrom?.toString() ?? "",
        issuedTo: filter.issuedTo?.toString() ?? "",
        customer: filter.customerId,
      },
      statuses,
      appliedFilters: appliedFilters(filter, customer),
      isBackwards: isBackwards(filter.issuedFrom, filter.issuedTo),
      invoices: found.invoices.map(describeRow),
      pagination: describePages(found, filter),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <InvoiceList {...data} />);

function readFilter(query: URLSearchParams): InvoiceFilter {
  const status = statuses.find(({ value }) => value === query.get("status"))?.value ?? "any";
  const search = readSearch(query);
  const customer = query.get("customer");
  return {
    status,
    ...(search ? { search } : {}),
    ...(customer && isId(customer) ? { customerId: customer } : {}),
    issuedFrom: readDate(query.get("issued_from")),
    issuedTo: readDate(query.get("issued_to")),
  };
}

/** A date as the browser's date field sends it; anything else filters nothing. */
function readDate(text: string | null): Temporal.PlainDate | undefined {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readCursor(query: URLSearchParams): InvoiceCursor | undefined {
  const after = query.get("after"), before = query.get("before");
  if (after && isId(after)) return { after };
  return before && isId(before) ? { before } : undefined;
}

/** The list with this filter; the cursor is no part of it. */
function hrefOf(
  filter: Partial<InvoiceFilter>,
  cursor: Partial<Record<"after" | "before", string>> = {},
): string {
  const query = new URLSearchParams();
  if (filter.status && filter.status !== "any") query.set("status", filter.status);
  if (filter.search) query.set("search", filter.search);
  if (filter.issuedFrom) query.set("issued_from", filter.issuedFrom.toString());
  if (filter.issuedTo) query.set("issued_to", filter.issuedTo.toString());
  if (filter.customerId) query.set("customer", filter.customerId);
  for (const [name, value] of Object.entries(cursor)) query.set(name, value);
  const text = query.toString();
  return text === "" ? "/invoices" : `/invoices?${text}`;
}

function appliedFilters(filter: InvoiceFilter, customer: string | undefined): AppliedFilter[] {
  const { status, search, issuedFrom, issuedTo } = filter;
  const label = statuses.find(({ value }) => value === status)!.label.toLowerCase();
  return [
    ...(customer !== undefined
      ? [{
        label: `Customer: ${customer}`,
        href: hrefOf({ ...filter, customerId: undefined }),
      }]
      : []),
    ...(search ? [{ label: `Search: ${search}`, href: hrefOf({ ...filter, search: undefined }) }] : []),
    ...(status === "any" ? [] : [{ label: `Status: ${label}`, href: hrefOf({ ...filter, status: "any" }) }]),
    ...(issuedFrom
      ? [{
        label: `Issued from ${longDate(issuedFrom.toString())}`,
        href: hrefOf({ ...filter, issuedFrom: undefined }),
      }]
      : []),
    ...(issuedTo
      ? [{
        label: `Issued to ${longDate(issuedTo.toString())}`,
        href: hrefOf({ ...filter, issuedTo: undefined }),
      }]
      : []),
  ];
}

function stateOf(all: Count, overdue: Count): string {
  if (all.count === 0) return "Nothing is billed yet.";
  const late = overdue.count === 0 && !overdue.andMore
    ? "None is overdue."
    : `${showCount(overdue)} overdue.`;
  return `${showCount(all)} so far, newest first. ${late}`;
}

function showCount({ count, andMore }: Count): string {
  return `${count.toLocaleString("en-GB")}${andMore ? "+" : ""}`;
}

function describeRow(invoice: ListedInvoice): InvoiceListRow {
  const { today, currency } = invoice;
  const day = (date: Temporal.PlainDate | null) =>
    date ? <Day date={date.toString()} short thisYear={today.year} /> : <Missing>not issued</Missing>;
  return {
    href: `/invoices/${invoice.id}`,
    number: invoice.number ?? draftRowName(invoice),
    isDraft: invoice.number === null,
    customer: invoice.customerName,
    state: <InvoiceBadge invoice={invoice} today={today} short />,
    issued: day(invoice.issueDate),
    due: day(invoice.dueDate),
    total: showAmount(invoice.total, currency),
    openAmount: invoice.number === null ? "not issued" : showAmount(invoice.openAmount, currency),
  };
}

/** "March 2024": the month in which the period starts. */
function describePages({ invoices, found, previous, next }: InvoicePage, filter: InvoiceFilter) {
  return {
    summary: `${invoices.length} of ${showCount(found)} ${found.count === 1 ? "invoice" : "invoices"}`,
    previous: previous && { label: "Newer invoices", href: hrefOf(filter, previous) },
    next: next && { label: "Older invoices", href: hrefOf(filter, next) },
  };
}
