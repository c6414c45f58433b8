/** Percentage: a share of the money in each event, with a fee per event, free parts, and bounds per event. */
import { maximumOf, minimumOf, Rational, sumRationals } from "../../core/decimal.ts";
import { NOT_NEGATIVE, PERCENT, type Reader } from "../reader.ts";
import { countOf, showNumber, type ShowPrice, showSum } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface PercentagePrice {
  readonly model: "percentage";
  /** The event field that holds the money. */
  readonly field: string;
  readonly percent: Rational;
  readonly perEvent: Rational;
  /** How many events, first in time, pay no `perEvent`. */
  readonly freeEvents: bigint;
  /** How much money, first in time, pays no percent. */
  readonly freeAmount: Rational;
  readonly minPerEvent: Rational | null;
  readonly maxPerEvent: Rational | null;
}

export function readPercentage(reader: Reader): PercentagePrice {
  const member = reader.members(
    ["model", "field", "percent"],
    ["perEvent", "freeEvents", "freeAmount", "minPerEvent", "maxPerEvent"],
  );
  const minPerEvent = member("minPerEvent").optionalDecimal(NOT_NEGATIVE);
  const maxPerEvent = member("maxPerEvent").optionalDecimal(NOT_NEGATIVE);
  if (minPerEvent && maxPerEvent && minPerEvent.compare(maxPerEvent) > 0) {
    member("minPerEvent").fault(`at most maxPerEvent, ${maxPerEvent.toDecimal()}`, "is above the maximum");
  }
  return {
    model: "percentage",
    field: member("field").text(),
    percent: member("percent").decimal(PERCENT),
    perEvent: member("perEvent").optionalDecimal(NOT_NEGATIVE) ?? Rational.zero,
    freeEvents: member("freeEvents").optionalDecimal({ ...NOT_NEGATIVE, whole: true })?.numerator ?? 0n,
    freeAmount: member("freeAmount").optionalDecimal(NOT_NEGATIVE) ?? Rational.zero,
    minPerEvent,
    maxPerEvent,
  };
}

/**
 * The sum over the events of `monies`, in the order of time. The free amount is used up by what the events come to so far,
 * so that a refund of free money gives nothing back. A negative event pays no fee, and the bounds are not for it.
 */
export function pricePercentage(
  price: PercentagePrice,
  monies: readonly Rational[],
  show: ShowPrice,
): Priced | null {
  if (monies.length === 0) return null;
  const share = price.percent.divide(Rational.of(100n));
  const free = (total: Rational) => minimumOf(maximumOf(total, Rational.zero), price.freeAmount);
  const tally = { rated: [] as Rational[], fees: 0n, raised: 0n, lowered: 0n };
  const adjustments: Rational[] = [];
  let total = Rational.zero;
  let freeSoFar = Rational.zero;
  monies.forEach((money, index) => {
    total = total.add(money);
    const freeNow = price.freeAmount.isZero ? Rational.zero : free(total);
    const rated = money.subtract(freeNow.subtract(freeSoFar));
    freeSoFar = freeNow;
    tally.rated.push(rated);
    const hasFee = !money.isNegative && BigInt(index) >= price.freeEvents;
    if (hasFee) tally.fees += 1n;
    const paysFee = hasFee && !price.perEvent.isZero;
    const isRated = price.freeAmount.isZero || !rated.isZero;
    if (money.isNegative || !paysFee && !isRated) return;
    const exact = paysFee ? rated.multiply(share).add(price.perEvent) : rated.multiply(share);
    const bounded = withinBounds(price, exact);
    if (bounded === exact) return;
    tally[bounded.compare(exact) > 0 ? "raised" : "lowered"] += 1n;
    adjustments.push(bounded.subtract(exact));
  });
  const rated = sumRationals(tally.rated);
  const percentPart = rated.multiply(share);
  const feePart = price.perEvent.multiply(Rational.of(tally.fees));
  const adjustment = sumRationals(adjustments);
  const percentSum = `${showNumber(rated)} × ${showNumber(price.percent)}%`;
  const steps = freeSoFar.isZero ? [] : [
    `${showNumber(total)} less ${showNumber(freeSoFar)} free of the percentage = ${showNumber(rated)}`,
  ];
  const terms = [percentPart];
  if (!feePart.isZero) {
    steps.push(`${percentSum} = ${show(percentPart)}`);
    steps.push(`${countOf(tally.fees, "event")} × ${show(price.perEvent)} = ${show(feePart)}`);
    terms.push(feePart);
  }
  if (adjustments.length > 0) {
    if (terms.length === 1) steps.push(`${percentSum} = ${show(percentPart)}`);
    steps.push(...showBounds(price, tally, show), `Change by these bounds: ${show(adjustment)}`);
    terms.push(adjustment);
  }
  return {
    amount: sumRationals(terms),
    unitPrice: null,
    steps,
    sum: terms.length === 1 ? percentSum : showSum(terms.map(show)),
  };
}

function withinBounds({ minPerEvent, maxPerEvent }: PercentagePrice, exact: Rational): Rational {
  if (minPerEvent && exact.compare(minPerEvent) < 0) return minPerEvent;
  if (maxPerEvent && exact.compare(maxPerEvent) > 0) return maxPerEvent;
  return exact;
}

function showBounds(
  { minPerEvent, maxPerEvent }: PercentagePrice,
  { raised, lowered }: { raised: bigint; lowered: bigint },
  show: ShowPrice,
): string[] {
  const lines: string[] = [];
  if (raised > 0n) lines.push(`${countOf(raised, "event")} raised to the minimum of ${show(minPerEvent!)}`);
  if (lowered > 0n) {
    lines.push(`${countOf(lowered, "event")} lowered to the maximum of ${show(maxPerEvent!)}`);
  }
  return lines;
}
