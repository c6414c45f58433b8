/** Messages as people read them: those of an invoice, of a run, the outbox, and one with its words. */
import {
  countStandings,
  type DeliveryStanding,
  isDelivering as hasDeliverySteps,
  type ListedDelivery,
  listStanding,
  listUndecidedInvoices,
} from "../../db/queries/invoice_run_delivery.ts";
import {
  findMessage as findRow,
  listMessages,
  listMessagesOfInvoice,
  type MessageRecord,
  type WholeMessage,
} from "../../db/queries/message.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { deliveryJobKind } from "../invoicing/run/steps.ts";
import {
  type ExplainedLine,
  explainLines,
  findInvoice,
  type InvoiceDetail,
  linesOnPaper,
} from "../invoicing/views.ts";

export type { DeliveryStanding, ListedDelivery };
export type SentMessage = MessageRecord;

/** Rows on a page of the outbox. */
const rowsPerPage = 25;
/** A timeline names the latest; nobody reads further. */
const shownOfInvoice = 10;

/** The latest messages that carried an invoice, newest first. */
export async function messagesOfInvoice(db: TenantDb, invoiceId: string): Promise<SentMessage[]> {
  return isId(invoiceId) ? await listMessagesOfInvoice(db, invoiceId, shownOfInvoice) : [];
}

export interface OutboxPage {
  messages: SentMessage[];
  /** For the older ones, where there are any. */
  next?: { after: string };
}

/** A page of all messages, newest first. */
export async function listOutbox(db: TenantDb, after?: string): Promise<OutboxPage> {
  const rows = await listMessages(db, rowsPerPage, after);
  const messages = rows.slice(0, rowsPerPage);
  return {
    messages,
    ...(rows.length > rowsPerPage ? { next: { after: messages.at(-1)!.id } } : {}),
  };
}

/** Throws `NotFound`. */
export async function findMessage(db: TenantDb, messageId: string): Promise<WholeMessage> {
  const message = isId(messageId) ? await findRow(db, messageId) : undefined;
  if (message) return message;
  throw milepostError("NotFound", {
    message: "There is no such message, or it belongs to another company. Find it in the outbox.",
    fields: [{ field: "messageId", value: messageId }],
  });
}

/** How many invoices of a run are where on their way to the customer. */
export type RunDeliveryCounts = Record<DeliveryStanding, number>;

export async function countRunDelivery(db: TenantDb, runId: string): Promise<RunDeliveryCounts> {
  const counts: RunDeliveryCounts = {
    sent: 0,
    waiting: 0,
    failed: 0,
    uncertain: 0,
    by_hand: 0,
    no_address: 0,
    not_sent: 0,
    withdrawn: 0,
  };
  for (const { standing, count } of await countStandings(db, runId)) counts[standing] = count;
  return counts;
}

export interface RunDeliveryPage {
  rows: ListedDelivery[];
  /** The place after which the next rows begin. */
  next?: number;
}

/** The invoices of a run that stand alike, in its order, after a place. */
export async function listRunDelivery(
  db: TenantDb,
  runId: string,
  standing: DeliveryStanding,
  after?: number,
): Promise<RunDeliveryPage> {
  const found = await listStanding(db, runId, standing, rowsPerPage + 1, after);
  const rows = found.slice(0, rowsPerPage);
  return { rows, ...(found.length > rowsPerPage ? { next: rows.at(-1)!.position } : {}) };
}

/** Whether the delivery of a run has steps to do at once; what waits for another attempt after a failure is none. */
export async function isDelivering(db: TenantDb, runId: string): Promise<boolean> {
  return await hasDeliverySteps(db, runId, deliveryJobKind);
}

/** What a chunk of a run's delivery sends, each with all that its file shows. */
export async function findInvoicesToSend(
  db: TenantDb,
  { runId, from, to }: { runId: string; from: number; to: number },
): Promise<{ invoice: InvoiceDetail; workings: ExplainedLine[] }[]> {
  const ids = await listUndecidedInvoices(db, runId, { from, to });
  return await Promise.all(ids.map(async (id) => {
    const [invoice, workings] = await Promise.all([
      findInvoice(db, id, { limit: linesOnPaper }),
      explainLines(db, id),
    ]);
    return { invoice, workings };
  }));
}
