/** Prepares the invoice runs that schedules ask for, one month of one billing entity at a time. */
import type { DueJob } from "../../db/queries/job.ts";
import { listPendingRunSchedules } from "../../db/queries/run_schedule.ts";
import type { SystemDb } from "../../db/system.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { prepareScheduledRun, type ScheduledRunInput } from "../../lib/invoicing/schedule/commands.ts";
import { jobDueAt, scheduledRunJobKind } from "../../lib/invoicing/schedule/due.ts";
import type { JobHandler } from "../handler.ts";

export const scheduledRun: JobHandler = {
  kind: scheduledRunJobKind,
  maxAttempts: 20,
  leaseMs: 120_000,
  async run(environment, { tenantId, id, attempt, payload }) {
    const execution = { tenantId, actor: jobActor(scheduledRunJobKind), job: { id, attempt } };
    await execute(environment, prepareScheduledRun, execution, payload as unknown as ScheduledRunInput);
  },
};

/** One job for each schedule whose next month is due: later months follow it, so that they come in order. */
export async function findDueRuns(db: SystemDb, now: Temporal.Instant): Promise<DueJob[]> {
  // No zone is a day ahead of UTC: what may be due is read, what is due is reckoned in the zone.
  const tomorrow = now.toZonedDateTimeISO("UTC").toPlainDate().add({ days: 1 });
  return (await listPendingRunSchedules(db, tomorrow)).flatMap((schedule) => {
    const job = jobDueAt(schedule, now);
    return job ? [{ tenantId: schedule.tenantId, kind: scheduledRunJobKind, ...job }] : [];
  });
}
