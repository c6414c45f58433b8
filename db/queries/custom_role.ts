/** Roles of a tenant's own: what each allows, and up to which amounts. */
import { type RawBuilder, sql } from "kysely";
import { isForeignKeyViolation, isUniqueViolation } from "../errors.ts";
import type { TenantDb } from "../tenant.ts";

export interface RoleLimitRecord {
  capability: string;
  currency: string;
  /** Minor units. */
  most: bigint;
}

export interface NewCustomRole {
  name: string;
  description: string;
  capabilities: readonly string[];
  limits: readonly RoleLimitRecord[];
}

export interface CustomRole extends NewCustomRole {
  id: string;
}

/** As it stands in `limits` and comes out of an aggregate: JSON has no bigint. */
interface StoredRole {
  id: string;
  name: string;
  description: string;
  capabilities: string[];
  limits: { capability: string; currency: string; most: string }[];
}

function roleOf(stored: StoredRole): CustomRole {
  return { ...stored, limits: stored.limits.map((limit) => ({ ...limit, most: BigInt(limit.most) })) };
}

/** What `rolesOfMembership` or `rolesOfInvitation` gave. */
export function rolesOf(stored: unknown): CustomRole[] {
  return (stored as StoredRole[]).map(roleOf);
}

const aggregate = sql`coalesce(jsonb_agg(jsonb_build_object('id', role.id, 'name', role.name,
  'description', role.description, 'capabilities', role.capabilities, 'limits', role.limits) order by lower(role.name)), '[]')`;

/** The roles of a row of `membership`, by name, for `rolesOf`. */
export const rolesOfMembership: RawBuilder<unknown> = sql`(select ${aggregate} from membership_role held
  join custom_role role on role.tenant_id = held.tenant_id and role.id = held.custom_role_id
  where held.tenant_id = membership.tenant_id and held.user_id = membership.user_id)`;

/** The roles of a row of `invitation`, by name, for `rolesOf`. */
export const rolesOfInvitation: RawBuilder<unknown> = sql`(select ${aggregate} from invitation_role held
  join custom_role role on role.tenant_id = held.tenant_id and role.id = held.custom_role_id
  where held.tenant_id = invitation.tenant_id and held.invitation_id = invitation.id)`;

function stored({ limits, ...role }: NewCustomRole) {
  const text = JSON.stringify(limits.map((limit) => ({ ...limit, most: String(limit.most) })));
  return {
    name: role.name,
    description: role.description,
    capabilities: [...role.capabilities],
    limits: sql`${text}::text::jsonb`,
  };
}

/** A role as its page reads it. */
export interface CustomRoleRecord extends CustomRole {
  /** Of the row as it was read. */
  rowVersion: string;
  /** Members who have it. */
  members: number;
  /** People who are invited with it. */
  invited: number;
}

function customRoles(db: TenantDb) {
  return db.query.selectFrom("custom_role as role").where("role.tenant_id", "=", db.tenantId)
    .select((eb) => [
      "role.id",
      "role.name",
      "role.description",
      "role.capabilities",
      "role.limits",
      sql<string>`role.xmin::text`.as("rowVersion"),
      eb.selectFrom("membership_role as held").select(sql<number>`count(*)::int`.as("count"))
        .whereRef("held.tenant_id", "=", "role.tenant_id").whereRef("held.custom_role_id", "=", "role.id")
        .as("members"),
      eb.selectFrom("invitation_role as asked").select(sql<number>`count(*)::int`.as("count"))
        .whereRef("asked.tenant_id", "=", "role.tenant_id").whereRef("asked.custom_role_id", "=", "role.id")
        .as("invited"),
    ]);
}

/** By name. */
export async function listCustomRoles(db: TenantDb): Promise<CustomRoleRecord[]> {
  const rows = await customRoles(db).orderBy(sql`lower(role.name)`).execute();
  return rows.map(recordOf);
}

/** The role, which nobody changes until the transaction ends. */
export async function lockCustomRole(db: TenantDb, id: string): Promise<CustomRoleRecord | undefined> {
  const row = await customRoles(db).where("role.id", "=", id).forUpdate("role").executeTakeFirst();
  return row && recordOf(row);
}

/** The roles with these ids, which nobody deletes or changes until the transaction ends. */
export async function shareCustomRoles(db: TenantDb, ids: readonly string[]): Promise<CustomRole[]> {
  if (ids.length === 0) return [];
  const rows = await db.query.selectFrom("custom_role").where("tenant_id", "=", db.tenantId)
    .where("id", "=", sql<string>`any(${[...ids]}::uuid[])`)
    .select(["id", "name", "description", "capabilities", "limits"]).orderBy("id").forShare().execute();
  return rows.map((row) => roleOf(row as unknown as StoredRole));
}

function recordOf(
  row: Omit<CustomRoleRecord, "limits" | "members" | "invited"> & {
    limits: unknown;
    members: number | null;
    invited: number | null;
  },
): CustomRoleRecord {
  return {
    ...row,
    ...roleOf(row as unknown as StoredRole),
    members: row.members ?? 0,
    invited: row.invited ?? 0,
  };
}

/** The id of the new role, or undefined if one has its name. */
export async function insertCustomRole(db: TenantDb, role: NewCustomRole): Promise<string | undefined> {
  const inserted = await db.query.insertInto("custom_role").values({
    tenant_id: db.tenantId,
    ...stored(role),
  })
    .onConflict((conflict) => conflict.doNothing()).returning("id").executeTakeFirst();
  return inserted?.id;
}

/** False when another role has the name; the transaction can then only be rolled back. */
export async function setCustomRole(db: TenantDb, id: string, role: NewCustomRole): Promise<boolean> {
  try {
    await db.query.updateTable("custom_role").set(stored(role))
      .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** False when someone has it, or is invited with it; the transaction can then only be rolled back. */
export async function deleteCustomRole(db: TenantDb, id: string): Promise<boolean> {
  try {
    await db.query.deleteFrom("custom_role")
      .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
    return true;
  } catch (error) {
    if (isForeignKeyViolation(error)) return false;
    throw error;
  }
}
