/**
 * Following the outbox. A consumer with a stored place (search, rollups, notifications) sees each event once, in one process at a
 * time; a watcher (live updates) keeps its place in memory, and every process has its own.
 */
import type { Database } from "../db/database.ts";
import {
  findNewestOutboxPosition,
  insertOutboxCursor,
  listOutboxEvents,
  lockOutboxCursor,
  type OutboxEvent,
  type OutboxPosition,
  outboxStart,
  setOutboxCursor,
} from "../db/queries/outbox.ts";
import { type SystemDb, withSystem } from "../db/system.ts";
import { errorText, type Reporter, reportToStandardError } from "./report.ts";

/** Something derived from events. */
export interface OutboxConsumer {
  /** Under which its place is stored; another name starts anew. */
  readonly name: string;
  /** Where it begins when it has no place yet: with all that is kept, or with what comes. */
  readonly start: "oldest" | "newest";
  /**
   * Takes the next events of all tenants. What it writes through `db` commits together with its place, so that each event counts
   * once; whatever else it does may be repeated after a crash. It calls nobody outside: others wait for this transaction.
   */
  handle(events: readonly OutboxEvent[], db: SystemDb): Promise<void>;
}

export interface Follower {
  /** Looks now; a hint, since it looks by itself as well. */
  wake(): void;
  /** Finishes the batch at hand. */
  stop(): Promise<void>;
}

export interface FollowOptions {
  batchSize?: number;
  /** Longest time between two looks. */
  pollEveryMs?: number;
  report?: Reporter;
}

/** Starts a consumer with a stored place. */
export function followOutbox(
  database: Database,
  consumer: OutboxConsumer,
  options: FollowOptions = {},
): Follower {
  const batchSize = options.batchSize ?? 500;
  let hasCursor = false;
  return startLoop(`outbox consumer ${consumer.name}`, options, async () => {
    if (!hasCursor) await withSystem(database, (db) => makeCursor(db, consumer));
    hasCursor = true;
    return await withSystem(database, async (db) => {
      const position = await lockOutboxCursor(db, consumer.name);
      if (!position) return false;
      const events = await listOutboxEvents(db, position, batchSize);
      if (events.length === 0) return false;
      await consumer.handle(events, db);
      await setOutboxCursor(db, consumer.name, events.at(-1)!);
      return events.length === batchSize;
    });
  });
}

async function makeCursor(db: SystemDb, consumer: OutboxConsumer): Promise<void> {
  const newest = consumer.start === "newest" ? await findNewestOutboxPosition(db) : undefined;
  await insertOutboxCursor(db, consumer.name, newest ?? outboxStart);
}

/**
 * Starts a watcher after the place `from`, or with what comes. It takes events of all tenants in their final order; a failing
 * `take` is tried again with the same events.
 */
export function watchOutbox(
  database: Database,
  from: OutboxPosition | "newest",
  take: (events: readonly OutboxEvent[]) => Promise<void> | void,
  options: FollowOptions = {},
): Follower {
  const batchSize = options.batchSize ?? 500;
  let position = from === "newest" ? undefined : from;
  return startLoop("outbox watcher", options, async () => {
    position ??= await withSystem(database, findNewestOutboxPosition, { readOnly: true }) ?? outboxStart;
    const after = position;
    const events = await withSystem(database, (db) => listOutboxEvents(db, after, batchSize), {
      readOnly: true,
    });
    if (events.length === 0) return false;
    await take(events);
    position = { xid: events.at(-1)!.xid, id: events.at(-1)!.id };
    return events.length === batchSize;
  });
}

const shortestPauseMs = 25;

/**
 * Repeats `step` while it says that there is more, then pauses: shortly after a hint (its events may still wait for an older
 * transaction), and longer each time nothing comes.
 */
function startLoop(name: string, options: FollowOptions, step: () => Promise<boolean>): Follower {
  const longestPauseMs = options.pollEveryMs ?? 1_000;
  const report = options.report ?? reportToStandardError;
  let pauseMs = shortestPauseMs;
  let wanted = true;
  let stopping = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (wanted && !stopping) {
      wanted = false;
      try {
        wanted = await step() || wanted;
      } catch (error) {
        report({ what: "trouble", where: name, error: errorText(error) });
      }
    }
    running = undefined;
    if (stopping) return;
    timer = setTimeout(look, pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  function look(): void {
    wanted = true;
    clearTimeout(timer);
    if (!running && !stopping) running = run();
  }

  look();
  return {
    wake() {
      pauseMs = Math.min(shortestPauseMs, longestPauseMs);
      look();
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await running;
    },
  };
}
