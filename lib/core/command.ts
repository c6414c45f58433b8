/** The runner of commands, the only writers: permission, transaction, idempotency, audit, outbox and jobs, once for all of them. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { Database } from "../../db/database.ts";
import { insertAuditEvent } from "../../db/queries/audit_event.ts";
import { checkDeferredConstraints } from "../../db/queries/constraints.ts";
import {
  findIdempotencyKey,
  insertIdempotencyKey,
  setIdempotencyAnswer,
} from "../../db/queries/idempotency_key.ts";
import { insertJob, setJobDone } from "../../db/queries/job.ts";
import { insertOutboxEvents, type NewOutboxEvent } from "../../db/queries/outbox.ts";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import { requireCapability } from "../auth/policy.ts";
import { type Actor, actorKey, type Capability } from "./actor.ts";
import type { Clock } from "./clock.ts";
import { requireConfirmation } from "./confirmation.ts";
import { milepostError } from "./errors.ts";
import { canonicalJson, type Json } from "./json.ts";
import type { Secrets } from "./secrets.ts";
import type { OutgoingRules } from "./outgoing.ts";
import type { RateLimiter } from "./rate_limit.ts";

export type { Json } from "./json.ts";

/** Names a job across tenants. */
export interface JobReference {
  tenantId: string;
  jobId: string;
}

/** What commands and jobs of one process share. */
export interface Environment {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** By which customers reach this server, for the links in what is sent to them; none are written if left out. */
  readonly origin?: string;
  /** Hint after a commit that these jobs are due. It may get lost (a sweep follows), and it never throws. */
  wake(jobs: readonly JobReference[]): void;
  /** Hint after a commit that the outbox of this tenant has new rows. It may get lost, and it never throws. */
  announce?(tenantId: string): void;
  /** For `fetchPublic`: which private addresses may be called; none if left out. */
  readonly outgoing?: OutgoingRules;
  /** Counts requests; nothing is limited if left out. */
  readonly rateLimit?: RateLimiter;
}

export interface EnqueueOptions {
  /** At most one job per tenant, kind and key, ever; enqueuing it again gives the first one's id. */
  uniqueKey?: string;
  /** Not before this instant; at once if left out. */
  runAfter?: Temporal.Instant;
  /** Higher ones first; 0 if left out. */
  priority?: number;
  /** Attempts before it is a dead letter; 8 if left out. */
  maxAttempts?: number;
}

/** A claimed job: the attempt number is the fencing token. */
export interface JobClaim {
  id: string;
  attempt: number;
}

/** All that the handler of a command may use. */
export interface CommandContext {
  readonly db: TenantDb;
  readonly actor: Actor;
  /** Business time: the same instant for the whole command. */
  readonly now: Temporal.Instant;
  readonly secrets: Secrets;
  /** By which customers reach this server. */
  readonly origin?: string;
  readonly key?: string;
  readonly job?: JobClaim;
  /** Says that something happened; consumers read it from the outbox once the command has committed. */
  emit(event: string, subjectId: string, payload: Json): void;
  /** Writes a job row in this transaction and gives its id. */
  enqueue(kind: string, payload: Json, options?: EnqueueOptions): Promise<string>;
}

export interface Command<Input, Result extends Json> {
  /** Noun and verb: `invoice.issue`. */
  readonly name: string;
  readonly capability: Capability;
  /** It moves or forgives money, or gives rights: a user has proved within the last 15 minutes who they are. */
  readonly confirmed?: boolean;
  /** What the audit row is about. */
  subject(input: Input, result: Result): { type: string; id: string };
  /** What the audit row keeps beside that; the input if left out. A must for secrets, and counts for bulk input. */
  detail?(input: Input, result: Result): Json;
  /** What a repeated key answers; the result if left out. A must where the result names a person: answers are kept in clear. */
  answer?(result: Result): Result;
  run(context: CommandContext, input: Input): Promise<Result>;
}

export interface Execution {
  tenantId: string;
  actor: Actor;
  /** The same key and input give the stored answer instead of a second effect; 1 to 255 characters, kept 30 days. */
  key?: string;
  /** Does everything, gives the result and leaves nothing behind, so it needs no confirmation; the key is neither looked up nor stored. */
  dryRun?: boolean;
  /** The job whose effects these are: it is done when, and only when, they commit. */
  job?: JobClaim;
}

/** An audit row is for people: larger input is named by its hash. */
const largestDetail = 16_384;
const longestKey = 255;
/** A statement takes 65,535 parameters at most. */
const eventsPerStatement = 5_000;

export function defineCommand<Input, Result extends Json>(
  command: Command<Input, Result>,
): Command<Input, Result> {
  return command;
}

/** Set while a command runs, so that one that is started inside another is seen; nothing is passed through it. */
const running = new AsyncLocalStorage<{ name: string; finished: boolean }>();

/**
 * Runs a command in one transaction of its tenant and gives its result (or, for a repeated key, the stored one).
 * Throws `NotPermitted`, `ConfirmationNeeded`, `InvalidInput` (key), `KeyReused`, `LeaseLost`, `NestedCommand`, `DatabaseUnavailable`, and what the command refuses;
 * then nothing has happened.
 */
export async function execute<Input, Result extends Json>(
  environment: Environment,
  command: Command<Input, Result>,
  execution: Execution,
  input: Input,
): Promise<Result> {
  refuseNesting(command.name);
  requireCapability(execution.actor, command.capability);
  if (command.confirmed && !execution.dryRun) requireConfirmation(execution.actor, environment.clock.now());
  requireKeySyntax(execution.key);
  const mark = { name: command.name, finished: false };
  const effects = new Effects(execution.tenantId);
  try {
    const result = await running.run(
      mark,
      () =>
        withTenant(
          environment.database,
          execution.tenantId,
          (db) => runInTransaction(environment, db, command, execution, input, effects),
        ),
    );
    effects.announce(environment);
    return result;
  } catch (error) {
    if (error instanceof RolledBack && error.effects === effects) return error.result as Result;
    throw error;
  } finally {
    mark.finished = true;
  }
}

/** Carries the result of a dry run past the rollback of its transaction. */
class RolledBack extends Error {
  constructor(readonly effects: Effects, readonly result: unknown) {
    super("A dry run ends in a rollback.");
  }
}

/** What a command leaves for others, told to them only after the commit. */
class Effects {
  readonly events: NewOutboxEvent[] = [];
  readonly dueJobs: JobReference[] = [];

  constructor(readonly tenantId: string) {}

  announce(environment: Environment): void {
    if (this.dueJobs.length > 0) environment.wake(this.dueJobs);
    if (this.events.length > 0) environment.announce?.(this.tenantId);
  }
}

async function runInTransaction<Input, Result extends Json>(
  environment: Environment,
  db: TenantDb,
  command: Command<Input, Result>,
  execution: Execution,
  input: Input,
  effects: Effects,
): Promise<Result> {
  const { actor, dryRun, job } = execution;
  const key = dryRun || execution.key === undefined
    ? undefined
    : { actor: actorKey(actor), command: command.name, key: execution.key };
  if (key) {
    const inputHash = sha256(canonicalJson(input ?? null));
    if (!await insertIdempotencyKey(db, { ...key, inputHash })) {
      const kept = await findIdempotencyKey(db, key);
      if (!kept || !sameBytes(kept.inputHash, inputHash)) throw keyReused(execution.key!);
      if (job) await settle(db, job);
      return kept.answer as Result;
    }
  }
  const context = makeContext(environment, db, execution, effects);
  const result = await command.run(context, input);
  await record(db, command, execution, input, result, effects);
  if (dryRun) {
    // The guards that wait for the commit must refuse a preview too.
    await checkDeferredConstraints(db);
    throw new RolledBack(effects, result);
  }
  if (key) await setIdempotencyAnswer(db, key, command.answer ? command.answer(result) : result);
  if (job) await settle(db, job);
  return result;
}

function makeContext(
  environment: Environment,
  db: TenantDb,
  { actor, key, job, tenantId }: Execution,
  effects: Effects,
): CommandContext {
  const now = environment.clock.now();
  return {
    db,
    actor,
    now,
    secrets: environment.secrets,
    origin: environment.origin,
    key,
    job,
    emit(event, subjectId, payload) {
      effects.events.push({ event, subjectId, payload });
    },
    async enqueue(kind, payload, options = {}) {
      const jobId = await insertJob(db, { kind, payload, ...options });
      if (options.runAfter === undefined || Temporal.Instant.compare(options.runAfter, now) <= 0) {
        effects.dueJobs.push({ tenantId, jobId });
      }
      return jobId;
    },
  };
}

async function record<Input, Result extends Json>(
  db: TenantDb,
  command: Command<Input, Result>,
  { actor }: Execution,
  input: Input,
  result: Result,
  effects: Effects,
): Promise<void> {
  const subject = command.subject(input, result);
  await insertAuditEvent(db, {
    actor: actorKey(actor),
    command: command.name,
    subjectType: subject.type,
    subjectId: subject.id,
    detail: auditDetail(command, input, result),
  });
  for (let from = 0; from < effects.events.length; from += eventsPerStatement) {
    await insertOutboxEvents(db, effects.events.slice(from, from + eventsPerStatement));
  }
}

function auditDetail<Input, Result extends Json>(
  command: Command<Input, Result>,
  input: Input,
  result: Result,
): Json {
  const text = canonicalJson(command.detail ? command.detail(input, result) : input ?? null);
  if (text.length <= largestDetail) return JSON.parse(text);
  return { sha256: sha256(text).toHex(), characters: text.length };
}

/** The attempt number is checked in the same transaction as the effects: who lost the lease cannot commit. */
async function settle(db: TenantDb, job: JobClaim): Promise<void> {
  if (!await setJobDone(db, job)) throw milepostError("LeaseLost");
}

function refuseNesting(name: string): void {
  const outer = running.getStore();
  if (!outer || outer.finished) return;
  throw milepostError("NestedCommand", {
    message: `${name} was started inside ${outer.name}. Shared work is a step on the caller's transaction.`,
  });
}

function requireKeySyntax(key: string | undefined): void {
  if (key === undefined || (key.length >= 1 && key.length <= longestKey && !key.includes("\0"))) return;
  throw milepostError("InvalidInput", {
    message: `An idempotency key has 1 to ${longestKey} characters, and this one has ${key.length}.`,
    fields: [{
      field: "key",
      value: key,
      rule: `Use 1 to ${longestKey} characters.`,
      example: "import-2024-01",
    }],
  });
}

function keyReused(key: string): Error {
  return milepostError("KeyReused", {
    fields: [{
      field: "key",
      value: key,
      rule: "A key stands for one input. Use a new key for other input.",
    }],
  });
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
