/** Messages as people read them: those of an invoice, the outbox, and one with its words. */
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
