/** How much tax is in what a customer does not pay: its share of what is left of the invoice, rate by rate. */
import { Rational, roundToInteger } from "../../core/decimal.ts";

/** Minor units. */
export interface RateAmount {
  category: string;
  percent: string;
  amount: bigint;
}

/** What is left of the tax at a rate, and what was claimed back of it before. */
export interface ClaimableRate extends RateAmount {
  claimed: bigint;
}

/**
 * The tax to claim back at each rate, once `givenUp` of an invoice of which `left` is not credited is not paid: its share of the tax,
 * rounded half up, less what was claimed before. `givenUp` and `left` include the tax, and `givenUp` what was claimed for before, so
 * that what is claimed for all that is left is all its tax, to the cent, in any split. After Council Directive 2006/112/EC
 * art. 90: where the price is not paid, the taxable amount goes down accordingly. Rates without tax are left out.
 */
export function taxRelief(givenUp: bigint, left: bigint, taxes: readonly ClaimableRate[]): RateAmount[] {
  return taxes.map(({ category, percent, amount, claimed }) => ({
    category,
    percent,
    amount: roundToInteger(Rational.of(givenUp * amount, left), "half_up") - claimed,
  })).filter(({ amount }) => amount !== 0n);
}
