/** Reads what was typed about a payment: amount, day, method and reference; refuses with what is allowed. */
import type { PaymentMethod } from "../../db/schema.ts";
import { type CurrencyCode, isCurrencyCode, minorUnits } from "../core/currency.ts";
import { formatScaled } from "../core/decimal.ts";
import { refuseField } from "../core/errors.ts";
import { readDate, readOptionalText } from "../core/input.ts";
import { parseMoney } from "../core/money.ts";
import { isMethod, methodNames, methods } from "./methods.ts";

/** Far above any payment, and far below what a bigint column holds. */
const largestMajorUnits = 1_000_000_000_000n;
const earliestDay = Temporal.PlainDate.from("2000-01-01");
const longestReference = 140;

/** Throws `InvalidInput`. */
export function readCurrency(text: string): CurrencyCode {
  if (isCurrencyCode(text)) return text;
  return refuseField("currency", text, "Use the three letters of a currency.", "GBP");
}

/** An amount above zero, in minor units; thousands may be parted by commas. Throws `InvalidInput`. */
export function readAmount(text: string, currency: CurrencyCode): bigint {
  const typed = text.trim();
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(typed) ? typed.replaceAll(",", "") : typed;
  const decimals = minorUnits(currency);
  const example = formatScaled(125_000n, decimals);
  const digits = decimals === 0 ? "without decimals" : `with at most ${decimals} decimals`;
  if (typed === "") refuseField("amount", text, "Type the amount that came in.", example);
  if (!/^(?:0|[1-9]\d{0,20})(?:\.\d+)?$/.test(plain) || (plain.split(".")[1] ?? "").length > decimals) {
    refuseField("amount", text, `Type the amount in ${currency} as digits, ${digits}.`, example);
  }
  const { amount } = parseMoney(plain, currency);
  if (amount === 0n) refuseField("amount", text, "Type an amount above zero.", example);
  if (amount > largestMajorUnits * 10n ** BigInt(decimals)) {
    refuseField("amount", text, "This is more than one payment can be. Check the amount.", example);
  }
  return amount;
}

/** A day that is not after today. Throws `InvalidInput`. */
export function readReceivedOn(text: string, today: Temporal.PlainDate): Temporal.PlainDate {
  if (text.trim() === "") {
    refuseField("received_on", text, "Type the day on which the money came in.", today.toString());
  }
  const day = readDate("received_on", text);
  if (Temporal.PlainDate.compare(day, today) > 0) {
    refuseField("received_on", text, "This day is still to come. Use today or an earlier day.", `${today}`);
  }
  if (Temporal.PlainDate.compare(day, earliestDay) < 0) {
    refuseField("received_on", text, "Use a day in or after the year 2000.", today.toString());
  }
  return day;
}

/** Throws `InvalidInput`. */
export function readMethod(text: string): PaymentMethod {
  if (isMethod(text)) return text;
  const names = methods.map((method) => methodNames[method]);
  return refuseField("method", text, `Choose one of ${names.join(", ")}.`);
}

/** What the payer or the bank calls it. Throws `InvalidInput`. */
export function readReference(text: string): string | null {
  return readOptionalText("reference", text, "BACS 4471", longestReference);
}
