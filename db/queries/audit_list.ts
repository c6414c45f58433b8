/** The audit trail for readers: a page of it, one event with its seal, and all of a span in order. */
import { sql } from "kysely";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { TenantDb } from "../tenant.ts";

export interface AuditFilter {
  /** As `actorKey` writes it, or its first part with the colon, such as `job:`. */
  actor?: string;
  /** Nouns of commands, such as `invoice`. */
  topics?: readonly string[];
  /** The id of a thing, or its reference or number as the event has it. */
  subject?: string;
  from?: Temporal.Instant;
  /** Before this. */
  to?: Temporal.Instant;
}

export interface SealedEvent {
  id: string;
  xid: string;
  /** With six decimals of a second. */
  at: Temporal.Instant;
  actor: string;
  command: string;
  subjectType: string;
  subjectId: string;
  detail: Record<string, unknown>;
  /** Null until it is sealed. */
  sequence: bigint | null;
  hash: Uint8Array | null;
}

function events(db: TenantDb, filter: AuditFilter = {}) {
  const { actor, topics, subject, from, to } = filter;
  let query = db.query.selectFrom("audit_event as event")
    .leftJoin(
      "audit_seal as seal",
      (join) =>
        join.onRef("seal.tenant_id", "=", "event.tenant_id").onRef("seal.audit_event_id", "=", "event.id"),
    )
    .select([
      "event.id",
      "event.xid",
      "event.at",
      "event.actor",
      "event.command",
      "event.subject_type as subjectType",
      "event.subject_id as subjectId",
      "seal.sequence",
      "seal.hash",
    ])
    .select(sql<Record<string, unknown>>`event.detail`.as("detail"))
    .where("event.tenant_id", "=", db.tenantId);
  if (actor?.endsWith(":")) query = query.where(sql<boolean>`starts_with(event.actor, ${actor})`);
  else if (actor) query = query.where("event.actor", "=", actor);
  if (topics) {
    query = query.where(sql<boolean>`split_part(event.command, '.', 1) = any(${[...topics]}::text[])`);
  }
  if (subject) {
    query = query.where(({ eb, or }) =>
      or([
        eb("event.subject_id", "=", subject),
        sql<boolean>`event.detail ->> 'reference' = ${subject}`,
        sql<boolean>`event.detail ->> 'number' = ${subject}`,
        sql<boolean>`event.detail ->> 'email' = ${subject}`,
      ])
    );
  }
  if (from) query = query.where("event.at", ">=", from);
  if (to) query = query.where("event.at", "<", to);
  return query;
}

/** A place in the trail, `<xid>.<id>`. */
export function placeOf({ xid, id }: { xid: string; id: string }): string {
  return `${xid}.${id}`;
}

export function isPlace(text: string): boolean {
  return /^\d{1,19}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function beyond(place: string, sign: "<" | ">") {
  const [xid, id] = place.split(".");
  return sql<boolean>`(event.xid, event.id) ${sql.raw(sign)} (${xid}::text::xid8, ${id}::uuid)`;
}

/** Events newest first, from a place on; `before` gives the nearest first. */
export async function listAuditEvents(
  db: TenantDb,
  filter: AuditFilter,
  cursor: Cursor | undefined,
  limit: number,
): Promise<SealedEvent[]> {
  let query = events(db, filter).limit(limit);
  const isBackwards = cursor !== undefined && "before" in cursor;
  if (cursor) {
    query = query.where("before" in cursor ? beyond(cursor.before, ">") : beyond(cursor.after, "<"));
  }
  const direction = isBackwards ? "asc" : "desc";
  return await query.orderBy("event.xid", direction).orderBy("event.id", direction).execute();
}

/** The next events in their final order, after a place or from the first. */
export async function listFinalAuditEvents(
  db: TenantDb,
  filter: AuditFilter,
  after: string | undefined,
  limit: number,
): Promise<SealedEvent[]> {
  let query = events(db, filter).where(sql<boolean>`event.xid < pg_snapshot_xmin(pg_current_snapshot())`);
  if (after) query = query.where(beyond(after, ">"));
  return await query.orderBy("event.xid").orderBy("event.id").limit(limit).execute();
}

export async function findAuditEvent(db: TenantDb, id: string): Promise<SealedEvent | undefined> {
  return await events(db).where("event.id", "=", id).executeTakeFirst();
}

/** The hash of the seal with this number. */
export async function findSealHash(db: TenantDb, sequence: bigint): Promise<Uint8Array | undefined> {
  const found = await db.query.selectFrom("audit_seal").select("hash")
    .where("tenant_id", "=", db.tenantId).where("sequence", "=", sequence).executeTakeFirst();
  return found?.hash;
}
