/** Tiers of a price: bounds that rise, each included in its tier, and an open end only at the last. */
import { Rational } from "../../core/decimal.ts";
import { PriceCaseError, priceCaseFault } from "../price_case_error.ts";
import { POSITIVE, type Reader } from "../reader.ts";
import { showNumber, type ShowPrice } from "../words.ts";
import type { Priced } from "./priced.ts";

export interface Bounded {
  /** The greatest quantity of the tier, or null if it has no end. */
  readonly upTo: Rational | null;
}

/** A tier with a price per unit and a fee for reaching it. */
export interface UnitTier extends Bounded {
  readonly unit: Rational;
  readonly flat: Rational;
}

export interface Tiers<Tier extends Bounded> {
  readonly tiers: readonly Tier[];
  /** Whether no usage at all still pays the first tier's fee. */
  readonly flatFeeOnZero: boolean;
  /** Where the tiers stand in the price case, for errors. */
  readonly path: string;
}

/** Each line looks for its own among them. */
const TIERS_MAX = 1_000;

/**
 * Reads `tiers` and `flatFeeOnZero` of a price. A tier has `upTo` and the members named here; `readRest` reads those.
 */
export function readTiers<Name extends string, Rest>(
  reader: Reader,
  names: { readonly required: readonly Name[]; readonly optional: readonly Name[] },
  readRest: (member: (name: Name) => Reader) => Rest,
): Tiers<Rest & Bounded> {
  const price = reader.members(["model", "tiers"], ["flatFeeOnZero"]);
  const list = price("tiers");
  const items = list.items(TIERS_MAX);
  if (Array.isArray(list.value) && items.length === 0) list.fault("at least one tier", "is empty");
  let bound: Rational | null = null;
  const tiers = items.map((item, index) => {
    const member = item.members<Name | "upTo">(names.required, ["upTo", ...names.optional]);
    const place = member("upTo");
    const upTo = place.optionalDecimal(POSITIVE);
    if (upTo === null && index < items.length - 1) {
      place.fault("a number; only the last tier is open", "is open");
    }
    if (upTo !== null && bound !== null && upTo.compare(bound) <= 0) {
      place.fault(`a number above ${bound.toDecimal()}, the bound of the tier before`, "does not rise");
    }
    bound = upTo ?? bound;
    return { ...readRest(member), upTo };
  });
  return { tiers, flatFeeOnZero: price("flatFeeOnZero").flag(), path: list.path };
}

/** Reads tiers of `{ upTo, unit, flat }`. */
export function readUnitTiers(reader: Reader): Tiers<UnitTier> {
  return readTiers(reader, { required: [], optional: ["unit", "flat"] }, (member) => ({
    unit: member("unit").optionalDecimal() ?? Rational.zero,
    flat: member("flat").optionalDecimal() ?? Rational.zero,
  }));
}

/** The first tier's fee for no usage at all, where the charge asks for it. */
export function firstFlatFee({ tiers }: Tiers<UnitTier>, show: ShowPrice): Priced {
  const { flat } = tiers[0];
  return {
    amount: flat,
    unitPrice: null,
    steps: ["No usage: the fee of the first tier is due"],
    sum: show(flat),
  };
}

/** The index of the tier that `quantity` (above zero) falls in. Throws a `PriceCaseError` above a bounded last tier. */
export function tierOf({ tiers, path }: Tiers<Bounded>, quantity: Rational): number {
  const index = tiers.findIndex(({ upTo }) => upTo === null || quantity.compare(upTo) <= 0);
  if (index >= 0) return index;
  const last = tiers.length - 1, bound = tiers[last].upTo!;
  throw new PriceCaseError([
    priceCaseFault(
      `${path}[${last}].upTo`,
      bound.toDecimal(),
      `usage up to ${bound.toDecimal()}, or a last tier with "upTo": null`,
      `is the end of the last tier, and the quantity is ${quantity.toDecimal()}`,
    ),
  ]);
}

/** The tier in words: `up to 20`, or `above 20` for an open one. */
export function showTier(tiers: readonly Bounded[], index: number): string {
  const { upTo } = tiers[index];
  if (upTo !== null) return `up to ${showNumber(upTo)}`;
  return index === 0 ? "for any quantity" : `above ${showNumber(tiers[index - 1].upTo!)}`;
}
