/** The list of billing entities: search, pages by cursor. */
import { page } from "fresh";
import { withTenant } from "../../../db/tenant.ts";
import { define, signedIn } from "../../../define.ts";
import { countryName } from "../../../lib/core/country.ts";
import { isId } from "../../../lib/core/ids.ts";
import { countedMost, pageBillingEntities, type WholeBillingEntity } from "../../../lib/tenants/views.ts";
import { listHref, readListCursor, readSearch, showFound } from "../(_components)/list_pages.ts";
import { EntityList, type EntityListProps, type EntityListRow } from "./(_components)/entity_list.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const { session, tenantId } = signedIn(ctx.state);
    const query = ctx.url.searchParams;
    const search = readSearch(query);
    const found = await withTenant(
      ctx.state.environment.database,
      tenantId,
      (db) => pageBillingEntities(db, { search }, readListCursor(query, isId)),
      { readOnly: true },
    );
    const { previous, next } = found;
    const shown = showFound(found.found, countedMost);
    ctx.state.title = { page: "Billing entities" };
    return page<EntityListProps>({
      state: stateOf(found.found, search),
      search: search ?? "",
      createHref: session.actor.capabilities.has("entities.write") ? "/entities/new" : undefined,
      entities: found.rows.map(describeRow),
      pagination: {
        summary: `${found.rows.length} of ${shown} billing ${found.found === 1 ? "entity" : "entities"}`,
        previous: previous &&
          { label: "Previous entities", href: listHref("/entities", { search, ...previous }) },
        next: next && { label: "Next entities", href: listHref("/entities", { search, ...next }) },
      },
    });
  },
});

export default define.page<typeof handler>(({ data }) => <EntityList {...data} />);

function stateOf(found: number, search: string | undefined): string {
  if (search) return `${showFound(found, countedMost)} match “${search}”.`;
  if (found === 0) return "A billing entity is the legal person that issues your invoices.";
  return `${showFound(found, countedMost)} so far, by name.`;
}

function describeRow({ id, name, numberPrefix, country, zone, currency }: WholeBillingEntity): EntityListRow {
  return { href: `/entities/${id}`, name, numberPrefix, country: countryName(country), zone, currency };
}
