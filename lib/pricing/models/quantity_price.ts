/** The price models that look at one quantity, and nothing else about the usage. */
import type { Rational } from "../../core/decimal.ts";
import type { ShowPrice } from "../words.ts";
import { type FlatPrice, priceFlat } from "./flat.ts";
import { type GraduatedPrice, priceGraduated } from "./graduated.ts";
import { type PackagePrice, pricePackage } from "./package.ts";
import { type PerUnitPrice, pricePerUnit } from "./per_unit.ts";
import type { Priced } from "./priced.ts";
import { priceStairstep, type StairstepPrice } from "./stairstep.ts";
import { priceVolume, type VolumePrice } from "./volume.ts";

export type QuantityPrice =
  | FlatPrice
  | PerUnitPrice
  | GraduatedPrice
  | VolumePrice
  | PackagePrice
  | StairstepPrice;

/** The amount for a quantity; null if there is nothing to bill. A flat amount is due whatever the quantity. */
export function priceQuantity(price: QuantityPrice, quantity: Rational, show: ShowPrice): Priced | null {
  switch (price.model) {
    case "flat":
      return priceFlat(price, show);
    case "per_unit":
      return pricePerUnit(price, quantity, show);
    case "graduated":
      return priceGraduated(price, quantity, show);
    case "volume":
      return priceVolume(price, quantity, show);
    case "package":
      return pricePackage(price, quantity, show);
    case "stairstep":
      return priceStairstep(price, quantity, show);
  }
}
