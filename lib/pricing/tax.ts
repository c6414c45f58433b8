/** Tax of a price case: rates by category, and the tax of each on the summed base. */
import type { CurrencyCode } from "../core/currency.ts";
import { Rational, type RoundingMode } from "../core/decimal.ts";
import { money, moneyToRational, roundToMoney } from "../core/money.ts";
import { listNames, memberPath } from "./price_case_error.ts";
import { PERCENT, type Reader } from "./reader.ts";

/** The codes of EN 16931 (UNCL 5305): standard, zero, exempt, reverse charge, export, intra-community, out of scope, IGIC, IPSI. */
export const TAX_CATEGORIES = ["S", "Z", "E", "AE", "G", "K", "O", "L", "M"] as const;
export type TaxCategory = (typeof TAX_CATEGORIES)[number];

/** More than any document has; each charge looks for its own among them. */
const RATES_MAX = 100;

const UNTAXED: readonly TaxCategory[] = ["Z", "E", "AE", "G", "K", "O"];

export interface TaxRate {
  /** Null where the category has only this rate. */
  readonly id: string | null;
  readonly category: TaxCategory;
  readonly percent: Rational;
  /** The percentage as it was written. */
  readonly percentText: string;
}

export interface TaxRules {
  /** Whether prices hold the tax already. */
  readonly inclusive: boolean;
  readonly rates: readonly TaxRate[];
}

/** How a charge is taxed; both are null in a case without tax, where a category is only shown. */
export interface TaxTreatment {
  readonly category: TaxCategory | null;
  readonly rate: TaxRate | null;
}

/** The tax of one rate. Amounts in minor units. */
export interface TaxAmount {
  readonly rate: TaxRate;
  readonly base: bigint;
  readonly amount: bigint;
}

export function readTax(reader: Reader): TaxRules {
  const member = reader.members(["rates"], ["inclusive"]);
  const rates: TaxRate[] = [];
  for (const item of member("rates").items(RATES_MAX)) {
    const field = item.members(["category", "percent"], ["id"]);
    const id = field("id").isAbsent ? null : field("id").text();
    const category = field("category").choice(TAX_CATEGORIES);
    const percent = field("percent").decimal(PERCENT);
    if (UNTAXED.includes(category) && !percent.isZero) {
      field("percent").fault(`"0" with category ${category}`);
    }
    if (id !== null && rates.some((other) => other.id === id)) {
      field("id").fault("each id once", "is given twice");
    }
    const twin = rates.find((other) => other.category === category);
    if (twin && (id === null || twin.id === null)) {
      const allowed = `one rate for ${category}, or an "id" for each of its rates`;
      field("category").fault(allowed, "has two rates");
    }
    rates.push({ id, category, percent, percentText: String(field("percent").value) });
  }
  return { inclusive: member("inclusive").flag(), rates };
}

/** Finds the one rate that a category, or the id of a rate, stands for. Notes a fault if there is not exactly one. */
export function readTreatment(category: Reader, rateId: Reader, tax: TaxRules | null): TaxTreatment {
  const named = category.isAbsent ? null : category.choice(TAX_CATEGORIES);
  const rates = tax?.rates ?? [];
  if (!rateId.isAbsent) {
    const rate = rates.find(({ id }) => id !== null && id === rateId.value);
    if (rate === undefined) {
      rateId.fault(
        `the id of a tax rate${listed(rates.flatMap(({ id }) => id ?? []))}`,
        "is an unknown rate",
      );
      return { category: named, rate: null };
    }
    if (named !== null && named !== rate.category) {
      category.fault(`${rate.category}, the category of the rate "${rate.id}"`, "contradicts the rate");
    }
    return { category: rate.category, rate };
  }
  if (tax === null) return { category: named, rate: null };
  const found = named === null ? rates : rates.filter((rate) => rate.category === named);
  if (found.length === 1) return { category: found[0].category, rate: found[0] };
  if (named !== null && named === category.value) {
    if (found.length === 0) {
      category.fault(
        `a category that has a rate${listed(rates.map((rate) => rate.category))}`,
        "has no rate",
      );
    } else rateId.fault(`the id of a rate${listed(found.flatMap(({ id }) => id ?? []))}`);
  } else if (named === null && found.length > 1) {
    category.fault(`one of ${rates.map((rate) => rate.category).join(", ")}; there are several rates`);
  }
  return { category: named, rate: null };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "; there is none" : `: ${listNames(names)}`;
}

/** Notes a fault where category O (out of scope) meets another one: such lines need a document of their own (BR-O-11). */
export function checkOutOfScope(
  used: readonly { category: TaxCategory | null; path: string }[],
  faults: Reader["faults"],
) {
  if (!used.some(({ category }) => category === "O")) return;
  const other = used.find(({ category }) => category !== null && category !== "O");
  if (!other) return;
  const path = memberPath(other.path, "taxCategory");
  faults.add(
    path,
    other.category,
    "O alone; another category needs a case of its own",
    "stands together with O",
  );
}

/**
 * The tax of each rate that has a line, in the order of the rates. Exclusive: base × rate ÷ 100 on the summed base. Inclusive:
 * gross × rate ÷ (100 + rate) rounded, and base = gross − tax, so that the gross stays what it is (EN 16931 BR-CO-17).
 */
export function taxesOf(
  tax: TaxRules,
  sums: ReadonlyMap<TaxRate | null, bigint>,
  currency: CurrencyCode,
  rounding: RoundingMode,
): TaxAmount[] {
  const hundred = Rational.of(100n);
  return tax.rates.filter((rate) => sums.has(rate)).map((rate) => {
    const sum = sums.get(rate)!;
    const divisor = tax.inclusive ? hundred.add(rate.percent) : hundred;
    const exact = moneyToRational(money(sum, currency)).multiply(rate.percent).divide(divisor);
    const { amount } = roundToMoney(exact, currency, rounding);
    return { rate, base: tax.inclusive ? sum - amount : sum, amount };
  });
}
