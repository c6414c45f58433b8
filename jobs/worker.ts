/**
 * The worker: claims what is due, runs a bounded number of jobs at a time, and sweeps. A wake-up from the queue makes it look at
 * once; the sweep, at start and on a timer, finds what no wake-up told of and frees the jobs of workers that are gone.
 */
import { claimJobs, setExpiredJobsFree } from "../db/queries/job.ts";
import { withSystem } from "../db/system.ts";
import type { Environment } from "../lib/core/command.ts";
import { makeAttempt } from "./attempt.ts";
import type { JobHandler } from "./handler.ts";
import type { Queue } from "./queue.ts";
import { errorText, type Reporter, reportToStandardError } from "./report.ts";

export interface WorkerOptions {
  environment: Environment;
  handlers: readonly JobHandler[];
  /** Left out, the sweep alone finds the jobs. */
  queue?: Queue;
  /** Most jobs at a time. */
  concurrency?: number;
  sweepEveryMs?: number;
  /** How long `stop` waits for running jobs; what is not done by then is taken over when its lease ends. */
  drainTimeoutMs?: number;
  report?: Reporter;
}

export interface Worker {
  /** Looks for due jobs now. */
  wake(): void;
  /** Takes no more jobs and waits for those that run. */
  stop(): Promise<void>;
}

/** Starts a worker over the jobs of all tenants. Throws a `TypeError` when two handlers want the same kind. */
export function startWorker(options: WorkerOptions): Worker {
  const worker = new RunningWorker(options);
  options.queue?.listen(() => worker.wake());
  worker.start();
  return worker;
}

class RunningWorker implements Worker {
  readonly #environment: Environment;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #concurrency: number;
  readonly #sweepEveryMs: number;
  readonly #drainTimeoutMs: number;
  readonly #report: Reporter;
  readonly #running = new Set<Promise<void>>();
  /** Whether there may be due jobs that no claim has seen. */
  #mayBeDue = false;
  #claiming: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopping = false;

  constructor(options: WorkerOptions) {
    this.#environment = options.environment;
    this.#handlers = byKind(options.handlers);
    this.#concurrency = options.concurrency ?? 4;
    this.#sweepEveryMs = options.sweepEveryMs ?? 2_000;
    this.#drainTimeoutMs = options.drainTimeoutMs ?? 20_000;
    this.#report = options.report ?? reportToStandardError;
  }

  start(): void {
    this.#sweeping = this.#sweep();
  }

  wake(): void {
    this.#mayBeDue = true;
    if (this.#stopping || this.#claiming) return;
    this.#claiming = this.#claim().finally(() => {
      this.#claiming = undefined;
      if (this.#mayBeDue && this.#running.size < this.#concurrency) this.wake();
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#sweeping;
    await this.#claiming;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => timer = setTimeout(resolve, this.#drainTimeoutMs));
    await Promise.race([Promise.all(this.#running), timeout]);
    clearTimeout(timer);
  }

  /** Claims until nothing is due or every place is taken. */
  async #claim(): Promise<void> {
    const kinds = [...this.#handlers.values()];
    while (this.#mayBeDue && !this.#stopping) {
      const places = this.#concurrency - this.#running.size;
      if (places === 0) return;
      this.#mayBeDue = false;
      try {
        const jobs = await withSystem(this.#environment.database, (db) => claimJobs(db, kinds, places));
        if (jobs.length === places) this.#mayBeDue = true;
        for (const job of jobs) {
          const attempt = makeAttempt(
            this.#environment,
            this.#handlers.get(job.kind)!,
            job,
            this.#report,
          );
          this.#follow(attempt);
        }
      } catch (error) {
        // The next sweep looks again.
        this.#report({ what: "trouble", where: "claim of jobs", error: errorText(error) });
      }
    }
  }

  #follow(attempt: Promise<void>): void {
    const followed = attempt.finally(() => {
      this.#running.delete(followed);
      if (this.#mayBeDue) this.wake();
    });
    this.#running.add(followed);
  }

  async #sweep(): Promise<void> {
    try {
      const freed = await withSystem(this.#environment.database, setExpiredJobsFree);
      if (freed.ready + freed.dead > 0) this.#report({ what: "leases_expired", ...freed });
    } catch (error) {
      this.#report({ what: "trouble", where: "sweep of jobs", error: errorText(error) });
    }
    this.wake();
    if (!this.#stopping) {
      this.#timer = setTimeout(() => this.#sweeping = this.#sweep(), this.#sweepEveryMs);
    }
  }
}

function byKind(handlers: readonly JobHandler[]): ReadonlyMap<string, JobHandler> {
  const map = new Map(handlers.map((handler) => [handler.kind, handler]));
  if (map.size < handlers.length) throw new TypeError("Two job handlers want the same kind.");
  return map;
}
