/** How traces write numbers and dates for people. */
import { Rational } from "../core/decimal.ts";
import { months } from "../core/months.ts";

/** Writes an amount of money or a unit price in full, with at least the currency's decimals. */
export type ShowPrice = (price: Rational) => string;

/** The decimals after which a trace stops; what is computed goes on exactly. */
const SHOWN_DECIMALS = 12;

/** A number with a true minus and no trailing zeros, cut to 12 decimals. */
export function showNumber(value: Rational): string {
  return trueMinus(value.toDecimal(SHOWN_DECIMALS));
}

/** Replaces a leading hyphen by a true minus sign. */
export function trueMinus(text: string): string {
  return text.startsWith("-") ? `\u2212${text.slice(1)}` : text;
}

/** Plain decimal text with at least `decimals` decimals, and more where the price is finer: 0.5 dollars is `0.50`. */
export function priceText(price: Rational, decimals: number): string {
  const exact = price.toDecimal(SHOWN_DECIMALS);
  const found = exact.split(".")[1]?.length ?? 0;
  return found >= decimals ? exact : price.toFixedDecimal(decimals);
}

/** A writer of prices for a currency with so many decimals. */
export function showPriceWith(decimals: number): ShowPrice {
  return (price) => trueMinus(priceText(price, decimals));
}

/** A number and its noun: `1 day`, `2 days`. */
export function countOf(count: bigint | number, singular: string, plural = `${singular}s`): string {
  return `${count} ${BigInt(count) === 1n ? singular : plural}`;
}

/** The terms of a sum while they are few, else a word for it. */
export function showSum(terms: readonly string[]): string {
  return terms.length <= 6 ? terms.join(" + ").replaceAll("+ \u2212", "\u2212 ") : "The sum of the above";
}

/** `5 January 2024`. */
export function showDate(date: Temporal.PlainDate): string {
  return `${date.day} ${months[date.month - 1]} ${date.year}`;
}

/** The days of `[start, end)` as people say them, both ends included: `10 to 31 January`, years only where they differ. */
export function showDays(start: Temporal.PlainDate, end: Temporal.PlainDate): string {
  const last = end.subtract({ days: 1 });
  if (start.year !== last.year) return `${showDate(start)} to ${showDate(last)}`;
  const ending = `${last.day} ${months[last.month - 1]}`;
  if (start.equals(last)) return ending;
  return start.month === last.month
    ? `${start.day} to ${ending}`
    : `${start.day} ${months[start.month - 1]} to ${ending}`;
}
