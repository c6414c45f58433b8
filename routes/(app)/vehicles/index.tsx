/** The list of vehicles: search, pages by cursor. */
import { page } from "fresh";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { countedMost, type ListedVehicle, listVehicles } from "../../../lib/vehicles/views.ts";
import {
  describeListPages,
  listHref,
  readListCursor,
  readSearch,
  showFound,
} from "../(_components)/list_pages.ts";
import { describeOwnViews } from "../(_components)/own_views.ts";
import { VehicleList, type VehicleListProps, type VehicleListRow } from "./(_components)/vehicle_list.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const { environment } = ctx.state;
    const query = ctx.url.searchParams;
    const search = readSearch(query);
    const href = listHref("/vehicles", { search });
    const [found, ownViews] = await withTenant(
      environment.database,
      tenantId,
      (db) =>
        Promise.all([
          listVehicles(db, { search }, environment.clock.now(), readListCursor(query)),
          describeOwnViews(db, session.actor, "vehicles", href),
        ]),
      { readOnly: true },
    );
    ctx.state.title = { page: "Vehicles" };
    return page<VehicleListProps>({
      state: stateOf(found.found, search),
      search: search ?? "",
      ownViews,
      createHref: session.actor.capabilities.has("vehicles.write") ? "/vehicles/new" : undefined,
      vehicles: found.rows.map(describeRow),
      pagination: describeListPages({
        page: found,
        found: found.found,
        countedMost,
        noun: "vehicle",
        href: (cursor) => listHref("/vehicles", { search, ...cursor }),
      }),
    });
  },
});

export default define.page<typeof handler>(({ data }) => <VehicleList {...data} />);

function stateOf(found: number, search: string | undefined): string {
  if (search) return `${showFound(found, countedMost)} match “${search}”.`;
  if (found === 0) return "A vehicle is what is driven and billed.";
  return `${showFound(found, countedMost)} so far, by reference.`;
}

function describeRow(vehicle: ListedVehicle): VehicleListRow {
  return {
    href: `/vehicles/${vehicle.id}`,
    reference: vehicle.reference,
    plate: vehicle.plate,
    class: vehicle.class ?? "no class",
    fuelType: vehicle.fuelType ?? "not said",
    contract: vehicle.contract ?? "none",
  };
}
