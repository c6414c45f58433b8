/** Invoices as commands write them: the header with its state, and the document that never changes. */
import { canonicalJson } from "../../lib/core/json.ts";
import type { TaxFacts } from "../../lib/core/tax_facts.ts";
import type { InvoiceState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { encryptBuyer } from "./document_buyer.ts";
import type { ContractSpan } from "./billing_facts.ts";
import { stillBills } from "./still_bills.ts";

/** Minor units throughout. */
export interface NewInvoice {
  id: string;
  billingEntityId: string;
  customerId: string;
  /** With a period, or neither: then its lines are such as people write. */
  contractId: string | null;
  periodStart: Temporal.PlainDate | null;
  periodEnd: Temporal.PlainDate | null;
  /** Whether it bills no period of its own. */
  onlyCorrections: boolean;
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
  /** What the tax rules decided by, where they did. */
  taxFacts: TaxFacts | null;
  lines: NewInvoiceLine[];
  taxes: NewInvoiceTax[];
}

export interface NewInvoiceLine {
  id: string;
  kind: "charge" | "true_up" | "discount" | "item";
  /** Of a line of the kind `charge`. */
  chargeId: string | null;
  vehicleId: string | null;
  description: string;
  detail: string;
  /** Decimal texts. */
  quantity: string | null;
  unitPrice: string | null;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
  /** What the tax rules decided, where they did. */
  tax?: LineTax;
  /** The trace. */
  steps: readonly string[];
  /** Of a line that bills what was missing for an earlier period. */
  corrects?: LineCorrection;
}

/** How the tax rules tax a line. */
export interface LineTax {
  /** ISO date; null where the day of the invoice counts. */
  taxPoint: string | null;
  /** Null for what is outside the seller's tax. */
  country: string | null;
  /** A code of VATEX. */
  reasonCode: string | null;
  reason: string | null;
  /** How it was decided, in plain words. */
  trace: readonly string[];
}

/** What a line corrects; amounts in the terms of the lines. */
export interface LineCorrection {
  rederivationId: string;
  taxPoint: Temporal.PlainDate;
  /** For the same charge, vehicle and rate: net of credit notes, and what is due. */
  billed: bigint;
  due: bigint;
}

export interface NewInvoiceTax {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

export interface NewTransition {
  invoiceId: string;
  from: InvoiceState | null;
  to: InvoiceState;
  actor: string;
  reason: string;
}

/**
 * Writes drafts with their documents, lines, traces and taxes, each kind of row in one statement. They go out together, in
 * this order, because each refers to the one before.
 */
export async function insertDraftInvoices(db: TenantDb, invoices: readonly NewInvoice[]): Promise<void> {
  // Out before anything is waited for: what the caller sends next refers to it.
  const headers = insertHeaders(db, invoices);
  const insertRest = async () => {
    const buyers = await Promise.all(invoices.map(({ id, buyer }) => encryptBuyer(db, "invoice", id, buyer)));
    await Promise.all([
      insertDocuments(db, invoices, buyers),
      insertLines(db, invoices),
      insertTraces(db, invoices.flatMap(({ lines }) => lines)),
      insertTaxes(db, invoices),
      insertLineCorrections(db, invoices.flatMap(({ lines }) => lines)),
      insertLineTaxes(db, invoices.flatMap(({ lines }) => lines)),
    ]);
  };
  await Promise.all([headers, insertRest()]);
}

async function insertHeaders(db: TenantDb, invoices: readonly NewInvoice[]): Promise<void> {
  await db.sql`
    insert into invoice (tenant_id, id, billing_entity_id, customer_id, contract_id, period_start, period_end,
      currency, total, only_corrections, state, open_amount)
    select ${db.tenantId}::uuid, draft.*, 'draft', draft.total from unnest(
      ${invoices.map(({ id }) => id)}::uuid[],
      ${invoices.map(({ billingEntityId }) => billingEntityId)}::uuid[],
      ${invoices.map(({ customerId }) => customerId)}::uuid[],
      ${invoices.map(({ contractId }) => contractId)}::uuid[],
      ${invoices.map(({ periodStart }) => periodStart?.toString() ?? null)}::text[]::date[],
      ${invoices.map(({ periodEnd }) => periodEnd?.toString() ?? null)}::text[]::date[],
      ${invoices.map(({ currency }) => currency)}::text[],
      ${invoices.map(({ total }) => total)}::bigint[],
      ${invoices.map(({ onlyCorrections }) => onlyCorrections)}::boolean[]
    ) as draft(id, billing_entity_id, customer_id, contract_id, period_start, period_end, currency, total,
      only_corrections)`;
}

async function insertDocuments(
  db: TenantDb,
  invoices: readonly NewInvoice[],
  buyers: readonly { buyer: unknown; buyerEncrypted: Uint8Array }[],
): Promise<void> {
  const texts = (pick: (invoice: NewInvoice) => unknown) =>
    invoices.map((invoice) => canonicalJson(pick(invoice)));
  await db.sql`
    insert into invoice_document (tenant_id, invoice_id, facts_snapshot, facts_hash, price_case, usage_count,
      seller, buyer, buyer_encrypted, terms, vehicles, subtotal, tax_total, total, tax_facts)
    select ${db.tenantId}::uuid, paper.id, paper.snapshot::pg_snapshot, decode(paper.hash, 'hex'),
      paper.price_case::jsonb, paper.usage_count, paper.seller::jsonb, paper.buyer::jsonb, decode(paper.buyer_encrypted, 'hex'), paper.terms::jsonb,
      paper.vehicles::jsonb, paper.subtotal, paper.tax_total, paper.total, paper.tax_facts::jsonb
    from unnest(
      ${invoices.map(({ id }) => id)}::uuid[],
      ${invoices.map(({ factsSnapshot }) => factsSnapshot)}::text[],
      ${invoices.map(({ factsHash }) => factsHash.toHex())}::text[],
      ${texts(({ priceCase }) => priceCase)}::text[],
      ${invoices.map(({ usageCount }) => usageCount)}::bigint[],
      ${texts(({ seller }) => seller)}::text[],
      ${buyers.map(({ buyer }) => canonicalJson(buyer))}::text[],
      ${buyers.map(({ buyerEncrypted }) => buyerEncrypted.toHex())}::text[],
      ${texts(({ terms }) => terms)}::text[],
      ${texts(({ vehicles }) => vehicles)}::text[],
      ${invoices.map(({ subtotal }) => subtotal)}::bigint[],
      ${invoices.map(({ taxTotal }) => taxTotal)}::bigint[],
      ${invoices.map(({ total }) => total)}::bigint[],
      ${invoices.map(({ taxFacts }) => taxFacts ? canonicalJson(taxFacts) : null)}::text[]
    ) as paper(id, snapshot, hash, price_case, usage_count, seller, buyer, buyer_encrypted, terms, vehicles, subtotal, tax_total, total,
      tax_facts)`;
}

async function insertLines(db: TenantDb, invoices: readonly NewInvoice[]): Promise<void> {
  const lines = invoices.flatMap(({ id, lines }) =>
    lines.map((line, index) => ({ ...line, invoiceId: id, position: index + 1 }))
  );
  await db.sql`
    insert into invoice_line (tenant_id, invoice_id, id, charge_id, vehicle_id, description, detail, quantity,
      unit_price, amount, tax_category, tax_percent, position, kind)
    select ${db.tenantId}::uuid, line.* from unnest(
      ${lines.map((line) => line.invoiceId)}::uuid[],
      ${lines.map((line) => line.id)}::uuid[],
      ${lines.map((line) => line.chargeId)}::uuid[],
      ${lines.map((line) => line.vehicleId)}::uuid[],
      ${lines.map((line) => line.description)}::text[],
      ${lines.map((line) => line.detail)}::text[],
      ${lines.map((line) => line.quantity)}::numeric[],
      ${lines.map((line) => line.unitPrice)}::numeric[],
      ${lines.map((line) => line.amount)}::bigint[],
      ${lines.map((line) => line.taxCategory)}::text[],
      ${lines.map((line) => line.taxPercent)}::numeric[],
      ${lines.map((line) => line.position)}::int[],
      ${lines.map((line) => line.kind)}::text[]) as line`;
}

async function insertTraces(db: TenantDb, lines: readonly NewInvoiceLine[]): Promise<void> {
  await db.sql`
    insert into invoice_line_trace (tenant_id, invoice_line_id, steps)
    select ${db.tenantId}::uuid, trace.id, trace.steps::jsonb
    from unnest(${lines.map((line) => line.id)}::uuid[], ${
    lines.map((line) => JSON.stringify(line.steps))
  }::text[]) as trace(id, steps)`;
}

async function insertTaxes(db: TenantDb, invoices: readonly NewInvoice[]): Promise<void> {
  const taxes = invoices.flatMap(({ id, taxes }) =>
    taxes.map((tax, index) => ({ ...tax, invoiceId: id, position: index + 1 }))
  );
  if (taxes.length === 0) return;
  await db.sql`
    insert into invoice_tax (tenant_id, invoice_id, category, percent, base, amount, position)
    select ${db.tenantId}::uuid, tax.* from unnest(
      ${taxes.map((tax) => tax.invoiceId)}::uuid[],
      ${taxes.map((tax) => tax.category)}::text[],
      ${taxes.map((tax) => tax.percent)}::numeric[],
      ${taxes.map((tax) => tax.base)}::bigint[],
      ${taxes.map((tax) => tax.amount)}::bigint[],
      ${taxes.map((tax) => tax.position)}::int[]) as tax`;
}

async function insertLineTaxes(db: TenantDb, lines: readonly NewInvoiceLine[]): Promise<void> {
  const taxed = lines.flatMap(({ id, tax }) => tax ? [{ id, ...tax }] : []);
  if (taxed.length === 0) return;
  await db.sql`
    insert into invoice_line_tax (tenant_id, invoice_line_id, tax_point, country, reason_code, reason, trace)
    select ${db.tenantId}::uuid, line.id, line.tax_point, line.country, line.reason_code, line.reason, line.trace::jsonb
    from unnest(
      ${taxed.map(({ id }) => id)}::uuid[],
      ${taxed.map(({ taxPoint }) => taxPoint)}::text[]::date[],
      ${taxed.map(({ country }) => country)}::text[],
      ${taxed.map(({ reasonCode }) => reasonCode)}::text[],
      ${taxed.map(({ reason }) => reason)}::text[],
      ${taxed.map(({ trace }) => JSON.stringify(trace))}::text[]
    ) as line(id, tax_point, country, reason_code, reason, trace)`;
}

async function insertLineCorrections(db: TenantDb, lines: readonly NewInvoiceLine[]): Promise<void> {
  const corrections = lines.flatMap(({ id, corrects }) => corrects ? [{ id, ...corrects }] : []);
  if (corrections.length === 0) return;
  await db.sql`
    insert into invoice_line_correction (tenant_id, invoice_line_id, rederivation_id, tax_point, billed, due)
    select ${db.tenantId}::uuid, line.* from unnest(
      ${corrections.map(({ id }) => id)}::uuid[],
      ${corrections.map(({ rederivationId }) => rederivationId)}::uuid[],
      ${corrections.map(({ taxPoint }) => taxPoint.toString())}::text[]::date[],
      ${corrections.map(({ billed }) => billed)}::bigint[],
      ${corrections.map(({ due }) => due)}::bigint[]) as line`;
}

/** Who moved invoices from state to state and why; the ids keep the order given. */
export async function insertInvoiceTransitions(
  db: TenantDb,
  at: Temporal.Instant,
  transitions: readonly NewTransition[],
): Promise<void> {
  await db.sql`
    insert into invoice_transition (tenant_id, at, invoice_id, from_state, to_state, actor, reason)
    select ${db.tenantId}::uuid, ${at}::timestamptz, step.* from unnest(
      ${transitions.map((step) => step.invoiceId)}::uuid[],
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
  contractId: string | null;
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
  invoiceId: string;
  seriesYear: number;
  seriesNumber: bigint;
  number: string;
  issueDate: Temporal.PlainDate;
  dueDate: Temporal.PlainDate;
}

/** Gives drafts their numbers and dates. Throws if one is not there or was issued before. */
export async function setInvoicesIssued(db: TenantDb, marks: readonly IssueMarks[]): Promise<void> {
  const { count } = await db.sql`
    update invoice set state = 'issued', series_year = mark.series_year, series_number = mark.series_number,
      number = mark.number, issue_date = mark.issue_date, due_date = mark.due_date
    from unnest(
      ${marks.map(({ invoiceId }) => invoiceId)}::uuid[],
      ${marks.map(({ seriesYear }) => seriesYear)}::int[],
      ${marks.map(({ seriesNumber }) => seriesNumber)}::bigint[],
      ${marks.map(({ number }) => number)}::text[],
      ${marks.map(({ issueDate }) => issueDate.toString())}::text[]::date[],
      ${marks.map(({ dueDate }) => dueDate.toString())}::text[]::date[]
    ) as mark(id, series_year, series_number, number, issue_date, due_date)
    where invoice.tenant_id = ${db.tenantId} and invoice.id = mark.id and invoice.state in ('draft', 'approved')`;
  if (count !== marks.length) throw new Error(`${marks.length - count} of the invoices are no drafts.`);
}

/** An invoice that bills a part of a period. */
export interface BilledBefore {
  id: string;
  number: string | null;
  state: InvoiceState;
  periodStart: Temporal.PlainDate;
  periodEnd: Temporal.PlainDate;
}

/** For each span the invoice that bills a part of it already. */
export async function findInvoicesOfPeriods(
  db: TenantDb,
  spans: readonly ContractSpan[],
): Promise<(BilledBefore | undefined)[]> {
  const rows = await db.sql<(BilledBefore & { place: bigint })[]>`
    select distinct on (span.place) span.place, invoice.id, invoice.number, invoice.state,
      invoice.period_start as "periodStart", invoice.period_end as "periodEnd"
    from unnest(
      ${spans.map(({ contractId }) => contractId)}::uuid[],
      ${spans.map(({ start }) => start.toString())}::text[]::date[],
      ${spans.map(({ end }) => end.toString())}::text[]::date[]
    ) with ordinality as span(contract_id, first_day, end_day, place)
    join invoice on invoice.tenant_id = ${db.tenantId} and invoice.contract_id = span.contract_id
      and ${stillBills(db)}
      and invoice.period_start < span.end_day and invoice.period_end > span.first_day
    order by span.place, invoice.period_start`;
  const found = new Map(rows.map(({ place, ...invoice }) => [Number(place) - 1, invoice]));
  return spans.map((_, index) => found.get(index));
}

/** Starts of the contract's periods that are billed or drafted, in order. */
export async function listBilledPeriodStarts(
  db: TenantDb,
  contractId: string,
): Promise<Temporal.PlainDate[]> {
  const rows = await db.sql<{ start: Temporal.PlainDate }[]>`
    select period_start as start from invoice
    where tenant_id = ${db.tenantId} and contract_id = ${contractId} and ${
    stillBills(db)
  } order by period_start`;
  return rows.map(({ start }) => start);
}
