/** What the auditor asks of the sealed audit trail: every seal is computed again by the database itself. */
import type { SystemDb } from "../system.ts";
import { type Breach, type Finding, finding, shownMost } from "./audit_checks.ts";

/**
 * Each event of a trail (all of them, if no tenant is named) stands under its seal, unchanged and in its place, and what is not
 * sealed is younger than a minute.
 */
export async function findBrokenSeals(db: SystemDb, tenantId: string | null = null): Promise<Finding> {
  const [sealed, unsealed] = await Promise.all([
    finding(
      db.sql`select count(*) as count from audit_seal
        where ${tenantId}::uuid is null or tenant_id = ${tenantId}::uuid`,
      listBrokenSeals(db, tenantId),
    ),
    finding(
      db.sql`select count(*) as count from audit_event event
        where (${tenantId}::uuid is null or tenant_id = ${tenantId}::uuid) and not exists (select from audit_seal seal
          where seal.tenant_id = event.tenant_id and seal.audit_event_id = event.id)`,
      listUnsealedEvents(db, tenantId),
    ),
  ]);
  return { count: sealed.count + unsealed.count, breaches: [...sealed.breaches, ...unsealed.breaches] };
}

/** A netstring per column, in the order of docs/audit_trail.md. */
function listBrokenSeals(db: SystemDb, tenantId: string | null): PromiseLike<readonly Breach[]> {
  return db.sql`
    with seal as (
      select s.tenant_id, s.sequence, s.audit_event_id, s.hash, e.id, e.xid, e.at, e.actor, e.command,
        e.subject_type, e.subject_id, e.detail,
        coalesce(lag(s.sequence) over trail, 0) as previous_sequence,
        coalesce(lag(s.hash) over trail, decode(repeat('00', 32), 'hex')) as previous_hash,
        lag(e.xid) over trail as previous_xid, lag(e.id) over trail as previous_id,
        lead(e.xid) over trail as next_xid, lead(e.id) over trail as next_id
      from audit_seal s left join audit_event e on e.tenant_id = s.tenant_id and e.id = s.audit_event_id
      where ${tenantId}::uuid is null or s.tenant_id = ${tenantId}::uuid
      window trail as (partition by s.tenant_id order by s.sequence)
    ), judged as (
      select tenant_id, sequence, audit_event_id, command, at, case
        when id is null then 'deleted: its event is gone'
        when previous_sequence <> sequence - 1 then 'removed: seals before it are gone'
        when (xid, id) <= (previous_xid, previous_id) or (xid, id) >= (next_xid, next_id)
          then 'reordered: it does not stand between the events before and after it'
        when hash <> (
          select sha256(convert_to(string_agg(octet_length(convert_to(text, 'UTF8')) || ':' || text || ',', '' order by place), 'UTF8'))
          from unnest(array['milepost audit 1', encode(previous_hash, 'hex'), sequence::text, tenant_id::text, id::text,
            xid::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, command,
            subject_type, subject_id, detail::text]) with ordinality as part(text, place)
        ) then 'edited: it is not what was sealed'
        end as problem
      from seal
    )
    select tenant_id::text as tenant, sequence, audit_event_id::text as event, command, at::text as at, problem
    from judged where problem is not null order by tenant_id, sequence limit ${shownMost}`;
}

function listUnsealedEvents(db: SystemDb, tenantId: string | null): PromiseLike<readonly Breach[]> {
  return db.sql`
    select event.tenant_id::text as tenant, event.id::text as event, event.command, event.at::text as at,
      case when (event.xid, event.id) < (head.xid, head.audit_event_id)
        then 'inserted: it stands among sealed events without a seal'
        else 'unsealed: it has waited for its seal for more than a minute' end as problem
    from audit_event event
    left join lateral (
      select xid, audit_event_id from audit_seal where tenant_id = event.tenant_id order by sequence desc limit 1
    ) head on true
    where (${tenantId}::uuid is null or event.tenant_id = ${tenantId}::uuid)
      and not exists (select from audit_seal seal
        where seal.tenant_id = event.tenant_id and seal.audit_event_id = event.id)
      and ((event.xid, event.id) < (head.xid, head.audit_event_id) or event.at < now() - interval '1 minute')
    order by 1, event.xid, event.id limit ${shownMost}`;
}

/** Every business that has a trail. */
export async function listTenantIds(db: SystemDb): Promise<string[]> {
  const rows = await db.sql<{ id: string }[]>`select id::text as id from tenant order by id`;
  return rows.map(({ id }) => id);
}
