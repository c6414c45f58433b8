/** Money: a whole number of minor units in one currency, rounded by one function and split without losing a unit. */
import { type CurrencyCode, minorUnits } from "./currency.ts";
import { formatScaled, Rational, type RoundingMode, roundToInteger } from "./decimal.ts";

/** An amount in minor units (cents for USD, yen for JPY) and its currency. Plain data: it can be stored and compared. */
export interface Money {
  readonly amount: bigint;
  readonly currency: CurrencyCode;
}

/** What is a plain decimal amount: digits, and decimals after a point. */
const AMOUNT_SYNTAX = /^-?(0|[1-9]\d{0,40})(\.\d+)?$/;

/** `amount` minor units of `currency`. */
export function money(amount: bigint, currency: CurrencyCode): Money {
  return { amount, currency };
}

function assertSameCurrency(left: Money, right: Money): void {
  if (left.currency !== right.currency) {
    throw new TypeError(`Cannot mix ${left.currency} and ${right.currency}. Convert one of them first.`);
  }
}

/** The sum. Throws a `TypeError` across currencies. */
export function addMoney(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.amount + right.amount, left.currency);
}

/** The difference. Throws a `TypeError` across currencies. */
export function subtractMoney(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return money(left.amount - right.amount, left.currency);
}

/** The same amount with the other sign. */
export function negateMoney(value: Money): Money {
  return money(-value.amount, value.currency);
}

/** The sum of a list, zero if it is empty. Throws a `TypeError` if one of them is not in `currency`. */
export function sumMoney(values: Iterable<Money>, currency: CurrencyCode): Money {
  let total = money(0n, currency);
  for (const value of values) total = addMoney(total, value);
  return total;
}

/** -1, 0 or 1: below, equal to or above. Throws a `TypeError` across currencies. */
export function compareMoney(left: Money, right: Money): -1 | 0 | 1 {
  assertSameCurrency(left, right);
  return left.amount < right.amount ? -1 : left.amount > right.amount ? 1 : 0;
}

/** Rounds an exact amount in major units (12.345 dollars) once, to the currency's decimals. */
export function roundToMoney(exact: Rational, currency: CurrencyCode, mode: RoundingMode): Money {
  const scale = Rational.of(10n ** BigInt(minorUnits(currency)));
  return money(roundToInteger(exact.multiply(scale), mode), currency);
}

/** The exact value in major units: 1234 cents are 617/50 dollars. */
export function moneyToRational(value: Money): Rational {
  return Rational.of(value.amount, 10n ** BigInt(minorUnits(value.currency)));
}

/**
 * Splits `total` in proportion to `weights` so that the parts sum to it: each gets the whole units of its exact share, and
 * the units left go one each to the largest remainders, ties to the earlier. No part is further than one unit from its
 * exact share. Throws a `RangeError` for a negative weight, or if there is something to split and every weight is zero.
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  let weightSum = 0n;
  for (const weight of weights) {
    if (weight < 0n) throw new RangeError(`A weight cannot be negative, and one is ${weight}.`);
    weightSum += weight;
  }
  if (weightSum === 0n) {
    if (total === 0n) return weights.map(() => 0n);
    throw new RangeError(`Cannot split ${total} over weights that are all zero.`);
  }
  const magnitude = total < 0n ? -total : total;
  const parts = weights.map((weight) => magnitude * weight / weightSum);
  const remainders = weights.map((weight) => magnitude * weight % weightSum);
  let left = magnitude - parts.reduce((sum, part) => sum + part, 0n);
  const byRemainder = weights.map((_, index) => index)
    .sort((a, b) => remainders[b] > remainders[a] ? 1 : remainders[b] < remainders[a] ? -1 : a - b);
  for (const index of byRemainder) {
    if (left === 0n) break;
    parts[index] += 1n;
    left -= 1n;
  }
  return total < 0n ? parts.map((part) => -part) : parts;
}

/** Splits money in proportion to `weights`; the parts sum to it. Errors as `allocate`. */
export function allocateMoney(total: Money, weights: readonly bigint[]): Money[] {
  return allocate(total.amount, weights).map((amount) => money(amount, total.currency));
}

/**
 * Reads a plain decimal amount such as `-12.34`. Throws a `RangeError` if it is not one, or if it is finer than the
 * currency: nothing is rounded here.
 */
export function parseMoney(text: string, currency: CurrencyCode): Money {
  const decimals = minorUnits(currency);
  const match = text.length <= 60 ? AMOUNT_SYNTAX.exec(text) : null;
  const fraction = match?.[2]?.slice(1) ?? "";
  if (!match || fraction.length > decimals) {
    const example = formatScaled(1250n, decimals);
    throw new RangeError(
      `"${text.slice(0, 40)}" is not an amount in ${currency}. Write it like ${example}, ` +
        (decimals === 0 ? "without decimals." : `with at most ${decimals} decimals.`),
    );
  }
  const whole = text.split(".")[0];
  return money(BigInt(whole + fraction.padEnd(decimals, "0")), currency);
}

/** The plain decimal text with the currency's decimals, for data: `-12.30`, `105` for JPY. */
export function moneyToDecimal(value: Money): string {
  return formatScaled(value.amount, minorUnits(value.currency));
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(currency: CurrencyCode, locale: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let found = formatters.get(key);
  if (!found) {
    // ISO 4217 decides the decimals; the locale data would show 0 for some currencies that have 2.
    const decimals = minorUnits(currency);
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    found = new Intl.NumberFormat(locale, { style: "currency", currency, ...digits });
    formatters.set(key, found);
  }
  return found;
}

/** The amount for people, with the currency's sign and a true minus: `−$1,234.50`. Exact at any size. */
export function formatMoney(value: Money, locale = "en-US"): string {
  // Intl reads a decimal text exactly; a number would lose cents above 2^53.
  const text = moneyToDecimal(value) as Intl.StringNumericLiteral;
  return formatter(value.currency, locale).formatToParts(text)
    .map((part) => part.type === "minusSign" ? "\u2212" : part.value).join("");
}
