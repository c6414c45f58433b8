/** The jobs of an invoice run that failed: how many there are, and all of them once more. */
import type { TenantDb } from "../tenant.ts";

/** Jobs that gave up, and those that failed and wait for their next attempt. */
export interface FailedRunJobs {
  dead: number;
  waiting: number;
}

export async function countFailedRunJobs(
  db: TenantDb,
  runId: string,
  kinds: readonly string[],
): Promise<FailedRunJobs> {
  const [counts] = await db.sql<FailedRunJobs[]>`
    select count(*) filter (where state = 'dead')::int as dead,
      count(*) filter (where state = 'ready')::int as waiting
    from job where tenant_id = ${db.tenantId} and kind = any(${[...kinds]}::text[])
      and state in ('dead', 'ready') and attempt > 0 and payload ->> 'runId' = ${runId}`;
  return counts;
}

/** Gives every failed job of a run `attempts` more attempts, from now on. Gives their number. */
export async function setFailedRunJobsReady(
  db: TenantDb,
  runId: string,
  kinds: readonly string[],
  attempts: number,
): Promise<number> {
  const { count } = await db.sql`
    update job set state = 'ready', finished_at = null, run_after = clock_timestamp(),
      max_attempts = attempt + ${attempts}::int
    where tenant_id = ${db.tenantId} and kind = any(${[...kinds]}::text[])
      and state in ('dead', 'ready') and attempt > 0 and payload ->> 'runId' = ${runId}`;
  return count;
}
