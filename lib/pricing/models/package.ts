/** Package: what lies above the free quantity is sold in whole packages; one that is started is paid. */
import { Rational } from "../../core/decimal.ts";
import { NOT_NEGATIVE, POSITIVE, type Reader } from "../reader.ts";
import { countOf, showNumber, type ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface PackagePrice {
  readonly model: "package";
  /** Units in a package. */
  readonly size: Rational;
  /** Price of a package. */
  readonly price: Rational;
  /** Units that cost nothing. */
  readonly free: Rational;
}

export function readPackage(reader: Reader): PackagePrice {
  const member = reader.members(["model", "size", "price"], ["free"]);
  return {
    model: "package",
    size: member("size").decimal(POSITIVE),
    price: member("price").decimal(),
    free: member("free").optionalDecimal(NOT_NEGATIVE) ?? Rational.zero,
  };
}

/** ⌈(quantity − free) ÷ size⌉ × price; null if nothing lies above the free quantity. */
export function pricePackage(price: PackagePrice, quantity: Rational, show: ShowPrice): Priced | null {
  const billed = quantity.subtract(price.free);
  if (!billed.isPositive) return null;
  const packages = billed.divide(price.size).ceiling();
  const counted = price.free.isZero
    ? showNumber(quantity)
    : `${showNumber(quantity)} − ${showNumber(price.free)} free = ${showNumber(billed)}`;
  return {
    amount: price.price.multiply(Rational.of(packages)),
    unitPrice: null,
    steps: [`${counted}, in packages of ${showNumber(price.size)}: ${countOf(packages, "package")}`],
    sum: `${packages} × ${show(price.price)}`,
  };
}
