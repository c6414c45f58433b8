/** Drives an invoice run to where it waits for a person, or to its end, with a worker of this process. */
import { withTenant } from "../db/tenant.ts";
import { invoiceRun } from "../jobs/handlers/invoice_run.ts";
import { startWorker } from "../jobs/worker.ts";
import type { Environment } from "../lib/core/command.ts";
import { findRun, type RunDetail } from "../lib/invoicing/run/views.ts";

const lookAgainMs = 20;
/** Jobs at a time: one prices while another one waits for the database. */
const concurrency = 3;

/** Works until the run is in another state than previewing, issuing or reconciling; other workers may help. */
export async function driveRun(
  environment: Environment,
  tenantId: string,
  runId: string,
): Promise<RunDetail> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {}); // told to whoever waits below
  const worker = startWorker({
    environment,
    handlers: invoiceRun,
    concurrency,
    sweepEveryMs: lookAgainMs,
    report: ({ what, ...more }) => {
      if (what === "job_dead") reject(new Error(`A job of the run failed for good: ${JSON.stringify(more)}`));
    },
  });
  try {
    while (true) {
      const detail = await withTenant(
        environment.database,
        tenantId,
        (db) => findRun(db, runId),
        { readOnly: true },
      );
      if (!["previewing", "issuing", "reconciling"].includes(detail.run.state)) return detail;
      await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, lookAgainMs))]);
    }
  } finally {
    await worker.stop();
  }
}
