/** The oracle's package price: after the free units, every package that is begun is paid whole. */
import { decimalText } from "../facts.ts";
import { divided, type Fraction, minus, read, times, up, whole, zero } from "../fraction.ts";

export function packages(price: Readonly<Record<string, unknown>>, quantity: Fraction): Fraction {
  const paid = minus(quantity, read(decimalText(price, "free", "0")));
  if (quantity.top <= 0n || paid.top <= 0n) return zero;
  const begun = up(divided(paid, read(decimalText(price, "size"))));
  return times(whole(begun), read(decimalText(price, "price")));
}
