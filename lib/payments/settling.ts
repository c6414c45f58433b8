/** How the commands of payments move invoices, allocations and the ledger together, on one transaction. */
import {
  insertAllocations,
  insertReversal,
  listStandingAllocations,
  type LockedPayment,
} from "../../db/queries/payment.ts";
import type { InvoiceState } from "../../db/schema.ts";
import { actorKey } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import type { CommandContext } from "../core/command.ts";
import { parseCurrencyCode } from "../core/currency.ts";
import { formatMoney, money, moneyToDecimal } from "../core/money.ts";
import { lockIssuedInvoices, type OpenInvoice, settleInvoice } from "../invoicing/settlement/steps.ts";
import { postPaymentReversed } from "../ledger/steps.ts";
import { unexpirePayment } from "./wallet/expiry.ts";
import type { Split } from "./allocation.ts";
import { methodNames } from "./methods.ts";

type Received = Pick<LockedPayment, "id" | "currency" | "method">;
type Part = Split<OpenInvoice>["parts"][number];

/** What one invoice got or gave back, as a repeated request is answered with it. */
export type Settled = { invoiceId: string; number: string; amount: string; state: InvoiceState };

/** Writes the allocations and moves each invoice; `paid` is told once for each that is now paid. */
export async function settleWith(
  context: Pick<CommandContext, "db" | "actor" | "now" | "emit">,
  payment: Received,
  parts: readonly Part[],
): Promise<Settled[]> {
  const { db, actor, now, emit } = context;
  const by = { actor: actorKey(actor), at: now };
  const rows = parts.map(({ invoice, amount }) => ({
    id: newId<"payment allocation">(),
    invoiceId: invoice.id,
    amount,
    reversesId: null,
  }));
  await insertAllocations(db, payment.id, rows, by);
  return await Promise.all(parts.map(async ({ invoice, amount }) => {
    const reason = `${shown(amount, payment.currency)} by ${methodNames[payment.method]}`;
    const state = await settleInvoice(context, invoice, amount, reason);
    if (state === "paid") emit("invoice.paid", invoice.id, { number: invoice.number, paymentId: payment.id });
    return settled(invoice, amount, state);
  }));
}

/** Takes all standing allocations of a payment back, marks it as reversed and posts its mirror. */
export async function takeBack(
  context: CommandContext,
  payment: LockedPayment,
  reason: string,
  reversedOn: Temporal.PlainDate,
): Promise<Settled[]> {
  const { db, actor, now, emit } = context;
  const by = { actor: actorKey(actor), at: now };
  const standing = await listStandingAllocations(db, payment.id);
  const invoices = await lockIssuedInvoices(db, [...new Set(standing.map(({ invoiceId }) => invoiceId))]);
  const rows = standing.map(({ id, invoiceId, amount }) => ({
    id: newId<"payment allocation">(),
    invoiceId,
    amount: -amount,
    reversesId: id,
  }));
  await insertAllocations(db, payment.id, rows, by);
  const reopened = await Promise.all(invoices.map(async (invoice) => {
    const amount = standing.filter(({ invoiceId }) => invoiceId === invoice.id)
      .reduce((sum, allocation) => sum + allocation.amount, 0n);
    const state = await settleInvoice(context, invoice, -amount, `Payment reversed: ${reason}`);
    if (invoice.state === "paid") {
      emit("invoice.reopened", invoice.id, { number: invoice.number, paymentId: payment.id });
    }
    return settled(invoice, amount, state);
  }));
  await insertReversal(db, {
    paymentId: payment.id,
    reason,
    reversedOn,
    reversedBy: by.actor,
    reversedAt: now,
  });
  await unexpirePayment(context, payment, reversedOn);
  await postPaymentReversed(
    db,
    { ...payment, paymentId: payment.id },
    reversedOn,
    `Payment by ${methodNames[payment.method]} reversed: ${reason}`,
  );
  return reopened;
}

function settled(invoice: OpenInvoice, amount: bigint, state: InvoiceState): Settled {
  const text = moneyToDecimal(money(amount, parseCurrencyCode(invoice.currency)));
  return { invoiceId: invoice.id, number: invoice.number, amount: text, state };
}

function shown(amount: bigint, currency: string): string {
  return formatMoney(money(amount, parseCurrencyCode(currency)), "en-GB");
}
