/** Flat: one amount, whatever the quantity. */
import type { Rational } from "../../core/decimal.ts";
import type { Reader } from "../reader.ts";
import type { ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface FlatPrice {
  readonly model: "flat";
  readonly amount: Rational;
}

export function readFlat(reader: Reader): FlatPrice {
  return { model: "flat", amount: reader.members(["model", "amount"])("amount").decimal() };
}

/** The amount, once. */
export function priceFlat(price: FlatPrice, show: ShowPrice): Priced {
  return { amount: price.amount, unitPrice: price.amount, steps: [], sum: `1 × ${show(price.amount)}` };
}
