/** The views that someone saved of a list. */
import {
  findSavedView as findRow,
  listSavedViews as listRows,
  type SavedView,
} from "../../db/queries/saved_view.ts";
import type { FilteredList } from "../../db/schema.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Actor, actorKey } from "../core/actor.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

export type { FilteredList, SavedView };

/** One's own, by name. */
export async function listSavedViews(db: TenantDb, actor: Actor, list: FilteredList): Promise<SavedView[]> {
  return await listRows(db, actorKey(actor), list);
}

/** One's own. Throws `NotFound`, also for another person's. */
export async function findSavedView(db: TenantDb, actor: Actor, id: string): Promise<SavedView> {
  const view = isId(id) ? await findRow(db, actorKey(actor), id) : undefined;
  if (view) return view;
  throw milepostError("NotFound", {
    message: "There is no such view, or it belongs to someone else. Find yours above the list.",
    fields: [{ field: "viewId", value: id }],
  });
}
