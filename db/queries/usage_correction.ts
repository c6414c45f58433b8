/** Usage that no longer counts: which event was voided or replaced, and by which one. */
import type { TenantDb } from "../tenant.ts";

/** An event that is there, as far as a correction has to know it. */
export interface KnownEvent {
  event: string;
  contractId: string | null;
  vehicleId: string | null;
  /** SHA-256 in hexadecimal. */
  contentHash: string;
  /** The id of the event that corrected it; null while it counts. */
  correctedBy: string | null;
}

/** The events of a source that have these ids. */
export async function listKnownEvents(
  db: TenantDb,
  source: string,
  ids: readonly string[],
): Promise<Map<string, KnownEvent>> {
  const rows = await db.sql<(KnownEvent & { id: string })[]>`
    select usage_event.event_id as id, event, contract_id as "contractId", vehicle_id as "vehicleId",
      encode(content_hash, 'hex') as "contentHash", correction.correction_id as "correctedBy"
    from usage_event left join usage_correction correction
      on correction.tenant_id = usage_event.tenant_id and correction.source = usage_event.source
        and correction.event_id = usage_event.event_id
    where usage_event.tenant_id = ${db.tenantId} and usage_event.source = ${source}
      and usage_event.event_id = any(${[...ids]}::text[])`;
  return new Map(rows.map(({ id, ...event }) => [id, event]));
}

/** Notes corrections, and gives how many; fewer than given means that another writer corrected one of them meanwhile. */
export async function insertUsageCorrections(
  db: TenantDb,
  source: string,
  corrections: readonly { eventId: string; correctionId: string }[],
): Promise<number> {
  const { count } = await db.sql`
    insert into usage_correction (tenant_id, source, event_id, correction_id)
    select ${db.tenantId}::uuid, ${source}, correction.* from unnest(
      ${corrections.map(({ eventId }) => eventId)}::text[],
      ${corrections.map(({ correctionId }) => correctionId)}::text[]) as correction
    on conflict (tenant_id, source, event_id) do nothing`;
  return count;
}
