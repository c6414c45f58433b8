/** Recording payments, settling invoices with what is left of them, and taking them back. */
import type { CustomerAccount } from "../../db/queries/invoice_settlement.ts";
import { findCustomer } from "../../db/queries/customer.ts";
import { findEntityZone, insertPayment, lockPayment, setPaymentCredit } from "../../db/queries/payment.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { requireCapability } from "../auth/policy.ts";
import { actorKey } from "../core/actor.ts";
import { newId } from "../core/clock.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readText } from "../core/input.ts";
import { formatMoney, money, moneyToDecimal } from "../core/money.ts";
import { type CurrencyCode, parseCurrencyCode } from "../core/currency.ts";
import { localDate } from "../core/period.ts";
import { lockOpenInvoice, lockOpenInvoices, type OpenInvoice } from "../invoicing/settlement/steps.ts";
import { postPaymentReceived } from "../ledger/steps.ts";
import { allocateInOrder } from "./allocation.ts";
import { methodNames } from "./methods.ts";
import { readAmount, readCurrency, readMethod, readReceivedOn, readReference } from "./payment_input.ts";
import { type Settled, settleWith, takeBack } from "./settling.ts";

export interface PaymentInput {
  /** One invoice, or an account: what a customer owes one entity, settled oldest due first. */
  settles: { invoiceId: string } | { customerId: string; billingEntityId: string };
  /** As typed: "1,204.87". */
  amount: string;
  currency: string;
  /** YYYY-MM-DD, where the entity is. */
  receivedOn: string;
  method: string;
  reference?: string;
  /** What is above the open invoices stays as the customer's credit; otherwise it is refused. */
  keepRest?: boolean;
}

/** Amounts are decimal texts. */
export type PaymentResult = {
  paymentId: string;
  customerId: string;
  amount: string;
  currency: string;
  settled: Settled[];
  /** The customer's credit from this payment. */
  rest: string;
};

/** Records money that came in, settles invoices with it and posts it, all or nothing. */
export const recordPayment = defineCommand<PaymentInput, PaymentResult>({
  name: "payment.record",
  capability: "payments.record",
  subject: (_input, { paymentId }) => ({ type: "payment", id: paymentId }),
  // Without the reference, in which people write names: the trail stays for ever.
  detail: ({ settles, amount, currency, receivedOn, method }) => ({
    settles,
    amount,
    currency,
    receivedOn,
    method,
  }),
  async run(context, input) {
    const { db, actor, now } = context;
    const currency = readCurrency(input.currency);
    const amount = readAmount(input.amount, currency);
    requireCapability(actor, "payments.record", money(amount, currency));
    const method = readMethod(input.method);
    const reference = readReference(input.reference ?? "");
    const { account, zone, invoices } = await findWhatIsOpen(db, input.settles, currency);
    const receivedOn = readReceivedOn(input.receivedOn, localDate(now, zone));
    const split = allocateInOrder(amount, invoices);
    if (split.rest > 0n && !input.keepRest) throw tooMuch(amount, currency, invoices);
    const payment = { ...account, id: newId<"payment">(), amount, credit: split.rest, method, reference };
    await insertPayment(db, { ...payment, receivedOn, recordedBy: actorKey(actor), recordedAt: now });
    const settled = await settleWith(context, payment, split.parts);
    const words = `Payment by ${methodNames[method]}${reference === null ? "" : `, ${reference}`}`;
    await postPaymentReceived(db, { ...payment, paymentId: payment.id }, receivedOn, words);
    const text = (minor: bigint) => moneyToDecimal(money(minor, currency));
    context.emit("payment.recorded", payment.id, {
      customerId: account.customerId,
      amount: text(amount),
      currency,
    });
    return {
      paymentId: payment.id,
      customerId: account.customerId,
      amount: text(amount),
      currency,
      settled,
      rest: text(split.rest),
    };
  },
});

/** Settles open invoices of the customer, oldest due first, with what is left of a payment. */
export const allocatePayment = defineCommand<{ paymentId: string }, PaymentResult>({
  name: "payment.allocate",
  capability: "payments.record",
  subject: ({ paymentId }) => ({ type: "payment", id: paymentId }),
  async run(context, { paymentId }) {
    const { db } = context;
    const payment = await requirePayment(db, paymentId);
    if (payment.state === "reversed") throw reversedAlready();
    const currency = parseCurrencyCode(payment.currency);
    const split = allocateInOrder(payment.credit, await lockOpenInvoices(db, payment));
    if (split.parts.length === 0) {
      throw milepostError("IllegalTransition", {
        message: payment.credit === 0n
          ? "All of this payment is used, so there is nothing left to settle an invoice with."
          : "This customer has no open invoice in this currency. The credit stays for the next one.",
      });
    }
    await setPaymentCredit(db, paymentId, split.rest);
    const settled = await settleWith(context, payment, split.parts);
    const text = (minor: bigint) => moneyToDecimal(money(minor, currency));
    context.emit("payment.allocated", paymentId, { customerId: payment.customerId });
    return {
      paymentId,
      customerId: payment.customerId,
      amount: text(payment.amount),
      currency,
      settled,
      rest: text(split.rest),
    };
  },
});

export type ReversalResult = { paymentId: string; reopened: Settled[] };

/** Takes a payment back: its invoices are open again, and the ledger gets its mirror. */
export const reversePayment = defineCommand<{ paymentId: string; reason: string }, ReversalResult>({
  name: "payment.reverse",
  capability: "payments.reverse",
  confirmed: true,
  subject: ({ paymentId }) => ({ type: "payment", id: paymentId }),
  async run(context, input) {
    const { db, actor, now, emit } = context;
    const reason = readText("reason", input.reason, "The bank returned the cheque");
    const payment = await requirePayment(db, input.paymentId);
    if (payment.state === "reversed") throw reversedAlready();
    requireCapability(actor, "payments.reverse", money(payment.amount, parseCurrencyCode(payment.currency)));
    const reopened = await takeBack(context, payment, reason, localDate(now, payment.zone));
    emit("payment.reversed", payment.id, { customerId: payment.customerId, reason });
    return { paymentId: payment.id, reopened };
  },
});

interface Open {
  account: CustomerAccount;
  /** Of the entity. */
  zone: string;
  invoices: OpenInvoice[];
}

async function findWhatIsOpen(
  db: TenantDb,
  settles: PaymentInput["settles"],
  currency: string,
): Promise<Open> {
  if ("invoiceId" in settles) {
    const invoice = await lockOpenInvoice(db, settles.invoiceId);
    if (invoice.currency !== currency) {
      refuseField(
        "currency",
        currency,
        `Invoice ${invoice.number} is in ${invoice.currency}. Record the payment in ${invoice.currency}.`,
      );
    }
    const { customerId, billingEntityId } = invoice;
    const zone = await zoneOf(db, billingEntityId);
    return { account: { customerId, billingEntityId, currency }, zone, invoices: [invoice] };
  }
  const customer = isId(settles.customerId) ? await findCustomer(db, settles.customerId) : undefined;
  if (!customer) {
    throw milepostError("NotFound", {
      message:
        "There is no such customer, or it belongs to another company. Find it in the list of customers.",
      fields: [{ field: "customerId", value: settles.customerId }],
    });
  }
  const account = { ...settles, currency };
  const zone = await zoneOf(db, account.billingEntityId);
  return { account, zone, invoices: await lockOpenInvoices(db, account) };
}

async function zoneOf(db: TenantDb, billingEntityId: string): Promise<string> {
  const zone = isId(billingEntityId) ? await findEntityZone(db, billingEntityId) : undefined;
  return zone ?? refuseField("account", billingEntityId, "Choose which account the payment is for.");
}

async function requirePayment(db: TenantDb, paymentId: string) {
  const payment = isId(paymentId) ? await lockPayment(db, paymentId) : undefined;
  if (payment) return payment;
  throw milepostError("NotFound", {
    message: "There is no such payment, or it belongs to another company. Find it in the list of payments.",
    fields: [{ field: "paymentId", value: paymentId }],
  });
}

function reversedAlready(): Error {
  return milepostError("IllegalTransition", {
    message: "This payment is reversed already. Record a new payment if the money came in after all.",
  });
}

function tooMuch(amount: bigint, currency: CurrencyCode, invoices: readonly OpenInvoice[]): Error {
  const open = invoices.reduce((sum, invoice) => sum + invoice.openAmount, 0n);
  const show = (minor: bigint) => formatMoney(money(minor, currency), "en-GB");
  const where = invoices.length === 1 ? `on invoice ${invoices[0].number}` : "on this account";
  const rule = open === 0n
    ? `Nothing is open ${where}. Say that ${show(amount)} stays as credit of the customer.`
    : `Only ${show(open)} is open ${where}, and this is ${show(amount - open)} more. ` +
      "Use a smaller amount, or say that the rest stays as credit of the customer.";
  return milepostError("InvalidInput", {
    message: rule,
    fields: [{ field: "keep_rest", value: "no", rule }],
  });
}
