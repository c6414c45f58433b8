/** Graduated: each tier prices the part of the quantity that lies in it, and adds its flat fee once it is reached. */
import { minimumOf, Rational, sumRationals } from "../../core/decimal.ts";
import type { Reader } from "../reader.ts";
import { showNumber, type ShowPrice, showSum } from "../words.ts";
import type { Priced } from "./priced.ts";
import { firstFlatFee, readUnitTiers, tierOf, type Tiers, type UnitTier } from "./tiers.ts";

export interface GraduatedPrice extends Tiers<UnitTier> {
  readonly model: "graduated";
}

export function readGraduated(reader: Reader): GraduatedPrice {
  return { model: "graduated", ...readUnitTiers(reader) };
}

/** The sum over the tiers; null if there is nothing to bill. Less than zero counts as zero. */
export function priceGraduated(price: GraduatedPrice, quantity: Rational, show: ShowPrice): Priced | null {
  if (!quantity.isPositive) return price.flatFeeOnZero ? firstFlatFee(price, show) : null;
  const amounts: Rational[] = [];
  const sums: string[] = [];
  let below = Rational.zero;
  for (const tier of price.tiers.slice(0, tierOf(price, quantity) + 1)) {
    const part = (tier.upTo === null ? quantity : minimumOf(quantity, tier.upTo)).subtract(below);
    amounts.push(part.multiply(tier.unit).add(tier.flat));
    sums.push(`${showNumber(part)} × ${show(tier.unit)}${tier.flat.isZero ? "" : ` + ${show(tier.flat)}`}`);
    below = below.add(part);
  }
  const steps = sums.map((sum, index) =>
    `${index === 0 ? "The first" : "The next"} ${sum} = ${show(amounts[index])}`
  );
  return {
    amount: sumRationals(amounts),
    unitPrice: null,
    steps: sums.length === 1 ? [] : steps,
    sum: sums.length === 1 ? sums[0] : showSum(amounts.map(show)),
  };
}
