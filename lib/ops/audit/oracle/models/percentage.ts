/** The oracle's percentage: event after event, with the money and the events that are free counted down as time goes on. */
import { decimalText, type OracleEvent } from "../facts.ts";
import {
  compare,
  divided,
  type Fraction,
  larger,
  minus,
  plus,
  read,
  times,
  whole,
  zero,
} from "../fraction.ts";
import { fieldOf } from "../meters.ts";

export function percentage(
  price: Readonly<Record<string, unknown>>,
  events: readonly OracleEvent[],
): Fraction {
  const field = decimalText(price, "field");
  const rate = divided(read(decimalText(price, "percent")), whole(100));
  const fee = read(decimalText(price, "perEvent", "0"));
  const freeMoney = read(decimalText(price, "freeAmount", "0"));
  const least = price.minPerEvent === undefined ? null : read(decimalText(price, "minPerEvent"));
  const most = price.maxPerEvent === undefined ? null : read(decimalText(price, "maxPerEvent"));
  let freeEvents = read(decimalText(price, "freeEvents", "0")).top;
  let spent = zero, free = zero, due = zero;
  for (const event of events) {
    const money = fieldOf(event, field);
    spent = plus(spent, money);
    // what of all the money so far is free: never more than there is, nor less than nothing
    const positive = larger(spent, zero);
    const freeByNow = compare(positive, freeMoney) > 0n ? freeMoney : positive;
    const rated = minus(money, minus(freeByNow, free));
    free = freeByNow;
    const isRefund = money.top < 0n;
    const paysFee = !isRefund && freeEvents <= 0n && fee.top !== 0n;
    freeEvents -= 1n;
    let own = plus(times(rated, rate), paysFee ? fee : zero);
    const isWhollyFree = !paysFee && freeMoney.top !== 0n && rated.top === 0n;
    if (!isRefund && !isWhollyFree) {
      if (least !== null && compare(own, least) < 0n) own = least;
      else if (most !== null && compare(own, most) > 0n) own = most;
    }
    due = plus(due, own);
  }
  return due;
}
