/** What runs a kind of job: one attempt at a time, under a lease. */
import type { Environment, Json } from "../lib/core/command.ts";
import type { BackOff } from "./back_off.ts";

/** A job as its handler sees it. `{ id, attempt }` goes to the command whose effects finish the job. */
export interface Job {
  readonly tenantId: string;
  readonly id: string;
  /** Counts from 1; the fencing token. */
  readonly attempt: number;
  readonly payload: Json;
}

export interface JobHandler {
  /** Noun and verb, as commands are named: `invoice.deliver`. */
  readonly kind: string;
  /** Attempts before the job is a dead letter, unless its row says another number. */
  readonly maxAttempts: number;
  /** How long one attempt may take; after that its effects are refused and another worker may take over. */
  readonly leaseMs: number;
  /** How long a failed job waits for its next attempt; see `standardBackOff`. */
  readonly backOff?: BackOff;
  /**
   * Makes one attempt. The effects go through commands of `job.tenantId`, the last of them with `{ job }`; when this returns and
   * none did, the job is done as well. It may run twice for one job: what it does outside of that command must bear it.
   * Whatever it throws is kept with the job, which is tried again later.
   */
  run(environment: Environment, job: Job): Promise<void>;
}
