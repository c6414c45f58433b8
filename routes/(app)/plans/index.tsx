/** The list of plans: search, pages by cursor. */
import { page } from "fresh";
import type { ListedRatePlan } from "../../../db/queries/rate_plan.ts";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { countedMost, listPlans } from "../../../lib/plans/views.ts";
import {
  describeListPages,
  listHref,
  readListCursor,
  readSearch,
  showFound,
} from "../(_components)/list_pages.ts";
import { describeOwnViews } from "../(_components)/own_views.ts";
import { PlanList, type PlanListProps, type PlanListRow } from "./(_components)/plan_list.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const query = ctx.url.searchParams;
    const search = readSearch(query);
    const href = listHref("/plans", { search });
    const [found, ownViews] = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) =>
        Promise.all([
          listPlans(db, { search }, readListCursor(query)),
          describeOwnViews(db, session.actor, "plans", href),
        ]),
      { readOnly: true },
    );
    ctx.state.title = { page: "Plans" };
    return page<PlanListProps>({
      state: stateOf(found.found, search),
      search: search ?? "",
      ownViews,
      createHref: session.actor.capabilities.has("plans.write") ? "/plans/new" : undefined,
      plans: found.rows.map(describeRow),
      pagination: describeListPages({
        page: found,
        found: found.found,
        countedMost,
        noun: "plan",
        href: (cursor) => listHref("/plans", { search, ...cursor }),
      }),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <PlanList {...data} />);

function stateOf(found: number, search: string | undefined): string {
  if (search) return `${showFound(found, countedMost)} match “${search}”.`;
  if (found === 0) return "A plan is a price list: its charges and what each one costs.";
  return `${showFound(found, countedMost)} so far, by reference, each in its newest version.`;
}

function describeRow(plan: ListedRatePlan): PlanListRow {
  const count = (number: bigint) => number === 0n ? "none" : number.toLocaleString("en-GB");
  return {
    href: `/plans/${plan.id}`,
    name: plan.name,
    reference: plan.reference,
    version: `version ${plan.version}`,
    currency: plan.currency,
    charges: count(plan.chargeCount),
    contracts: count(plan.contractCount),
  };
}
