/** The list of customers: search, pages by cursor. */
import { page } from "fresh";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { isId } from "../../../lib/core/ids.ts";
import { countedMost, listCustomers, type ListedCustomer } from "../../../lib/customers/views.ts";
import {
  describeListPages,
  listHref,
  readListCursor,
  readSearch,
  showFound,
} from "../(_components)/list_pages.ts";
import { describeOwnViews } from "../(_components)/own_views.ts";
import { showAmount } from "../invoices/(_components)/invoice_words.tsx";
import {
  CustomerList,
  type CustomerListProps,
  type CustomerListRow,
} from "./(_components)/customer_list.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const query = ctx.url.searchParams;
    const search = readSearch(query);
    const href = listHref("/customers", { search });
    const [found, ownViews] = await withTenant(
      environment.database,
      tenantId,
      (db) =>
        Promise.all([
          listCustomers(db, { search }, environment.clock.now(), readListCursor(query, isId)),
          describeOwnViews(db, session.actor, "customers", href),
        ]),
      { readOnly: true },
    );
    ctx.state.title = { page: "Customers" };
    return page<CustomerListProps>({
      state: stateOf(found.found, search),
      search: search ?? "",
      ownViews,
      createHref: session.actor.capabilities.has("customers.write") ? "/customers/new" : undefined,
      customers: found.rows.map(describeRow),
      pagination: describeListPages({
        page: found,
        found: found.found,
        countedMost,
        noun: "customer",
        href: (cursor) => listHref("/customers", { search, ...cursor }),
      }),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <CustomerList {...data} />);

function stateOf(found: number, search: string | undefined): string {
  if (search) return `${showFound(found, countedMost)} match “${search}”.`;
  if (found === 0) return "A customer is who is billed.";
  return `${showFound(found, countedMost)} so far, by name.`;
}

function describeRow(
  { id, name, reference, contractCount, vehicleCount, open }: ListedCustomer,
): CustomerListRow {
  const count = (number: bigint) => number === 0n ? "none" : number.toLocaleString("en-GB");
  return {
    href: `/customers/${id}`,
    name,
    reference,
    contracts: count(contractCount),
    vehicles: count(vehicleCount),
    openAmount: open.length === 0
      ? "none"
      : open.map(({ amount, currency }) => showAmount(amount, currency)).join(" and "),
  };
}
