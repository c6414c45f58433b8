/** Volume: the tier that the whole quantity falls in prices all of it. */
import type { Rational } from "../../core/decimal.ts";
import type { Reader } from "../reader.ts";
import { showNumber, type ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";
import { firstFlatFee, readUnitTiers, showTier, tierOf, type Tiers, type UnitTier } from "./tiers.ts";

export interface VolumePrice extends Tiers<UnitTier> {
  readonly model: "volume";
}

export function readVolume(reader: Reader): VolumePrice {
  return { model: "volume", ...readUnitTiers(reader) };
}

/** quantity × unit + flat of one tier; null if there is nothing to bill. Less than zero counts as zero. */
export function priceVolume(price: VolumePrice, quantity: Rational, show: ShowPrice): Priced | null {
  if (!quantity.isPositive) return price.flatFeeOnZero ? firstFlatFee(price, show) : null;
  const index = tierOf(price, quantity);
  const { unit, flat } = price.tiers[index];
  return {
    amount: quantity.multiply(unit).add(flat),
    unitPrice: flat.isZero ? unit : null,
    steps: [`${showNumber(quantity)} is priced by the tier ${showTier(price.tiers, index)}`],
    sum: `${showNumber(quantity)} × ${show(unit)}${flat.isZero ? "" : ` + ${show(flat)}`}`,
  };
}
