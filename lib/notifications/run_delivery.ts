/** The delivery of a checked run: one message for each invoice that goes by e-mail, decided once for each. */
import { lockInvoiceRun, setInvoiceRunSends } from "../../db/queries/invoice_run.ts";
import {
  type DecidedItem,
  type LatestMessage,
  listLatestMessages,
  lockUndecidedItems,
  setDeliveries,
  setDeliveryUndecided,
  type UndecidedItem,
} from "../../db/queries/invoice_run_delivery.ts";
import type { MessageAttachment } from "../../db/queries/message.ts";
import type { InvoiceState } from "../../db/schema.ts";
import { type CommandContext, defineCommand } from "../core/command.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { isPlainAddress } from "../core/mail_address.ts";
import { linkWriter } from "../invoicing/link/steps.ts";
import { enqueueDelivery } from "../invoicing/run/steps.ts";
import { lockIssuedInvoices } from "../invoicing/settlement/steps.ts";
import { findInvoice } from "../invoicing/views.ts";
import { queueMessage, settleGivenUp } from "./queue_message.ts";

/** Some items of a run, by their places `[from, to)`, with the file of each invoice that is to be sent. */
export interface RunDelivery {
  runId: string;
  from: number;
  to: number;
  files: ReadonlyMap<string, MessageAttachment>;
}

const sentStates: readonly InvoiceState[] = ["issued", "partially_paid", "paid"];

/**
 * Decides for the undecided items of a chunk and writes the messages, in one transaction: a second attempt finds nothing left.
 * An invoice that a person sent meanwhile is not sent again. Throws `Conflict` when an invoice is to be sent now that no file
 * was made for.
 */
export const deliverRunChunk = defineCommand<RunDelivery, { queued: number; others: number }>({
  name: "invoice_run.deliver_chunk",
  capability: "invoices.send",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  detail: ({ from, to }, counts) => ({ from, to, ...counts }),
  async run(context, { runId, from, to, files }) {
    const { db, emit } = context;
    const items = await lockUndecidedItems(db, runId, { from, to });
    const ids = items.map(({ invoiceId }) => invoiceId);
    await lockIssuedInvoices(db, ids); // whoever sends one by hand waits here, or was first and is seen below
    const latest = await listLatestMessages(db, ids);
    const decided = items.map((item) => ({ ...item, ...decide(item, latest.get(item.invoiceId)!) }));
    await setDeliveries(db, runId, decided);
    const queued = decided.filter(({ delivery }) => delivery === "email");
    const writeLink = await linkWriter(db, context);
    await Promise.all(
      queued.map(async ({ invoiceId, email }) =>
        await sendOne(context, latest.get(invoiceId)!, {
          recipient: email!.trim(),
          file: files.get(invoiceId),
          link: await writeLink(invoiceId),
        })
      ),
    );
    const others = decided.length - queued.length;
    if (others > 0) emit("invoice_run.progressed", runId, { stage: "deliver", done: others });
    return { queued: queued.length, others };
  },
});

function decide(item: UndecidedItem, latest: LatestMessage): Pick<DecidedItem, "delivery"> {
  const { invoiceState, state, isCarried } = latest;
  if (!sentStates.includes(invoiceState)) return { delivery: "withdrawn" };
  const isLeft = state === null || state === "failed" || (state === "queued" && !isCarried);
  if (!isLeft) return { delivery: "by_person" };
  if (item.preference === "by_hand" && state === null) return { delivery: "by_hand" };
  return { delivery: isPlainAddress(item.email?.trim() ?? "") ? "email" : "no_address" };
}

async function sendOne(
  context: CommandContext,
  { invoiceId, messageId, state }: LatestMessage,
  { recipient, file, link }: { recipient: string; file: MessageAttachment | undefined; link: string | null },
): Promise<void> {
  if (!file) {
    throw milepostError("Conflict", {
      message: "A customer was changed while the messages were made. They are made again.",
    });
  }
  if (state === "queued") await settleGivenUp(context.db, { id: messageId!, state }, context.now);
  const invoice = await findInvoice(context.db, invoiceId, { limit: 1 });
  await queueMessage(context, { invoice, recipient, attachments: [file], link });
}

/** Sends what a done run did not send: all of it where it was only issued, else what failed or got an address since. */
export const sendRun = defineCommand<{ runId: string }, { invoices: number }>({
  name: "invoice_run.send",
  capability: "invoices.send",
  subject: ({ runId }) => ({ type: "invoice_run", id: runId }),
  async run(context, { runId }) {
    const { db, emit } = context;
    const run = isId(runId) ? await lockInvoiceRun(db, runId) : undefined;
    if (!run) {
      throw milepostError("NotFound", {
        message:
          "There is no such run, or it belongs to another company. Find it in the list of invoice runs.",
      });
    }
    const places = run.state === "done" ? await setDeliveryUndecided(db, runId) : [];
    if (places.length === 0) {
      throw milepostError("IllegalTransition", {
        message: run.state === "done"
          ? "No invoice of this run waits to be sent. Look at the run: it says what became of each."
          : "Invoices of a run are sent once it is done. Wait until its check is over.",
        fields: [{ field: "state", value: run.state }],
      });
    }
    await setInvoiceRunSends(db, runId);
    await enqueueDelivery(context, run, places);
    emit("invoice_run.sending", runId, { invoices: places.length });
    return { invoices: places.length };
  },
});
