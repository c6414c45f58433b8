/**
 * Wake-ups of jobs through the Deno queue. The file belongs to one process, is opened once and has one listener; it holds job ids
 * and nothing that cannot be lost, since Postgres has the jobs and the worker's sweep finds those whose wake-up never came.
 */
import { dirname } from "node:path";
import type { JobReference } from "../lib/core/command.ts";
import { milepostError } from "../lib/core/errors.ts";
import { errorText, type Reporter, reportToStandardError } from "./report.ts";

export interface Queue {
  /** Sends wake-ups in the background. Never throws and never waits. */
  wake(jobs: readonly JobReference[]): void;
  /** Hears of wake-ups, also of those that a former process left behind. One listener. */
  listen(onWake: (jobs: readonly JobReference[]) => void): void;
  /** For the readiness of the process: throws when the file cannot be used, or nobody hears the wake-ups any more. */
  check(): Promise<void>;
  /** Sends what waits and closes the file. */
  close(): Promise<void>;
}

/** For processes that run no jobs, and for platforms without the Deno queue: workers find the jobs by their sweep. */
export const noQueue: Queue = {
  wake() {},
  listen() {},
  check: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** A message holds at most 64 KiB; a reference takes less than 200 bytes. */
const longestMessage = 200;

/**
 * Opens the queue at `path`, or at the first of `path`, `path.2`, `path.3` … that no other process has (two processes on one file would
 * hear each other's messages); `:memory:` needs no file. Throws `InvalidSetting` when there can be no file.
 */
export async function openQueue(path: string, report: Reporter = reportToStandardError): Promise<Queue> {
  try {
    const file = path === ":memory:" ? undefined : await lockFreePath(path);
    return new DenoQueue(await Deno.openKv(file?.path ?? ":memory:"), file?.lock, report);
  } catch (error) {
    throw milepostError("InvalidSetting", {
      message: `The queue file ${path} could not be opened: ${errorText(error)} ` +
        "Set MILEPOST_QUEUE_PATH to a file in a folder that this process may write to, or to :memory:.",
      fields: [{ field: "MILEPOST_QUEUE_PATH", value: path }],
      cause: error,
    });
  }
}

/** The lock is advisory and ends with its process, however that ends. */
async function lockFreePath(path: string): Promise<{ path: string; lock: Deno.FsFile }> {
  await Deno.mkdir(dirname(path), { recursive: true });
  for (let number = 1;; number++) {
    const candidate = number === 1 ? path : `${path}.${number}`;
    const lock = await Deno.open(`${candidate}.lock`, { create: true, write: true });
    if (await lock.tryLock(true)) return { path: candidate, lock };
    lock.close();
  }
}

class DenoQueue implements Queue {
  readonly #kv: Deno.Kv;
  readonly #lock: Deno.FsFile | undefined;
  readonly #report: Reporter;
  #waiting: JobReference[] = [];
  #sending: Promise<void> | undefined;
  #listening: Promise<void> | undefined;
  #trouble: string | undefined;

  constructor(kv: Deno.Kv, lock: Deno.FsFile | undefined, report: Reporter) {
    this.#kv = kv;
    this.#lock = lock;
    this.#report = report;
  }

  wake(jobs: readonly JobReference[]): void {
    this.#waiting.push(...jobs);
    this.#sending ??= this.#send();
  }

  listen(onWake: (jobs: readonly JobReference[]) => void): void {
    if (this.#listening) throw new TypeError("The queue has a listener already.");
    this.#listening = this.#kv.listenQueue((message: { jobs: JobReference[] }) => onWake(message.jobs))
      .catch((error) => {
        this.#trouble = errorText(error);
        this.#report({ what: "trouble", where: "queue listener", error: this.#trouble });
      });
  }

  async check(): Promise<void> {
    if (this.#trouble) throw new Error(`The listener of the queue ended: ${this.#trouble}`);
    await this.#kv.get(["check"]);
  }

  async close(): Promise<void> {
    await this.#sending;
    this.#kv.close();
    await this.#listening;
    this.#lock?.close();
  }

  /** One message for all that gathered while the one before was on its way: the file takes only some hundred a second. */
  async #send(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting.splice(0, longestMessage);
      try {
        await this.#kv.enqueue({ jobs });
      } catch (error) {
        this.#report({ what: "trouble", where: "queue", error: errorText(error) });
      }
    }
    this.#sending = undefined;
  }
}
