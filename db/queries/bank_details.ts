/** Bank details of billing entities: proposals, the ones in force, and those before them. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import { userIdOf } from "./acting_user.ts";

export interface BankDetails {
  kind: "iban" | "account";
  ending: string;
  id: string;
  billingEntityId: string;
  state: "proposed" | "in_force" | "replaced" | "refused";
  sealed: Uint8Array;
  /** An actor, as `user:<id>`. */
  proposedBy: string;
  /** Null for an actor that is no person. */
  proposedByName: string | null;
  proposedAt: Temporal.Instant;
}

export interface NewBankDetails {
  kind: "iban" | "account";
  ending: string;
  id: string;
  billingEntityId: string;
  sealed: Uint8Array;
  proposedBy: string;
  proposedAt: Temporal.Instant;
}

export interface BankDetailsDecision {
  id: string;
  state: "in_force" | "refused";
  decidedBy: string;
  decidedAt: Temporal.Instant;
}

function bankDetails(db: TenantDb) {
  return db.query.selectFrom("bank_details")
    .leftJoin("user", (join) => join.on(({ eb, ref }) => eb(ref("user.id"), "=", userIdOf("proposed_by"))))
    .select([
      "bank_details.id",
      "billing_entity_id as billingEntityId",
      "state",
      "kind",
      "ending",
      "details_sealed as sealed",
      "proposed_by as proposedBy",
      "user.name as proposedByName",
      "proposed_at as proposedAt",
    ]).where("bank_details.tenant_id", "=", db.tenantId);
}

/** Those of an entity that are proposed or in force: at most one of each. */
export async function listOpenBankDetails(db: TenantDb, billingEntityId: string): Promise<BankDetails[]> {
  return await bankDetails(db).where("billing_entity_id", "=", billingEntityId)
    .where("state", "in", ["proposed", "in_force"]).execute();
}

export async function findBankDetails(db: TenantDb, id: string): Promise<BankDetails | undefined> {
  return await bankDetails(db).where("bank_details.id", "=", id).executeTakeFirst();
}

/** False where a proposal of this entity waits already. */
export async function insertBankDetails(db: TenantDb, row: NewBankDetails): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db.query.insertInto("bank_details").values({
    tenant_id: db.tenantId,
    id: row.id,
    billing_entity_id: row.billingEntityId,
    kind: row.kind,
    ending: row.ending,
    details_sealed: row.sealed,
    proposed_by: row.proposedBy,
    proposed_at: row.proposedAt,
  }).onConflict((conflict) =>
    // A literal: the planner matches the partial index by it, and would not by a parameter.
    conflict.columns(["tenant_id", "billing_entity_id"]).where(sql<boolean>`state = 'proposed'`).doNothing()
  ).executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Locks the entity's details, so that of two decisions the second sees the first. */
export async function lockBankDetails(db: TenantDb, billingEntityId: string): Promise<void> {
  await db.query.selectFrom("bank_details").select("id")
    .where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", billingEntityId)
    .orderBy("id").forUpdate().execute();
}

/** Ends the ones in force, to make room for others. */
export async function setBankDetailsReplaced(db: TenantDb, billingEntityId: string): Promise<void> {
  await db.query.updateTable("bank_details").set({ state: "replaced" })
    .where("tenant_id", "=", db.tenantId).where("billing_entity_id", "=", billingEntityId)
    .where("state", "=", "in_force").execute();
}

export async function setBankDetailsDecided(
  db: TenantDb,
  { id, state, decidedBy, decidedAt }: BankDetailsDecision,
): Promise<void> {
  await db.query.updateTable("bank_details")
    .set({ state, decided_by: decidedBy, decided_at: decidedAt })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}
