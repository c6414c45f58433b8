/** Per unit: quantity × price. */
import type { Rational } from "../../core/decimal.ts";
import type { Reader } from "../reader.ts";
import { showNumber, type ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface PerUnitPrice {
  readonly model: "per_unit";
  readonly unit: Rational;
}

export function readPerUnit(reader: Reader): PerUnitPrice {
  return { model: "per_unit", unit: reader.members(["model", "unit"])("unit").decimal() };
}

/** quantity × unit; a negative quantity gives a negative amount. */
export function pricePerUnit(price: PerUnitPrice, quantity: Rational, show: ShowPrice): Priced {
  return {
    amount: quantity.multiply(price.unit),
    unitPrice: price.unit,
    steps: [],
    sum: `${showNumber(quantity)} × ${show(price.unit)}`,
  };
}
