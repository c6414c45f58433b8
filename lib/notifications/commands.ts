/** Sending invoices to customers, and what became of each message. */
import { findCustomer } from "../../db/queries/customer.ts";
import {
  deliveryKind,
  listMessagesOfInvoice,
  lockMessage,
  lockMessageOnItsWay,
  type MessageAttachment,
  type MessageToMove,
  setMessageProgress,
} from "../../db/queries/message.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type CommandContext, defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isPlainAddress } from "../core/mail_address.ts";
import { addressOfLink } from "../invoicing/link/views.ts";
import { requireCheckedRun } from "../invoicing/run/steps.ts";
import { lockIssuedInvoices, requireNotEnded } from "../invoicing/settlement/steps.ts";
import { findInvoice } from "../invoicing/views.ts";
import { brokenOff, queueMessage, settleGivenUp } from "./queue_message.ts";

export { deliveryKind };

export interface SendInput {
  invoiceId: string;
  /** The whole invoice as a file. */
  attachment?: { fileName: string; mediaType: string; content: string };
  /** The latest message with it that the sender knows of, empty for none: a later one refuses this. */
  lastSeen?: string;
}

export type SendResult = {
  messageId: string;
  /** Null in the answer to a repeated key. */
  written: {
    recipient: string;
    subject: string;
    /** What the customer reads where HTML is not shown; the HTML says the same. */
    text: string;
  } | null;
};

/** Queues a message with the invoice to the customer's e-mail address; a job delivers it. */
export const sendInvoice = defineCommand<SendInput, SendResult>({
  name: "invoice.send",
  capability: "invoices.send",
  subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
  answer: ({ messageId }) => ({ messageId, written: null }),
  // To whom it went stands with the message: what names a person must be able to go, and the trail stays.
  detail: ({ invoiceId, attachment }, { messageId, written }) => ({
    invoiceId,
    messageId,
    subject: written!.subject,
    attachment: attachment ? { fileName: attachment.fileName, characters: attachment.content.length } : null,
  }),
  async run(context, { invoiceId, attachment, lastSeen }) {
    const { db, now } = context;
    const invoice = await findInvoice(db, invoiceId, { limit: 1 });
    const { number, state, customerId } = invoice;
    if (number === null) {
      throw milepostError("IllegalTransition", {
        message: "This invoice is a draft. Issue it before you send it.",
        fields: [{ field: "state", value: state }],
      });
    }
    await requireCheckedRun(db, invoiceId, number);
    const [locked] = await lockIssuedInvoices(db, [invoiceId]); // so that two who send it at once wait for each other
    requireNotEnded(locked, "sent");
    await requireNothingOnItsWay(db, invoiceId, number, now);
    if (lastSeen !== undefined) await requireNothingSince(db, invoiceId, number, lastSeen);
    const recipient = await requireAddress(db, customerId);
    const attachments: MessageAttachment[] = attachment ? [attachment] : [];
    const { messageId, subject, text } = await queueMessage(context, {
      invoice,
      recipient,
      attachments,
      link: await addressOfLink(db, context, invoiceId),
    });
    return { messageId, written: { recipient, subject, text } };
  },
});

/** A run, or a colleague, may have sent it since the page was made that offers to send it. */
async function requireNothingSince(
  db: TenantDb,
  invoiceId: string,
  number: string,
  lastSeen: string,
): Promise<void> {
  const [latest] = await listMessagesOfInvoice(db, invoiceId, 1);
  if ((latest?.id ?? "") === lastSeen || latest?.state === "failed") return;
  throw milepostError("Conflict", {
    message: `Invoice ${number} was sent meanwhile. Look at its messages below before you send it again.`,
  });
}

/** Customers who are sent the same invoice twice at once complain; a delivery whose job is gone does not count. */
async function requireNothingOnItsWay(
  db: TenantDb,
  invoiceId: string,
  number: string,
  now: Temporal.Instant,
): Promise<void> {
  const message = await lockMessageOnItsWay(db, invoiceId);
  if (!message) return;
  if (message.jobState !== "ready" && message.jobState !== "leased") {
    await settleGivenUp(db, message, now);
    return;
  }
  throw milepostError("Conflict", {
    message: `Invoice ${number} is on its way already. Wait a moment and look at its timeline.`,
  });
}

async function requireAddress(db: TenantDb, customerId: string): Promise<string> {
  const customer = await findCustomer(db, customerId);
  const address = customer?.email?.trim() ?? "";
  if (address === "") {
    const rule = `${customer?.name ?? "This customer"} has no e-mail address. Add one to the customer first.`;
    throw milepostError("InvalidInput", { message: rule, fields: [{ field: "recipient", rule }] });
  }
  if (!isPlainAddress(address)) {
    const rule = "The customer's e-mail address is not one plain address. Correct it in the customer.";
    refuseField("recipient", address, rule, "accounts@example.com");
  }
  return address;
}

export type DeliveryBegun = { outcome: "begun" | "settled" | "uncertain" };

/**
 * Marks a message as being sent, before anything leaves. One that was marked already by an attempt that never reported may have
 * arrived: it becomes uncertain, so that nothing is sent twice.
 */
export const beginDelivery = defineCommand<{ messageId: string }, DeliveryBegun>({
  name: "message.begin_delivery",
  capability: "invoices.send",
  subject: ({ messageId }) => ({ type: "message", id: messageId }),
  async run({ db, now, emit }, { messageId }) {
    const message = await requireMessage(db, messageId);
    if (message.state === "sending") {
      await setMessageProgress(db, messageId, { state: "uncertain", failure: brokenOff, settledAt: now });
      tellSettled(emit, message, "uncertain");
      return { outcome: "uncertain" };
    }
    if (message.state !== "queued") return { outcome: "settled" };
    const attempts = message.attempts + 1;
    await setMessageProgress(db, messageId, { state: "sending", attempts, failure: null });
    return { outcome: "begun" };
  },
});

export interface DeliveryReport {
  messageId: string;
  /** `again` is tried later: nothing was handed over. */
  outcome: "sent" | "kept" | "failed" | "uncertain" | "again";
  providerId?: string;
  /** A sentence, for what is not sent. */
  failure?: string;
}

/** Keeps what became of an attempt. */
export const recordDelivery = defineCommand<DeliveryReport, { state: string }>({
  name: "message.record_delivery",
  capability: "invoices.send",
  subject: ({ messageId }) => ({ type: "message", id: messageId }),
  async run({ db, now, emit }, { messageId, outcome, providerId, failure }) {
    const message = await requireMessage(db, messageId);
    if (message.state !== "sending") {
      throw milepostError("IllegalTransition", {
        message: `Message ${messageId} is ${message.state}, so no attempt at it can report.`,
      });
    }
    const state = outcome === "again" ? "queued" : outcome;
    await setMessageProgress(db, messageId, {
      state,
      providerId: providerId ?? null,
      failure: failure ?? null,
      settledAt: state === "queued" ? null : now,
    });
    if (state !== "queued") tellSettled(emit, message, state);
    return { state };
  },
});

/** The run that sends the invoice is told too, so that whoever looks at it sees it go on. */
function tellSettled(emit: CommandContext["emit"], message: MessageToMove, state: string): void {
  emit(`message.${state}`, message.id, { invoiceId: message.invoiceId });
  if (message.runId) emit("invoice_run.progressed", message.runId, { stage: "deliver", done: 1 });
}

async function requireMessage(db: TenantDb, messageId: string) {
  const message = await lockMessage(db, messageId);
  if (!message) throw milepostError("NotFound", { fields: [{ field: "messageId", value: messageId }] });
  return message;
}
