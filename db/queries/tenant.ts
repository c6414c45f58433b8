/** Tenants: the businesses that bill. They precede a tenant's own door, so these go through the system's. */
import type { SystemDb } from "../system.ts";

export interface TenantSummary {
  id: string;
  name: string;
  createdAt: Temporal.Instant;
  members: number;
}

export async function insertTenant(db: SystemDb, name: string): Promise<string> {
  const { id } = await db.query.insertInto("tenant").values({ name }).returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** Every tenant with its number of members, oldest first. */
export async function listTenants(db: SystemDb): Promise<TenantSummary[]> {
  const rows = await db.query.selectFrom("tenant").orderBy("tenant.created_at").orderBy("tenant.id")
    .select((column) => [
      "tenant.id",
      "tenant.name",
      "tenant.created_at as createdAt",
      column.selectFrom("membership").whereRef("membership.tenant_id", "=", "tenant.id")
        .select(({ fn }) => fn.countAll<bigint>().as("count")).as("members"),
    ]).execute();
  return rows.map((row) => ({ ...row, members: Number(row.members) }));
}

/** The tenants of this name, or the one of this id. Names may repeat. */
export async function listTenantsNamed(
  db: SystemDb,
  nameOrId: string,
): Promise<{ id: string; name: string }[]> {
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(nameOrId);
  return await db.query.selectFrom("tenant").select(["id", "name"]).orderBy("created_at").orderBy("id")
    .where((where) =>
      where.or([where("name", "=", nameOrId), ...(isId ? [where("id", "=", nameOrId.toLowerCase())] : [])])
    ).limit(25).execute();
}
