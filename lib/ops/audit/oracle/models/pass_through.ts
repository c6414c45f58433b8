/** The oracle's pass-through: what each event cost, with a percentage on top and a fee for each that is not a refund. */
import { decimalText, type OracleEvent } from "../facts.ts";
import { divided, type Fraction, plus, read, sum, times, whole, zero } from "../fraction.ts";
import { fieldOf } from "../meters.ts";

export function passThrough(
  price: Readonly<Record<string, unknown>>,
  events: readonly OracleEvent[],
): Fraction {
  const field = decimalText(price, "field");
  const markup = divided(read(decimalText(price, "markupPercent", "0")), whole(100));
  const fee = read(decimalText(price, "markupPerEvent", "0"));
  return sum(events.map((event) => {
    const cost = fieldOf(event, field);
    return plus(plus(cost, times(cost, markup)), cost.top < 0n ? zero : fee);
  }));
}
