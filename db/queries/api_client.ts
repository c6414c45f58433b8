/** Clients of the API that get access tokens by OAuth 2: found by id, listed for people, ended for good. */
import type { TenantDb } from "../tenant.ts";

export interface NewApiClient {
  id: string;
  name: string;
  secretHash: Uint8Array;
  hint: string;
  capabilities: readonly string[];
  createdBy: string;
  now: Temporal.Instant;
}

export async function insertApiClient(db: TenantDb, client: NewApiClient): Promise<void> {
  await db.query.insertInto("api_client").values({
    tenant_id: db.tenantId,
    id: client.id,
    name: client.name,
    secret_hash: client.secretHash,
    hint: client.hint,
    capabilities: [...client.capabilities],
    created_by: client.createdBy,
    created_at: client.now,
    last_used_at: null,
    ended_at: null,
  }).execute();
}

export interface ApiClient {
  id: string;
  name: string;
  hint: string;
  capabilities: string[];
  lastUsedAt: Temporal.Instant | null;
  endedAt: Temporal.Instant | null;
}

const columns = [
  "id",
  "name",
  "hint",
  "capabilities",
  "last_used_at as lastUsedAt",
  "ended_at as endedAt",
] as const;

/** The client of this id with the hash of its secret, unless it was ended. */
export async function findApiClient(
  db: TenantDb,
  id: string,
): Promise<ApiClient & { secretHash: Uint8Array } | undefined> {
  return await db.query.selectFrom("api_client").select([...columns, "secret_hash as secretHash"])
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).where("ended_at", "is", null)
    .executeTakeFirst();
}

/** All clients, the newest first; a tenant has a handful. */
export async function listApiClients(db: TenantDb): Promise<ApiClient[]> {
  return await db.query.selectFrom("api_client").select(columns)
    .where("tenant_id", "=", db.tenantId).orderBy("created_at", "desc").orderBy("id").execute();
}

export async function setApiClientUsed(db: TenantDb, id: string, now: Temporal.Instant): Promise<void> {
  await db.query.updateTable("api_client").set({ last_used_at: now })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** Sets what a client may do, and says whether there is such a client that has not ended. */
export async function setApiClientCapabilities(
  db: TenantDb,
  id: string,
  capabilities: readonly string[],
): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("api_client").set({ capabilities: [...capabilities] })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).where("ended_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Ends a client, and says whether there was one to end. */
export async function setApiClientEnded(db: TenantDb, id: string, now: Temporal.Instant): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("api_client").set({ ended_at: now })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).where("ended_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
