/** The tiers of a price as the oracle reads them. */
import { OracleCannotTell } from "../facts.ts";
import { type Fraction, read } from "../fraction.ts";

export interface OracleTier {
  /** The last quantity that belongs to the tier; null in an open one. */
  upTo: Fraction | null;
  unit: Fraction;
  flat: Fraction;
}

export function tiersOf(price: Readonly<Record<string, unknown>>): OracleTier[] {
  const { tiers } = price;
  if (!Array.isArray(tiers)) throw new OracleCannotTell(`The price has no tiers: ${JSON.stringify(price)}.`);
  return tiers.map(({ upTo, unit, flat }: { upTo: string | null; unit?: string; flat?: string }) => ({
    upTo: upTo === null ? null : read(upTo),
    unit: read(unit ?? "0"),
    flat: read(flat ?? "0"),
  }));
}

/** Tiers do not price less than nothing; nothing costs the first flat fee only if the charge says so. */
export function feeForNothing(price: Readonly<Record<string, unknown>>): Fraction {
  return price.flatFeeOnZero === true ? tiersOf(price)[0].flat : read("0");
}
