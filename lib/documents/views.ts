/** The documents of a tenant as they are printed, read through the same views as the pages that show them. */
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { findCustomer } from "../customers/views.ts";
import { findCreditNote } from "../invoicing/credit/views.ts";
import type { LinkEnvironment } from "../invoicing/link/steps.ts";
import { addressOfLink } from "../invoicing/link/views.ts";
import { explainLines, findInvoice, linesOnPaper } from "../invoicing/views.ts";
import { customerStatement } from "../ledger/views.ts";
import { payeeLines } from "../tenants/views.ts";
import type { DocumentContent } from "./content.ts";
import { creditNoteContent } from "./credit_note_content.ts";
import { invoiceContent } from "./invoice_content.ts";
import { statementContent } from "./statement_content.ts";

export interface NamedDocument {
  /** "INV-2026-0042.pdf". */
  fileName: string;
  content: DocumentContent;
}

/** An issued invoice with the working of each line, and the account it is paid to. Throws `NotFound`, also for a draft. */
export async function invoiceDocument(
  db: TenantDb,
  environment: LinkEnvironment,
  id: string,
): Promise<NamedDocument> {
  const [invoice, workings] = await Promise.all([
    findInvoice(db, id, { limit: linesOnPaper }),
    explainLines(db, id),
  ]);
  if (invoice.number === null) {
    throw milepostError("NotFound", { message: "A draft has no PDF. Issue it first." });
  }
  const [payee, link] = await Promise.all([
    payeeLines(db, environment.secrets, invoice.seller.id),
    addressOfLink(db, environment, id),
  ]);
  return { fileName: `${invoice.number}.pdf`, content: invoiceContent(invoice, workings, payee, link) };
}

/** An issued credit note. Throws `NotFound`, also for a draft. */
export async function creditNoteDocument(db: TenantDb, id: string): Promise<NamedDocument> {
  const note = await findCreditNote(db, id, { limit: linesOnPaper });
  if (note.number === null) {
    throw milepostError("NotFound", { message: "A draft has no PDF. Its run issues it first." });
  }
  return { fileName: `${note.number}.pdf`, content: creditNoteContent(note) };
}

/** A customer's statement over some days, both included. Throws `NotFound`, and `InvalidInput` as `customerStatement` does. */
export async function statementDocument(
  db: TenantDb,
  customerId: string,
  days: { from: Temporal.PlainDate; to: Temporal.PlainDate },
): Promise<NamedDocument> {
  const customer = await findCustomer(db, customerId);
  const accounts = await customerStatement(db, customer.id, days);
  return {
    fileName: `${customer.reference}-${days.from}-${days.to}.pdf`,
    content: statementContent({ customer, ...days, accounts }),
  };
}
