/**
 * The job table. Postgres remembers every job; a claim takes it for the length of a lease (by Postgres's own clock) and counts its
 * attempts, and only the attempt that holds the lease can finish it.
 */
import { sql } from "kysely";
import type { Json } from "../../lib/core/json.ts";
import type { JobState } from "../schema.ts";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";
import { jsonb } from "./json.ts";

export interface NewJob {
  kind: string;
  payload: Json;
  uniqueKey?: string;
  runAfter?: Temporal.Instant;
  priority?: number;
  maxAttempts?: number;
}

/** The id of the new job, or of the one that has the same kind and unique key already. */
export async function insertJob(db: TenantDb, job: NewJob): Promise<string> {
  const inserted = await db.query.insertInto("job")
    .values({
      tenant_id: db.tenantId,
      kind: job.kind,
      payload: jsonb(job.payload),
      unique_key: job.uniqueKey ?? null,
      priority: job.priority ?? 0,
      max_attempts: job.maxAttempts ?? null,
      ...(job.runAfter === undefined ? {} : { run_after: job.runAfter }),
    })
    .onConflict((conflict) => conflict.columns(["tenant_id", "kind", "unique_key"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  return inserted?.id ?? await findJobId(db, job.kind, job.uniqueKey!);
}

async function findJobId(db: TenantDb, kind: string, uniqueKey: string): Promise<string> {
  const { id } = await db.query.selectFrom("job").select("id")
    .where("tenant_id", "=", db.tenantId).where("kind", "=", kind).where("unique_key", "=", uniqueKey)
    .executeTakeFirstOrThrow();
  return id;
}

/** What a worker can run: the kinds that it has handlers for, and how they want to be leased. */
export interface ClaimableKind {
  kind: string;
  leaseMs: number;
  /** For jobs whose row does not say it. */
  maxAttempts: number;
}

export interface ClaimedJob {
  tenantId: string;
  id: string;
  kind: string;
  payload: Json;
  /** Counts from 1 and only grows: the fencing token. */
  attempt: number;
  maxAttempts: number;
}

/** Takes up to `limit` due jobs of all tenants, the most urgent first; what others are claiming is stepped over. */
export async function claimJobs(
  db: SystemDb,
  kinds: readonly ClaimableKind[],
  limit: number,
): Promise<ClaimedJob[]> {
  const names = kinds.map(({ kind }) => kind);
  const leases = kinds.map(({ leaseMs }) => leaseMs);
  const attempts = kinds.map(({ maxAttempts }) => maxAttempts);
  const { rows } = await sql<
    { tenant_id: string; id: string; kind: string; payload: Json; attempt: number; max_attempts: number }
  >`
    with due as (
      select tenant_id, id from job
      where state = 'ready' and run_after <= clock_timestamp() and kind = any(${names}::text[])
      order by priority desc, run_after, id
      limit ${limit}::int
      for update skip locked
    )
    update job set
      state = 'leased',
      attempt = job.attempt + 1,
      max_attempts = coalesce(job.max_attempts, runnable.max_attempts),
      lease_until = clock_timestamp() + runnable.lease_ms * interval '1 millisecond'
    from due, unnest(${names}::text[], ${leases}::int[], ${attempts}::int[])
      as runnable(kind, lease_ms, max_attempts)
    where job.tenant_id = due.tenant_id and job.id = due.id and runnable.kind = job.kind
    returning job.tenant_id, job.id, job.kind, job.payload, job.attempt, job.max_attempts`.execute(db.query);
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    id: row.id,
    kind: row.kind,
    payload: row.payload,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
  }));
}

/** Finishes the job with the effects of this transaction; false when the lease has run out or another attempt has begun. */
export async function setJobDone(db: TenantDb, job: { id: string; attempt: number }): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("job")
    .set({ state: "done", lease_until: null, finished_at: sql`clock_timestamp()`, last_error: null })
    .where("tenant_id", "=", db.tenantId).where("id", "=", job.id).where("attempt", "=", job.attempt)
    // Only a leased job has a lease.
    .where("lease_until", ">", sql<Temporal.Instant>`clock_timestamp()`)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/**
 * Gives the attempt that holds the lease `leaseMs` more from now, and `attempts` attempts after it: it got further, and only
 * a job that stands still may run out of them. False when it holds the lease no longer.
 */
export async function setJobProgress(
  db: TenantDb,
  job: { id: string; attempt: number },
  { leaseMs, attempts }: { leaseMs: number; attempts: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("job")
    .set({
      lease_until: sql`clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'`,
      max_attempts: sql`greatest(max_attempts, attempt + ${attempts}::int)`,
    })
    .where("tenant_id", "=", db.tenantId).where("id", "=", job.id).where("attempt", "=", job.attempt)
    // Only a leased job has a lease.
    .where("lease_until", ">", sql<Temporal.Instant>`clock_timestamp()`)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function findJobState(
  db: TenantDb,
  id: string,
): Promise<{ state: JobState; attempt: number } | undefined> {
  return await db.query.selectFrom("job").select(["state", "attempt"])
    .where("tenant_id", "=", db.tenantId).where("id", "=", id)
    .executeTakeFirst();
}

/** The job of a kind that has this unique key, if there is one. */
export async function findJobByKey(
  db: TenantDb,
  kind: string,
  uniqueKey: string,
): Promise<{ id: string; state: JobState } | undefined> {
  return await db.query.selectFrom("job").select(["id", "state"])
    .where("tenant_id", "=", db.tenantId).where("kind", "=", kind).where("unique_key", "=", uniqueKey)
    .executeTakeFirst();
}

export interface FailedAttempt {
  tenantId: string;
  id: string;
  attempt: number;
  /** For people: what went wrong. */
  error: string;
}

/** Makes a failed attempt's job ready again after `delayMs`; false when the lease was lost meanwhile. */
export async function setJobRetry(db: SystemDb, failed: FailedAttempt, delayMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("job")
    .set({
      state: "ready",
      lease_until: null,
      last_error: failed.error,
      run_after: sql`clock_timestamp() + ${Math.round(delayMs)}::int * interval '1 millisecond'`,
    })
    .where("tenant_id", "=", failed.tenantId).where("id", "=", failed.id)
    .where("attempt", "=", failed.attempt).where("state", "=", "leased")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Puts a job aside as a dead letter; false when the lease was lost meanwhile. */
export async function setJobDead(db: SystemDb, failed: FailedAttempt): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("job")
    .set({ state: "dead", lease_until: null, last_error: failed.error, finished_at: sql`clock_timestamp()` })
    .where("tenant_id", "=", failed.tenantId).where("id", "=", failed.id)
    .where("attempt", "=", failed.attempt).where("state", "=", "leased")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/**
 * Frees the jobs whose lease has run out, of all tenants: their worker is dead or asleep. After the last attempt such a job is a dead
 * letter, so that one that kills its process does not come back forever.
 */
export async function setExpiredJobsFree(db: SystemDb): Promise<{ ready: number; dead: number }> {
  const { rows } = await sql<{ state: JobState }>`
    with expired as (
      select tenant_id, id from job where state = 'leased' and lease_until <= clock_timestamp()
      for update skip locked
    )
    update job set
      state = case when job.attempt >= job.max_attempts then 'dead' else 'ready' end,
      finished_at = case when job.attempt >= job.max_attempts then clock_timestamp() end,
      lease_until = null,
      run_after = clock_timestamp(),
      last_error = 'The worker did not finish before its lease ran out.'
    from expired where job.tenant_id = expired.tenant_id and job.id = expired.id
    returning job.state`.execute(db.query);
  const dead = rows.filter(({ state }) => state === "dead").length;
  return { ready: rows.length - dead, dead };
}

/** Gives a dead letter `attempts` more attempts, from now on; false when it is not dead (any more). */
export async function setDeadJobReady(db: TenantDb, id: string, attempts: number): Promise<boolean> {
  const { numUpdatedRows } = await db.query.updateTable("job")
    .set({
      state: "ready",
      finished_at: null,
      run_after: sql`clock_timestamp()`,
      max_attempts: sql`attempt + ${attempts}::int`,
    })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).where("state", "=", "dead")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export interface DeadJob {
  id: string;
  kind: string;
  attempt: number;
  lastError: string;
  finishedAt: Temporal.Instant;
}

/** Dead letters of the tenant, the latest first; `before` is the last one of the page that was shown. */
export async function listDeadJobs(
  db: TenantDb,
  limit: number,
  before?: { finishedAt: Temporal.Instant; id: string },
): Promise<DeadJob[]> {
  let query = db.query.selectFrom("job")
    .select(["id", "kind", "attempt", "last_error", "finished_at"])
    .where("tenant_id", "=", db.tenantId).where("state", "=", "dead")
    .orderBy("finished_at", "desc").orderBy("id", "desc")
    .limit(limit);
  if (before) {
    query = query.where(
      sql<boolean>`(finished_at, id) < (${before.finishedAt}::timestamptz, ${before.id}::uuid)`,
    );
  }
  return (await query.execute()).map((row) => ({
    id: row.id,
    kind: row.kind,
    attempt: row.attempt,
    lastError: row.last_error ?? "",
    finishedAt: row.finished_at!,
  }));
}

/** How many jobs of all tenants wait, run, or are dead letters, by kind: for metrics. */
export async function countJobs(
  db: SystemDb,
): Promise<{ kind: string; state: "ready" | "leased" | "dead"; count: bigint }[]> {
  const { rows } = await sql<{ kind: string; state: "ready" | "leased" | "dead"; count: bigint }>`
    select kind, state, count(*) as count from job
    where state in ('ready', 'leased', 'dead') group by kind, state order by kind, state`.execute(db.query);
  return rows;
}

/** What a schedule finds due: `uniqueKey` names the due time, so that however often it is inserted, it is one job. */
export interface DueJob {
  tenantId: string;
  kind: string;
  uniqueKey: string;
  payload: Json;
}

/** Inserts what is due and not there yet; gives the new ones. */
export async function insertDueJobs(
  db: SystemDb,
  due: readonly DueJob[],
): Promise<{ tenantId: string; jobId: string }[]> {
  if (due.length === 0) return [];
  const rows = await db.query.insertInto("job")
    .values(due.map((job) => ({
      tenant_id: job.tenantId,
      kind: job.kind,
      unique_key: job.uniqueKey,
      payload: jsonb(job.payload),
      max_attempts: null,
    })))
    .onConflict((conflict) => conflict.columns(["tenant_id", "kind", "unique_key"]).doNothing())
    .returning(["tenant_id", "id"])
    .execute();
  return rows.map((row) => ({ tenantId: row.tenant_id, jobId: row.id }));
}
