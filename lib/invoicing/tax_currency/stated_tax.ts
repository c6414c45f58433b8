/** What the tax of a document comes to in another currency: exact over all its parts, and rounded once. */
import { type CurrencyCode, minorUnits } from "../../core/currency.ts";
import { Rational, type RoundingMode, roundToInteger, sumRationals } from "../../core/decimal.ts";
import { pathFactor, type RatePath } from "../../currencies/steps.ts";

export interface TaxPart {
  /** Minor units of the document's currency. */
  taxAmount: bigint;
  path: RatePath;
}

/** Minor units of `to`. */
export function statedAmount(
  parts: readonly TaxPart[],
  { from, to, rounding }: { from: CurrencyCode; to: CurrencyCode; rounding: RoundingMode },
): bigint {
  const scale = Rational.of(10n ** BigInt(minorUnits(to)), 10n ** BigInt(minorUnits(from)));
  const exact = sumRationals(
    parts.map(({ taxAmount, path }) => Rational.of(taxAmount).multiply(pathFactor(from, to, path))),
  );
  return roundToInteger(exact.multiply(scale), rounding);
}

/** The share of an invoice's stated tax that all its credit notes take, less what those before took. */
export function creditedAmount(
  { taxTotal, statedTax, creditedTax, creditedStatedTax, rounding }: {
    taxTotal: bigint;
    statedTax: bigint;
    creditedTax: bigint;
    creditedStatedTax: bigint;
    rounding: RoundingMode;
  },
): bigint {
  return roundToInteger(Rational.of(statedTax * creditedTax, taxTotal), rounding) - creditedStatedTax;
}
