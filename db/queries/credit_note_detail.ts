/** Credit notes as they are shown: the list by cursor, one with its document, and those of an invoice. */
import { sql } from "kysely";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { CreditNoteState, CreditPurpose } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { type BuyerColumns, withBuyers } from "./document_buyer.ts";
import { userIdOf } from "./acting_user.ts";

/** Minor units. What was printed comes from the document's snapshot, never from today's tables. */
export interface CreditNoteRecord {
  id: string;
  number: string | null;
  state: CreditNoteState;
  purpose: CreditPurpose;
  invoiceId: string;
  invoiceNumber: string;
  /** None for an invoice that bills no contract. */
  contractId: string | null;
  customerId: string;
  issueDate: Temporal.PlainDate | null;
  currency: string;
  total: bigint;
  reason: string;
  taxPoint: Temporal.PlainDate;
  taxInclusive: boolean;
  subtotal: bigint;
  taxTotal: bigint;
  seller: unknown;
  buyer: unknown;
  /** When the customer was erased; null for one that is not. */
  customerErasedAt: Temporal.Instant | null;
  terms: unknown;
  /** The run that found it, where it was not given by hand. */
  run: { id: string; start: string } | null;
}

export interface CreditNoteLineRecord {
  position: number;
  /** Of the line of the invoice that it takes from. */
  invoicePosition: number;
  description: string;
  detail: string;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
}

export interface CreditNoteTaxRecord {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

export interface CreditNoteTransitionRecord {
  to: CreditNoteState;
  actor: string;
  /** Of the person, if a person of this tenant did it. */
  actorName: string | null;
  reason: string;
  at: Temporal.Instant;
}

export async function findCreditNoteRecord(db: TenantDb, id: string): Promise<CreditNoteRecord | undefined> {
  const [row] = await db.sql<(CreditNoteRecord & BuyerColumns)[]>`
    select note.id, note.number, note.state, note.purpose, note.invoice_id as "invoiceId",
      invoice.number as "invoiceNumber", invoice.contract_id as "contractId", note.customer_id as "customerId",
      note.issue_date as "issueDate", note.currency, note.total, document.reason,
      document.tax_point as "taxPoint", document.tax_inclusive as "taxInclusive", document.subtotal,
      document.tax_total as "taxTotal", document.seller, document.buyer, document.buyer_encrypted as "buyerEncrypted", document.terms,
      customer.erased_at as "customerErasedAt",
      case when run.id is not null then jsonb_build_object('id', run.id, 'start', run.period_start) end as run
    from credit_note note
    join credit_note_document document
      on document.tenant_id = note.tenant_id and document.credit_note_id = note.id
    join invoice on invoice.tenant_id = note.tenant_id and invoice.id = note.invoice_id
    join customer on customer.tenant_id = note.tenant_id and customer.id = note.customer_id
    left join credit_note_correction correction
      on correction.tenant_id = note.tenant_id and correction.credit_note_id = note.id
    left join rederivation derived
      on derived.tenant_id = correction.tenant_id and derived.id = correction.rederivation_id
    left join invoice_run run on run.tenant_id = derived.tenant_id and run.id = derived.invoice_run_id
    where note.tenant_id = ${db.tenantId} and note.id = ${id}`;
  return row && (await withBuyers(db, "credit_note", [row]))[0];
}

/** Lines after a position, in order. */
export async function listCreditNoteLines(
  db: TenantDb,
  id: string,
  after: number,
  limit: number,
): Promise<CreditNoteLineRecord[]> {
  return await db.sql<CreditNoteLineRecord[]>`
    select part.position, line.position as "invoicePosition", part.description, part.detail, part.amount,
      part.tax_category as "taxCategory", part.tax_percent as "taxPercent"
    from credit_note_line part
    join invoice_line line on line.tenant_id = part.tenant_id and line.id = part.invoice_line_id
    where part.tenant_id = ${db.tenantId} and part.credit_note_id = ${id} and part.position > ${after}
    order by part.position limit ${limit}`;
}

export async function countCreditNoteLines(db: TenantDb, id: string): Promise<number> {
  const { count } = await db.query.selectFrom("credit_note_line")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).where("credit_note_id", "=", id).executeTakeFirstOrThrow();
  return Number(count);
}

export async function listCreditNoteTaxes(db: TenantDb, id: string): Promise<CreditNoteTaxRecord[]> {
  return await db.query.selectFrom("credit_note_tax").select(["category", "percent", "base", "amount"])
    .where("tenant_id", "=", db.tenantId).where("credit_note_id", "=", id).orderBy("position").execute();
}

/** Newest first. */
export async function listCreditNoteTransitions(
  db: TenantDb,
  id: string,
): Promise<CreditNoteTransitionRecord[]> {
  return await db.query.selectFrom("credit_note_transition as step")
    .leftJoin("user", (join) => join.on("user.id", "=", userIdOf("step.actor")))
    .select(["step.to_state as to", "step.actor", "user.name as actorName", "step.reason", "step.at"])
    .where("step.tenant_id", "=", db.tenantId).where("step.credit_note_id", "=", id)
    .orderBy("step.at", "desc").orderBy("step.id", "desc")
    .execute();
}

export interface ListedCreditNote {
  id: string;
  number: string | null;
  state: CreditNoteState;
  invoiceId: string;
  invoiceNumber: string;
  customerName: string;
  issueDate: Temporal.PlainDate | null;
  currency: string;
  total: bigint;
  reason: string;
}

/** The credit notes of an invoice, newest first. */
export async function listCreditNotesOfInvoice(
  db: TenantDb,
  invoiceId: string,
  limit: number,
): Promise<ListedCreditNote[]> {
  return await listed(db).where("note.invoice_id", "=", invoiceId).orderBy("note.id", "desc").limit(limit)
    .execute();
}

export interface CreditNoteFilter {
  /** A part of its number, of its invoice's, or of the customer's name. */
  search?: string;
}

/** One row more than `limit`, if there are more; ids are in the order of drafting. */
export async function listCreditNotes(
  db: TenantDb,
  { search }: CreditNoteFilter,
  limit: number,
  cursor?: Cursor,
): Promise<ListedCreditNote[]> {
  const newer = cursor !== undefined && "before" in cursor;
  let query = found(listed(db), search).orderBy("note.id", newer ? "asc" : "desc").limit(limit + 1);
  if (cursor) query = query.where("note.id", newer ? ">" : "<", newer ? cursor.before : cursor.after);
  return await query.execute();
}

/** How many there are, counted no further than `limit`. */
export async function countCreditNotes(
  db: TenantDb,
  { search }: CreditNoteFilter,
  limit: number,
): Promise<number> {
  const { count } = await db.query.selectFrom(found(listed(db), search).limit(limit).as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count")).executeTakeFirstOrThrow();
  return Number(count);
}

function listed(db: TenantDb) {
  return db.query.selectFrom("credit_note as note")
    .innerJoin(
      "invoice",
      (join) =>
        join.onRef("invoice.tenant_id", "=", "note.tenant_id").onRef("invoice.id", "=", "note.invoice_id"),
    )
    .innerJoin("customer", (join) =>
      join.onRef("customer.tenant_id", "=", "note.tenant_id")
        .onRef("customer.id", "=", "note.customer_id"))
    .innerJoin(
      "credit_note_document as document",
      (join) =>
        join.onRef("document.tenant_id", "=", "note.tenant_id")
          .onRef("document.credit_note_id", "=", "note.id"),
    )
    .select([
      "note.id",
      "note.number",
      "note.state",
      "note.invoice_id as invoiceId",
      sql<string>`invoice.number`.as("invoiceNumber"),
      "customer.name as customerName",
      "note.issue_date as issueDate",
      "note.currency",
      "note.total",
      "document.reason",
    ])
    .where("note.tenant_id", "=", db.tenantId).where("customer.tenant_id", "=", db.tenantId);
}

function found(query: ReturnType<typeof listed>, search: string | undefined) {
  if (!search) return query;
  const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return query.where(({ eb, or }) =>
    or([
      eb("note.number", "ilike", part),
      eb("invoice.number", "ilike", part),
      eb("customer.name", "ilike", part),
      eb("customer.reference", "ilike", part),
    ])
  );
}
