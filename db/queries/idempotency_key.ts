/** Idempotency keys: unique per tenant, actor and command, with the hash of the input and the stored answer. */
import { sql } from "kysely";
import type { Json } from "../../lib/core/json.ts";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";
import { jsonb } from "./json.ts";

export interface KeyOfCommand {
  /** As `actorKey` writes it. */
  actor: string;
  command: string;
  key: string;
}

/** False when the key is there already. Waits for a transaction that has just inserted it, until that one has ended. */
export async function insertIdempotencyKey(
  db: TenantDb,
  { actor, command, key, inputHash }: KeyOfCommand & { inputHash: Uint8Array },
): Promise<boolean> {
  const inserted = await db.query.insertInto("idempotency_key")
    .values({ tenant_id: db.tenantId, actor, command, key, input_hash: inputHash, answer: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning("key")
    .execute();
  return inserted.length > 0;
}

export async function findIdempotencyKey(
  db: TenantDb,
  { actor, command, key }: KeyOfCommand,
): Promise<{ inputHash: Uint8Array; answer: Json } | undefined> {
  const row = await db.query.selectFrom("idempotency_key")
    .select(["input_hash", "answer"])
    .where("tenant_id", "=", db.tenantId)
    .where("actor", "=", actor).where("command", "=", command).where("key", "=", key)
    .executeTakeFirst();
  return row && { inputHash: row.input_hash, answer: row.answer as Json };
}

export async function setIdempotencyAnswer(
  db: TenantDb,
  { actor, command, key }: KeyOfCommand,
  answer: Json,
): Promise<void> {
  await db.query.updateTable("idempotency_key")
    .set({ answer: jsonb(answer) })
    .where("tenant_id", "=", db.tenantId)
    .where("actor", "=", actor).where("command", "=", command).where("key", "=", key)
    .execute();
}

/** Tenants that have keys older than `days`. */
export async function listTenantsWithOldKeys(db: SystemDb, days: number): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    select distinct tenant_id from idempotency_key
    where created_at < clock_timestamp() - make_interval(days => ${days}::int)`.execute(db.query);
  return rows.map((row) => row.tenant_id);
}

/** Deletes keys of a tenant that are older than `days`, at most `limit`; says how many. */
export async function deleteOldIdempotencyKeys(
  db: SystemDb,
  tenantId: string,
  days: number,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_key where ctid = any(array(
      select ctid from idempotency_key
      where tenant_id = ${tenantId}::uuid and created_at < clock_timestamp() - make_interval(days => ${days}::int)
      limit ${limit}::int))`.execute(db.query);
  return Number(numAffectedRows ?? 0n);
}
