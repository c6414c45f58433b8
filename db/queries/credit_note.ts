/** Credit notes as commands write them: what is left to credit of invoices, the draft, and its issue. */
import { canonicalJson } from "../../lib/core/json.ts";
import type { CreditNoteState, CreditPurpose, InvoiceState } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { type BuyerColumns, encryptBuyer, withBuyers } from "./document_buyer.ts";

/** An invoice that may be credited, with what it was printed with; minor units. */
export interface CreditableRecord {
  id: string;
  number: string | null;
  state: InvoiceState;
  billingEntityId: string;
  customerId: string;
  currency: string;
  issueDate: Temporal.PlainDate | null;
  /** The last day of its period; without one the day that it names. */
  taxPoint: Temporal.PlainDate;
  /** What was given up of it. */
  writtenOffAmount: bigint;
  taxInclusive: boolean;
  rounding: "half_up" | "half_even";
  seller: unknown;
  buyer: unknown;
  terms: unknown;
  lines: CreditableLineRecord[];
  taxes: { category: string; percent: string; amount: bigint }[];
}

export interface CreditableLineRecord {
  id: string;
  invoiceId: string;
  position: number;
  description: string;
  detail: string;
  amount: bigint;
  /** What credit notes took of it, drafts included. */
  credited: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
}

/** Locks invoices until the transaction ends, in the order in which payments lock them. */
export async function lockCreditable(
  db: TenantDb,
  invoiceIds: readonly string[],
): Promise<CreditableRecord[]> {
  if (invoiceIds.length === 0) return [];
  await db.query.selectFrom("invoice").select("id")
    .where("tenant_id", "=", db.tenantId).where("id", "in", [...invoiceIds])
    .orderBy("due_date").orderBy("id").forNoKeyUpdate().execute();
  return await listCreditable(db, invoiceIds);
}

/** Invoices with what is left to credit of their lines. */
export async function listCreditable(
  db: TenantDb,
  invoiceIds: readonly string[],
): Promise<CreditableRecord[]> {
  const ids = [...invoiceIds];
  const [invoices, lines, taxes] = await Promise.all([
    db.sql<(Omit<CreditableRecord, "lines" | "taxes"> & BuyerColumns)[]>`
      select invoice.id, invoice.number, invoice.state, invoice.billing_entity_id as "billingEntityId",
        invoice.customer_id as "customerId", invoice.currency, invoice.issue_date as "issueDate",
        coalesce(invoice.period_end - 1, (document.terms ->> 'taxPoint')::date) as "taxPoint", invoice.written_off_amount as "writtenOffAmount",
        coalesce((document.price_case -> 'tax' ->> 'inclusive')::boolean, false) as "taxInclusive",
        document.price_case ->> 'rounding' as rounding, document.seller, document.buyer,
        document.buyer_encrypted as "buyerEncrypted", document.terms
      from invoice join invoice_document document
        on document.tenant_id = invoice.tenant_id and document.invoice_id = invoice.id
      where invoice.tenant_id = ${db.tenantId} and invoice.id = any(${ids}::uuid[])
      order by invoice.id`,
    db.sql<CreditableLineRecord[]>`
      select line.id, line.invoice_id as "invoiceId", line.position, line.description, line.detail, line.amount,
        line.tax_category as "taxCategory", line.tax_percent as "taxPercent",
        coalesce((select sum(part.amount) from credit_note_line part
          where part.tenant_id = line.tenant_id and part.invoice_line_id = line.id), 0)::bigint as credited
      from invoice_line line
      where line.tenant_id = ${db.tenantId} and line.invoice_id = any(${ids}::uuid[])
      order by line.invoice_id, line.position`,
    db.sql<{ invoiceId: string; category: string; percent: string; amount: bigint }[]>`
      select invoice_id as "invoiceId", category, percent, amount from invoice_tax
      where tenant_id = ${db.tenantId} and invoice_id = any(${ids}::uuid[])
      order by invoice_id, position`,
  ]);
  const linesOf = Map.groupBy(lines, ({ invoiceId }) => invoiceId);
  const taxesOf = Map.groupBy(taxes, ({ invoiceId }) => invoiceId);
  return (await withBuyers(db, "invoice", invoices)).map((invoice) => ({
    ...invoice,
    lines: linesOf.get(invoice.id) ?? [],
    taxes: taxesOf.get(invoice.id) ?? [],
  }));
}

/** Minor units throughout. */
export interface NewCreditNote {
  id: string;
  billingEntityId: string;
  customerId: string;
  invoiceId: string;
  currency: string;
  purpose: CreditPurpose;
  reason: string;
  taxPoint: Temporal.PlainDate;
  taxInclusive: boolean;
  rounding: "half_up" | "half_even";
  seller: unknown;
  buyer: unknown;
  terms: unknown;
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  lines: NewCreditNoteLine[];
  taxes: { category: string; percent: string; base: bigint; amount: bigint }[];
}

export interface NewCreditNoteLine {
  id: string;
  invoiceLineId: string;
  description: string;
  detail: string;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
}

/** Writes a draft with its document, lines and taxes. */
export async function insertDraftCreditNote(db: TenantDb, note: NewCreditNote): Promise<void> {
  const key = { tenant_id: db.tenantId, credit_note_id: note.id };
  const { buyer, buyerEncrypted } = await encryptBuyer(db, "credit_note", note.id, note.buyer);
  await db.query.insertInto("credit_note").values({
    tenant_id: db.tenantId,
    id: note.id,
    billing_entity_id: note.billingEntityId,
    customer_id: note.customerId,
    invoice_id: note.invoiceId,
    currency: note.currency,
    purpose: note.purpose,
    total: note.total,
  }).execute();
  await Promise.all([
    db.sql`
      insert into credit_note_document (tenant_id, credit_note_id, reason, tax_point, tax_inclusive, rounding, seller,
        buyer, buyer_encrypted, terms, subtotal, tax_total, total)
      values (${db.tenantId}, ${note.id}, ${note.reason}, ${note.taxPoint}, ${note.taxInclusive}, ${note.rounding},
        ${canonicalJson(note.seller)}::text::jsonb, ${canonicalJson(buyer)}::text::jsonb, ${buyerEncrypted},
        ${canonicalJson(note.terms)}::text::jsonb, ${note.subtotal}, ${note.taxTotal}, ${note.total})`,
    db.query.insertInto("credit_note_line").values(note.lines.map((line, index) => ({
      ...key,
      id: line.id,
      position: index + 1,
      invoice_line_id: line.invoiceLineId,
      description: line.description,
      detail: line.detail,
      amount: line.amount,
      tax_category: line.taxCategory,
      tax_percent: line.taxPercent,
    }))).execute(),
    note.taxes.length > 0 &&
    db.query.insertInto("credit_note_tax").values(
      note.taxes.map((tax, index) => ({ ...key, position: index + 1, ...tax })),
    ).execute(),
  ]);
}

/** Notes which derivation of a period a credit note follows from. */
export async function insertCreditNoteCorrection(
  db: TenantDb,
  creditNoteId: string,
  rederivationId: string,
): Promise<void> {
  await db.query.insertInto("credit_note_correction")
    .values({ tenant_id: db.tenantId, credit_note_id: creditNoteId, rederivation_id: rederivationId })
    .execute();
}

export interface NewCreditNoteTransition {
  creditNoteId: string;
  from: CreditNoteState | null;
  to: CreditNoteState;
  actor: string;
  reason: string;
}

/** Who moved credit notes from state to state and why; the ids keep the order given. */
export async function insertCreditNoteTransitions(
  db: TenantDb,
  at: Temporal.Instant,
  transitions: readonly NewCreditNoteTransition[],
): Promise<void> {
  await db.query.insertInto("credit_note_transition").values(transitions.map((step) => ({
    tenant_id: db.tenantId,
    credit_note_id: step.creditNoteId,
    from_state: step.from,
    to_state: step.to,
    actor: step.actor,
    reason: step.reason,
    at,
  }))).execute();
}

export interface CreditNoteMarks {
  seriesYear: number;
  seriesNumber: bigint;
  number: string;
  issueDate: Temporal.PlainDate;
}

/** Gives a draft its number and date. Throws if it is not there or was issued before. */
export async function setCreditNoteIssued(
  db: TenantDb,
  creditNoteId: string,
  { seriesYear, seriesNumber, number, issueDate }: CreditNoteMarks,
): Promise<void> {
  const { numUpdatedRows } = await db.query.updateTable("credit_note")
    .set({
      state: "issued",
      series_year: seriesYear,
      series_number: seriesNumber,
      number,
      issue_date: issueDate,
    })
    .where("tenant_id", "=", db.tenantId).where("id", "=", creditNoteId).where("state", "=", "draft")
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw new Error(`Credit note ${creditNoteId} is no draft.`);
}

/** Where a billing entity is and what its numbers begin with. */
export async function findNumberingEntity(
  db: TenantDb,
  billingEntityId: string,
): Promise<{ id: string; zone: string; numberPrefix: string }> {
  return await db.query.selectFrom("billing_entity")
    .select(["id", "zone", "number_prefix as numberPrefix"])
    .where("tenant_id", "=", db.tenantId).where("id", "=", billingEntityId)
    .executeTakeFirstOrThrow();
}
