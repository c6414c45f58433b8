/** The list of payments: saved views, filters, pages by cursor. */
import { page } from "fresh";
import { Day, longDate } from "../../../components/ui/date.tsx";
import type { AppliedFilter } from "../../../components/ui/filter_bar.tsx";
import type { ListedPayment, PaymentFilter } from "../../../db/queries/payment_list.ts";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { isId } from "../../../lib/core/ids.ts";
import { countByStatus, countedMost, listPayments } from "../../../lib/payments/views.ts";
import { customerName } from "../(_components)/filter_names.ts";
import {
  describeListPages,
  isBackwards,
  listHref,
  readListCursor,
  readSearch,
  showFound,
} from "../(_components)/list_pages.ts";
import { describeOwnViews } from "../(_components)/own_views.ts";
import { Missing, showAmount } from "../invoices/(_components)/invoice_words.tsx";
import { PaymentList, type PaymentListProps, type PaymentListRow } from "./(_components)/payment_list.tsx";
import { methodLabel, PaymentBadge, statuses } from "./(_components)/payment_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const query = ctx.url.searchParams;
    const filter = readFilter(query);
    const builtIn = statuses.map(({ value }) => hrefOf({ status: value }));
    const [found, counts, ownViews, customer] = await withTenant(
      environment.database,
      tenantId,
      (db) =>
        Promise.all([
          listPayments(db, filter, readListCursor(query, isId)),
          countByStatus(db, statuses.map(({ value }) => value)),
          describeOwnViews(db, session.actor, "payments", hrefOf(filter), builtIn),
          customerName(db, filter.customerId),
        ]),
      { readOnly: true },
    );
    const thisYear = environment.clock.now().toZonedDateTimeISO("UTC").year;
    ctx.state.title = { page: "Payments" };
    return page<PaymentListProps>({
      state: stateOf(counts.get("any")!, counts.get("credit")!),
      views: statuses.map(({ value, label }) => ({
        label,
        href: hrefOf({ status: value }),
        count: showFound(counts.get(value)!, countedMost),
      })),
      currentView: ownViews.changeHref ? "" : hrefOf({ status: filter.status }),
      ownViews,
      filter: {
        search: filter.search ?? "",
        status: filter.status,
        receivedFrom: filter.receivedFrom?.toString() ?? "",
        receivedTo: filter.receivedTo?.toString() ?? "",
        customer: filter.customerId ?? "",
      },
      statuses,
      appliedFilters: appliedFilters(filter, customer),
      isBackwards: isBackwards(filter.receivedFrom, filter.receivedTo),
      payments: found.rows.map((payment, index) => describeRow(payment, index + 1, thisYear)),
      pagination: describeListPages({
        page: found,
        found: found.found,
        countedMost,
        noun: "payment",
        href: (cursor) => hrefOf(filter, cursor),
      }),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <PaymentList {...data} />);

function readFilter(query: URLSearchParams): PaymentFilter {
  const status = statuses.find(({ value }) => value === query.get("status"))?.value ?? "any";
  const search = readSearch(query);
  const customer = query.get("customer");
  return {
    status,
    ...(search ? { search } : {}),
    receivedFrom: readDate(query.get("received_from")),
    receivedTo: readDate(query.get("received_to")),
    ...(customer && isId(customer) ? { customerId: customer } : {}),
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

/** The list with this filter; the cursor is no part of it. */
function hrefOf(filter: Partial<PaymentFilter>, cursor: Record<string, string> = {}): string {
  return listHref("/payments", {
    status: filter.status === "any" ? undefined : filter.status,
    search: filter.search,
    received_from: filter.receivedFrom?.toString(),
    received_to: filter.receivedTo?.toString(),
    customer: filter.customerId,
    ...cursor,
  });
}

function appliedFilters(filter: PaymentFilter, customer: string | undefined): AppliedFilter[] {
  const { status, search, receivedFrom, receivedTo } = filter;
  const found: AppliedFilter[] = [];
  const add = (label: string, without: Partial<PaymentFilter>) =>
    found.push({ label, href: hrefOf({ ...filter, ...without }) });
  if (customer !== undefined) add(`Customer: ${customer}`, { customerId: undefined });
  if (search) add(`Search: ${search}`, { search: undefined });
  const label = statuses.find(({ value }) => value === status)!.label.toLowerCase();
  if (status !== "any") add(`Status: ${label}`, { status: "any" });
  if (receivedFrom) add(`Received from ${longDate(`${receivedFrom}`)}`, { receivedFrom: undefined });
  if (receivedTo) add(`Received to ${longDate(`${receivedTo}`)}`, { receivedTo: undefined });
  return found;
}

function stateOf(all: number, credit: number): string {
  if (all === 0) return "No money came in yet.";
  const left = credit === 0 ? "All of it is used." : `${showFound(credit, countedMost)} with credit left.`;
  return `${showFound(all, countedMost)} so far, the last recorded first. ${left}`;
}

function describeRow(payment: ListedPayment, line: number, thisYear: number): PaymentListRow {
  const amount = showAmount(payment.amount, payment.currency);
  return {
    href: `/payments/${payment.id}`,
    name: methodLabel(payment.method),
    about: `of ${amount} from ${payment.customerName}, line ${line}`,
    customer: payment.customerName,
    reference: payment.reference ?? <Missing>none</Missing>,
    state: <PaymentBadge payment={payment} />,
    received: <Day date={payment.receivedOn.toString()} short thisYear={thisYear} />,
    amount,
  };
}
