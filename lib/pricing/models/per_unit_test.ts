/** Prices per unit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyPrice, decimal, hundredths, show } from "../../../tests/support/prices.ts";
import { pricePerUnit } from "./per_unit.ts";

const price = { model: "per_unit", unit: decimal("0.35") } as const;

Deno.test("Car pool: (27 − 10) km × 0.35 = 5.95", () => {
  const priced = pricePerUnit(price, decimal("17"), show);
  assert.equal(priced.amount.toDecimal(), "5.95");
  assert.equal(priced.sum, "17 × 0.35");
});

Deno.test("negative usage gives a negative amount", () => {
  assert.equal(pricePerUnit(price, decimal("-2"), show).amount.toDecimal(), "-0.7");
  assert.equal(pricePerUnit(price, decimal("-2"), show).sum, "−2 × 0.35");
});

Deno.test("parts of a quantity cost what the whole does", () => {
  checkProperty(fc.property(anyPrice, hundredths, hundredths, (unit, left, right) => {
    const cost = (quantity: typeof left) => pricePerUnit({ model: "per_unit", unit }, quantity, show).amount;
    assert.deepEqual(cost(left).add(cost(right)), cost(left.add(right)));
  }));
});
