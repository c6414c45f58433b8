/** Invoice runs: prepared with a cut-off, moved from state to state under a lock. */
import { sql } from "kysely";
import type { BillingCycle } from "../../lib/core/billing_cycle.ts";
import type { InvoiceRunState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { stillBills } from "./still_bills.ts";

export interface NewInvoiceRun {
  billingEntityId: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  itemCount: number;
  preparedBy: string;
  preparedAt: Temporal.Instant;
  /** The due time of the schedule that prepares it. */
  scheduledFor?: Temporal.Instant;
  sendsInvoices: boolean;
}

/** The id of the new run, whose cut-off is what is committed now; `undefined` while another one of its scope is open. */
export async function insertInvoiceRun(db: TenantDb, run: NewInvoiceRun): Promise<string | undefined> {
  const [row] = await db.sql<{ id: string }[]>`
    insert into invoice_run (tenant_id, billing_entity_id, period_start, period_end, item_count, prepared_by,
      prepared_at, scheduled_for, sends_invoices, facts_snapshot)
    values (${db.tenantId}, ${run.billingEntityId}, ${run.periodStart}, ${run.periodEnd}, ${run.itemCount},
      ${run.preparedBy}, ${run.preparedAt}, ${
    run.scheduledFor ?? null
  }, ${run.sendsInvoices}, pg_current_snapshot())
    on conflict (tenant_id, billing_entity_id, period_start)
      where state in ('previewing', 'awaiting_approval', 'issuing', 'reconciling') do nothing
    returning id`;
  return row?.id;
}

export interface InvoiceRun {
  id: string;
  billingEntityId: string;
  entity: string;
  zone: string;
  currency: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  state: InvoiceRunState;
  /** A pg_snapshot as text. */
  factsSnapshot: string;
  itemCount: number;
  resultHash: Uint8Array | null;
  preparedBy: string;
  preparedAt: Temporal.Instant;
  /** The due time of the schedule that prepared it, for whoever set that; null when they prepared it by hand. */
  scheduledFor: Temporal.Instant | null;
  approvedBy: string | null;
  approvedAt: Temporal.Instant | null;
  note: string;
  finishedAt: Temporal.Instant | null;
  /** Once it is done. */
  sendsInvoices: boolean;
}

function runs(db: TenantDb) {
  return db.query.selectFrom("invoice_run as run")
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "run.tenant_id")
        .onRef("entity.id", "=", "run.billing_entity_id"))
    .select([
      "run.id",
      "run.billing_entity_id as billingEntityId",
      "entity.name as entity",
      "entity.zone",
      "entity.currency",
      "run.period_start as periodStart",
      "run.period_end as periodEnd",
      "run.state",
      sql<string>`run.facts_snapshot::text`.as("factsSnapshot"),
      "run.item_count as itemCount",
      "run.result_hash as resultHash",
      "run.prepared_by as preparedBy",
      "run.prepared_at as preparedAt",
      "run.scheduled_for as scheduledFor",
      "run.approved_by as approvedBy",
      "run.approved_at as approvedAt",
      "run.note",
      "run.finished_at as finishedAt",
      "run.sends_invoices as sendsInvoices",
    ])
    .where("run.tenant_id", "=", db.tenantId).where("entity.tenant_id", "=", db.tenantId);
}

export async function findInvoiceRun(db: TenantDb, id: string): Promise<InvoiceRun | undefined> {
  return await runs(db).where("run.id", "=", id).executeTakeFirst();
}

/** Locks a run until the transaction ends, so that two writers do not move it at once. */
export async function lockInvoiceRun(db: TenantDb, id: string): Promise<InvoiceRun | undefined> {
  return await runs(db).where("run.id", "=", id).forNoKeyUpdate("run").executeTakeFirst();
}

/** The state of the run that an invoice came from, if it came from one. */
export async function findRunStateOfInvoice(
  db: TenantDb,
  invoiceId: string,
): Promise<InvoiceRunState | undefined> {
  const [row] = await db.sql<{ state: InvoiceRunState }[]>`
    select run.state from invoice_run_item item
    join invoice_run run on run.tenant_id = item.tenant_id and run.id = item.invoice_run_id
    where item.tenant_id = ${db.tenantId} and item.invoice_id = ${invoiceId}`;
  return row?.state;
}

/** The open run of a scope, if there is one. */
export async function findOpenInvoiceRun(
  db: TenantDb,
  billingEntityId: string,
  periodStart: Temporal.PlainDate,
): Promise<InvoiceRun | undefined> {
  return await runs(db).where("run.billing_entity_id", "=", billingEntityId)
    .where("run.period_start", "=", periodStart)
    .where("run.state", "in", ["previewing", "awaiting_approval", "issuing", "reconciling"])
    .executeTakeFirst();
}

/** The newest run of a scope that issued something or will, whatever its schedule; closed ones without invoices do not count. */
export async function findCountingInvoiceRun(
  db: TenantDb,
  billingEntityId: string,
  periodStart: Temporal.PlainDate,
): Promise<InvoiceRun | undefined> {
  return await runs(db).where("run.billing_entity_id", "=", billingEntityId)
    .where("run.period_start", "=", periodStart)
    .where("run.state", "not in", ["returned", "cancelled"])
    .orderBy("run.id", "desc").limit(1).executeTakeFirst();
}

/** Runs, the latest first, after one of them; ids are in the order of creation. */
export async function listInvoiceRuns(db: TenantDb, limit: number, after?: string): Promise<InvoiceRun[]> {
  const query = runs(db).orderBy("run.id", "desc").limit(limit);
  return await (after === undefined ? query : query.where("run.id", "<", after)).execute();
}

export async function countInvoiceRuns(db: TenantDb): Promise<number> {
  const { count } = await db.query.selectFrom("invoice_run")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).executeTakeFirstOrThrow();
  return Number(count);
}

/** How many runs wait for their approval. */
export async function countWaitingRuns(db: TenantDb): Promise<number> {
  const { count } = await db.query.selectFrom("invoice_run")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).where("state", "=", "awaiting_approval").executeTakeFirstOrThrow();
  return Number(count);
}

export interface InvoiceRunChange {
  state: InvoiceRunState;
  resultHash?: Uint8Array;
  approvedBy?: string;
  approvedAt?: Temporal.Instant;
  note?: string;
  /** Null for a run that is opened again. */
  finishedAt?: Temporal.Instant | null;
}

/** Moves a locked run. */
export async function setInvoiceRunState(db: TenantDb, id: string, change: InvoiceRunChange): Promise<void> {
  await db.query.updateTable("invoice_run").set({
    state: change.state,
    ...(change.resultHash ? { result_hash: change.resultHash } : {}),
    ...(change.approvedBy ? { approved_by: change.approvedBy, approved_at: change.approvedAt } : {}),
    ...(change.note === undefined ? {} : { note: change.note }),
    ...(change.finishedAt === undefined ? {} : { finished_at: change.finishedAt }),
  }).where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** Lets a locked run send its invoices. */
export async function setInvoiceRunSends(db: TenantDb, id: string): Promise<void> {
  await db.query.updateTable("invoice_run").set({ sends_invoices: true })
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** A contract that a run may bill. */
export interface RunContract extends BillingCycle {
  id: string;
  reference: string;
  endDate: Temporal.PlainDate | null;
  zone: string;
  /** Starts of its periods that are billed or drafted already, as `YYYY-MM-DD`. */
  billedStarts: string[];
}

/** The contracts of an entity that ran on some day up to `until`, by reference; the longest period is a year. */
export async function listRunContracts(
  db: TenantDb,
  billingEntityId: string,
  from: Temporal.PlainDate,
  until: Temporal.PlainDate,
): Promise<RunContract[]> {
  return await db.sql<RunContract[]>`
    select contract.id, contract.reference, contract.start_date as "startDate", contract.end_date as "endDate",
      contract.cadence, contract.anchor_day as "anchorDay", contract.anchor_date as "anchorDate", entity.zone,
      array(select invoice.period_start::text from invoice
        where invoice.tenant_id = contract.tenant_id and invoice.contract_id = contract.id
          and ${stillBills(db)} and invoice.period_end > ${from}) as "billedStarts"
    from contract join billing_entity entity
      on entity.tenant_id = contract.tenant_id and entity.id = contract.billing_entity_id
    where contract.tenant_id = ${db.tenantId} and contract.billing_entity_id = ${billingEntityId}
      and contract.start_date < ${until} and (contract.end_date is null or contract.end_date > ${
    from.subtract({ years: 1 })
  })
    order by contract.reference`;
}

/** What a run of one entity would find in a month. */
export interface RunCoverage {
  billingEntityId: string;
  entity: string;
  /** Contracts that ran on some day of the month. */
  contracts: number;
  /** Invoices of periods that end in it, drafts included. */
  billed: number;
  /** The run of the month that is open. */
  openRunId: string | null;
}

/** The coverage of `[start, end)` by entity, in the order of their names. */
export async function listRunCoverage(
  db: TenantDb,
  { start, end }: { start: Temporal.PlainDate; end: Temporal.PlainDate },
): Promise<RunCoverage[]> {
  return await db.sql<RunCoverage[]>`
    select entity.id as "billingEntityId", entity.name as entity,
      (select count(*)::int from contract where contract.tenant_id = entity.tenant_id
        and contract.billing_entity_id = entity.id and contract.start_date < ${end}
        and (contract.end_date is null or contract.end_date > ${start})) as contracts,
      (select count(*)::int from invoice where invoice.tenant_id = entity.tenant_id
        and invoice.billing_entity_id = entity.id and ${stillBills(db)}
        and invoice.period_end > ${start} and invoice.period_end <= ${end}) as billed,
      (select run.id from invoice_run run where run.tenant_id = entity.tenant_id
        and run.billing_entity_id = entity.id and run.period_start = ${start}
        and run.state in ('previewing', 'awaiting_approval', 'issuing', 'reconciling')) as "openRunId"
    from billing_entity entity where entity.tenant_id = ${db.tenantId} order by entity.name, entity.id`;
}
