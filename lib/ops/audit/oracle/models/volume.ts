/** The oracle's volume price: the tier that the whole quantity falls in prices all of it. */
import { OracleCannotTell } from "../facts.ts";
import { compare, type Fraction, plus, times } from "../fraction.ts";
import { feeForNothing, tiersOf } from "./tiers.ts";

export function volume(price: Readonly<Record<string, unknown>>, quantity: Fraction): Fraction {
  if (quantity.top <= 0n) return feeForNothing(price);
  for (const { upTo, unit, flat } of tiersOf(price)) {
    if (upTo === null || compare(quantity, upTo) <= 0n) return plus(times(quantity, unit), flat);
  }
  throw new OracleCannotTell("The quantity is above the last tier.");
}
