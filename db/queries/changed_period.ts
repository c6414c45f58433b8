/**
 * What came after bills were cut off: late usage and its corrections, agreements, index values, credit notes by hand; and the
 * billed periods of the contracts that it is about. Small questions, joined by whoever asks: one statement for all would be
 * planned by what is known of a business before its last import.
 */
import type { BillingCycle } from "../../lib/core/billing_cycle.ts";
import type { TenantDb } from "../tenant.ts";
import { billsAhead } from "./bills_ahead.ts";
import { stillBills } from "./still_bills.ts";

/** Of the billed periods that end on one day: the first transaction that some of them cannot have seen, and the end. */
export interface CutOffBound {
  periodEnd: Temporal.PlainDate;
  /** An xid8 as text. */
  firstXid: string;
  /** The latest end of them in the zone of the entity. */
  endAt: Temporal.Instant;
}

/** Of all billed periods of an entity that end by `until`, by their ends. */
export async function listCutOffBounds(
  db: TenantDb,
  billingEntityId: string,
  until: Temporal.PlainDate,
): Promise<CutOffBound[]> {
  return await db.sql<CutOffBound[]>`
    select invoice.period_end as "periodEnd", min(pg_snapshot_xmin(document.facts_snapshot))::text as "firstXid",
      max(invoice.period_end::timestamp at time zone entity.zone) as "endAt"
    from invoice
    join billing_entity entity on entity.tenant_id = invoice.tenant_id and entity.id = invoice.billing_entity_id
    join invoice_document document on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
    where invoice.tenant_id = ${db.tenantId} and invoice.billing_entity_id = ${billingEntityId}
      and invoice.number is not null and invoice.period_end <= ${until}
    group by invoice.period_end order by invoice.period_end`;
}

/** A fact that came with a transaction, and what it may change. */
export interface LateFact {
  contractId: string;
  /** An xid8 as text. */
  xid: string;
  /** Of usage: when it happened. */
  at: Temporal.Instant | null;
  /** Of an agreement: the first day on which it holds. */
  from: Temporal.PlainDate | null;
  /** Of a credit note: the start of the one period that is to be billed again. */
  periodStart: Temporal.PlainDate | null;
}

/** Usage that was recorded, voided or replaced at the bounds or later, and that happened before the ends that they are for. */
export async function listLateUsage(db: TenantDb, bounds: readonly CutOffBound[]): Promise<LateFact[]> {
  return await db.sql<LateFact[]>`
    with late as materialized (
      select usage.contract_id, usage.vehicle_id, usage.at, usage.xid from unnest(
        ${bounds.map(({ firstXid }) => firstXid)}::text[]::xid8[],
        ${bounds.map(({ endAt }) => endAt.toString())}::text[]::timestamptz[]
      ) as bound(first_xid, end_at)
      cross join lateral (
        select contract_id, vehicle_id, at, xid from usage_event
        where tenant_id = ${db.tenantId} and xid >= bound.first_xid and at < bound.end_at
        union all
        select event.contract_id, event.vehicle_id, event.at, correction.xid from usage_correction correction
        join usage_event event on event.tenant_id = correction.tenant_id and event.source = correction.source
          and event.event_id = correction.event_id
        where correction.tenant_id = ${db.tenantId} and correction.xid >= bound.first_xid and event.at < bound.end_at
      ) as usage
    )
    select contract_id as "contractId", xid::text, at, null::date as "from", null::date as "periodStart"
    from late where contract_id is not null
    union
    select stay.contract_id, late.xid::text, late.at, null, null from late
    join contract_vehicle stay on stay.tenant_id = ${db.tenantId} and stay.vehicle_id = late.vehicle_id
    where late.contract_id is null`;
}

/** Amendments and terms that were agreed with a transaction or later, those of a customer for each of its contracts. */
export async function listLateAgreements(db: TenantDb, firstXid: string): Promise<LateFact[]> {
  return await db.sql<LateFact[]>`
    with agreed as materialized (
      select contract_id, customer_id, from_date, xid from contract_term
      where tenant_id = ${db.tenantId} and xid >= ${firstXid}::text::xid8
      union all
      select term.contract_id, term.customer_id, ended.end_date, ended.xid from contract_term_end ended
      join contract_term term on term.tenant_id = ended.tenant_id and term.id = ended.contract_term_id
      where ended.tenant_id = ${db.tenantId} and ended.xid >= ${firstXid}::text::xid8
      union all
      select contract_id, null, effective_date, xid from contract_amendment
      where tenant_id = ${db.tenantId} and xid >= ${firstXid}::text::xid8
    )
    select contract_id as "contractId", xid::text, null::timestamptz as at, from_date as "from",
      null::date as "periodStart"
    from agreed where contract_id is not null
    union all
    select contract.id, agreed.xid::text, null, agreed.from_date, null from agreed
    join contract on contract.tenant_id = ${db.tenantId} and contract.customer_id = agreed.customer_id`;
}

/** Index values that changed with a transaction or later, for each contract of the entity that was billed by one of them. */
export async function listLateIndexValues(
  db: TenantDb,
  billingEntityId: string,
  firstXid: string,
): Promise<LateFact[]> {
  const changes = await db.sql<{ reference: string; from: Temporal.PlainDate; xid: string }[]>`
    select reference, min(from_date) as "from", xid::text from price_index_change
    where tenant_id = ${db.tenantId} and xid >= ${firstXid}::text::xid8 group by reference, xid`;
  if (changes.length === 0) return [];
  return await db.sql<LateFact[]>`
    select distinct invoice.contract_id as "contractId", change.xid, null::timestamptz as at, change.from_date as "from",
      null::date as "periodStart"
    from unnest(
      ${changes.map(({ reference }) => reference)}::text[],
      ${changes.map(({ from }) => from.toString())}::text[]::date[],
      ${changes.map(({ xid }) => xid)}::text[]
    ) as change(reference, from_date, xid)
    join invoice on invoice.tenant_id = ${db.tenantId} and invoice.billing_entity_id = ${billingEntityId}
      and invoice.contract_id is not null and invoice.period_end > change.from_date
    join invoice_document document on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
      and document.price_case -> 'indexes' ? change.reference`;
}

/** Credit notes by hand of what is to be billed again, with the period that each of their lines is for. */
export async function listLateCredits(db: TenantDb, firstXid: string): Promise<LateFact[]> {
  return await db.sql<LateFact[]>`
    select distinct invoice.contract_id as "contractId", note.xid::text, null::timestamptz as at, null::date as "from",
      coalesce(derived.period_start, invoice.period_start) as "periodStart"
    from credit_note note
    join credit_note_line part on part.tenant_id = note.tenant_id and part.credit_note_id = note.id
    join invoice on invoice.tenant_id = note.tenant_id and invoice.id = note.invoice_id
      and invoice.contract_id is not null
    left join invoice_line_correction corrects
      on corrects.tenant_id = part.tenant_id and corrects.invoice_line_id = part.invoice_line_id
    left join rederivation derived
      on derived.tenant_id = corrects.tenant_id and derived.id = corrects.rederivation_id
    where note.tenant_id = ${db.tenantId} and note.purpose = 'correction' and note.xid >= ${firstXid}::text::xid8
      and not exists (select from credit_note_correction by_run
        where by_run.tenant_id = note.tenant_id and by_run.credit_note_id = note.id)`;
}

export interface BilledPeriodFacts extends BillingCycle {
  contractId: string;
  /** Of the contract. */
  reference: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  startAt: Temporal.Instant;
  endAt: Temporal.Instant;
  /** The invoice that bills it. */
  invoiceId: string;
  /** The cut-off by which it was billed, or derived again since: a pg_snapshot as text. */
  factsSnapshot: string;
  /** Whether some meter starts from what was shown before the period. */
  looksBack: boolean;
  /** Whether something of the contract is billed before the period that it is for. */
  billsAhead: boolean;
}

/** The billed periods of contracts with an entity that end by `until`, but for those that an open run derives again already. */
export async function listBilledPeriods(
  db: TenantDb,
  billingEntityId: string,
  contractIds: readonly string[],
  until: Temporal.PlainDate,
): Promise<BilledPeriodFacts[]> {
  return await db.sql<BilledPeriodFacts[]>`
    select distinct on (contract.reference, invoice.period_start) invoice.contract_id as "contractId",
      contract.reference, invoice.period_start as "periodStart", invoice.period_end as "periodEnd",
      invoice.period_start::timestamp at time zone entity.zone as "startAt",
      invoice.period_end::timestamp at time zone entity.zone as "endAt", invoice.id as "invoiceId",
      coalesce(derived.facts_snapshot, document.facts_snapshot)::text as "factsSnapshot",
      document.price_case -> 'charges'
        @? '$[*].meter.aggregate ? (@ == "last_minus_first" || @ == "time_weighted")' as "looksBack",
      ${billsAhead(db)} as "billsAhead", contract.start_date as "startDate", contract.cadence,
      contract.anchor_day as "anchorDay", contract.anchor_date as "anchorDate"
    from invoice
    join contract on contract.tenant_id = invoice.tenant_id and contract.id = invoice.contract_id
    join billing_entity entity on entity.tenant_id = invoice.tenant_id and entity.id = invoice.billing_entity_id
    join invoice_document document on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
    left join lateral (
      select facts_snapshot from rederivation
      where rederivation.tenant_id = invoice.tenant_id and rederivation.invoice_id = invoice.id
        and rederivation.period_start = invoice.period_start
      order by id desc limit 1
    ) as derived on true
    where invoice.tenant_id = ${db.tenantId} and invoice.billing_entity_id = ${billingEntityId}
      and invoice.contract_id = any(${[...contractIds]}::uuid[]) and invoice.number is not null
      and invoice.period_end <= ${until} and ${stillBills(db)}
      and not exists (select from invoice_run_correction correction
        join invoice_run run on run.tenant_id = correction.tenant_id and run.id = correction.invoice_run_id
        where correction.tenant_id = invoice.tenant_id and correction.contract_id = invoice.contract_id
          and correction.period_start = invoice.period_start
          and run.state in ('previewing', 'awaiting_approval', 'issuing'))
    order by contract.reference, invoice.period_start, invoice.id desc`;
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
