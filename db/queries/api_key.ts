/** Keys of programs: found by the hash of the secret, listed for people, revoked for good. */
import type { TenantDb } from "../tenant.ts";

export interface NewApiKey {
  name: string;
  secretHash: Uint8Array;
  hint: string;
  capabilities: readonly string[];
  createdBy: string;
  now: Temporal.Instant;
  /** Null for a key that works until it is revoked. */
  expiresAt: Temporal.Instant | null;
  /** The key whose successor this one is. */
  replacesId?: string;
}

export async function insertApiKey(db: TenantDb, key: NewApiKey): Promise<string> {
  const { id } = await db.query.insertInto("api_key").values({
    tenant_id: db.tenantId,
    name: key.name,
    secret_hash: key.secretHash,
    hint: key.hint,
    capabilities: [...key.capabilities],
    created_by: key.createdBy,
    created_at: key.now,
    last_used_at: null,
    revoked_at: null,
    expires_at: key.expiresAt,
    replaces_id: key.replacesId ?? null,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

export interface ApiKey {
  id: string;
  name: string;
  hint: string;
  capabilities: string[];
  createdBy: string;
  createdAt: Temporal.Instant;
  lastUsedAt: Temporal.Instant | null;
  revokedAt: Temporal.Instant | null;
  expiresAt: Temporal.Instant | null;
  replacesId: string | null;
}

const columns = [
  "id",
  "name",
  "hint",
  "capabilities",
  "created_by as createdBy",
  "created_at as createdAt",
  "last_used_at as lastUsedAt",
  "revoked_at as revokedAt",
  "expires_at as expiresAt",
  "replaces_id as replacesId",
] as const;

/** The key of this secret, unless it was revoked. Whether its term is over is for the caller. */
export async function findApiKey(db: TenantDb, secretHash: Uint8Array): Promise<ApiKey | undefined> {
  return await db.query.selectFrom("api_key").select(columns)
    .where("tenant_id", "=", db.tenantId).where("secret_hash", "=", secretHash)
    .where("revoked_at", "is", null).executeTakeFirst();
}

/** The key of this id, unless it was revoked; until the transaction ends, its term stays as it is. */
export async function lockApiKey(db: TenantDb, id: string): Promise<ApiKey | undefined> {
  return await db.query.selectFrom("api_key").select(columns)
    .where("tenant_id", "=", db.tenantId).where("id", "=", id)
    .where("revoked_at", "is", null).forUpdate().executeTakeFirst();
}

/** All keys, the newest first; a tenant has a handful. */
export async function listApiKeys(db: TenantDb): Promise<ApiKey[]> {
  return await db.query.selectFrom("api_key").select(columns)
    .where("tenant_id", "=", db.tenantId).orderBy("created_at", "desc").orderBy("id").execute();
}

export async function setApiKeyUsed(db: TenantDb, id: string, now: Temporal.Instant): Promise<void> {
  await db.query.updateTable("api_key").set({ last_used_at: now })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export async function setApiKeyExpiry(db: TenantDb, id: string, expiresAt: Temporal.Instant): Promise<void> {
  await db.query.updateTable("api_key").set({ expires_at: expiresAt })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** Ends a key, and says whether there was one to end. */
export async function setApiKeyRevoked(db: TenantDb, id: string, now: Temporal.Instant): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("api_key").set({ revoked_at: now })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).where("revoked_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
