/** Views that someone saved of a list for themselves. */
import { sql } from "kysely";
import { isUniqueViolation } from "../errors.ts";
import type { FilteredList } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewSavedView {
  /** As audit rows name people. */
  owner: string;
  list: FilteredList;
  name: string;
  /** The filter as it stands in the address of the list, without the question mark. */
  query: string;
}

export interface SavedView extends NewSavedView {
  id: string;
}

function savedViews(db: TenantDb, owner: string) {
  return db.query.selectFrom("saved_view").select(["id", "owner", "list", "name", "query"])
    .where("tenant_id", "=", db.tenantId).where("owner", "=", owner);
}

/** By name. */
export async function listSavedViews(db: TenantDb, owner: string, list: FilteredList): Promise<SavedView[]> {
  return await savedViews(db, owner).where("list", "=", list).orderBy(sql`lower(name)`).execute();
}

export async function findSavedView(db: TenantDb, owner: string, id: string): Promise<SavedView | undefined> {
  return await savedViews(db, owner).where("id", "=", id).executeTakeFirst();
}

/** The id of the new view, or `undefined` when its owner has one with that name or that filter. */
export async function insertSavedView(db: TenantDb, view: NewSavedView): Promise<string | undefined> {
  const inserted = await db.query.insertInto("saved_view").values({ tenant_id: db.tenantId, ...view })
    .onConflict((conflict) => conflict.doNothing()).returning("id").executeTakeFirst();
  return inserted?.id;
}

/** False when another view of the list has the name; the transaction can then only be rolled back. */
export async function setSavedViewName(db: TenantDb, id: string, name: string): Promise<boolean> {
  try {
    await db.query.updateTable("saved_view").set({ name })
      .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

export async function deleteSavedView(db: TenantDb, id: string): Promise<void> {
  await db.query.deleteFrom("saved_view")
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}
