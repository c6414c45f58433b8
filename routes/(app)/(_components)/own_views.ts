/** The views that the reader saved of a list, as they stand above it. */
import type { OwnViewsProps } from "../../../components/ui/saved_views.tsx";
import type { TenantDb } from "../../../db/tenant.ts";
import type { Actor } from "../../../lib/core/actor.ts";
import { hrefOfView } from "../../../lib/saved_views/filters.ts";
import { type FilteredList, listSavedViews } from "../../../lib/saved_views/views.ts";

/** `href` is the list with the filter in force; those of `builtIn` have a name already. */
export async function describeOwnViews(
  db: TenantDb,
  actor: Actor,
  list: FilteredList,
  href: string,
  builtIn: readonly string[] = [],
): Promise<OwnViewsProps> {
  const views = await listSavedViews(db, actor, list);
  const current = views.find((view) => hrefOfView(view) === href);
  const [, query] = href.split("?");
  const isNamed = current !== undefined || query === undefined || builtIn.includes(href);
  return {
    views: views.map((view) => ({ label: view.name, href: hrefOfView(view) })),
    current: href,
    ...(isNamed ? {} : { saveHref: `/views/new?list=${list}&${query}` }),
    ...(current ? { changeHref: `/views/${current.id}` } : {}),
  };
}
