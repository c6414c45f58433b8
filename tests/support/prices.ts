/** Generated prices and quantities for the property tests of the price models. */
import fc from "fast-check";
import { Rational } from "../../lib/core/decimal.ts";
import { showPriceWith } from "../../lib/pricing/words.ts";

/** Writes prices as for dollars. */
export const show = showPriceWith(2);

/** The exact value of a decimal text. */
export const decimal = (text: string): Rational => Rational.parse(text);

/** So many tenths. */
export const tenths = (count: number): Rational => Rational.of(BigInt(count), 10n);

/** A quantity from 0 to 400 in hundredths. */
export const hundredths = fc.integer({ min: 0, max: 40_000 }).map((count) =>
  Rational.of(BigInt(count), 100n)
);

/** A price from 0 to 9.999. */
export const anyPrice = fc.integer({ min: 0, max: 9_999 }).map((count) => Rational.of(BigInt(count), 1000n));

/** One to five tiers with whole bounds below 100; the last is open. */
export const anyTiers = fc.tuple(
  fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 }),
  fc.array(fc.tuple(anyPrice, anyPrice), { minLength: 5, maxLength: 5 }),
).map(([bounds, prices]) => {
  const upTo = [
    ...bounds.sort((left, right) => left - right).map((bound) => Rational.of(BigInt(bound))),
    null,
  ];
  return upTo.map((bound, index) => ({ upTo: bound, unit: prices[index][0], flat: prices[index][1] }));
});
