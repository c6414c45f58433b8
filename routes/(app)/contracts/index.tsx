/** The list of contracts: search, one customer's or one plan's, pages by cursor. */
import { page } from "fresh";
import { Day } from "../../../components/ui/date.tsx";
import type { AppliedFilter } from "../../../components/ui/filter_bar.tsx";
import type { ContractFilter } from "../../../db/queries/contract.ts";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { isId } from "../../../lib/core/ids.ts";
import {
  type ContractPage,
  countedMost,
  listContracts,
  type PausableContract,
} from "../../../lib/contracts/views.ts";
import { customerName, planName } from "../(_components)/filter_names.ts";
import {
  describeListPages,
  listHref,
  readListCursor,
  readSearch,
  showFound,
} from "../(_components)/list_pages.ts";
import { describeOwnViews } from "../(_components)/own_views.ts";
import {
  ContractList,
  type ContractListProps,
  type ContractListRow,
} from "./(_components)/contract_list.tsx";
import { ContractBadge, LastDay, planWords } from "./(_components)/contract_words.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const query = ctx.url.searchParams;
    const filter = readFilter(query);
    const [found, ownViews, customer, plan] = await withTenant(
      environment.database,
      tenantId,
      (db) =>
        Promise.all([
          listContracts(db, filter, environment.clock.now(), readListCursor(query)),
          describeOwnViews(db, session.actor, "contracts", hrefOf(filter)),
          customerName(db, filter.customerId),
          planName(db, filter.planId),
        ]),
      { readOnly: true },
    );
    ctx.state.title = { page: "Contracts" };
    const { customerId, planId } = filter;
    return page<ContractListProps>({
      state: stateOf(found, filter),
      search: filter.search ?? "",
      ownViews,
      keptFilters: {
        ...(customerId === undefined ? {} : { customer: customerId }),
        ...(planId === undefined ? {} : { plan: planId }),
      },
      appliedFilters: appliedFilters(filter, { customer, plan }),
      createHref: session.actor.capabilities.has("contracts.write") ? "/contracts/new" : undefined,
      contracts: found.rows.map(describeRow),
      pagination: describeListPages({
        page: found,
        found: found.found,
        countedMost,
        noun: "contract",
        href: (cursor) => hrefOf(filter, cursor),
      }),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <ContractList {...data} />);

function readFilter(query: URLSearchParams): ContractFilter {
  const idOf = (name: string) => {
    const text = query.get(name);
    return text !== null && isId(text) ? text : undefined;
  };
  return { search: readSearch(query), customerId: idOf("customer"), planId: idOf("plan") };
}

/** The list with this filter; the cursor is no part of it. */
function hrefOf({ search, customerId, planId }: ContractFilter, cursor: Record<string, string> = {}): string {
  return listHref("/contracts", { search, customer: customerId, plan: planId, ...cursor });
}

function appliedFilters(
  filter: ContractFilter,
  { customer, plan }: { customer?: string; plan?: string },
): AppliedFilter[] {
  const { search } = filter;
  const found: AppliedFilter[] = [];
  if (search) found.push({ label: `Search: ${search}`, href: hrefOf({ ...filter, search: undefined }) });
  if (customer !== undefined) {
    const label = `Customer: ${customer}`;
    found.push({ label, href: hrefOf({ ...filter, customerId: undefined }) });
  }
  if (plan !== undefined) {
    const label = `Plan: ${plan}`;
    found.push({ label, href: hrefOf({ ...filter, planId: undefined }) });
  }
  return found;
}

function stateOf({ found }: ContractPage, filter: ContractFilter): string {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (isFiltered) return `${showFound(found, countedMost)} match, by reference.`;
  if (found === 0) return "A contract puts a customer and vehicles on a plan.";
  return `${showFound(found, countedMost)} so far, by reference.`;
}

function describeRow(contract: PausableContract): ContractListRow {
  const { id, reference, customer, today, startDate, endDate, vehicleCount } = contract;
  return {
    href: `/contracts/${id}`,
    reference,
    customer,
    plan: planWords(contract),
    state: <ContractBadge contract={contract} today={today} pauses={contract.pauses} />,
    starts: <Day date={startDate.toString()} short thisYear={today.year} />,
    lastDay: <LastDay end={endDate} thisYear={today.year} />,
    vehicles: vehicleCount === 0n ? "none" : vehicleCount.toLocaleString("en-GB"),
  };
}
