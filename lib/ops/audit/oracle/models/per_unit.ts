/** The oracle's price per unit: the quantity, each at the same price. */
import { decimalText } from "../facts.ts";
import { type Fraction, read, times } from "../fraction.ts";

export function perUnit(price: Readonly<Record<string, unknown>>, quantity: Fraction): Fraction {
  return times(quantity, read(decimalText(price, "unit")));
}
