/** Pass-through: what each event cost, such as fuel, a toll or a fine, with a markup if there is one. */
import { Rational, sumRationals } from "../../core/decimal.ts";
import { NOT_NEGATIVE, type Reader } from "../reader.ts";
import { countOf, showNumber, type ShowPrice, showSum } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface PassThroughPrice {
  readonly model: "pass_through";
  /** The event field that holds the cost. */
  readonly field: string;
  readonly markupPercent: Rational;
  readonly markupPerEvent: Rational;
}

export function readPassThrough(reader: Reader): PassThroughPrice {
  const member = reader.members(["model", "field"], ["markupPercent", "markupPerEvent"]);
  return {
    model: "pass_through",
    field: member("field").text(),
    markupPercent: member("markupPercent").optionalDecimal(NOT_NEGATIVE) ?? Rational.zero,
    markupPerEvent: member("markupPerEvent").optionalDecimal(NOT_NEGATIVE) ?? Rational.zero,
  };
}

/** Σ cost × (100 + markup) ÷ 100 + fee per event; a negative event (money back) pays no fee. */
export function pricePassThrough(
  price: PassThroughPrice,
  costs: readonly Rational[],
  show: ShowPrice,
): Priced | null {
  if (costs.length === 0) return null;
  const cost = sumRationals(costs);
  const markup = cost.multiply(price.markupPercent).divide(Rational.of(100n));
  const feeCount = costs.filter((each) => !each.isNegative).length;
  const fees = price.markupPerEvent.multiply(Rational.of(BigInt(feeCount)));
  const steps = [`Cost of ${countOf(costs.length, "event")}: ${show(cost)}`];
  const terms = [cost];
  if (!price.markupPercent.isZero) {
    steps.push(`Markup: ${show(cost)} × ${showNumber(price.markupPercent)}% = ${show(markup)}`);
    terms.push(markup);
  }
  if (!price.markupPerEvent.isZero) {
    steps.push(`Fee: ${countOf(feeCount, "event")} × ${show(price.markupPerEvent)} = ${show(fees)}`);
    terms.push(fees);
  }
  return { amount: sumRationals(terms), unitPrice: null, steps, sum: showSum(terms.map(show)) };
}
