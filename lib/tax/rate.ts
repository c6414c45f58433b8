/** The standard rate of a place on a day; in the United States the sum of all that hold there. */
import { Rational, sumRationals } from "../core/decimal.ts";
import { refuseField } from "../core/errors.ts";
import type { TaxRate } from "../core/tax_facts.ts";
import { BUILT_IN_RATES } from "./standard_rates.ts";

export type Place = Pick<TaxRate, "country" | "region">;

/** The standard rates of some countries: a business' own ones, and the built-in ones that they do not replace on the same day. */
export function ratesOf(countries: readonly string[], own: readonly TaxRate[]): TaxRate[] {
  const builtIn = BUILT_IN_RATES.filter(({ rateClass }) => rateClass === "standard").map((
    { country, from, percents: [percent] },
  ) => ({ country, region: null, from: from.toString(), percent }));
  const replaced = new Set(own.map(key));
  return [...builtIn.filter((rate) => !replaced.has(key(rate))), ...own]
    .filter(({ country }) => countries.includes(country))
    .toSorted((left, right) => key(left) < key(right) ? -1 : 1);
}

function key({ country, region, from }: TaxRate): string {
  return `${country} ${region ?? ""} ${from}`;
}

/** In per cent. Throws `InvalidInput` where no rate is known. */
export function rateOf(place: Place, rates: readonly TaxRate[], date: string): string {
  const percent = place.country === "US" ? salesTaxOf(place, rates, date) : heldRate(place, rates, date);
  return percent ?? refuseMissing(place, date);
}

/** Sales tax is due to state, county and city at once; TX/Harris/Houston has the rates of TX, of TX/Harris and its own. */
function salesTaxOf({ country, region }: Place, rates: readonly TaxRate[], date: string): string | null {
  if (region === null) return null;
  const parts = region.split("/");
  const held = parts.map((_, index) =>
    heldRate({ country, region: parts.slice(0, index + 1).join("/") }, rates, date)
  );
  if (held[0] === null) return null;
  return sumRationals(held.map((percent) => Rational.parse(percent ?? "0"))).toDecimal();
}

/** A part of a country that has rates of its own does not fall back on those of the whole. */
function heldRate({ country, region }: Place, rates: readonly TaxRate[], date: string): string | null {
  let held: TaxRate | null = null;
  for (const rate of rates) {
    if (rate.country !== country || rate.region !== region || rate.from > date) continue;
    if (held === null || held.from < rate.from) held = rate;
  }
  return held?.percent ?? null;
}

function refuseMissing({ country, region }: Place, date: string): never {
  const where = region === null ? country : `${country}, ${region}`;
  if (country === "US" && region === null) {
    const rule = "Sales tax depends on the state. Say at the contract in which state its vehicles are.";
    refuseField("taxPlace", where, rule, "TX");
  }
  refuseField("taxRate", where, `There is no tax rate for ${where} on ${date}. Add it under Tax rates.`);
}
