/** Billed periods that may have to be billed otherwise: those of which a fact came after the cut-off that they were billed by. */
import type { TenantDb } from "../tenant.ts";
import { stillBills } from "./still_bills.ts";

export interface ChangedPeriod {
  contractId: string;
  /** Of the contract. */
  reference: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  /** The invoice that bills it. */
  invoiceId: string;
  /** The cut-off by which it was billed, or derived again since: a pg_snapshot as text. */
  factsSnapshot: string;
}

/**
 * The billed periods of an entity that end by `until` and of which something may have changed: usage that came late, was voided
 * or replaced, an amendment, an agreed term, an index value, a credit note by hand that is to be billed again. What came late is
 * found by its transaction, so that no period without a change costs more than its row here; some that are found come to the same.
 */
export async function listChangedPeriods(
  db: TenantDb,
  billingEntityId: string,
  until: Temporal.PlainDate,
): Promise<ChangedPeriod[]> {
  return await db.sql<ChangedPeriod[]>`
    with billed as materialized (
      select distinct on (invoice.contract_id, invoice.period_start) invoice.contract_id, invoice.period_start,
        invoice.period_end, invoice.id as invoice_id, document.price_case,
        coalesce(derived.facts_snapshot, document.facts_snapshot) as cut_off,
        invoice.period_start::timestamp at time zone entity.zone as start_at,
        invoice.period_end::timestamp at time zone entity.zone as end_at
      from invoice
      join billing_entity entity on entity.tenant_id = invoice.tenant_id and entity.id = invoice.billing_entity_id
      join invoice_document document
        on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
      left join lateral (
        select facts_snapshot from rederivation
        where rederivation.tenant_id = invoice.tenant_id and rederivation.invoice_id = invoice.id
          and rederivation.period_start = invoice.period_start
        order by id desc limit 1
      ) as derived on true
      where invoice.tenant_id = ${db.tenantId} and invoice.billing_entity_id = ${billingEntityId}
        and invoice.number is not null and invoice.period_end <= ${until} and ${stillBills(db)}
      order by invoice.contract_id, invoice.period_start, invoice.id desc
    ), bounds as (
      select period_end, min(pg_snapshot_xmin(cut_off)) as first_xid, max(end_at) as end_at
      from billed group by period_end
    ), late as (
      select usage.contract_id, usage.vehicle_id, usage.at, usage.xid from bounds cross join lateral (
        select contract_id, vehicle_id, at, xid from usage_event
        where tenant_id = ${db.tenantId} and xid >= bounds.first_xid and at < bounds.end_at
        union all
        select event.contract_id, event.vehicle_id, event.at, correction.xid from usage_correction correction
        join usage_event event on event.tenant_id = correction.tenant_id and event.source = correction.source
          and event.event_id = correction.event_id
        where correction.tenant_id = ${db.tenantId} and correction.xid >= bounds.first_xid and event.at < bounds.end_at
      ) as usage
    ), late_by_contract as (
      select contract_id, at, xid from late where contract_id is not null
      union
      select stay.contract_id, late.at, late.xid from late
      join contract_vehicle stay on stay.tenant_id = ${db.tenantId} and stay.vehicle_id = late.vehicle_id
      where late.contract_id is null
    ), changed as (
      select billed.contract_id, billed.period_start from billed
      join late_by_contract late on late.contract_id = billed.contract_id and late.at < billed.end_at
        and not pg_visible_in_snapshot(late.xid, billed.cut_off)
        -- some meters start from what was shown before the period
        and (late.at >= billed.start_at or billed.price_case -> 'charges'
          @? '$[*].meter.aggregate ? (@ == "last_minus_first" || @ == "time_weighted")')
      union
      select billed.contract_id, billed.period_start from billed
      join (
        select contract_id, effective_date as from_date, xid from contract_amendment
        where tenant_id = ${db.tenantId}
        union all
        select contract.id, term.from_date, term.xid from (
          select tenant_id, contract_id, customer_id, from_date, xid from contract_term
          union all
          select term.tenant_id, term.contract_id, term.customer_id, ended.end_date, ended.xid
          from contract_term_end ended
          join contract_term term on term.tenant_id = ended.tenant_id and term.id = ended.contract_term_id
        ) as term
        join contract on contract.tenant_id = term.tenant_id
          and (contract.id = term.contract_id or contract.customer_id = term.customer_id)
        where term.tenant_id = ${db.tenantId}
      ) as agreed on agreed.contract_id = billed.contract_id and agreed.from_date < billed.period_end
        and not pg_visible_in_snapshot(agreed.xid, billed.cut_off)
      union
      select billed.contract_id, billed.period_start from price_index_change change
      join billed on change.from_date < billed.period_end and not pg_visible_in_snapshot(change.xid, billed.cut_off)
        and billed.price_case -> 'indexes' ? change.reference
      where change.tenant_id = ${db.tenantId}
      union
      select billed.contract_id, billed.period_start from (${creditsByHand(db)}) as credited
      join billed on billed.contract_id = credited.contract_id and billed.period_start = credited.period_start
        and not pg_visible_in_snapshot(credited.xid, billed.cut_off)
    )
    select billed.contract_id as "contractId", contract.reference, billed.period_start as "periodStart",
      billed.period_end as "periodEnd", billed.invoice_id as "invoiceId", billed.cut_off::text as "factsSnapshot"
    from changed join billed using (contract_id, period_start)
    join contract on contract.tenant_id = ${db.tenantId} and contract.id = billed.contract_id
    order by contract.reference, billed.period_start`;
}

/** Credit notes by hand of what is to be billed again, with the period that each of their lines is for. */
function creditsByHand({ sql, tenantId }: TenantDb) {
  return sql`
    select distinct note.xid, invoice.contract_id, coalesce(derived.period_start, invoice.period_start) as period_start
    from credit_note note
    join credit_note_line part on part.tenant_id = note.tenant_id and part.credit_note_id = note.id
    join invoice on invoice.tenant_id = note.tenant_id and invoice.id = note.invoice_id
    left join invoice_line_correction corrects
      on corrects.tenant_id = part.tenant_id and corrects.invoice_line_id = part.invoice_line_id
    left join rederivation derived
      on derived.tenant_id = corrects.tenant_id and derived.id = corrects.rederivation_id
    where note.tenant_id = ${tenantId} and note.purpose = 'correction' and not exists (
      select from credit_note_correction by_run
      where by_run.tenant_id = note.tenant_id and by_run.credit_note_id = note.id)`;
}

/** A period whose invoice was voided, or credited whole by hand to be billed again, and that nothing bills since. */
export interface PeriodDueAgain {
  contractId: string;
  reference: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
}

/** Of an entity, those that end by `until`. */
export async function listPeriodsDueAgain(
  db: TenantDb,
  billingEntityId: string,
  until: Temporal.PlainDate,
): Promise<PeriodDueAgain[]> {
  return await db.sql<PeriodDueAgain[]>`
    select distinct gone.contract_id as "contractId", contract.reference, gone.period_start as "periodStart",
      gone.period_end as "periodEnd"
    from invoice gone
    join contract on contract.tenant_id = gone.tenant_id and contract.id = gone.contract_id
    where gone.tenant_id = ${db.tenantId} and gone.billing_entity_id = ${billingEntityId}
      and gone.state in ('void', 'credited') and not gone.only_corrections and gone.period_end <= ${until}
      and not exists (select from invoice where invoice.tenant_id = gone.tenant_id
        and invoice.contract_id = gone.contract_id and invoice.period_start < gone.period_end
        and invoice.period_end > gone.period_start and ${stillBills(db)})
    order by contract.reference, gone.period_start`;
}
