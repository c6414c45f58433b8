/** How a message with an invoice comes into being, whether one is sent by hand or a run sends all of its own. */
import {
  deliveryKind,
  insertMessage,
  type MessageAttachment,
  setMessageProgress,
} from "../../db/queries/message.ts";
import type { MessageState } from "../../db/schema.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { actorKey } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import type { CommandContext } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { localDate } from "../core/period.ts";
import type { InvoiceDetail } from "../invoicing/views.ts";
import { writeInvoiceMessage, type WrittenMessage } from "./invoice_message.tsx";

export interface MessageToQueue {
  invoice: InvoiceDetail;
  recipient: string;
  attachments: readonly MessageAttachment[];
  /** Where the customer opens the invoice; null for nowhere. */
  link: string | null;
}

/** Writes the message with an invoice and the job that carries it. Throws `IllegalTransition` for a draft. */
export async function queueMessage(
  { db, actor, now, emit, enqueue }: CommandContext,
  { invoice, recipient, attachments, link }: MessageToQueue,
): Promise<WrittenMessage & { messageId: string }> {
  const { id: invoiceId, number, state, issueDate, dueDate, customerId } = invoice;
  if (number === null || issueDate === null || dueDate === null) {
    throw milepostError("IllegalTransition", {
      message: "This invoice is a draft. Issue it before you send it.",
      fields: [{ field: "state", value: state }],
    });
  }
  const written = writeInvoiceMessage({
    ...invoice,
    number,
    issueDate,
    dueDate,
    today: localDate(now, invoice.seller.zone),
    isAttached: attachments.length > 0,
    link,
  });
  const messageId = newId<"message">();
  await insertMessage(db, {
    ...written,
    id: messageId,
    invoiceId,
    customerId,
    senderName: invoice.seller.name,
    recipient,
    attachments,
    requestedBy: actorKey(actor),
    requestedAt: now,
  });
  await enqueue(deliveryKind, { messageId }, { uniqueKey: messageId });
  emit("message.queued", messageId, { invoiceId, number });
  return { ...written, messageId };
}

export const brokenOff =
  "The delivery broke off half way. It may have arrived: ask before you send it again.";

/** Settles a locked message whose job is gone, so that another one may follow. */
export async function settleGivenUp(
  db: TenantDb,
  { id, state }: { id: string; state: MessageState },
  now: Temporal.Instant,
): Promise<void> {
  await setMessageProgress(
    db,
    id,
    state === "sending"
      ? { state: "uncertain", failure: brokenOff, settledAt: now }
      : { state: "failed", failure: "The delivery was given up before it began.", settledAt: now },
  );
}
