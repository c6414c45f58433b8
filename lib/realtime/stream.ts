/**
 * What happens in a tenant, as server-sent events (HTML standard, 9.2): in the final order of the outbox, gone on with after the
 * id that a browser saw last, also in another process.
 */
import type { Database } from "../../db/database.ts";
import {
  findNewestTenantPosition,
  isPositionKept,
  listTenantEvents,
  type OutboxEvent,
  type OutboxPosition,
} from "../../db/queries/outbox.ts";
import { withTenant } from "../../db/tenant.ts";
import type { Capability } from "../core/actor.ts";

export interface StreamRequest {
  database: Database;
  tenantId: string;
  capabilities: ReadonlySet<Capability>;
  /** What the browser sends as Last-Event-ID; without it the stream begins with what comes. */
  lastEventId?: string;
  /** Only events about this thing. */
  subjectId?: string;
  /** After so many looks the stream ends, and the browser comes again with its session. */
  looks?: number;
  lookEveryMs?: number;
  /** Asked before anything is sent: whether the reader is still signed in. Once not, the stream ends. */
  mayRead: () => Promise<boolean>;
  /** Once it is aborted the stream ends, and the browser comes again, to whichever process is there then. */
  ending?: AbortSignal;
}

const eventsAtATime = 200;
/** A proxy ends a connection that says nothing, and a browser that went away is noticed when something is sent to it. */
const looksPerHeartbeat = 25;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Nouns of events that only some may see; the others are for everyone who may read. */
const needs: Record<string, Capability> = {
  member: "members.manage",
  role: "members.manage",
  api_key: "api_keys.manage",
  api_client: "api_keys.manage",
  audit: "audit.read",
};

/** After one of these someone may see more or less: the stream ends, and the browser comes again with its session. */
const changesRights = new Set(["member", "role"]);

/**
 * Yields frames until it is left or has looked often enough. An id that is older than what is kept gives `event: reset`: the
 * reader loads the page anew.
 */
export async function* tenantEvents(request: StreamRequest): AsyncGenerator<string, void, void> {
  const { looks = 1_500, lookEveryMs = 600, ending } = request;
  yield "retry: 2000\n\n";
  const asked = readPosition(request.lastEventId);
  let position = await read(request, async (db) => {
    if (asked === "none") return await findNewestTenantPosition(db);
    return asked !== "unreadable" && await isPositionKept(db, asked) ? asked : undefined;
  });
  if (!position) {
    position = await read(request, findNewestTenantPosition);
    yield `id: ${position.xid}.${position.id}\nevent: reset\ndata: {}\n\n`;
  }
  for (let look = 1; look <= looks && !ending?.aborted; look++) {
    const after: OutboxPosition = position;
    const events: OutboxEvent[] = await read(request, (db) => listTenantEvents(db, after, eventsAtATime));
    const isBeat = look % looksPerHeartbeat === 0;
    if ((isBeat || events.length > 0) && !await request.mayRead()) return;
    for (const event of events) {
      if (isFor(request, event)) yield frameOf(event);
      if (!changesRights.has(nounOf(event))) continue;
      // an id without data is remembered and shown to nobody, so that the reader does not stop here again
      yield `id: ${event.xid}.${event.id}\n\n`;
      return;
    }
    const last = events.at(-1);
    if (last) position = last;
    if (isBeat) yield ": still here\n\n";
    if (events.length < eventsAtATime) await pause(lookEveryMs, ending);
  }
}

/** Waits, but no longer than until the process begins to end. */
async function pause(forMs: number, ending: AbortSignal | undefined): Promise<void> {
  if (ending?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const timer = setTimeout(wake, forMs);
  // one signal serves every stream of the process, so each takes its listener away again
  ending?.addEventListener("abort", wake);
  await promise;
  clearTimeout(timer);
  ending?.removeEventListener("abort", wake);
}

function read<Result>(
  { database, tenantId }: StreamRequest,
  work: Parameters<typeof withTenant<Result>>[2],
): Promise<Result> {
  return withTenant(database, tenantId, work, { readOnly: true });
}

function readPosition(lastEventId: string | undefined): OutboxPosition | "none" | "unreadable" {
  if (lastEventId === undefined || lastEventId === "") return "none";
  const [xid, id] = lastEventId.split(".");
  return /^\d{1,19}$/.test(xid) && uuid.test(id ?? "") ? { xid, id } : "unreadable";
}

function isFor({ capabilities, subjectId }: StreamRequest, event: OutboxEvent): boolean {
  if (subjectId !== undefined && event.subjectId !== subjectId) return false;
  const needed = needs[nounOf(event)] ?? "read";
  return capabilities.has(needed);
}

function nounOf({ event }: OutboxEvent): string {
  return event.split(".")[0];
}

function frameOf({ xid, id, event, subjectId, at, payload }: OutboxEvent): string {
  const data = JSON.stringify({ subjectId, at: at.toString(), payload });
  return `id: ${xid}.${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
