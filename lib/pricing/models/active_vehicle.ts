/** Active vehicle: a whole amount for each vehicle that did anything in the period, never prorated. */
import { Rational } from "../../core/decimal.ts";
import type { Reader } from "../reader.ts";
import { countOf, type ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface ActiveVehiclePrice {
  readonly model: "active_vehicle";
  readonly amount: Rational;
}

export function readActiveVehicle(reader: Reader): ActiveVehiclePrice {
  return { model: "active_vehicle", amount: reader.members(["model", "amount"])("amount").decimal() };
}

/** amount × vehicles with any event of the meter; null if there are none. */
export function priceActiveVehicle(
  price: ActiveVehiclePrice,
  active: number,
  show: ShowPrice,
): Priced | null {
  if (active === 0) return null;
  return {
    amount: price.amount.multiply(Rational.of(BigInt(active))),
    unitPrice: price.amount,
    steps: [`${countOf(active, "vehicle")} active in the period`],
    sum: `${active} × ${show(price.amount)}`,
  };
}
