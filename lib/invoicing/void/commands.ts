/** Voiding an invoice that never left the house. Its number stays used, and its period is due again. */
import {
  correctsEarlierPeriods,
  findCorrectingDocument,
  findEndingInvoice,
  findMessageOut,
} from "../../../db/queries/invoice_end.ts";
import { findInvoiceLink } from "../../../db/queries/invoice_link.ts";
import type { MessageState } from "../../../db/schema.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { requireCapability } from "../../auth/policy.ts";
import { defineCommand } from "../../core/command.ts";
import { parseCurrencyCode } from "../../core/currency.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readText } from "../../core/input.ts";
import { money } from "../../core/money.ts";
import { localDate } from "../../core/period.ts";
import { isOpenDay, nameMonth } from "../../ledger/periods/steps.ts";
import { postInvoiceVoided } from "../../ledger/steps.ts";
import { lockPaymentsOf } from "../../payments/steps.ts";
import { lockInvoiceToEnd, type OpenInvoice, requireNotWrittenOff, voidLocked } from "../settlement/steps.ts";

export type VoidResult = { invoiceId: string; number: string };

const longestReason = 500;

/**
 * Voids an issued invoice of which nothing was paid, credited or corrected, and which was not sent to the customer. Throws
 * `NotFound`, `InvalidInput` (the reason) and `IllegalTransition`, which says to credit it instead.
 */
export const voidInvoice = defineCommand<{ invoiceId: string; reason: string }, VoidResult>({
  name: "invoice.void",
  capability: "invoices.issue",
  confirmed: true,
  subject: ({ invoiceId }) => ({ type: "invoice", id: invoiceId }),
  detail: ({ invoiceId, reason }, { number }) => ({ invoiceId, number, reason }),
  async run(context, { invoiceId, reason }) {
    const { db, actor, now, emit } = context;
    requireCapability(actor, "invoices.approve");
    const why = readText("reason", reason, "Issued under the wrong contract", longestReason);
    if (isId(invoiceId)) await lockPaymentsOf(db, [invoiceId]);
    const invoice = await lockInvoiceToEnd(db, invoiceId, "void");
    requireCapability(actor, "invoices.approve", money(invoice.total, parseCurrencyCode(invoice.currency)));
    requireNotWrittenOff(invoice, "voided");
    await requireInTheHouse(db, invoice);
    await requireUncorrected(db, invoice);
    await requireOpenBooks(db, invoice);
    const { zone, taxTotal } = await findEndingInvoice(db, invoice.id);
    await voidLocked(context, invoice, why);
    await postInvoiceVoided(
      db,
      { ...invoice, invoiceId: invoice.id, tax: taxTotal },
      localDate(now, zone),
    );
    emit("invoice.voided", invoice.id, { number: invoice.number, customerId: invoice.customerId });
    return { invoiceId: invoice.id, number: invoice.number };
  },
});

const outWords: Record<MessageState, string> = {
  queued: "is on its way to the customer",
  sending: "is on its way to the customer",
  sent: "was sent to the customer",
  kept: "is in the outbox, so someone may have passed it on",
  uncertain: "may have reached the customer",
  failed: "was not sent",
};

async function requireInTheHouse(db: TenantDb, { id, number }: OpenInvoice): Promise<void> {
  if ((await findInvoiceLink(db, id)).openedAt !== null) {
    throw milepostError("IllegalTransition", {
      message: `Invoice ${number} was opened by its link, so it cannot be voided. Credit it instead.`,
      fields: [{ field: "state", value: "opened" }],
    });
  }
  const message = await findMessageOut(db, id);
  if (!message) return;
  const out = outWords[message.state];
  throw milepostError("IllegalTransition", {
    message: `Invoice ${number} ${out}, so it cannot be voided. Credit it instead.`,
    fields: [{ field: "state", value: message.state }],
  });
}

/** What is in books that are closed stays in them; a credit note posts in the month that is open. */
async function requireOpenBooks(db: TenantDb, { id, number, billingEntityId }: OpenInvoice): Promise<void> {
  const { issueDate } = await findEndingInvoice(db, id);
  if (await isOpenDay(db, billingEntityId, issueDate)) return;
  throw milepostError("IllegalTransition", {
    message:
      `Invoice ${number} is in the books of ${
        nameMonth(issueDate)
      }, which are closed, so it cannot be voided. ` +
      "Credit it instead.",
  });
}

async function requireUncorrected(db: TenantDb, { id, number }: OpenInvoice): Promise<void> {
  if (await correctsEarlierPeriods(db, id)) {
    throw milepostError("IllegalTransition", {
      message: `Invoice ${number} bills what was missing for earlier periods, so it cannot be voided. ` +
        "Credit all of it instead; the next run bills it again.",
    });
  }
  const document = await findCorrectingDocument(db, id);
  if (!document) return;
  const kind = document.kind === "credit_note" ? "credit note" : "invoice";
  const name = document.number === null
    ? `a draft of ${kind === "invoice" ? "an" : "a"} ${kind}`
    : `${kind} ${document.number}`;
  throw milepostError("IllegalTransition", {
    message:
      `Invoice ${number} is corrected by ${name}, so it cannot be voided. Credit what is left of it instead.`,
  });
}
