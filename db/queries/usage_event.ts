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

/**
 * Adds the events whose ids the source does not have yet, and gives their number. They go in in the order of their ids,
 * so that two imports of the same events wait for each other instead of deadlocking.
 */
export async function insertUsageEvents(
  db: TenantDb,
  source: string,
  usageImportId: string,
  events: readonly NewUsageEvent[],
): Promise<number> {
  const ordered = events.toSorted((a, b) => a.id < b.id ? -1 : 1);
  // Each value is cast by itself: casting the whole arrays to jsonb[] and bytea[] takes Postgres a third longer.
  const { count } = await db.sql`
    insert into usage_event (tenant_id, source, event_id, event, contract_id, vehicle_id, at, properties, content_hash,
      usage_import_id)
    select ${db.tenantId}::uuid, ${source}, row.id, row.event, row.contract_id, row.vehicle_id, row.at,
      row.properties::jsonb, decode(row.content_hash, 'hex'), ${usageImportId}::uuid
    from unnest(
      ${ordered.map(({ id }) => id)}::text[],
      ${ordered.map(({ event }) => event)}::text[],
      ${ordered.map(({ contractId }) => contractId)}::uuid[],
      ${ordered.map(({ vehicleId }) => vehicleId)}::uuid[],
      ${ordered.map(({ at }) => at)}::timestamptz[],
      ${ordered.map(({ properties }) => JSON.stringify(properties))}::text[],
      ${ordered.map(({ contentHash }) => contentHash)}::text[]
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
