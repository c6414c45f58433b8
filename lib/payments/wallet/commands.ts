/** Paying money into a customer's wallet, and ending what expired. */
import { findCustomer } from "../../../db/queries/customer.ts";
import { findEntityZone, insertPayment } from "../../../db/queries/payment.ts";
import {
  insertWalletCredit,
  type LockedCredit,
  lockWalletCredit,
  lockWalletPayment,
} from "../../../db/queries/wallet.ts";
import { requireCapability } from "../../auth/policy.ts";
import { actorKey } from "../../core/actor.ts";
import { newId } from "../../core/clock.ts";
import { type CommandContext, defineCommand } from "../../core/command.ts";
import { type CurrencyCode } from "../../core/currency.ts";
import { milepostError, refuseField } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { readAll, readDate, readInteger, readText } from "../../core/input.ts";
import { money, moneyToDecimal } from "../../core/money.ts";
import { localDate } from "../../core/period.ts";
import { postPaymentReceived } from "../../ledger/steps.ts";
import { methodNames } from "../methods.ts";
import { readAmount, readCurrency, readMethod, readReceivedOn, readReference } from "../payment_input.ts";
import { expireGrant, expirePayment } from "./expiry.ts";

export interface WalletMoneyInput {
  customerId: string;
  billingEntityId: string;
  currency: string;
  /** `paid` may expire; an `advance` stays the customer's until it is used. */
  kind: string;
  /** As the wallet shows it. */
  name: string;
  /** As typed: "1,204.87". */
  amount: string;
  /** YYYY-MM-DD, where the entity is. */
  receivedOn: string;
  method: string;
  reference?: string;
  /** 1 to 100; the smaller is used first. 50 if empty. */
  priority?: string;
  /** The first day on which it cannot be used. */
  expiresOn?: string;
}

/** Records money that a customer paid ahead: the coming invoices are paid with it as they are issued. */
export const payIntoWallet = defineCommand<WalletMoneyInput, { paymentId: string; amount: string }>({
  name: "wallet.pay_in",
  capability: "payments.record",
  subject: (_input, { paymentId }) => ({ type: "payment", id: paymentId }),
  async run(context, input) {
    const { db, actor, now, emit } = context;
    const { customerId, billingEntityId } = await requireAccount(context, input);
    const currency = readCurrency(input.currency);
    const today = localDate(now, (await findEntityZone(db, billingEntityId))!);
    const { receivedOn, ...values } = readMoney(input, currency, today);
    const { kind, name, amount, priority, expiresOn, method, reference } = values;
    requireCapability(actor, "payments.record", money(amount, currency));
    const payment = {
      id: newId<"payment">(),
      customerId,
      billingEntityId,
      currency,
      amount,
      credit: amount,
      method,
      reference,
    };
    const by = { actor: actorKey(actor), at: now };
    await insertPayment(db, { ...payment, receivedOn, recordedBy: by.actor, recordedAt: by.at });
    const paymentId = payment.id;
    const credit = {
      customerId,
      billingEntityId,
      currency,
      kind,
      name,
      amount,
      priority,
      expiresOn,
      paymentId,
    };
    await insertWalletCredit(db, credit, by);
    const words = `Paid ahead by ${methodNames[method]}${reference === null ? "" : `, ${reference}`}`;
    await postPaymentReceived(db, { ...payment, paymentId }, receivedOn, words);
    const text = moneyToDecimal(money(amount, currency));
    emit("wallet.paid_in", paymentId, { customerId, amount: text, currency });
    return { paymentId, amount: text };
  },
});

export interface GrantInput {
  customerId: string;
  billingEntityId: string;
  currency: string;
  /** As invoices name the discount. */
  name: string;
  amount: string;
  priority?: string;
  expiresOn?: string;
}

/** Grants a customer money that comes off the coming bills, before tax, as a discount. */
export const grantWalletMoney = defineCommand<GrantInput, { walletCreditId: string }>({
  name: "wallet.grant",
  capability: "contracts.write",
  confirmed: true,
  subject: (_input, { walletCreditId }) => ({ type: "wallet_credit", id: walletCreditId }),
  async run(context, input) {
    const { db, actor, now, emit } = context;
    const account = await requireAccount(context, input);
    const currency = readCurrency(input.currency);
    const today = localDate(now, (await findEntityZone(db, account.billingEntityId))!);
    const values = readAll({
      name: () => readText("name", input.name, "Welcome gift", 100),
      amount: () => readAmount(input.amount, currency),
      priority: () => readPriority(input.priority),
      expiresOn: () => readExpiry(input.expiresOn, today),
    });
    requireCapability(actor, "contracts.write", money(values.amount, currency));
    const credit = { ...account, ...values, currency, kind: "granted", paymentId: null } as const;
    const walletCreditId = await insertWalletCredit(db, credit, { actor: actorKey(actor), at: now });
    const amount = moneyToDecimal(money(values.amount, currency));
    emit("wallet.granted", walletCreditId, { customerId: account.customerId, amount, currency });
    return { walletCreditId };
  },
});

/** Ends what is left of a credit whose last day is over; nothing happens before, or where nothing is left. */
export const expireWalletCredit = defineCommand<{ walletCreditId: string }, { expired: string }>({
  name: "wallet.expire",
  capability: "payments.record",
  confirmed: true,
  subject: ({ walletCreditId }) => ({ type: "wallet_credit", id: walletCreditId }),
  async run({ db, now, emit }, { walletCreditId }) {
    const credit = isId(walletCreditId) ? await lockWalletCredit(db, walletCreditId) : undefined;
    if (!credit) {
      throw milepostError("NotFound", { fields: [{ field: "walletCreditId", value: walletCreditId }] });
    }
    const { expiresOn, zone, currency } = credit;
    const isOver = expiresOn !== null && Temporal.PlainDate.compare(expiresOn, localDate(now, zone)) <= 0;
    if (!isOver) return { expired: "0" };
    const ended = await expireLeft({ db, now }, credit, localDate(now, zone));
    if (ended === 0n) return { expired: "0" };
    const expired = moneyToDecimal(money(ended, readCurrency(currency)));
    emit("wallet.expired", walletCreditId, { customerId: credit.customerId, amount: expired, currency });
    return { expired };
  },
});

/** Granted money that the preview of an open run counts on stays until that run ends. */
async function expireLeft(
  { db, now }: Pick<CommandContext, "db" | "now">,
  { id, kind }: LockedCredit,
  today: Temporal.PlainDate,
): Promise<bigint> {
  if (kind === "granted") return await expireGrant({ db, now }, id, today);
  const payment = await lockWalletPayment(db, id);
  if (payment) await expirePayment({ db, now }, payment, today);
  return payment?.credit ?? 0n;
}

async function requireAccount(
  { db }: Pick<CommandContext, "db">,
  { customerId, billingEntityId }: Pick<WalletMoneyInput, "customerId" | "billingEntityId">,
): Promise<{ customerId: string; billingEntityId: string }> {
  if (!isId(customerId) || !await findCustomer(db, customerId)) {
    throw milepostError("NotFound", {
      message:
        "There is no such customer, or it belongs to another company. Find it in the list of customers.",
      fields: [{ field: "customerId", value: customerId }],
    });
  }
  if (!isId(billingEntityId) || await findEntityZone(db, billingEntityId) === undefined) {
    refuseField("account", billingEntityId, "Choose whose invoices it is for.");
  }
  return { customerId, billingEntityId };
}

function readMoney(input: WalletMoneyInput, currency: CurrencyCode, today: Temporal.PlainDate) {
  return readAll({
    kind: () => readKind(input),
    name: () => readText("name", input.name, "Paid ahead", 100),
    amount: () => readAmount(input.amount, currency),
    receivedOn: () => readReceivedOn(input.receivedOn, today),
    method: () => readMethod(input.method),
    reference: () => readReference(input.reference ?? ""),
    priority: () => readPriority(input.priority),
    expiresOn: () => readExpiry(input.expiresOn, today),
  });
}

function readKind({ kind, expiresOn }: WalletMoneyInput): "paid" | "advance" {
  if (kind === "advance" && expiresOn?.trim()) {
    refuseField(
      "expiresOn",
      expiresOn,
      "An advance does not expire. Leave this empty, or choose paid money.",
    );
  }
  return kind === "paid" || kind === "advance"
    ? kind
    : refuseField("kind", kind, "Choose paid money or an advance.", "paid");
}

/** 1 to 100, 50 if nothing is typed. */
export function readPriority(text: string | undefined): number {
  const typed = text?.trim() || "50";
  return readInteger("priority", /^\d{1,3}$/.test(typed) ? Number(typed) : -1, 1, 100);
}

/** A day after today, or null. */
export function readExpiry(text: string | undefined, today: Temporal.PlainDate): Temporal.PlainDate | null {
  if (!text?.trim()) return null;
  const day = readDate("expiresOn", text);
  if (Temporal.PlainDate.compare(day, today) > 0) return day;
  return refuseField(
    "expiresOn",
    text,
    "It would be over already. Choose a later day.",
    `${today.add({ years: 1 })}`,
  );
}
