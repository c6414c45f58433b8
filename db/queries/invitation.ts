/** People who are invited to a tenant and have not come yet: the address, the roles, and the hash of the link's secret. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import { rolesOf, rolesOfInvitation } from "./custom_role.ts";
import type { HeldRoles } from "./membership.ts";

export interface Invitation extends HeldRoles {
  id: string;
  email: string;
  /** As audit rows name people. */
  invitedBy: string;
  invitedAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
}

function invitations(db: TenantDb) {
  return db.query.selectFrom("invitation").where("tenant_id", "=", db.tenantId).select([
    "id",
    "email",
    "roles",
    "invited_by as invitedBy",
    "invited_at as invitedAt",
    "expires_at as expiresAt",
    rolesOfInvitation.as("customRoles"),
  ]);
}

/** By address; those that expired too. */
export async function listInvitations(db: TenantDb): Promise<Invitation[]> {
  const rows = await invitations(db).orderBy("email").execute();
  return rows.map((row) => ({ ...row, customRoles: rolesOf(row.customRoles) }));
}

/** The invitation, which nobody else accepts, renews or withdraws until the transaction ends. */
export async function lockInvitation(db: TenantDb, id: string): Promise<Invitation | undefined> {
  const row = await invitations(db).where("id", "=", id).forUpdate("invitation").executeTakeFirst();
  return row && { ...row, customRoles: rolesOf(row.customRoles) };
}

/** The invitation of a link's secret, as long as it is open; nobody else accepts it until the transaction ends. */
export async function lockInvitationOf(
  db: TenantDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<Invitation | undefined> {
  const row = await invitations(db).where("token_hash", "=", tokenHash).where("expires_at", ">", now)
    .forUpdate("invitation").executeTakeFirst();
  return row && { ...row, customRoles: rolesOf(row.customRoles) };
}

/** As `lockInvitationOf`, to look at only. */
export async function findInvitationOf(
  db: TenantDb,
  tokenHash: Uint8Array,
  now: Temporal.Instant,
): Promise<Invitation & { tenantName: string; inviter: string | null } | undefined> {
  const row = await invitations(db).where("token_hash", "=", tokenHash).where("expires_at", ">", now)
    .select((eb) => [
      eb.selectFrom("tenant").select("tenant.name").whereRef("tenant.id", "=", "invitation.tenant_id")
        .as("tenantName"),
      eb.selectFrom("user").select("user.name")
        .where(sql<boolean>`'user:' || "user".id = invitation.invited_by`).as("inviter"),
    ]).executeTakeFirst();
  return row && { ...row, customRoles: rolesOf(row.customRoles), tenantName: row.tenantName ?? "" };
}

export interface NewInvitation {
  email: string;
  roles: readonly string[];
  customRoleIds: readonly string[];
  tokenHash: Uint8Array;
  invitedBy: string;
  invitedAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
}

/** The id of the new invitation, or undefined if the address has one. */
export async function insertInvitation(db: TenantDb, invitation: NewInvitation): Promise<string | undefined> {
  const inserted = await db.query.insertInto("invitation").values({
    tenant_id: db.tenantId,
    email: invitation.email,
    roles: [...invitation.roles],
    token_hash: invitation.tokenHash,
    invited_by: invitation.invitedBy,
    invited_at: invitation.invitedAt,
    expires_at: invitation.expiresAt,
  }).onConflict((conflict) => conflict.columns(["tenant_id", "email"]).doNothing())
    .returning("id").executeTakeFirst();
  if (!inserted || invitation.customRoleIds.length === 0) return inserted?.id;
  await db.query.insertInto("invitation_role").values(
    invitation.customRoleIds.map((custom_role_id) => ({
      tenant_id: db.tenantId,
      invitation_id: inserted.id,
      custom_role_id,
    })),
  ).execute();
  return inserted.id;
}

/** A new link for an invitation: the old one no longer works. */
export async function setInvitationLink(
  db: TenantDb,
  id: string,
  link: Pick<NewInvitation, "tokenHash" | "invitedBy" | "invitedAt" | "expiresAt">,
): Promise<void> {
  await db.query.updateTable("invitation").set({
    token_hash: link.tokenHash,
    invited_by: link.invitedBy,
    invited_at: link.invitedAt,
    expires_at: link.expiresAt,
  }).where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export async function deleteInvitation(db: TenantDb, id: string): Promise<void> {
  await db.query.deleteFrom("invitation").where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}
