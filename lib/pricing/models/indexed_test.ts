/** Indexed prices: whole steps from the base, up and down, within floor and ceiling. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { decimal, show } from "../../../tests/support/prices.ts";
import { Rational } from "../../core/decimal.ts";
import { epochDayOf } from "../../core/local_time.ts";
import { type IndexedPrice, indexedUnitPrice, priceIndexed, valueInForce } from "./indexed.ts";

const price: IndexedPrice = {
  model: "indexed",
  base: decimal("0.37"),
  index: "diesel",
  baseIndex: decimal("2.40"),
  step: decimal("0.20"),
  change: decimal("0.01"),
  floor: null,
  ceiling: null,
  path: "$.charges[0].price.index",
};
const day = (text: string) => epochDayOf(Temporal.PlainDate.from(text));
const value = (from: string, text: string) => {
  return { from: Temporal.PlainDate.from(from), epochDay: day(from), value: decimal(text) };
};
const values = [value("2024-01-01", "2.83"), value("2024-01-15", "3.01"), value("2024-02-05", "2.39")];

Deno.test("$0.37/mile moves $0.01 per $0.20/gal from $2.40", () => {
  const at = (text: string) => indexedUnitPrice(price, decimal(text)).toDecimal();
  assert.deepEqual(["2.40", "2.59", "2.60", "2.83", "3.01"].map(at), ["0.37", "0.37", "0.38", "0.39", "0.4"]);
});

Deno.test("downwards a started step counts whole", () => {
  const at = (text: string) => indexedUnitPrice(price, decimal(text)).toDecimal();
  assert.deepEqual(["2.39", "2.20", "2.19"].map(at), ["0.36", "0.36", "0.35"]);
});

Deno.test("floor and ceiling hold", () => {
  const bounded = { ...price, floor: decimal("0.36"), ceiling: decimal("0.395") };
  const at = (text: string) => indexedUnitPrice(bounded, decimal(text)).toDecimal();
  assert.deepEqual(["1.00", "2.50", "9.99"].map(at), ["0.36", "0.37", "0.395"]);
});

Deno.test("the value in force on the day of use counts, from its first day on", () => {
  assert.equal(valueInForce(values, day("2023-12-31")), null);
  assert.equal(valueInForce(values, day("2024-01-14")), values[0]);
  assert.equal(valueInForce(values, day("2024-01-15")), values[1]);
  const uses = ["2024-01-20", "2024-01-02", "2024-01-03"].map((text) => ({
    epochDay: day(text),
    quantity: decimal("10"),
  }));
  const priced = priceIndexed(price, values, uses, show)!;
  assert.equal(priced.amount.toDecimal(), "11.8");
  assert.equal(priced.unitPrice, null);
  assert.deepEqual([...priced.steps, priced.sum], [
    "diesel 2.83 from 1 January 2024: 0.37 + ⌊(2.83 − 2.4) ÷ 0.2⌋ × 0.01 = 0.39",
    "20 × 0.39 = 7.80",
    "diesel 3.01 from 15 January 2024: 0.37 + ⌊(3.01 − 2.4) ÷ 0.2⌋ × 0.01 = 0.40",
    "10 × 0.40 = 4.00",
    "7.80 + 4.00",
  ]);
});

Deno.test("one value alone gives one unit price, and the trace says where a bound held", () => {
  const uses = [{ epochDay: day("2024-01-02"), quantity: decimal("10") }];
  const low = priceIndexed({ ...price, ceiling: decimal("0.38") }, values, uses, show)!;
  assert.deepEqual([low.amount.toDecimal(), low.unitPrice?.toDecimal(), low.sum], [
    "3.8",
    "0.38",
    "10 × 0.38",
  ]);
  assert.match(low.steps[0], /, cut to the ceiling = 0\.38$/);
  const high = priceIndexed({ ...price, floor: decimal("0.5") }, values, uses, show)!;
  assert.match(high.steps[0], /, raised to the floor = 0\.50$/);
  assert.equal(priceIndexed(price, values, [], show), null);
});

Deno.test("a day without a value in force is refused", () => {
  const uses = [{ epochDay: day("2023-12-31"), quantity: decimal("1") }];
  assert.throws(
    () => priceIndexed(price, values, uses, show),
    /\$\.charges\[0\]\.price\.index: "diesel" has no value in force\. Allowed: an index with a value in force on 31 December 2023/,
  );
});

Deno.test("the unit price agrees with walking step by step from the base", () => {
  checkProperty(
    fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 99 }), (cents, stepCents) => {
      const cent = (count: number) => Rational.of(BigInt(count), 100n);
      let steps = 0;
      while (240 + (steps + 1) * stepCents <= cents) steps++;
      while (240 + steps * stepCents > cents) steps--;
      const expected = price.base.add(price.change.multiply(Rational.of(BigInt(steps))));
      assert.deepEqual(indexedUnitPrice({ ...price, step: cent(stepCents) }, cent(cents)), expected);
    }),
  );
});
