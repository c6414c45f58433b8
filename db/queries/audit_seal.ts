/** The seals of the audit trail, written by the one who holds the tenant's lock and never changed. */
import type { SystemDb } from "../system.ts";

/** Tenants with events that are final, as every older transaction has ended, and not sealed yet. */
export async function listTenantsToSeal(db: SystemDb): Promise<string[]> {
  const rows = await db.sql<{ id: string }[]>`
    select tenant.id from tenant
    left join lateral (
      select xid, audit_event_id from audit_seal where tenant_id = tenant.id order by sequence desc limit 1
    ) head on true
    where exists (
      select from audit_event event where event.tenant_id = tenant.id
        and event.xid < pg_snapshot_xmin(pg_current_snapshot())
        and (event.xid, event.id) > (
          coalesce(head.xid, '0'::xid8), coalesce(head.audit_event_id, '00000000-0000-0000-0000-000000000000'))
    )`;
  return rows.map(({ id }) => id);
}

/** Takes the right to seal a tenant's trail until the transaction ends; false while someone else has it. */
export async function lockAuditTrail(db: SystemDb, tenantId: string): Promise<boolean> {
  const [{ locked }] = await db.sql<{ locked: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('audit trail of ' || ${tenantId}::text, 0)) as locked`;
  return locked;
}

/** The newest seal and the place in the trail that it stands for. */
export interface SealHead {
  sequence: bigint;
  hash: Uint8Array;
  xid: string;
  id: string;
}

export async function findSealHead(db: SystemDb, tenantId: string): Promise<SealHead | undefined> {
  const [head] = await db.sql<SealHead[]>`
    select sequence, hash, xid::text as xid, audit_event_id as id from audit_seal
    where tenant_id = ${tenantId} order by sequence desc limit 1`;
  return head;
}

export interface UnsealedEvent {
  tenantId: string;
  id: string;
  xid: string;
  at: string;
  actor: string;
  command: string;
  subjectType: string;
  subjectId: string;
  detail: string;
}

/** The next final events after a place, in the order in which they are sealed, each column as text. */
export async function listEventsToSeal(
  db: SystemDb,
  tenantId: string,
  after: { xid: string; id: string },
  limit: number,
): Promise<UnsealedEvent[]> {
  return await db.sql<UnsealedEvent[]>`
    select tenant_id::text as "tenantId", id::text as id, xid::text as xid,
      to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor, command,
      subject_type as "subjectType", subject_id as "subjectId", detail::text as detail
    from audit_event
    where tenant_id = ${tenantId} and xid < pg_snapshot_xmin(pg_current_snapshot())
      and (xid, id) > (${after.xid}::text::xid8, ${after.id}::uuid)
    order by audit_event.xid, audit_event.id limit ${limit}`;
}

export interface NewSeal {
  sequence: bigint;
  id: string;
  xid: string;
  hash: Uint8Array;
}

export async function insertSeals(db: SystemDb, tenantId: string, seals: readonly NewSeal[]): Promise<void> {
  await db.sql`
    insert into audit_seal (tenant_id, sequence, audit_event_id, xid, hash)
    select ${tenantId}, sequence, id, xid::xid8, decode(hash, 'hex') from unnest(
      ${seals.map(({ sequence }) => String(sequence))}::text[]::bigint[],
      ${seals.map(({ id }) => id)}::uuid[],
      ${seals.map(({ xid }) => xid)}::text[],
      ${seals.map(({ hash }) => hash.toHex())}::text[]
    ) as seal(sequence, id, xid, hash)`;
}

/** Tells the live feed of the tenant that its trail has so many new events; those who may read it look. */
export async function insertSealedNews(db: SystemDb, tenantId: string, count: number): Promise<void> {
  await db.sql`
    insert into outbox (tenant_id, event, subject_id, payload)
    values (${tenantId}, 'audit.sealed', 'audit', jsonb_build_object('count', ${count}::int))`;
}
