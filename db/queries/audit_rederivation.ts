/** What the auditor holds against each other for a period that was derived again: its facts, and all that was billed for it. */
import type { SystemDb } from "../system.ts";
import { type AuditedFacts, factColumns, factJoins } from "./audit_facts.ts";

/** The last derivation of a period, with what is billed for it and what was taken back. Amounts are minor units as text. */
export interface AuditedRederivation extends AuditedFacts {
  id: string;
  /** Of the invoice that bills the period. */
  number: string;
  billed: AuditedBilledLine[];
}

export interface AuditedBilledLine {
  kind: string;
  /** Null beside the charges. */
  charge: string | null;
  vehicle: string | null;
  description: string;
  category: string | null;
  percent: string | null;
  amount: string;
  /** What was credited of it in all, and the part that counts against what is due. */
  credited: string;
  corrected: string;
}

/** Some runs of one tenant. */
export interface AuditedRuns {
  tenantId: string;
  runId: string;
}

/** The next ones after a place, or those of one run, in an order that does not change. */
export async function listAuditedRederivations(
  db: SystemDb,
  after: { tenantId: string; id: string },
  limit: number,
  only: AuditedRuns | null = null,
): Promise<AuditedRederivation[]> {
  return await db.sql<AuditedRederivation[]>`
    select i.id, i.number, ${factColumns(db)}, coalesce(billed.lines, '[]') as billed
    from (
      select r.tenant_id, r.id, r.contract_id, r.period_start, r.terms_snapshot as seen, v.number, v.currency
      from rederivation r
      join invoice v on v.tenant_id = r.tenant_id and v.id = r.invoice_id
      -- a void invoice bills nothing, until its period is billed anew
      where v.state <> 'void' and not exists (select from rederivation later where later.tenant_id = r.tenant_id
          and later.contract_id = r.contract_id and later.period_start = r.period_start and later.id > r.id)
        -- billed anew since, whole and on an invoice of its own
        and not exists (select from invoice anew where anew.tenant_id = r.tenant_id
          and anew.contract_id = r.contract_id and anew.period_start = r.period_start
          and not anew.only_corrections and anew.id > r.invoice_id)
        and (r.tenant_id, r.id) > (${after.tenantId}::uuid, ${after.id}::uuid)
        and (${only === null} or (r.tenant_id = ${only?.tenantId ?? null}::uuid
          and r.invoice_run_id = ${only?.runId ?? null}::uuid))
      order by r.tenant_id, r.id limit ${limit}
    ) as i
    join rederivation d on d.tenant_id = i.tenant_id and d.id = i.id
    ${factJoins(db)}
    cross join lateral (
      select jsonb_agg(jsonb_build_object('kind', l.kind, 'charge', l.charge_id, 'vehicle', l.vehicle_id,
        'description', l.description, 'category', l.tax_category, 'percent', l.tax_percent::text,
        'amount', l.amount::text, 'credited', coalesce(taken.credited, 0)::text,
        'corrected', coalesce(taken.corrected, 0)::text)) as lines
      from invoice v
      join invoice_line l on l.tenant_id = v.tenant_id and l.invoice_id = v.id
      left join invoice_line_correction k on k.tenant_id = l.tenant_id and k.invoice_line_id = l.id
      left join rederivation made on made.tenant_id = k.tenant_id and made.id = k.rederivation_id
      left join lateral (
        select sum(p.amount) as credited, sum(p.amount) filter (where n.purpose = 'correction'
          -- by hand, and to be billed again by a later run
          and (by_run.credit_note_id is not null or pg_visible_in_snapshot(n.xid, i.seen))) as corrected
        from credit_note_line p
        join credit_note n on n.tenant_id = p.tenant_id and n.id = p.credit_note_id
        left join credit_note_correction by_run on by_run.tenant_id = n.tenant_id and by_run.credit_note_id = n.id
        where p.tenant_id = l.tenant_id and p.invoice_line_id = l.id
      ) as taken on true
      where v.tenant_id = i.tenant_id and v.contract_id = i.contract_id and v.state <> 'void'
        and case when k.invoice_line_id is null then v.period_start = i.period_start and not v.only_corrections
          else made.period_start = i.period_start end
    ) as billed
    order by i.tenant_id, i.id`;
}
