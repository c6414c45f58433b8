/** Invoices as commands write them: the header with its state, and the document that never changes. */
import { canonicalJson } from "../../lib/core/json.ts";
import type { InvoiceState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

/** Minor units throughout. */
export interface NewInvoice {
  id: string;
  billingEntityId: string;
  customerId: string;
  contractId: string;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
  currency: string;
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  factsSnapshot: string;
  factsHash: Uint8Array;
  priceCase: unknown;
  usageCount: bigint;
  seller: unknown;
  buyer: unknown;
  terms: unknown;
  vehicles: unknown;
  lines: NewInvoiceLine[];
  taxes: NewInvoiceTax[];
}

export interface NewInvoiceLine {
  id: string;
  chargeId: string;
  vehicleId: string | null;
  description: string;
  detail: string;
  /** Decimal texts. */
  quantity: string | null;
  unitPrice: string | null;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
  /** The trace. */
  steps: readonly string[];
}

export interface NewInvoiceTax {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

export interface NewTransition {
  from: InvoiceState | null;
  to: InvoiceState;
  actor: string;
  reason: string;
}

/**
 * Writes a draft with its document, lines, traces and taxes, each kind of row in one statement. They go out together, in
 * this order, because each refers to the one before.
 */
export async function insertDraftInvoice(db: TenantDb, invoice: NewInvoice): Promise<void> {
  await Promise.all([
    insertHeader(db, invoice),
    insertDocument(db, invoice),
    insertLines(db, invoice),
    insertTraces(db, invoice.lines),
    insertTaxes(db, invoice),
  ]);
}

async function insertHeader(db: TenantDb, invoice: NewInvoice): Promise<void> {
  await db.sql`
    insert into invoice (tenant_id, id, billing_entity_id, customer_id, contract_id, period_start, period_end,
      currency, state, total, open_amount)
    values (${db.tenantId}, ${invoice.id}, ${invoice.billingEntityId}, ${invoice.customerId}, ${invoice.contractId},
      ${invoice.periodStart}, ${invoice.periodEnd}, ${invoice.currency}, 'draft', ${invoice.total}, ${invoice.total})`;
}

async function insertDocument(db: TenantDb, invoice: NewInvoice): Promise<void> {
  const text = canonicalJson;
  await db.sql`
    insert into invoice_document (tenant_id, invoice_id, facts_snapshot, facts_hash, price_case, usage_count,
      seller, buyer, terms, vehicles, subtotal, tax_total, total)
    values (${db.tenantId}, ${invoice.id}, ${invoice.factsSnapshot}::text::pg_snapshot, ${invoice.factsHash},
      ${text(invoice.priceCase)}::text::jsonb, ${invoice.usageCount}, ${text(invoice.seller)}::text::jsonb,
      ${text(invoice.buyer)}::text::jsonb, ${text(invoice.terms)}::text::jsonb,
      ${text(invoice.vehicles)}::text::jsonb, ${invoice.subtotal}, ${invoice.taxTotal}, ${invoice.total})`;
}

async function insertLines(db: TenantDb, { id, lines }: NewInvoice): Promise<void> {
  await db.sql`
    insert into invoice_line (tenant_id, invoice_id, id, charge_id, vehicle_id, description, detail, quantity,
      unit_price, amount, tax_category, tax_percent, position)
    select ${db.tenantId}::uuid, ${id}::uuid, line.* from unnest(
      ${lines.map((line) => line.id)}::uuid[],
      ${lines.map((line) => line.chargeId)}::uuid[],
      ${lines.map((line) => line.vehicleId)}::uuid[],
      ${lines.map((line) => line.description)}::text[],
      ${lines.map((line) => line.detail)}::text[],
      ${lines.map((line) => line.quantity)}::numeric[],
      ${lines.map((line) => line.unitPrice)}::numeric[],
      ${lines.map((line) => line.amount)}::bigint[],
      ${lines.map((line) => line.taxCategory)}::text[],
      ${lines.map((line) => line.taxPercent)}::numeric[]) with ordinality as line`;
}

async function insertTraces(db: TenantDb, lines: readonly NewInvoiceLine[]): Promise<void> {
  await db.sql`
    insert into invoice_line_trace (tenant_id, invoice_line_id, steps)
    select ${db.tenantId}::uuid, trace.id, trace.steps::jsonb
    from unnest(${lines.map((line) => line.id)}::uuid[], ${
    lines.map((line) => JSON.stringify(line.steps))
  }::text[]) as trace(id, steps)`;
}

async function insertTaxes(db: TenantDb, { id, taxes }: NewInvoice): Promise<void> {
  if (taxes.length === 0) return;
  await db.sql`
    insert into invoice_tax (tenant_id, invoice_id, category, percent, base, amount, position)
    select ${db.tenantId}::uuid, ${id}::uuid, tax.* from unnest(
      ${taxes.map((tax) => tax.category)}::text[],
      ${taxes.map((tax) => tax.percent)}::numeric[],
      ${taxes.map((tax) => tax.base)}::bigint[],
      ${taxes.map((tax) => tax.amount)}::bigint[]) with ordinality as tax`;
}

/** Who moved the invoice from state to state and why; the ids keep the order given. */
export async function insertInvoiceTransitions(
  db: TenantDb,
  invoiceId: string,
  at: Temporal.Instant,
  transitions: readonly NewTransition[],
): Promise<void> {
  await db.sql`
    insert into invoice_transition (tenant_id, invoice_id, at, from_state, to_state, actor, reason)
    select ${db.tenantId}::uuid, ${invoiceId}::uuid, ${at}::timestamptz, step.* from unnest(
      ${transitions.map((step) => step.from)}::text[],
      ${transitions.map((step) => step.to)}::text[],
      ${transitions.map((step) => step.actor)}::text[],
      ${transitions.map((step) => step.reason)}::text[]) as step`;
}

/** An invoice whose state is about to change. */
export interface LockedInvoice {
  id: string;
  billingEntityId: string;
  customerId: string;
  contractId: string;
  currency: string;
  state: InvoiceState;
  number: string | null;
  total: bigint;
  taxTotal: bigint;
  lineCount: number;
  seller: unknown;
  terms: unknown;
}

/** Locks an invoice until the transaction ends, so that two writers do not move it at once. */
export async function lockInvoice(db: TenantDb, invoiceId: string): Promise<LockedInvoice | undefined> {
  return await db.query.selectFrom("invoice")
    .innerJoin(
      "invoice_document as document",
      (join) =>
        join.onRef("document.tenant_id", "=", "invoice.tenant_id")
          .onRef("document.invoice_id", "=", "invoice.id"),
    )
    .select((column) => [
      "invoice.id",
      "invoice.billing_entity_id as billingEntityId",
      "invoice.customer_id as customerId",
      "invoice.contract_id as contractId",
      "invoice.currency",
      "invoice.state",
      "invoice.number",
      "invoice.total",
      "document.tax_total as taxTotal",
      "document.seller",
      "document.terms",
      column.selectFrom("invoice_line").whereRef("invoice_line.tenant_id", "=", "invoice.tenant_id")
        .whereRef("invoice_line.invoice_id", "=", "invoice.id")
        .select(({ fn }) => fn.countAll<bigint>().as("count")).as("lineCount"),
    ])
    .where("invoice.tenant_id", "=", db.tenantId).where("invoice.id", "=", invoiceId)
    .forNoKeyUpdate("invoice")
    .executeTakeFirst()
    .then((row) => row && { ...row, lineCount: Number(row.lineCount) });
}

export interface IssueMarks {
  seriesYear: number;
  seriesNumber: bigint;
  number: string;
  issueDate: Temporal.PlainDate;
  dueDate: Temporal.PlainDate;
}

/** Gives a draft its number and dates. Throws if it is not there or was issued before. */
export async function setInvoiceIssued(
  db: TenantDb,
  invoiceId: string,
  marks: IssueMarks,
): Promise<void> {
  const { count } = await db.sql`
    update invoice set state = 'issued', series_year = ${marks.seriesYear}, series_number = ${marks.seriesNumber},
      number = ${marks.number}, issue_date = ${marks.issueDate}, due_date = ${marks.dueDate}
    where tenant_id = ${db.tenantId} and id = ${invoiceId} and state in ('draft', 'approved')`;
  if (count !== 1) throw new Error(`Invoice ${invoiceId} is no draft that could be issued.`);
}

/** The invoice that bills a part of the period already, unless it was voided or credited. */
export async function findInvoiceOfPeriod(
  db: TenantDb,
  contractId: string,
  period: { start: Temporal.PlainDate; end: Temporal.PlainDate },
): Promise<
  | {
    id: string;
    number: string | null;
    state: InvoiceState;
    periodStart: Temporal.PlainDate;
    periodEnd: Temporal.PlainDate;
  }
  | undefined
> {
  return await db.query.selectFrom("invoice")
    .select(["id", "number", "state", "period_start as periodStart", "period_end as periodEnd"])
    .where("tenant_id", "=", db.tenantId).where("contract_id", "=", contractId)
    .where("state", "not in", ["void", "credited"])
    .where("period_start", "<", period.end).where("period_end", ">", period.start)
    .orderBy("period_start").limit(1)
    .executeTakeFirst();
}

/** Starts of the contract's periods that are billed or drafted, in order. */
export async function listBilledPeriodStarts(
  db: TenantDb,
  contractId: string,
): Promise<Temporal.PlainDate[]> {
  const rows = await db.query.selectFrom("invoice").select("period_start")
    .where("tenant_id", "=", db.tenantId).where("contract_id", "=", contractId)
    .where("state", "not in", ["void", "credited"])
    .orderBy("period_start")
    .execute();
  return rows.map((row) => row.period_start);
}
