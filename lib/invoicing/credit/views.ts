/** Credit notes as people read them: the list, one with its lines, those of an invoice, and what can still be credited. */
import { type CreditableRecord, listCreditable } from "../../../db/queries/credit_note.ts";
import {
  countCreditNoteLines,
  countCreditNotes,
  type CreditNoteFilter,
  type CreditNoteLineRecord,
  type CreditNoteRecord,
  type CreditNoteTaxRecord,
  type CreditNoteTransitionRecord,
  findCreditNoteRecord,
  listCreditNoteLines,
  listCreditNotes as listRows,
  listCreditNotesOfInvoice,
  listCreditNoteTaxes,
  listCreditNoteTransitions,
  type ListedCreditNote,
} from "../../../db/queries/credit_note_detail.ts";
import { listInvoiceTaxRegistrations } from "../../../db/queries/tax_registration.ts";
import { findStatedCreditTax, type StatedTax } from "../../../db/queries/tax_currency.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../../core/cursor_page.ts";
import { shownBuyer } from "../../core/erased.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { type InvoiceParties, rowsPerPage } from "../views.ts";

export type { CreditNoteFilter, ListedCreditNote };

/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;
/** An invoice names the latest of its credit notes; the list has all. */
const shownOfInvoice = 20;

export interface CreditNotePage extends CursorPage<ListedCreditNote> {
  /** How many match, counted up to one more than `countedMost`. */
  found: number;
}

/** A page of the list, newest first. */
export async function listCreditNotes(
  db: TenantDb,
  filter: CreditNoteFilter,
  cursor?: Cursor,
): Promise<CreditNotePage> {
  const [rows, found] = await Promise.all([
    listRows(db, filter, rowsPerPage, cursor),
    countCreditNotes(db, filter, countedMost + 1),
  ]);
  return { ...cutPage(rows, rowsPerPage, cursor, ({ id }) => id), found };
}

/** The latest credit notes of an invoice, newest first. */
export async function creditNotesOf(db: TenantDb, invoiceId: string): Promise<ListedCreditNote[]> {
  return isId(invoiceId) ? await listCreditNotesOfInvoice(db, invoiceId, shownOfInvoice) : [];
}

/** The snapshot that a credit note is printed with: that of its invoice. */
export type CreditNoteParties = Pick<InvoiceParties, "seller" | "buyer"> & {
  terms: InvoiceParties["terms"] & { invoice: string; invoiceDate: string };
};

export interface CreditNoteDetail
  extends Omit<CreditNoteRecord, "seller" | "buyer" | "customerErasedAt" | "terms">, CreditNoteParties {
  lines: CreditNoteLineRecord[];
  lineCount: number;
  taxes: CreditNoteTaxRecord[];
  /** In the seller's tax currency, by the rates of the invoice, where that is another one. */
  statedTax: StatedTax | null;
  /** Newest first. */
  transitions: CreditNoteTransitionRecord[];
}

/** A credit note with its lines after a position (at most `limit`). Throws `NotFound`. */
export async function findCreditNote(
  db: TenantDb,
  id: string,
  { after = 0, limit = rowsPerPage }: { after?: number; limit?: number } = {},
): Promise<CreditNoteDetail> {
  if (!isId(id)) throw noCreditNote(id);
  const [record, lines, lineCount, taxes, transitions] = await Promise.all([
    findCreditNoteRecord(db, id),
    listCreditNoteLines(db, id, after, limit),
    countCreditNoteLines(db, id),
    listCreditNoteTaxes(db, id),
    listCreditNoteTransitions(db, id),
  ]);
  if (!record) throw noCreditNote(id);
  const { seller, buyer, customerErasedAt, terms, ...rest } = record;
  const [taxNumbers, statedTax] = await Promise.all([
    listInvoiceTaxRegistrations(db, record.invoiceId),
    findStatedCreditTax(db, id, record.invoiceId),
  ]);
  const parties = {
    seller: { ...seller as object, taxNumbers },
    buyer: shownBuyer(buyer as CreditNoteParties["buyer"], customerErasedAt),
    terms,
  } as CreditNoteParties;
  return { ...rest, ...parties, lines, lineCount, taxes, statedTax, transitions };
}

/** What is left to credit of an invoice, line by line; nothing if there is no such invoice. */
export async function findCreditable(
  db: TenantDb,
  invoiceId: string,
): Promise<CreditableRecord | undefined> {
  return isId(invoiceId) ? (await listCreditable(db, [invoiceId]))[0] : undefined;
}

function noCreditNote(id: string): Error {
  return milepostError("NotFound", {
    message:
      "There is no such credit note, or it belongs to another company. Find it in the list of credit notes.",
    fields: [{ field: "creditNoteId", value: id }],
  });
}
