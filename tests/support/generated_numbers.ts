/** Generated decimal numbers as a price case writes them. */
import fc from "fast-check";

/** Decimal text from an integer count of 10^-places. */
export const text = (count: number, places: number) => {
  const digits = `${Math.abs(count)}`.padStart(places + 1, "0");
  const sign = count < 0 ? "-" : "";
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
};

/** Decimal text of such a count between two others. */
export const number = (least: number, most: number, places = 2) =>
  fc.integer({ min: least, max: most }).map((count) => text(count, places));

/** A value, or none. */
export const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
