/** Exact fractions: what a decimal text is, that nothing is lost, and how ties are settled. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import {
  formatScaled,
  isDecimal,
  maximumOf,
  minimumOf,
  Rational,
  type RoundingMode,
  roundToInteger,
  sumRationals,
} from "./decimal.ts";

const fraction = fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 12n))
  .map(([numerator, denominator]) => Rational.of(numerator, denominator));
const half = (text: string, mode: RoundingMode) => roundToInteger(Rational.parse(text), mode);

Deno.test("a decimal number is digits with at most 12 decimals, and nothing else", () => {
  for (const text of ["0", "-0", "7", "-12.40", "0.000000000001", "100", "9".repeat(100)]) {
    assert.ok(isDecimal(text), text);
  }
  const wrong = ["", "+1", "01", "1.", ".5", "1e3", "1e400", "NaN", "Infinity", " 1", "1 ", "1,5", "0x10"];
  for (const text of [...wrong, "1.0000000000001", "--1", "-", "9".repeat(101), "١", "1\n"]) {
    assert.ok(!isDecimal(text), text);
    assert.throws(() => Rational.parse(text), RangeError, text);
  }
});

Deno.test("a million digits are refused without being read as a number, and the message stays short", () => {
  assert.throws(() => Rational.parse("9".repeat(1_000_000)), (error: Error) => error.message.length < 200);
});

Deno.test("30 × 100/30 is exactly 100, where a decimal library would bill a whole extra package", () => {
  const share = Rational.of(100n, 30n);
  assert.ok(sumRationals(Array.from({ length: 30 }, () => share)).equals(Rational.of(100n)));
  assert.equal(share.multiply(Rational.of(30n)).ceiling(), 100n);
});

Deno.test("equal values have equal parts, whatever they were made from", () => {
  assert.deepEqual(Rational.parse("12.40"), Rational.of(62n, 5n));
  assert.deepEqual(Rational.of(3n, -6n), Rational.of(-1n, 2n));
  assert.deepEqual(Rational.of(0n, -7n), Rational.zero);
  assert.throws(() => Rational.of(1n, 0n), RangeError);
  assert.throws(() => Rational.one.divide(Rational.zero), RangeError);
});

Deno.test("ties go away from zero, to the even neighbour, or are cut", () => {
  const ties: [string, bigint, bigint, bigint][] = [
    ["0.5", 1n, 0n, 0n],
    ["1.5", 2n, 2n, 1n],
    ["2.5", 3n, 2n, 2n],
    ["-0.5", -1n, 0n, 0n],
    ["-2.5", -3n, -2n, -2n],
    ["-3.5", -4n, -4n, -3n],
    ["2.500000000001", 3n, 3n, 2n],
    ["2.499999999999", 2n, 2n, 2n],
    ["-7", -7n, -7n, -7n],
  ];
  for (const [text, halfUp, halfEven, down] of ties) {
    assert.equal(half(text, "half_up"), halfUp, text);
    assert.equal(half(text, "half_even"), halfEven, text);
    assert.equal(half(text, "down"), down, text);
  }
});

Deno.test("floor and ceiling look towards minus and plus infinity", () => {
  assert.equal(Rational.parse("-1.25").floor(), -2n);
  assert.equal(Rational.parse("-1.25").ceiling(), -1n);
  assert.equal(Rational.parse("1.25").floor(), 1n);
  assert.equal(Rational.parse("1.25").ceiling(), 2n);
  assert.equal(Rational.of(-3n).floor(), -3n);
  assert.equal(Rational.of(-3n).ceiling(), -3n);
});

Deno.test("decimals on output: up to N without trailing zeros, or exactly N", () => {
  assert.equal(Rational.of(22n, 31n).toDecimal(), "0.709677419355");
  assert.equal(Rational.parse("12.4000").toDecimal(), "12.4");
  assert.equal(Rational.of(100n).toDecimal(), "100");
  assert.equal(Rational.of(100n).toDecimal(0), "100");
  assert.equal(Rational.of(-1n, 10n ** 15n).toDecimal(), "0");
  assert.equal(Rational.of(-5n, 2n).toFixedDecimal(2), "-2.50");
  assert.equal(Rational.of(1n, 3n).toFixedDecimal(2, "down"), "0.33");
  assert.equal(formatScaled(-5n, 2), "-0.05");
  assert.equal(formatScaled(105n, 0), "105");
  assert.equal(`${Rational.of(22n, 31n)} ${Rational.of(4n)}`, "22/31 4");
});

Deno.test("what is written is read back exactly", () => {
  checkProperty(
    fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.integer({ min: 0, max: 12 }), (scaled, places) => {
      const text = formatScaled(scaled, places);
      assert.deepEqual(Rational.parse(text), Rational.of(scaled, 10n ** BigInt(places)));
      assert.equal(Rational.parse(text).toFixedDecimal(places), text);
    }),
  );
});

Deno.test("the laws of arithmetic hold exactly", () => {
  checkProperty(fc.property(fraction, fraction, fraction, (a, b, c) => {
    assert.deepEqual(a.add(b), b.add(a));
    assert.deepEqual(a.add(b).add(c), a.add(b.add(c)));
    assert.deepEqual(a.multiply(b.add(c)), a.multiply(b).add(a.multiply(c)));
    assert.deepEqual(a.add(b).subtract(b), a);
    if (!b.isZero) assert.deepEqual(a.divide(b).multiply(b), a);
    assert.equal(a.compare(b), -b.compare(a) + 0 as -1 | 0 | 1);
    assert.equal(a.compare(b) === 0, a.equals(b));
    assert.equal(minimumOf(a, b).compare(maximumOf(a, b)) <= 0, true);
    assert.ok(!a.absolute().isNegative && (a.isZero || a.isNegative !== a.isPositive));
  }));
});

Deno.test("a sum on a common scale is the sum one by one, in any order", () => {
  checkProperty(fc.property(fc.array(fraction, { maxLength: 20 }), (values) => {
    const oneByOne = values.reduce((sum, value) => sum.add(value), Rational.zero);
    assert.deepEqual(sumRationals(values), oneByOne);
    assert.deepEqual(sumRationals(values.toReversed()), oneByOne);
  }));
});

Deno.test("rounding is never further than half a unit, and is symmetric around zero", () => {
  checkProperty(
    fc.property(fraction, fc.constantFrom<RoundingMode>("half_up", "half_even"), (value, mode) => {
      const error = Rational.of(roundToInteger(value, mode)).subtract(value).absolute();
      assert.ok(error.compare(Rational.of(1n, 2n)) <= 0);
      assert.equal(roundToInteger(value.negate(), mode), -roundToInteger(value, mode));
    }),
  );
});
