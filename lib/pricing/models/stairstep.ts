/** Stairstep: the quantity falls on one step, and the step has one amount. */
import type { Rational } from "../../core/decimal.ts";
import type { Reader } from "../reader.ts";
import { showNumber, type ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";
import { type Bounded, readTiers, showTier, tierOf, type Tiers } from "./tiers.ts";

export interface Step extends Bounded {
  readonly amount: Rational;
}

export interface StairstepPrice extends Tiers<Step> {
  readonly model: "stairstep";
}

export function readStairstep(reader: Reader): StairstepPrice {
  const names = { required: ["amount"], optional: [] } as const;
  return {
    model: "stairstep",
    ...readTiers(reader, names, (member) => ({ amount: member("amount").decimal() })),
  };
}

/** The amount of the step; null if there is nothing to bill. Less than zero counts as zero. */
export function priceStairstep(price: StairstepPrice, quantity: Rational, show: ShowPrice): Priced | null {
  if (!quantity.isPositive && !price.flatFeeOnZero) return null;
  const index = quantity.isPositive ? tierOf(price, quantity) : 0;
  const { amount } = price.tiers[index];
  return {
    amount,
    unitPrice: null,
    steps: [`${showNumber(quantity)} falls on the step ${showTier(price.tiers, index)}`],
    sum: show(amount),
  };
}
