/** The oracle's graduated price: each tier prices its own part of the quantity, and its flat fee once it is reached. */
import { OracleCannotTell } from "../facts.ts";
import { compare, type Fraction, minus, plus, smaller, times, zero } from "../fraction.ts";
import { feeForNothing, tiersOf } from "./tiers.ts";

export function graduated(price: Readonly<Record<string, unknown>>, quantity: Fraction): Fraction {
  if (quantity.top <= 0n) return feeForNothing(price);
  let amount = zero;
  let below = zero;
  for (const { upTo, unit, flat } of tiersOf(price)) {
    if (compare(quantity, below) <= 0n) return amount;
    const top = upTo === null ? quantity : smaller(quantity, upTo);
    amount = plus(amount, plus(times(minus(top, below), unit), flat));
    below = top;
  }
  if (compare(quantity, below) > 0n) throw new OracleCannotTell("The quantity is above the last tier.");
  return amount;
}
