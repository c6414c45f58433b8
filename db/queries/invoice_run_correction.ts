/** The billed periods that a run derives again: which, what came of them, and the credit notes that it drafted for them. */
import type { RunCorrectionState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewRunCorrection {
  /** The item of the run that carries what comes of it. */
  position: number;
  contractId: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  /** The one that bills the period. */
  invoiceId: string;
  /** Up to which facts it was billed or derived before. */
  factsSnapshot: string;
}

export async function insertRunCorrections(
  db: TenantDb,
  runId: string,
  corrections: readonly NewRunCorrection[],
): Promise<void> {
  if (corrections.length === 0) return;
  await db.sql`
    insert into invoice_run_correction (tenant_id, invoice_run_id, position, contract_id, period_start, period_end,
      invoice_id, facts_snapshot)
    select ${db.tenantId}::uuid, ${runId}::uuid, correction.position, correction.contract_id, correction.period_start,
      correction.period_end, correction.invoice_id, correction.snapshot::pg_snapshot
    from unnest(
      ${corrections.map(({ position }) => position)}::int[],
      ${corrections.map(({ contractId }) => contractId)}::uuid[],
      ${corrections.map(({ periodStart }) => periodStart.toString())}::text[]::date[],
      ${corrections.map(({ periodEnd }) => periodEnd.toString())}::text[]::date[],
      ${corrections.map(({ invoiceId }) => invoiceId)}::uuid[],
      ${corrections.map(({ factsSnapshot }) => factsSnapshot)}::text[]
    ) as correction(position, contract_id, period_start, period_end, invoice_id, snapshot)`;
}

export interface RunCorrection extends NewRunCorrection {
  state: RunCorrectionState;
}

/** Those of the items at these places, in one of the states, by place and period. */
export async function listRunCorrections(
  db: TenantDb,
  runId: string,
  positions: readonly number[],
  states: readonly RunCorrectionState[],
): Promise<RunCorrection[]> {
  return await db.sql<RunCorrection[]>`
    select position, contract_id as "contractId", period_start as "periodStart", period_end as "periodEnd",
      invoice_id as "invoiceId", facts_snapshot::text as "factsSnapshot", state
    from invoice_run_correction
    where tenant_id = ${db.tenantId} and invoice_run_id = ${runId} and position = any(${[
    ...positions,
  ]}::int[])
      and state = any(${[...states]}::text[])
    order by position, period_start`;
}

export interface RunCorrectionFinding {
  contractId: string;
  periodStart: Temporal.PlainDate;
  state: RunCorrectionState;
  message: string;
  /** In the terms of the lines; minor units. */
  increase: bigint;
  decrease: bigint;
}

export async function setRunCorrections(
  db: TenantDb,
  runId: string,
  findings: readonly RunCorrectionFinding[],
): Promise<void> {
  if (findings.length === 0) return;
  await db.sql`
    update invoice_run_correction correction set state = found.state, message = found.message,
      increase = found.increase, decrease = found.decrease
    from unnest(
      ${findings.map(({ contractId }) => contractId)}::uuid[],
      ${findings.map(({ periodStart }) => periodStart.toString())}::text[]::date[],
      ${findings.map(({ state }) => state)}::text[],
      ${findings.map(({ message }) => message)}::text[],
      ${findings.map(({ increase }) => increase)}::bigint[],
      ${findings.map(({ decrease }) => decrease)}::bigint[]
    ) as found(contract_id, period_start, state, message, increase, decrease)
    where correction.tenant_id = ${db.tenantId} and correction.invoice_run_id = ${runId}
      and correction.contract_id = found.contract_id and correction.period_start = found.period_start`;
}

/** A correction with the names of what it is about. */
export interface ListedRunCorrection {
  position: number;
  contractId: string;
  contract: string;
  customer: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  invoiceId: string;
  number: string;
  currency: string;
  state: RunCorrectionState;
  message: string;
  increase: bigint;
  decrease: bigint;
  /** What it became, once that is drafted; numbers are null until they are given. */
  billedOn: { id: string; number: string | null } | null;
  creditNotes: { id: string; number: string | null }[];
}

/** Those that change something or could not be derived, in the order of the run, after the first `skipped`; and how many there are. */
export async function listCorrectionsOfRun(
  db: TenantDb,
  runId: string,
  limit: number,
  skipped: number,
): Promise<{ rows: ListedRunCorrection[]; count: number }> {
  const [rows, [{ count }]] = await Promise.all([
    db.sql<ListedRunCorrection[]>`
      select correction.position, correction.contract_id as "contractId", contract.reference as contract,
        customer.name as customer, correction.period_start as "periodStart", correction.period_end as "periodEnd",
        correction.invoice_id as "invoiceId", invoice.number, invoice.currency, correction.state, correction.message,
        correction.increase, correction.decrease,
        case when carrier.id is not null and correction.increase > 0
          then jsonb_build_object('id', carrier.id, 'number', carrier.number) end as "billedOn",
        coalesce(notes.made, '[]') as "creditNotes"
      from invoice_run_correction correction
      join invoice_run_item item on item.tenant_id = correction.tenant_id
        and item.invoice_run_id = correction.invoice_run_id and item.position = correction.position
      left join invoice carrier on carrier.tenant_id = item.tenant_id and carrier.id = item.invoice_id
      left join lateral (
        select jsonb_agg(jsonb_build_object('id', note.id, 'number', note.number) order by note.id) as made
        from rederivation derived
        join credit_note_correction by_run
          on by_run.tenant_id = derived.tenant_id and by_run.rederivation_id = derived.id
        join credit_note note on note.tenant_id = by_run.tenant_id and note.id = by_run.credit_note_id
        where derived.tenant_id = correction.tenant_id and derived.invoice_run_id = correction.invoice_run_id
          and derived.contract_id = correction.contract_id and derived.period_start = correction.period_start
      ) as notes on true
      join contract on contract.tenant_id = correction.tenant_id and contract.id = correction.contract_id
      join customer on customer.tenant_id = contract.tenant_id and customer.id = contract.customer_id
      join invoice on invoice.tenant_id = correction.tenant_id and invoice.id = correction.invoice_id
      where correction.tenant_id = ${db.tenantId} and correction.invoice_run_id = ${runId}
        and correction.state in ('changed', 'failed')
      order by correction.position, correction.period_start limit ${limit} offset ${skipped}`,
    db.sql<{ count: number }[]>`
      select count(*)::int as count from invoice_run_correction
      where tenant_id = ${db.tenantId} and invoice_run_id = ${runId} and state in ('changed', 'failed')`,
  ]);
  return { rows: [...rows], count };
}

/** A credit note that a run drafted, ready to be issued; minor units. */
export interface RunCreditDraft {
  id: string;
  invoiceId: string;
  invoiceNumber: string;
  billingEntityId: string;
  customerId: string;
  currency: string;
  total: bigint;
  taxTotal: bigint;
}

/** The drafts of credit notes that go with the items at these places, by place and period. */
export async function listRunCreditDrafts(
  db: TenantDb,
  runId: string,
  positions: readonly number[],
): Promise<RunCreditDraft[]> {
  return await db.sql<RunCreditDraft[]>`
    select note.id, note.invoice_id as "invoiceId", invoice.number as "invoiceNumber",
      note.billing_entity_id as "billingEntityId", note.customer_id as "customerId", note.currency, note.total,
      document.tax_total as "taxTotal"
    from invoice_run_correction correction
    join rederivation derived on derived.tenant_id = correction.tenant_id
      and derived.invoice_run_id = correction.invoice_run_id and derived.contract_id = correction.contract_id
      and derived.period_start = correction.period_start
    join credit_note_correction by_run
      on by_run.tenant_id = derived.tenant_id and by_run.rederivation_id = derived.id
    join credit_note note on note.tenant_id = by_run.tenant_id and note.id = by_run.credit_note_id
    join credit_note_document document
      on document.tenant_id = note.tenant_id and document.credit_note_id = note.id
    join invoice on invoice.tenant_id = note.tenant_id and invoice.id = note.invoice_id
    where correction.tenant_id = ${db.tenantId} and correction.invoice_run_id = ${runId} and note.state = 'draft'
      and correction.position = any(${[...positions]}::int[])
    order by correction.position, correction.period_start, invoice.number`;
}
