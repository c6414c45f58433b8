/** The oracle's percentage: event after event, each paying for what it adds to the money that is not free. */
import { decimalText, type OracleEvent } from "../facts.ts";
import { compare, divided, type Fraction, minus, plus, read, sum, times, whole, zero } from "../fraction.ts";
import { fieldOf } from "../meters.ts";

export function percentage(
  price: Readonly<Record<string, unknown>>,
  events: readonly OracleEvent[],
): Fraction {
  const field = decimalText(price, "field");
  const rate = divided(read(decimalText(price, "percent")), whole(100));
  const fee = read(decimalText(price, "perEvent", "0"));
  const freeEvents = read(decimalText(price, "freeEvents", "0"));
  const freeMoney = read(decimalText(price, "freeAmount", "0"));
  const least = price.minPerEvent === undefined ? null : read(decimalText(price, "minPerEvent"));
  const most = price.maxPerEvent === undefined ? null : read(decimalText(price, "maxPerEvent"));
  // What of all the money so far pays the percentage: what is above the free money, or what more came back than went out.
  const ratedOf = (total: Fraction) =>
    total.top < 0n ? total : compare(total, freeMoney) > 0n ? minus(total, freeMoney) : zero;
  let spent = zero;
  return sum(events.map((event, index) => {
    const money = fieldOf(event, field);
    const before = spent;
    spent = plus(spent, money);
    const rated = minus(ratedOf(spent), ratedOf(before));
    const percent = times(rated, rate);
    if (money.top < 0n) return percent; // a refund pays no fee, and no bound holds for it
    const paysFee = fee.top !== 0n && compare(whole(index), freeEvents) >= 0n;
    const isFree = !paysFee && freeMoney.top !== 0n && rated.top === 0n;
    if (isFree) return zero;
    const due = paysFee ? plus(percent, fee) : percent;
    if (least !== null && compare(due, least) < 0n) return least;
    return most !== null && compare(due, most) > 0n ? most : due;
  }));
}
