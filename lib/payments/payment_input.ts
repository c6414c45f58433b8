/** Reads what was typed about a payment: amount, day, method and reference; refuses with what is allowed. */
import type { PaymentMethod } from "../../db/schema.ts";
import { readTypedAmount } from "../core/amount_input.ts";
import { type CurrencyCode, isCurrencyCode } from "../core/currency.ts";
import { refuseField } from "../core/errors.ts";
import { readDate, readOptionalText } from "../core/input.ts";
import { isMethod, methodNames, methods } from "./methods.ts";

const earliestDay = Temporal.PlainDate.from("2000-01-01");
const longestReference = 140;

/** Throws `InvalidInput`. */
export function readCurrency(text: string): CurrencyCode {
  if (isCurrencyCode(text)) return text;
  return refuseField("currency", text, "Use the three letters of a currency.", "GBP");
}

/** An amount above zero, in minor units; thousands may be parted by commas. Throws `InvalidInput`. */
export function readAmount(text: string, currency: CurrencyCode): bigint {
  return readTypedAmount("amount", text, currency, {
    empty: "Type the amount that came in.",
    tooMuch: "This is more than one payment can be. Check the amount.",
  });
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
