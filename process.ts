/** What one process of Milepost holds open: the database, the queue, and, where it works, worker and schedule. */
import type { Config } from "./lib/core/config.ts";
import { systemClock } from "./lib/core/clock.ts";
import type { Environment } from "./lib/core/command.ts";
import { openRateLimiter } from "./lib/core/rate_limit.ts";
import { openTypesetter, type Typesetter } from "./lib/documents/typesetter.ts";
import { Metrics } from "./lib/ops/metrics.ts";
import { type Readiness, readReadiness } from "./lib/ops/readiness.ts";
import { envelopeSecrets } from "./lib/core/secrets.ts";
import { anchorPort, messagePort, openKeyRing, vatNumberPort } from "./lib/integrations/registry.ts";
import { configuredDatabase } from "./db/configured.ts";
import { openDatabase } from "./db/database.ts";
import { startAccountMailer } from "./jobs/account_mailer.ts";
import { startAnnouncer } from "./jobs/announcer.ts";
import { auditAnchor } from "./jobs/handlers/audit_anchor.ts";
import { deliverMessage } from "./jobs/handlers/deliver_message.ts";
import { handlers } from "./jobs/handlers/list.ts";
import { vatCheck } from "./jobs/handlers/vat_check.ts";
import { noQueue, openQueue } from "./jobs/queue.ts";
import { type Reporter, reportToStandardError } from "./jobs/report.ts";
import { startSealer } from "./jobs/sealer.ts";
import { startSchedule } from "./jobs/schedule.ts";
import { startWorker } from "./jobs/worker.ts";
import { originOf } from "./origin.ts";

/** What a process tells about itself. */
export interface Operations {
  readonly metrics: Metrics;
  /** Aborted once the process is told to end, so that answers without an end of their own find one. */
  readonly ending: AbortSignal;
  readiness(): Promise<Readiness>;
  readonly documents: Typesetter;
}

export interface RunningProcess {
  readonly config: Config;
  readonly environment: Environment;
  readonly operations: Operations;
  /** Says that no more requests come and those that run should finish; `close` follows. */
  beginToEnd(): void;
  /** Ends what was opened, in an order that lets running jobs finish. */
  close(): Promise<void>;
}

/** Things to end, last opened first. */
class Closing {
  readonly #steps: (() => Promise<void>)[] = [];

  later(step: () => Promise<void>): void {
    this.#steps.unshift(step);
  }

  async close(): Promise<void> {
    for (const step of this.#steps.splice(0)) await step();
  }
}

/** Opens everything that the role of this process needs. Throws an error whose message is for people; then nothing stays open. */
export async function openProcess(config: Config): Promise<RunningProcess> {
  const closing = new Closing();
  try {
    const secrets = envelopeSecrets(await openKeyRing(config, systemClock));
    const place = await configuredDatabase(config);
    closing.later(() => place.release());
    const database = await openDatabase({ ...place, secrets, poolSize: config.poolSize });
    closing.later(() => database.close());
    const announcer = startAnnouncer(database);
    closing.later(() => announcer.close());
    const queue = config.role === "web" ? noQueue : await openQueue(config.queuePath);
    closing.later(() => queue.close());
    const environment: Environment = {
      database,
      clock: systemClock,
      secrets,
      origin: originOf(config, config.port),
      wake: (jobs) => queue.wake(jobs),
      announce: (tenantId) => announcer.announce(tenantId),
      outgoing: { allowed: config.outgoingAllowed },
      rateLimit: openRateLimiter(config),
    };
    const documents = openTypesetter();
    closing.later(() => documents.close());
    const metrics = new Metrics();
    if (config.role !== "web") {
      const report = counting(metrics);
      const worker = startWorker({
        environment,
        handlers: [
          ...handlers,
          auditAnchor(anchorPort(config)),
          deliverMessage(messagePort(config)),
          vatCheck(vatNumberPort(config)),
        ],
        queue,
        concurrency: config.jobConcurrency,
        report,
      });
      closing.later(() => worker.stop());
      const mailer = startAccountMailer(environment, messagePort(config), report);
      closing.later(() => mailer.stop());
      const schedule = startSchedule(environment, report);
      closing.later(() => schedule.stop());
      const sealer = startSealer(database, report);
      closing.later(() => sealer.stop());
    }
    const ending = new AbortController();
    const operations = {
      metrics,
      ending: ending.signal,
      readiness: () => readReadiness(database, queue),
      documents,
    };
    return {
      config,
      environment,
      operations,
      beginToEnd: () => ending.abort(),
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

function counting(metrics: Metrics): Reporter {
  return (report) => {
    if ("kind" in report) metrics.countJob(report.kind, report.what.replace("job_", ""));
    reportToStandardError(report);
  };
}
