/** Usage events: what vehicles did. They are only ever added; the source and the id say which event it is. */
import type { TenantDb } from "../tenant.ts";

export interface NewUsageEvent {
  id: string;
  event: string;
  contractId: string | null;
  vehicleId: string | null;
  at: Temporal.Instant;
  properties: Record<string, string>;
  /** SHA-256 in hexadecimal. */
  contentHash: string;
}

/** Events in the form in which they travel: one array literal for each column, in the order of the ids. */
export interface SendableEvents {
  ids: string;
  events: string;
  contractIds: string;
  vehicleIds: string;
  ats: string;
  properties: string;
  contentHashes: string;
}

/**
 * Makes events ready to be sent. It takes as long as Postgres takes for a quarter of the work on them, so it is done
 * before a transaction waits for it. They go in by the order of their ids, so that two imports of the same events
 * wait for each other instead of deadlocking.
 */
export function makeSendable(events: readonly NewUsageEvent[]): SendableEvents {
  const ordered = events.toSorted((a, b) => a.id < b.id ? -1 : 1);
  return {
    ids: arrayLiteral(ordered.map(({ id }) => id)),
    events: arrayLiteral(ordered.map(({ event }) => event)),
    contractIds: arrayLiteral(ordered.map(({ contractId }) => contractId)),
    vehicleIds: arrayLiteral(ordered.map(({ vehicleId }) => vehicleId)),
    ats: arrayLiteral(ordered.map(({ at }) => at.toString())),
    properties: arrayLiteral(ordered.map(({ properties }) => JSON.stringify(properties))),
    contentHashes: arrayLiteral(ordered.map(({ contentHash }) => contentHash)),
  };
}

/** A Postgres array as text (manual, 8.15.2): every value in quotes, with quotes and backslashes escaped. */
function arrayLiteral(values: readonly (string | null)[]): string {
  return `{${
    values.map((value) => value === null ? "NULL" : `"${value.replace(/["\\]/g, "\\$&")}"`).join(",")
  }}`;
}

/** Adds the events whose ids the source does not have yet, and gives their number. */
export async function insertUsageEvents(
  db: TenantDb,
  source: string,
  usageImportId: string,
  sendable: SendableEvents,
): Promise<number> {
  // Each value is cast by itself: casting the whole arrays to jsonb[] and bytea[] takes Postgres a third longer.
  const { count } = await db.sql`
    insert into usage_event (tenant_id, source, event_id, event, contract_id, vehicle_id, at, properties, content_hash,
      usage_import_id)
    select ${db.tenantId}::uuid, ${source}, row.id, row.event, row.contract_id, row.vehicle_id, row.at,
      row.properties::jsonb, decode(row.content_hash, 'hex'), ${usageImportId}::uuid
    from unnest(
      ${sendable.ids}::text::text[],
      ${sendable.events}::text::text[],
      ${sendable.contractIds}::text::uuid[],
      ${sendable.vehicleIds}::text::uuid[],
      ${sendable.ats}::text::timestamptz[],
      ${sendable.properties}::text::text[],
      ${sendable.contentHashes}::text::text[]
    ) as row(id, event, contract_id, vehicle_id, at, properties, content_hash)
    on conflict (tenant_id, source, event_id) do nothing`;
  return count;
}

/** The content hashes, by id, of those of the events that were there before this transaction. */
export async function listEarlierUsageEvents(
  db: TenantDb,
  source: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.sql<{ id: string; content_hash: string }[]>`
    select event_id as id, encode(content_hash, 'hex') as content_hash from usage_event
    where tenant_id = ${db.tenantId} and source = ${source} and event_id = any(${[...ids]}::text[])
      and xid is distinct from pg_current_xact_id_if_assigned()`;
  return new Map(rows.map((row) => [row.id, row.content_hash]));
}

export interface UsageEventOfVehicle {
  source: string;
  id: string;
  event: string;
  at: Temporal.Instant;
  properties: Record<string, string>;
}

/** The newest events of a vehicle. */
export async function listUsageEventsOfVehicle(
  db: TenantDb,
  vehicleId: string,
  limit: number,
): Promise<UsageEventOfVehicle[]> {
  const rows = await db.query.selectFrom("usage_event")
    .select(["source", "event_id as id", "event", "at", "properties"])
    .where("tenant_id", "=", db.tenantId).where("vehicle_id", "=", vehicleId)
    .orderBy("at", "desc").orderBy("event_id", "desc").limit(limit).execute();
  return rows.map((row) => ({ ...row, properties: row.properties as Record<string, string> }));
}
