/** A line of the result: an exact amount rounded once, and the trace of how it came about. */
import { Rational } from "../core/decimal.ts";
import { money, moneyToDecimal, roundToMoney } from "../core/money.ts";
import type { Charge } from "./charge.ts";
import type { Facts } from "./facts.ts";
import type { Priced } from "./models/priced.ts";
import { trueMinus } from "./words.ts";

export interface Line {
  readonly charge: Charge;
  /** The vehicle of a charge per vehicle, else null. */
  readonly vehicle: string | null;
  readonly quantity: Rational;
  readonly unitPrice: Rational | null;
  /** In minor units. */
  readonly amount: bigint;
  readonly trace: readonly string[];
}

/** Makes the line, or none if nothing is billed: no price, or an amount that rounds to zero. */
export function makeLine(
  facts: Facts,
  charge: Charge,
  vehicle: string | null,
  quantity: Rational,
  priced: Priced | null,
  head: readonly string[],
): Line[] {
  if (priced === null) return [];
  const { currency, rounding } = facts.priceCase;
  const { amount } = roundToMoney(priced.amount, currency, rounding);
  if (amount === 0n) return [];
  const result = trueMinus(moneyToDecimal(money(amount, currency)));
  const last = priced.sum === result ? result : `${priced.sum} = ${result}`;
  const trace = [...head, ...priced.steps, last];
  return [{ charge, vehicle, quantity, unitPrice: priced.unitPrice, amount, trace }];
}
