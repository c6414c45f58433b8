/** What payments and credit notes do to invoices, on the caller's transaction: lock what is open, and move the open amount with its state. */
import { insertInvoiceTransitions } from "../../../db/queries/invoice.ts";
import {
  type CustomerAccount,
  lockInvoicesToSettle,
  lockOpenInvoices as lockOpen,
  setInvoiceOpen,
  type SettledInvoice,
} from "../../../db/queries/invoice_settlement.ts";
import type { InvoiceState } from "../../../db/schema.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { actorKey } from "../../core/actor.ts";
import type { CommandContext } from "../../core/command.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { openStates, requireTransition, type SettledAmounts, settledState, stateNames } from "../states.ts";

type StepContext = Pick<CommandContext, "db" | "actor" | "now">;

/** An invoice on which something is open. */
export type OpenInvoice = SettledInvoice & { number: string };

/** Locks one invoice that can take a payment. Throws `NotFound`, and `IllegalTransition` where nothing is open. */
export async function lockOpenInvoice(db: TenantDb, invoiceId: string): Promise<OpenInvoice> {
  const [invoice] = isId(invoiceId) ? await lockInvoicesToSettle(db, [invoiceId]) : [];
  if (!invoice) {
    throw milepostError("NotFound", {
      message: "There is no such invoice, or it belongs to another company. Find it in the list of invoices.",
      fields: [{ field: "invoiceId", value: invoiceId }],
    });
  }
  const { number, state } = invoice;
  if (number === null) {
    throw milepostError("IllegalTransition", {
      message: "This invoice is a draft, so nothing is owed for it yet. Issue it first.",
      fields: [{ field: "state", value: state }],
    });
  }
  if (!openStates.includes(state)) {
    throw milepostError("IllegalTransition", {
      message: `Invoice ${number} is ${stateNames[state]}, so nothing is open on it. ` +
        "Record the payment on the customer's account.",
      fields: [{ field: "state", value: state }],
    });
  }
  return { ...invoice, number };
}

/**
 * Locks an issued invoice that is to end unpaid. Throws `NotFound`, and `IllegalTransition`, naming both states, where its state does
 * not lead there.
 */
export async function lockInvoiceToEnd(
  db: TenantDb,
  invoiceId: string,
  end: "void" | "uncollectible",
): Promise<OpenInvoice> {
  const [invoice] = isId(invoiceId) ? await lockInvoicesToSettle(db, [invoiceId]) : [];
  if (!invoice) {
    throw milepostError("NotFound", {
      message: "There is no such invoice, or it belongs to another company. Find it in the list of invoices.",
      fields: [{ field: "invoiceId", value: invoiceId }],
    });
  }
  requireTransition(invoice.state, end);
  return numbered(invoice);
}

/** Asked of a locked row, which someone may have ended since a page showed it. Throws `IllegalTransition`. */
export function requireNotEnded({ number, state }: OpenInvoice, toBe: string): void {
  if (state !== "void" && state !== "uncollectible") return;
  throw milepostError("IllegalTransition", {
    message: `Invoice ${number} is ${stateNames[state]}, so it cannot be ${toBe}.`,
    fields: [{ field: "state", value: state }],
  });
}

/** What is given up in part has no lines left that could be taken back to the cent. Throws `IllegalTransition`. */
export function requireNotWrittenOff(
  { number, writtenOffAmount }: Pick<OpenInvoice, "number" | "writtenOffAmount">,
  toBe: "credited" | "voided",
): void {
  if (writtenOffAmount === 0n) return;
  throw milepostError("IllegalTransition", {
    message: `A part of invoice ${number} is written off, so it cannot be ${toBe} any more. ` +
      "Write off what is still open.",
  });
}

/** Voids a locked invoice on which all is open: nothing is any more. */
export async function voidLocked(
  { db, actor, now }: StepContext,
  { id, state, creditedAmount, writtenOffAmount }: OpenInvoice,
  reason: string,
): Promise<void> {
  await Promise.all([
    setInvoiceOpen(db, id, { state: "void", openAmount: 0n, creditedAmount, writtenOffAmount }),
    insertInvoiceTransitions(db, now, [
      { invoiceId: id, from: state, to: "void", actor: actorKey(actor), reason },
    ]),
  ]);
}

/** Gives up all that is open on a locked invoice. */
export async function writeOffLocked(
  context: StepContext,
  invoice: OpenInvoice,
  reason: string,
): Promise<void> {
  const writtenOffAmount = invoice.writtenOffAmount + invoice.openAmount;
  await moveInvoice(context, invoice, { openAmount: 0n, writtenOffAmount }, reason);
}

/** Locks every open invoice of an account, oldest due first. */
export async function lockOpenInvoices(db: TenantDb, account: CustomerAccount): Promise<OpenInvoice[]> {
  return (await lockOpen(db, account)).map(numbered);
}

/** Locks issued invoices by their ids. */
export async function lockIssuedInvoices(
  db: TenantDb,
  invoiceIds: readonly string[],
): Promise<OpenInvoice[]> {
  return (await lockInvoicesToSettle(db, invoiceIds)).map(numbered);
}

function numbered(invoice: SettledInvoice): OpenInvoice {
  const { number } = invoice;
  if (number === null) throw new Error(`Invoice ${invoice.id} takes payments and has no number.`);
  return { ...invoice, number };
}

/**
 * Settles that much of a locked invoice, or opens it again where `amount` is below zero, and gives its new state. Throws
 * `IllegalTransition` if payments alone do not decide its state, and a `RangeError` beyond its total.
 */
export async function settleInvoice(
  context: StepContext,
  invoice: OpenInvoice,
  amount: bigint,
  reason: string,
): Promise<InvoiceState> {
  return await moveInvoice(context, invoice, { openAmount: invoice.openAmount - amount }, reason);
}

/**
 * Takes the total of a credit note off a locked invoice, of which payments gave back `released` before, and gives its new
 * state. Throws `IllegalTransition` where the state does not allow it, and a `RangeError` beyond its total.
 */
export async function creditInvoice(
  context: StepContext,
  invoice: OpenInvoice,
  { total, released }: { total: bigint; released: bigint },
  reason: string,
): Promise<InvoiceState> {
  return await moveInvoice(context, invoice, {
    openAmount: invoice.openAmount + released - total,
    creditedAmount: invoice.creditedAmount + total,
  }, reason);
}

async function moveInvoice(
  { db, actor, now }: StepContext,
  invoice: OpenInvoice,
  change: Partial<SettledAmounts>,
  reason: string,
): Promise<InvoiceState> {
  const amounts = { ...invoice, ...change };
  const state = settledState(amounts);
  const isMoved = state !== invoice.state;
  if (isMoved) requireTransition(invoice.state, state);
  await Promise.all([
    setInvoiceOpen(db, invoice.id, { ...amounts, state }),
    isMoved && insertInvoiceTransitions(db, now, [
      { invoiceId: invoice.id, from: invoice.state, to: state, actor: actorKey(actor), reason },
    ]),
  ]);
  return state;
}
