/** Credit notes by hand: all of an invoice, an amount of it, or parts of single lines. A preview is the dry run. */
import {
  type CreditableLineRecord,
  type CreditableRecord,
  lockCreditable,
} from "../../../db/queries/credit_note.ts";
import type { CreditPurpose, InvoiceState } from "../../../db/schema.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { requireCapability } from "../../auth/policy.ts";
import { readTypedAmount } from "../../core/amount_input.ts";
import { defineCommand } from "../../core/command.ts";
import { type CurrencyCode, parseCurrencyCode } from "../../core/currency.ts";
import { isMilepostError, milepostError, refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readText } from "../../core/input.ts";
import { formatMoney, money, moneyToDecimal } from "../../core/money.ts";
import { lockPaymentsOf } from "../../payments/steps.ts";
import { requireNotWrittenOff } from "../settlement/steps.ts";
import { stateNames } from "../states.ts";
import { creditAmount, creditOf, type CreditPart, creditRest } from "./credit.ts";
import { issueCreditNotes, storeCreditNote } from "./steps.ts";

/** Amounts as typed, in the terms of the lines: before tax, or with it where the invoice includes it. */
export type CreditChoice =
  | { kind: "whole" }
  | { kind: "amount"; amount: string }
  | { kind: "lines"; lines: { position: number; amount: string }[] };

export interface CreditInput {
  invoiceId: string;
  credit: CreditChoice;
  /** `concession` or `correction`. */
  purpose: string;
  reason: string;
}

/** Amounts are decimal texts, dates ISO texts. */
export type CreditResult = {
  creditNoteId: string;
  number: string;
  issueDate: string;
  invoice: string;
  currency: string;
  lines: { position: number; description: string; detail: string; amount: string }[];
  taxes: { category: string; percent: string; base: string; amount: string }[];
  taxInclusive: boolean;
  subtotal: string;
  taxTotal: string;
  total: string;
  /** What payments had settled and is credit of the customer now. */
  released: string;
  /** Whether nothing of the invoice is left, so that its period is due again. */
  isWhole: boolean;
};

/** States in which there is something to credit. */
export const creditableStates: readonly InvoiceState[] = ["issued", "partially_paid", "paid"];

const reasonExample = "Van 12 stood in the workshop for a week";
const longestReason = 500;

/** Issues a credit note for an invoice: numbered, dated and posted, and what is open on the invoice goes down. */
export const issueCreditNote = defineCommand<CreditInput, CreditResult>({
  name: "credit_note.issue",
  capability: "invoices.issue",
  confirmed: true,
  subject: (_input, { creditNoteId }) => ({ type: "credit_note", id: creditNoteId }),
  detail: (input, { number, invoice, total, currency }) => ({ ...input, number, invoice, total, currency }),
  async run(context, { invoiceId, credit: choice, purpose, reason }) {
    requireCapability(context.actor, "invoices.draft");
    const invoice = await lockToCredit(context.db, invoiceId);
    const credit = creditOf(invoice, readParts(invoice, choice));
    const credited = money(credit.total, parseCurrencyCode(invoice.currency));
    requireCapability(context.actor, "invoices.issue", credited);
    const draft = await storeCreditNote(context, invoice, credit, {
      purpose: readPurpose(purpose),
      reason: readText("reason", reason, reasonExample, longestReason),
    });
    const [issued] = await issueCreditNotes(context, [draft], reason.trim());
    const text = (amount: bigint) => moneyToDecimal(money(amount, parseCurrencyCode(invoice.currency)));
    const taken = new Map(credit.parts.map(({ line, amount }) => [line.id, amount]));
    return {
      creditNoteId: draft.id,
      number: issued.number,
      issueDate: issued.issueDate.toString(),
      invoice: invoice.number,
      currency: invoice.currency,
      lines: credit.parts.map(({ line, amount }) => ({
        position: line.position,
        description: line.description,
        detail: line.detail,
        amount: text(amount),
      })),
      taxes: credit.taxes.map((tax) => ({ ...tax, base: text(tax.base), amount: text(tax.amount) })),
      taxInclusive: invoice.taxInclusive,
      subtotal: text(credit.subtotal),
      taxTotal: text(credit.taxTotal),
      total: text(credit.total),
      released: text(issued.released),
      isWhole: invoice.lines.every(({ id, amount, credited }) => amount === credited + (taken.get(id) ?? 0n)),
    };
  },
});

/** Payments first and then the invoice, as whoever reverses a payment locks them. */
async function lockToCredit(db: TenantDb, invoiceId: string): Promise<CreditableRecord & { number: string }> {
  if (isId(invoiceId)) await lockPaymentsOf(db, [invoiceId]);
  const [invoice] = isId(invoiceId) ? await lockCreditable(db, [invoiceId]) : [];
  if (!invoice) {
    throw milepostError("NotFound", {
      message: "There is no such invoice, or it belongs to another company. Find it in the list of invoices.",
      fields: [{ field: "invoiceId", value: invoiceId }],
    });
  }
  const { number, state } = invoice;
  if (number === null || !creditableStates.includes(state)) {
    throw milepostError("IllegalTransition", {
      message: number === null
        ? "This invoice is a draft, so there is nothing to credit."
        : `Invoice ${number} is ${stateNames[state]}, so there is nothing left to credit.`,
      fields: [{ field: "state", value: state }],
    });
  }
  requireNotWrittenOff({ ...invoice, number }, "credited");
  return { ...invoice, number };
}

type Part = CreditPart<CreditableLineRecord>;

function readParts(invoice: CreditableRecord & { number: string }, choice: CreditChoice): Part[] {
  const currency = parseCurrencyCode(invoice.currency);
  if (choice.kind === "whole") return creditRest(invoice);
  if (choice.kind === "amount") {
    const amount = readTypedAmount("amount", choice.amount, currency, {
      empty: "Type the amount to credit.",
      tooMuch: tooMuch(invoice, currency),
    });
    try {
      return creditAmount(invoice, amount);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      refuseField("amount", choice.amount, tooMuch(invoice, currency));
    }
  }
  return choice.lines.map(({ position, amount }, index): Part => {
    const field = `line-${position}`;
    if (choice.lines.findIndex((each) => each.position === position) !== index) {
      refuseField(field, amount, `Line ${position} is there twice. Give one amount for it.`);
    }
    const line = invoice.lines.find((each) => each.position === position) ??
      refuseField(field, String(position), `Invoice ${invoice.number} has no line ${position}.`);
    const rest = line.amount - line.credited;
    const most = shown(rest < 0n ? -rest : rest, currency);
    const words = `Only ${most} is left of line ${position}. Type that or less.`;
    const read = readTypedAmount(field, amount, currency, {
      empty: `Type the amount to credit of line ${position}.`,
      tooMuch: words,
    });
    if (read > (rest < 0n ? -rest : rest)) refuseField(field, amount, words);
    return { line, amount: rest < 0n ? -read : read };
  });
}

/** What can still be credited, in the terms of the lines. */
function tooMuch({ number, lines, taxInclusive }: CreditableRecord, currency: CurrencyCode): string {
  const rest = lines.reduce((sum, { amount, credited }) => sum + amount - credited, 0n);
  return `Only ${shown(rest, currency)} ${
    taxInclusive ? "" : "before tax "
  }is left to credit on invoice ${number}. ` +
    "Type that or less.";
}

function shown(amount: bigint, currency: CurrencyCode): string {
  return formatMoney(money(amount, currency), "en-GB");
}

function readPurpose(text: string): CreditPurpose {
  if (text === "concession" || text === "correction") return text;
  return refuseField("purpose", text, "Choose whether the amount is given away or billed again.");
}
