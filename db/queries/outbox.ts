/**
 * The outbox: what happened, for those who follow. A reader goes by (xid, id) and stops below the oldest transaction that
 * is still open: ids are taken before commits, so a reader that goes by id passes rows which are not yet visible.
 */
import { sql } from "kysely";
import type { Json } from "../../lib/core/json.ts";
import type { SystemDb } from "../system.ts";
import type { TenantDb } from "../tenant.ts";
import { jsonb } from "./json.ts";

export interface NewOutboxEvent {
  /** Noun and past verb: `invoice.issued`. */
  event: string;
  subjectId: string;
  payload: Json;
}

/** A place in the outbox: what comes after it has a greater xid, or the same xid and a greater id. */
export interface OutboxPosition {
  /** A 64-bit number as text, as xid8 is no JavaScript number. */
  xid: string;
  id: string;
}

export interface OutboxEvent extends OutboxPosition, NewOutboxEvent {
  tenantId: string;
  at: Temporal.Instant;
}

/** Before every row. */
export const outboxStart: OutboxPosition = { xid: "0", id: "00000000-0000-0000-0000-000000000000" };

export async function insertOutboxEvents(db: TenantDb, events: readonly NewOutboxEvent[]): Promise<void> {
  await db.query.insertInto("outbox")
    .values(events.map(({ event, subjectId, payload }) => ({
      tenant_id: db.tenantId,
      event,
      subject_id: subjectId,
      payload: jsonb(payload),
    })))
    .execute();
}

/** The next events of all tenants after `position`, in their final order; later calls never show one in between. */
export async function listOutboxEvents(
  db: SystemDb,
  position: OutboxPosition,
  limit: number,
): Promise<OutboxEvent[]> {
  const rows = await db.query.selectFrom("outbox")
    .select(["tenant_id", "id", "xid", "at", "event", "subject_id", "payload"])
    .where(sql<boolean>`xid < pg_snapshot_xmin(pg_current_snapshot())`)
    .where(sql<boolean>`(xid, id) > (${position.xid}::text::xid8, ${position.id}::uuid)`)
    .orderBy("xid").orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    id: row.id,
    xid: row.xid,
    at: row.at,
    event: row.event,
    subjectId: row.subject_id,
    payload: row.payload as Json,
  }));
}

/** The place of the youngest event that readers may see, or undefined when there is none. */
export async function findNewestOutboxPosition(db: SystemDb): Promise<OutboxPosition | undefined> {
  return await db.query.selectFrom("outbox")
    .select(["xid", "id"])
    .where(sql<boolean>`xid < pg_snapshot_xmin(pg_current_snapshot())`)
    .orderBy("xid", "desc").orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** The next events of one tenant after `position`, in their final order. */
export async function listTenantEvents(
  db: TenantDb,
  position: OutboxPosition,
  limit: number,
): Promise<OutboxEvent[]> {
  return await db.sql<OutboxEvent[]>`
    select tenant_id as "tenantId", id, xid::text as xid, at, event, subject_id as "subjectId", payload from outbox
    where tenant_id = ${db.tenantId} and xid < pg_snapshot_xmin(pg_current_snapshot())
      and (xid, id) > (${position.xid}::text::xid8, ${position.id}::uuid)
    order by xid, id limit ${limit}`;
}

/** The place of the tenant's youngest event that readers may see, or the start. */
export async function findNewestTenantPosition(db: TenantDb): Promise<OutboxPosition> {
  const [row] = await db.sql<OutboxPosition[]>`
    select xid::text as xid, id from outbox
    where tenant_id = ${db.tenantId} and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by outbox.xid desc, id desc limit 1`;
  return row ?? outboxStart;
}

/** Whether nothing between a place and now can have been pruned: an event at or before it is still kept. */
export async function isPositionKept(db: TenantDb, position: OutboxPosition): Promise<boolean> {
  const [{ kept }] = await db.sql<{ kept: boolean }[]>`
    select exists (select from outbox where tenant_id = ${db.tenantId}
      and (xid, id) <= (${position.xid}::text::xid8, ${position.id}::uuid)) as kept`;
  return kept;
}

/** Makes the consumer's cursor if it has none; a new consumer begins at `start`. */
export async function insertOutboxCursor(
  db: SystemDb,
  consumer: string,
  start: OutboxPosition,
): Promise<void> {
  await db.query.insertInto("outbox_cursor")
    .values({ consumer, ...start })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Locks the consumer's cursor until the transaction ends; undefined when another process holds it. */
export async function lockOutboxCursor(db: SystemDb, consumer: string): Promise<OutboxPosition | undefined> {
  return await db.query.selectFrom("outbox_cursor")
    .select(["xid", "id"])
    .where("consumer", "=", consumer)
    .forUpdate().skipLocked()
    .executeTakeFirst();
}

export async function setOutboxCursor(
  db: SystemDb,
  consumer: string,
  position: OutboxPosition,
): Promise<void> {
  await db.query.updateTable("outbox_cursor")
    .set({ xid: position.xid, id: position.id })
    .where("consumer", "=", consumer)
    .execute();
}

/** Tenants that have events older than `days`. */
export async function listTenantsWithOldEvents(db: SystemDb, days: number): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    select distinct tenant_id from outbox
    where at < clock_timestamp() - make_interval(days => ${days}::int)`.execute(db.query);
  return rows.map((row) => row.tenant_id);
}

/**
 * Deletes events of a tenant that are older than `days` and that every consumer has passed, at most `limit`; says how many. A consumer
 * that stands still keeps what it has not read; the migration that gives up a consumer deletes its cursor.
 */
export async function deleteOldOutboxEvents(
  db: SystemDb,
  tenantId: string,
  days: number,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from outbox where ctid = any(array(
      select o.ctid from outbox o
      where o.tenant_id = ${tenantId}::uuid and o.at < clock_timestamp() - make_interval(days => ${days}::int)
        and not exists (select from outbox_cursor c where (c.xid, c.id) < (o.xid, o.id))
      limit ${limit}::int))`.execute(db.query);
  return Number(numAffectedRows ?? 0n);
}

/** Tells the listeners of all processes that these tenants have new events; outside of the commands' transactions. */
export async function notifyOutbox(db: SystemDb, tenantIds: readonly string[]): Promise<void> {
  await sql`select pg_notify('outbox', tenant_id) from unnest(${tenantIds}::text[]) as told(tenant_id)`
    .execute(db.query);
}
