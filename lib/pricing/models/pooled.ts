/** Pooled allowance: the vehicles share what each may use, and what lies above the pool is priced once. */
import { maximumOf, Rational, sumRationals } from "../../core/decimal.ts";
import { countOf, showNumber, type ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";
import { priceQuantity, type QuantityPrice } from "./quantity_price.ts";

export interface PooledPrice {
  readonly model: "pooled";
  readonly includedPerVehicle: Rational;
  readonly overage: QuantityPrice;
}

/** A vehicle that shares the pool. */
export interface PoolMember {
  readonly vehicle: string;
  /** Days on the contract in the period. */
  readonly days: number;
}

/** The allowance of one vehicle: its share of the period by days. Exact, never rounded. */
export function allowanceOf(price: PooledPrice, days: number, periodDays: number): Rational {
  return price.includedPerVehicle.multiply(Rational.of(BigInt(days), BigInt(periodDays)));
}

/** The price of what was used above the pool; null if there is nothing to bill. Less than zero used counts as zero. */
export function pricePooled(
  price: PooledPrice,
  used: Rational,
  members: readonly PoolMember[],
  periodDays: number,
  show: ShowPrice,
): Priced | null {
  const pool = sumRationals(members.map(({ days }) => allowanceOf(price, days, periodDays)));
  const over = maximumOf(used.subtract(pool), Rational.zero);
  if (over.isZero && !("flatFeeOnZero" in price.overage && price.overage.flatFeeOnZero)) return null;
  const overage = priceQuantity(price.overage, over, show);
  if (overage === null) return null;
  const steps = [
    `Pool of ${countOf(members.length, "vehicle")}: ${showPool(price, members, periodDays)} = ${
      showNumber(pool)
    }`,
    `Above the pool: ${showNumber(used)} − ${showNumber(pool)} = ${showNumber(over)}`,
  ];
  return { amount: overage.amount, unitPrice: null, steps: [...steps, ...overage.steps], sum: overage.sum };
}

/** `5 × 1000 + 1 × 1000 × 20/31`: vehicles with the same number of days together. */
function showPool(price: PooledPrice, members: readonly PoolMember[], periodDays: number): string {
  const counts = new Map<number, number>();
  for (const { days } of members) counts.set(days, (counts.get(days) ?? 0) + 1);
  const included = showNumber(price.includedPerVehicle);
  const terms = [...counts].sort(([left], [right]) => right - left)
    .map(([days, count]) => `${count} × ${included}${days === periodDays ? "" : ` × ${days}/${periodDays}`}`);
  return terms.join(" + ") || "0";
}
