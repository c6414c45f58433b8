/** Minimum and cap: the true-up that lifts the lines to the one or cuts them to the other. */
import type { CurrencyCode } from "../core/currency.ts";
import type { Rational, RoundingMode } from "../core/decimal.ts";
import { allocate, roundToMoney } from "../core/money.ts";
import type { Line } from "./line.ts";
import { listNames, PriceCaseError, priceCaseFault } from "./price_case_error.ts";
import { NOT_NEGATIVE, type Reader } from "./reader.ts";
import { readTreatment, type TaxRate, type TaxRules, type TaxTreatment } from "./tax.ts";

export interface Commitment {
  readonly minimum: Rational | null;
  readonly cap: Rational | null;
  /** The charges it looks at, or null for all. */
  readonly charges: ReadonlySet<string> | null;
  /** How an amount to reach the minimum is taxed, or null if the case does not say. */
  readonly tax: TaxTreatment | null;
  readonly path: string;
}

/** What the true-up comes to, in minor units. */
export interface TrueUp {
  /** Positive to reach the minimum, negative to come down to the cap. */
  readonly amount: bigint;
  /** How a positive amount is taxed. */
  readonly rate: TaxRate | null;
  /** What a cap cuts from each line, positive, in the order of the lines. */
  readonly cuts: readonly bigint[];
}

/** Reads `commitment`; `chargeIds` are the charges that it may name. */
export function readCommitment(
  reader: Reader,
  chargeIds: ReadonlySet<string>,
  tax: TaxRules | null,
): Commitment {
  const member = reader.members([], ["minimum", "cap", "taxCategory", "taxRate", "charges"]);
  const minimum = member("minimum").optionalDecimal(NOT_NEGATIVE),
    cap = member("cap").optionalDecimal(NOT_NEGATIVE);
  if (minimum && cap && minimum.compare(cap) > 0) {
    member("minimum").fault(`at most the cap, ${cap.toDecimal()}`, "is above the cap");
  }
  const isTaxSaid = !member("taxCategory").isAbsent || !member("taxRate").isAbsent;
  return {
    minimum,
    cap,
    charges: readChargeIds(member("charges"), chargeIds),
    tax: isTaxSaid ? readTreatment(member("taxCategory"), member("taxRate"), tax) : null,
    path: reader.path,
  };
}

/** Reads a list of known charges; null if it is left out, which means all of them. */
export function readChargeIds(reader: Reader, chargeIds: ReadonlySet<string>): ReadonlySet<string> | null {
  if (reader.isAbsent) return null;
  const items = reader.items();
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.fault("at least one charge, or no such field for all charges", "is empty");
  }
  for (const item of items) {
    if (!chargeIds.has(item.text())) {
      item.fault(`the id of a charge: ${listNames(chargeIds)}`, "is an unknown charge");
    }
  }
  return new Set(items.map((item) => item.text()));
}

/** Compares the sum of the lines with the minimum and the cap. Throws a `PriceCaseError` if a true-up has no tax category. */
export function trueUpOf(
  commitment: Commitment | null,
  lines: readonly Line[],
  tax: TaxRules | null,
  currency: CurrencyCode,
  rounding: RoundingMode,
): TrueUp {
  const none: TrueUp = { amount: 0n, rate: null, cuts: lines.map(() => 0n) };
  if (commitment === null) return none;
  const isIn = lines.map(({ charge }) => commitment.charges?.has(charge.id) ?? true);
  const sum = lines.reduce((total, { amount }, index) => isIn[index] ? total + amount : total, 0n);
  const inMinorUnits = (limit: Rational) => roundToMoney(limit, currency, rounding).amount;
  if (commitment.minimum !== null && sum < inMinorUnits(commitment.minimum)) {
    const lookedAt = lines.filter((_, index) => isIn[index]);
    const used = lookedAt.length > 0 ? lookedAt : lines;
    return {
      ...none,
      amount: inMinorUnits(commitment.minimum) - sum,
      rate: rateOfTrueUp(commitment, used, tax),
    };
  }
  if (commitment.cap !== null && sum > inMinorUnits(commitment.cap)) {
    const amount = inMinorUnits(commitment.cap) - sum;
    return { amount, rate: null, cuts: shareCut(-amount, lines, isIn) };
  }
  return none;
}

/** What the case says, else the only category in use, else that of the only rate. */
function rateOfTrueUp(commitment: Commitment, used: readonly Line[], tax: TaxRules | null): TaxRate | null {
  if (tax === null || tax.rates.length === 0) return null;
  if (commitment.tax !== null) return commitment.tax.rate;
  const inUse = [...new Set(used.map(({ charge }) => charge.tax.rate))];
  if (inUse.length === 1) return inUse[0];
  if (inUse.length === 0 && tax.rates.length === 1) return tax.rates[0];
  const allowed = `the category of the amount up to the minimum, one of ${
    tax.rates.map(({ category }) => category).join(", ")
  }`;
  throw new PriceCaseError([priceCaseFault(`${commitment.path}.taxCategory`, undefined, allowed)]);
}

/** Shares a cut between the tax rates in proportion to their sums, and then between the lines of each. */
function shareCut(cut: bigint, lines: readonly Line[], isIn: readonly boolean[]): bigint[] {
  const weights = lines.map(({ amount }, index) => isIn[index] && amount > 0n ? amount : 0n);
  const rates = [...new Set(lines.map(({ charge }) => charge.tax.rate))];
  const indexesOf = rates.map((rate) =>
    lines.flatMap(({ charge }, index) => charge.tax.rate === rate ? index : [])
  );
  const netOf = indexesOf.map((indexes) =>
    indexes.reduce((sum, index) => isIn[index] ? sum + lines[index].amount : sum, 0n)
  );
  const cutOf = allocate(cut, netOf.map((net) => net > 0n ? net : 0n));
  const cuts = lines.map(() => 0n);
  indexesOf.forEach((indexes, rate) => {
    const parts = allocate(cutOf[rate], indexes.map((index) => weights[index]));
    indexes.forEach((index, position) => cuts[index] = parts[position]);
  });
  return cuts;
}
