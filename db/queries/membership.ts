/** Who belongs to which tenant, in which roles. */
import { sql } from "kysely";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";
import { type CustomRole, rolesOf, rolesOfMembership } from "./custom_role.ts";

/** The roles of one person in one tenant. */
export interface HeldRoles {
  /** Built-in ones, by name. */
  roles: string[];
  /** Those of the tenant's own. */
  customRoles: CustomRole[];
}

export interface Membership extends HeldRoles {
  tenantId: string;
  tenantName: string;
}

export interface Member extends HeldRoles {
  userId: string;
  email: string;
  name: string;
}

/** A person's tenants, by name. Asked before a tenant is chosen, so through the system's door. */
export async function listMembershipsOfUser(db: SystemDb, userId: string): Promise<Membership[]> {
  const rows = await db.query.selectFrom("membership").innerJoin(
    "tenant",
    "tenant.id",
    "membership.tenant_id",
  )
    .where("membership.user_id", "=", userId).orderBy("tenant.name").orderBy("tenant.id")
    .select([
      "tenant.id as tenantId",
      "tenant.name as tenantName",
      "membership.roles",
      rolesOfMembership.as("customRoles"),
    ]).execute();
  return rows.map((row) => ({ ...row, customRoles: rolesOf(row.customRoles) }));
}

function members(db: TenantDb) {
  return db.query.selectFrom("membership").innerJoin("user", "user.id", "membership.user_id")
    .where("membership.tenant_id", "=", db.tenantId)
    .select([
      "user.id as userId",
      "user.email",
      "user.name",
      "membership.roles",
      rolesOfMembership.as("customRoles"),
    ]);
}

/** The members of the tenant, by e-mail. */
export async function listMembers(db: TenantDb): Promise<Member[]> {
  const rows = await members(db).orderBy("user.email").execute();
  return rows.map((row) => ({ ...row, customRoles: rolesOf(row.customRoles) }));
}

/** The member with this address. */
export async function findMember(db: TenantDb, email: string): Promise<Member | undefined> {
  const row = await members(db).where("user.email", "=", email.toLowerCase()).executeTakeFirst();
  return row && { ...row, customRoles: rolesOf(row.customRoles) };
}

/** The member with this id, whose membership nobody else changes until the transaction ends. */
export async function lockMember(db: TenantDb, userId: string): Promise<Member | undefined> {
  const row = await members(db).where("user.id", "=", userId).forUpdate("membership").executeTakeFirst();
  return row && { ...row, customRoles: rolesOf(row.customRoles) };
}

/** Whether a person belongs to the tenant. */
export async function isMember(db: TenantDb, userId: string): Promise<boolean> {
  const row = await db.query.selectFrom("membership").select("user_id")
    .where("tenant_id", "=", db.tenantId).where("user_id", "=", userId).executeTakeFirst();
  return row !== undefined;
}

/** Gives a person exactly these roles in the tenant. */
export async function setMembership(
  db: TenantDb,
  userId: string,
  roles: readonly string[],
  customRoleIds: readonly string[] = [],
): Promise<void> {
  const key = { tenant_id: db.tenantId, user_id: userId };
  await db.query.insertInto("membership").values({ ...key, roles: [...roles] })
    .onConflict((conflict) => conflict.columns(["tenant_id", "user_id"]).doUpdateSet({ roles: [...roles] }))
    .execute();
  await db.query.deleteFrom("membership_role")
    .where("tenant_id", "=", db.tenantId).where("user_id", "=", userId).execute();
  if (customRoleIds.length === 0) return;
  await db.query.insertInto("membership_role")
    .values(customRoleIds.map((custom_role_id) => ({ ...key, custom_role_id }))).execute();
}

/** Takes a person out of the tenant, with the roles they had there. */
export async function deleteMembership(db: TenantDb, userId: string): Promise<void> {
  await db.query.deleteFrom("membership")
    .where("tenant_id", "=", db.tenantId).where("user_id", "=", userId).execute();
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
