/** The anchors of the audit trail and the keys that sign them. */
import type { Json } from "../../lib/core/json.ts";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";
import { jsonb } from "./json.ts";

export interface AnchorKey {
  id: string;
  publicKey: Uint8Array;
  privateKeySealed: Uint8Array;
}

/** The key that signs: the newest one. */
export async function findAnchorKey(db: TenantDb): Promise<AnchorKey | undefined> {
  return await db.query.selectFrom("audit_anchor_key")
    .select(["id", "public_key as publicKey", "private_key_sealed as privateKeySealed"])
    .where("tenant_id", "=", db.tenantId).orderBy("id", "desc").limit(1).executeTakeFirst();
}

/** Every key that ever signed for a business. */
export async function listAnchorKeys(db: TenantDb): Promise<AnchorKey[]> {
  return await db.query.selectFrom("audit_anchor_key")
    .select(["id", "public_key as publicKey", "private_key_sealed as privateKeySealed"])
    .where("tenant_id", "=", db.tenantId).orderBy("id").execute();
}

export async function insertAnchorKey(db: TenantDb, key: AnchorKey): Promise<void> {
  await db.query.insertInto("audit_anchor_key").values({
    tenant_id: db.tenantId,
    id: key.id,
    public_key: key.publicKey,
    private_key_sealed: key.privateKeySealed,
  }).execute();
}

export interface NewAnchor {
  sequence: bigint;
  keyId: string;
  document: string;
  anchoredAt: Temporal.Instant;
}

/** False when the seal is anchored already. */
export async function insertAnchor(db: TenantDb, anchor: NewAnchor): Promise<boolean> {
  const inserted = await db.query.insertInto("audit_anchor").values({
    tenant_id: db.tenantId,
    sequence: anchor.sequence,
    audit_anchor_key_id: anchor.keyId,
    document: anchor.document,
    anchored_at: anchor.anchoredAt,
  }).onConflict((conflict) => conflict.columns(["tenant_id", "sequence"]).doNothing())
    .returning("sequence").executeTakeFirst();
  return inserted !== undefined;
}

/** Numbers of the seals that are anchored, of these or of all. */
export async function listAnchoredSequences(db: TenantDb): Promise<bigint[]> {
  const rows = await db.query.selectFrom("audit_anchor").select("sequence")
    .where("tenant_id", "=", db.tenantId).orderBy("sequence").execute();
  return rows.map(({ sequence }) => sequence);
}

/** The newest seal of a tenant. */
export async function findNewestSeal(
  db: TenantDb,
): Promise<{ sequence: bigint; hash: Uint8Array } | undefined> {
  return await db.query.selectFrom("audit_seal").select(["sequence", "hash"])
    .where("tenant_id", "=", db.tenantId).orderBy("sequence", "desc").limit(1).executeTakeFirst();
}

/** The hashes of these seals, by number. */
export async function listSealHashes(
  db: TenantDb,
  sequences: readonly bigint[],
): Promise<Map<bigint, Uint8Array>> {
  const rows = await db.sql<{ sequence: bigint; hash: Uint8Array }[]>`
    select sequence, hash from audit_seal where tenant_id = ${db.tenantId}
      and sequence = any(${sequences.map(String)}::text[]::bigint[])`;
  return new Map(rows.map(({ sequence, hash }) => [sequence, hash]));
}

/** Tenants where something was sealed since their last anchor, other than the work of anchoring. */
export async function listTenantsToAnchor(
  db: SystemDb,
  ownCommands: readonly string[],
): Promise<string[]> {
  const rows = await db.sql<{ id: string }[]>`
    select tenant.id from tenant where exists (
      select from audit_seal seal
      join audit_event event on event.tenant_id = seal.tenant_id and event.id = seal.audit_event_id
      where seal.tenant_id = tenant.id and event.command <> all(${[...ownCommands]}::text[])
        and seal.sequence > coalesce(
          (select max(sequence) from audit_anchor anchor where anchor.tenant_id = tenant.id), 0))`;
  return rows.map(({ id }) => id);
}

export type VerificationScope = "trail" | "books";

export interface Verification {
  scope: VerificationScope;
  ok: boolean;
  lookedAt: bigint;
  breaches: Json;
  verifiedBy: string;
  verifiedAt: Temporal.Instant;
}

export async function insertVerification(db: TenantDb, verification: Verification): Promise<string> {
  const { id } = await db.query.insertInto("audit_verification").values({
    tenant_id: db.tenantId,
    scope: verification.scope,
    ok: verification.ok,
    looked_at: verification.lookedAt,
    breaches: jsonb(verification.breaches),
    verified_by: verification.verifiedBy,
    verified_at: verification.verifiedAt,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

/** The newest verification of a scope. */
export async function findLatestVerification(db: TenantDb): Promise<Verification | undefined> {
  const [found] = await db.sql<Verification[]>`
    select scope, ok, looked_at as "lookedAt", breaches, verified_by as "verifiedBy", verified_at as "verifiedAt"
    from audit_verification where tenant_id = ${db.tenantId} order by verified_at desc, id desc limit 1`;
  return found;
}
