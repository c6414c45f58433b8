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
    db.sql<Omit<ListedRunCorrection, "creditNotes">[]>`
      select correction.position, correction.contract_id as "contractId", contract.reference as contract,
        customer.name as customer, correction.period_start as "periodStart", correction.period_end as "periodEnd",
        correction.invoice_id as "invoiceId", invoice.number, invoice.currency, correction.state, correction.message,
        correction.increase, correction.decrease,
        case when carrier.id is not null and correction.increase > 0
          then jsonb_build_object('id', carrier.id, 'number', carrier.number) end as "billedOn"
      from invoice_run_correction correction
      join invoice_run_item item on item.tenant_id = correction.tenant_id
        and item.invoice_run_id = correction.invoice_run_id and item.position = correction.position
      left join invoice carrier on carrier.tenant_id = item.tenant_id and carrier.id = item.invoice_id
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
  const made = await listNotesOfRun(db, runId, rows.map(({ contractId }) => contractId));
  const notes = await db.sql<{ id: string; number: string | null }[]>`
    select id, number from credit_note
    where tenant_id = ${db.tenantId} and id = any(${made.map(({ id }) => id)}::uuid[]) order by id`;
  return {
    rows: rows.map((row) => {
      const own = new Set(made.filter((note) => isFor(note, row)).map(({ id }) => id));
      return { ...row, creditNotes: notes.filter(({ id }) => own.has(id)).map((note) => ({ ...note })) };
    }),
    count,
  };
}

/** A credit note that a run made, and the period that it is for. */
interface RunNote {
  id: string;
  contractId: string;
  periodStart: Temporal.PlainDate;
}

function isFor(note: RunNote, of: { contractId: string; periodStart: Temporal.PlainDate }): boolean {
  return note.contractId === of.contractId && note.periodStart.equals(of.periodStart);
}

/** The credit notes that a run made for contracts. In steps, each from ids, so that no plan can go through all of them. */
async function listNotesOfRun(
  db: TenantDb,
  runId: string,
  contractIds: readonly string[],
): Promise<RunNote[]> {
  const derived = await db.sql<RunNote[]>`
    select id, contract_id as "contractId", period_start as "periodStart" from rederivation
    where tenant_id = ${db.tenantId} and invoice_run_id = ${runId} and contract_id = any(${[
    ...new Set(contractIds),
  ]}::uuid[])`;
  const byId = new Map(derived.map((one) => [one.id, one]));
  const made = await db.sql<{ id: string; rederivationId: string }[]>`
    select credit_note_id as id, rederivation_id as "rederivationId" from credit_note_correction
    where tenant_id = ${db.tenantId} and rederivation_id = any(${[...byId.keys()]}::uuid[])`;
  return made.map(({ id, rederivationId }) => ({ ...byId.get(rederivationId)!, id }));
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
  const corrections = await listRunCorrections(db, runId, positions, ["changed"]);
  const placeOf = (note: RunNote) => corrections.findIndex((correction) => isFor(note, correction));
  const made = (await listNotesOfRun(db, runId, corrections.map(({ contractId }) => contractId)))
    .filter((note) => placeOf(note) >= 0);
  const places = new Map(made.map((note) => [note.id, placeOf(note)]));
  const drafts = await db.sql<RunCreditDraft[]>`
    select note.id, note.invoice_id as "invoiceId", invoice.number as "invoiceNumber",
      note.billing_entity_id as "billingEntityId", note.customer_id as "customerId", note.currency, note.total,
      document.tax_total as "taxTotal"
    from credit_note note
    join credit_note_document document
      on document.tenant_id = note.tenant_id and document.credit_note_id = note.id
    join invoice on invoice.tenant_id = note.tenant_id and invoice.id = note.invoice_id
    where note.tenant_id = ${db.tenantId} and note.id = any(${[
    ...places.keys(),
  ]}::uuid[]) and note.state = 'draft'
    order by invoice.number`;
  return drafts.toSorted((left, right) => places.get(left.id)! - places.get(right.id)!);
}
