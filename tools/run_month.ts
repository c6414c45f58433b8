/** Drives an invoice run to where it waits for a person, or to its end, with a worker of this process. */
import type { InvoiceRunState } from "../db/schema.ts";
import { type TenantDb, withTenant } from "../db/tenant.ts";
import { deliverMessage } from "../jobs/handlers/deliver_message.ts";
import { invoiceRun } from "../jobs/handlers/invoice_run.ts";
import { startWorker } from "../jobs/worker.ts";
import type { Environment } from "../lib/core/command.ts";
import { milepostError } from "../lib/core/errors.ts";
import { outboxConnector } from "../lib/integrations/outbox/connector.ts";
import type { MessagePort } from "../lib/integrations/port.ts";
import { findRun, findRunState, type RunDetail } from "../lib/invoicing/run/views.ts";
import { deliveryKind } from "../lib/notifications/commands.ts";
import { isDelivering } from "../lib/notifications/views.ts";

const lookAgainMs = 20;
/** Jobs at a time: one prices while others wait for the database. */
const concurrency = 3;
/** Whoever waits is told after so many; workers that nobody waits for go on trying for longer. */
const mostFailedAttempts = 5;

/**
 * Works until the run is in another state than previewing, issuing or reconciling and each of its messages was tried once; other
 * workers may help. Messages go by `port`, and into the outbox where it is left out. Throws `JobFailed` once a job of the tenant
 * has failed five times.
 */
export async function driveRun(
  environment: Environment,
  tenantId: string,
  runId: string,
  port: MessagePort = outboxConnector,
): Promise<RunDetail> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {}); // told to whoever waits below
  const worker = startWorker({
    environment: {
      ...environment,
      wake(jobs) {
        environment.wake(jobs);
        worker.wake();
      },
    },
    handlers: [...invoiceRun, deliverMessage(port)],
    concurrency,
    report: (report) => {
      if (report.what !== "job_failed" && report.what !== "job_dead") return;
      // a message that could not be sent is told by its run
      if (report.tenantId !== tenantId || report.kind === deliveryKind) return;
      if (report.what === "job_failed" && report.attempt < mostFailedAttempts) return;
      reject(milepostError("JobFailed", {
        message:
          `The run stands still: its job ${report.kind} (${report.jobId}) failed ${report.attempt} times, ` +
          `at last with: ${report.error}. What was done is kept; mend the cause and start the run again.`,
      }));
    },
  });
  const read = <Found>(view: (db: TenantDb, runId: string) => Promise<Found>) =>
    withTenant(environment.database, tenantId, (db) => view(db, runId), { readOnly: true });
  try {
    while (isAtWork(await read(findRunState)) || await read(isDelivering)) {
      await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, lookAgainMs))]);
    }
    return await read(findRun);
  } finally {
    await worker.stop();
  }
}

function isAtWork(state: InvoiceRunState): boolean {
  return state === "previewing" || state === "issuing" || state === "reconciling";
}
