/** Who belongs to which tenant, in which roles. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";

export interface Membership {
  tenantId: string;
  tenantName: string;
  roles: string[];
}

export interface Member {
  userId: string;
  email: string;
  name: string;
  roles: string[];
}

/** A person's tenants, by name. Asked before a tenant is chosen, so through the system's door. */
export async function listMembershipsOfUser(db: SystemDb, userId: string): Promise<Membership[]> {
  return await db.query.selectFrom("membership").innerJoin("tenant", "tenant.id", "membership.tenant_id")
    .where("membership.user_id", "=", userId).orderBy("tenant.name").orderBy("tenant.id")
    .select(["tenant.id as tenantId", "tenant.name as tenantName", "membership.roles"]).execute();
}

/** The members of the tenant, by e-mail. */
export async function listMembers(db: TenantDb): Promise<Member[]> {
  return await db.query.selectFrom("membership").innerJoin("user", "user.id", "membership.user_id")
    .where("membership.tenant_id", "=", db.tenantId).orderBy("user.email")
    .select(["user.id as userId", "user.email", "user.name", "membership.roles"]).execute();
}

/** The member with this address. */
export async function findMember(db: TenantDb, email: string): Promise<Member | undefined> {
  return await db.query.selectFrom("membership").innerJoin("user", "user.id", "membership.user_id")
    .where("membership.tenant_id", "=", db.tenantId).where("user.email", "=", email.toLowerCase())
    .select(["user.id as userId", "user.email", "user.name", "membership.roles"]).executeTakeFirst();
}

/** Gives a person exactly these roles in the tenant. */
export async function setMembership(db: TenantDb, userId: string, roles: readonly string[]): Promise<void> {
  await db.query.insertInto("membership").values({
    tenant_id: db.tenantId,
    user_id: userId,
    roles: [...roles],
  })
    .onConflict((conflict) => conflict.columns(["tenant_id", "user_id"]).doUpdateSet({ roles: [...roles] }))
    .execute();
}

/** The first membership of a tenant that is just being made. */
export async function insertFirstMembership(db: SystemDb, tenantId: string, userId: string): Promise<void> {
  await db.query.insertInto("membership").values({ tenant_id: tenantId, user_id: userId, roles: ["admin"] })
    .execute();
}

/** The tenant's admins; until the transaction ends, nobody stops being one. */
export async function lockAdmins(db: TenantDb): Promise<string[]> {
  const rows = await db.query.selectFrom("membership").select("user_id").where("tenant_id", "=", db.tenantId)
    .where(sql<boolean>`'admin' = any(roles)`).orderBy("user_id").forUpdate().execute();
  return rows.map((row) => row.user_id);
}
