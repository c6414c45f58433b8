/** Discounts: percents first, then amounts, each on what the earlier ones left, shared over its lines to the last cent. */
import type { CurrencyCode } from "../core/currency.ts";
import { Rational, type RoundingMode } from "../core/decimal.ts";
import { allocate, money, moneyToRational, roundToMoney } from "../core/money.ts";
import { readChargeIds } from "./commitment.ts";
import { memberPath } from "./price_case_error.ts";
import { NOT_NEGATIVE, PERCENT, type Reader } from "./reader.ts";

export type Discount =
  & {
    readonly id: string; /** The charges it is for, or null for all. */
    readonly charges: ReadonlySet<string> | null;
  }
  & ({ readonly kind: "percent"; readonly percent: Rational } | {
    readonly kind: "amount";
    readonly amount: Rational;
  });

/** What a discount takes from: a line, or the true-up, in minor units. */
export interface Discountable {
  /** The charge of the line, or null for the true-up, which only a discount on everything reaches. */
  readonly charge: string | null;
  readonly amount: bigint;
  /** What a cap cuts from the line, positive; it counts for discounts on everything. */
  readonly cut: bigint;
}

/** A discount as applied; `amount` is what it takes off, not negative, in minor units. */
export interface AppliedDiscount {
  readonly id: string;
  readonly amount: bigint;
  /** The sum that it was taken of, not negative, in minor units. */
  readonly of: bigint;
  /** What it takes from each of the lines; together the amount. */
  readonly parts: readonly bigint[];
}

/** Each is shared over the lines of its charges, one after the other. */
const DISCOUNTS_MAX = 1_000;

/** Reads `discounts`; `chargeIds` are the charges that they may name. */
export function readDiscounts(reader: Reader, chargeIds: ReadonlySet<string>): Discount[] {
  const ids = new Set<string>();
  return reader.items(DISCOUNTS_MAX).map((item): Discount => {
    const member = item.members(["id"], ["percent", "amount", "charges"]);
    const id = member("id").text();
    if (id !== "" && ids.has(id)) member("id").fault("a different id for each discount", "is given twice");
    ids.add(id);
    const percent = member("percent").optionalDecimal(PERCENT);
    const amount = member("amount").optionalDecimal(NOT_NEGATIVE);
    if (percent !== null && amount !== null) {
      member("amount").fault('either "percent" or "amount"', "stands beside a percent");
    } else if (percent === null && amount === null) {
      reader.faults.add(memberPath(item.path, "percent"), undefined, 'either "percent" or "amount"');
    }
    const base = { id, charges: readChargeIds(member("charges"), chargeIds) };
    if (percent !== null) return { ...base, kind: "percent", percent };
    return { ...base, kind: "amount", amount: amount ?? Rational.zero };
  });
}

/** Applies the discounts in their order and says what is left of each line. */
export function applyDiscounts(
  discounts: readonly Discount[],
  lines: readonly Discountable[],
  currency: CurrencyCode,
  rounding: RoundingMode,
): { applied: AppliedDiscount[]; left: bigint[] } {
  const left = lines.map(({ amount }) => amount);
  const order = [
    ...discounts.filter(({ kind }) => kind === "percent"),
    ...discounts.filter(({ kind }) => kind === "amount"),
  ];
  const applied = order.map((discount) => {
    // The cut of a cap is a line of its own: it lowers what a discount on everything sees, and no other.
    const reachable = lines.map(({ charge, cut }, index) => {
      if (discount.charges === null) return left[index] - cut;
      return charge !== null && discount.charges.has(charge) ? left[index] : 0n;
    });
    const sum = reachable.reduce((total, part) => total + part, 0n);
    const amount = sum > 0n ? amountOf(discount, sum, currency, rounding) : 0n;
    const parts = amount === 0n
      ? lines.map(() => 0n)
      : allocate(amount, reachable.map((part) => part > 0n ? part : 0n));
    parts.forEach((part, index) => left[index] -= part);
    return { id: discount.id, amount, of: sum > 0n ? sum : 0n, parts };
  });
  return { applied, left };
}

function amountOf(discount: Discount, sum: bigint, currency: CurrencyCode, rounding: RoundingMode): bigint {
  if (discount.kind === "amount") {
    const { amount } = roundToMoney(discount.amount, currency, rounding);
    return amount < sum ? amount : sum;
  }
  const exact = moneyToRational(money(sum, currency)).multiply(discount.percent).divide(Rational.of(100n));
  return roundToMoney(exact, currency, rounding).amount;
}
