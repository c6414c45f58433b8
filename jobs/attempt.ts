/** One attempt at a claimed job, and what becomes of the job afterwards. */
import { type ClaimedJob, findJobState, setJobDead, setJobDone, setJobRetry } from "../db/queries/job.ts";
import { withSystem } from "../db/system.ts";
import { withTenant } from "../db/tenant.ts";
import type { Environment } from "../lib/core/command.ts";
import { isMilepostError, milepostError } from "../lib/core/errors.ts";
import { retryDelayMs, standardBackOff } from "./back_off.ts";
import type { JobHandler } from "./handler.ts";
import { errorText, type Reporter } from "./report.ts";

/** Runs the handler once. Never throws: a failure is written to the job, or left to the end of its lease. */
export async function makeAttempt(
  environment: Environment,
  handler: JobHandler,
  job: ClaimedJob,
  report: Reporter,
): Promise<void> {
  const named = { tenantId: job.tenantId, jobId: job.id, kind: job.kind, attempt: job.attempt };
  try {
    const { tenantId, id, attempt, payload } = job;
    await handler.run(environment, { tenantId, id, attempt, payload });
    await finish(environment, job);
    report({ what: "job_done", ...named });
  } catch (error) {
    try {
      report({ what: await fail(environment, handler, job, error), ...named, error: errorText(error) });
    } catch (second) {
      // The database is out of reach; the lease will run out and the sweep frees the job.
      report({ what: "job_failed", ...named, error: `${errorText(error)} (and then ${errorText(second)})` });
    }
  }
}

/** The job is done already if a command of this attempt settled it. */
async function finish(environment: Environment, job: ClaimedJob): Promise<void> {
  await withTenant(environment.database, job.tenantId, async (db) => {
    if (await setJobDone(db, job)) return;
    const found = await findJobState(db, job.id);
    if (found?.state !== "done" || found.attempt !== job.attempt) throw milepostError("LeaseLost");
  });
}

async function fail(
  environment: Environment,
  handler: JobHandler,
  job: ClaimedJob,
  error: unknown,
): Promise<"job_failed" | "job_dead" | "job_lease_lost"> {
  // Whoever holds the lease now decides; if nobody does yet, the sweep frees the job.
  if (isMilepostError(error, "LeaseLost")) return "job_lease_lost";
  const failed = { tenantId: job.tenantId, id: job.id, attempt: job.attempt, error: errorText(error) };
  return await withSystem(environment.database, async (db) => {
    if (job.attempt >= job.maxAttempts) return await setJobDead(db, failed) ? "job_dead" : "job_lease_lost";
    const delayMs = retryDelayMs(job.attempt, handler.backOff ?? standardBackOff, Math.random());
    return await setJobRetry(db, failed, delayMs) ? "job_failed" : "job_lease_lost";
  });
}
