/** The oracle's flat price: an amount, times the share. */
import { decimalText } from "../facts.ts";
import { type Fraction, read, times } from "../fraction.ts";

export function flat(price: Readonly<Record<string, unknown>>, share: Fraction): Fraction {
  return times(read(decimalText(price, "amount")), share);
}
