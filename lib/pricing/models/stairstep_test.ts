/** Stairstep prices: one amount per step. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyTiers, decimal, hundredths, show } from "../../../tests/support/prices.ts";
import { priceStairstep, type StairstepPrice } from "./stairstep.ts";

const price: StairstepPrice = {
  model: "stairstep",
  flatFeeOnZero: false,
  path: "$",
  tiers: [
    { upTo: decimal("10"), amount: decimal("20") },
    { upTo: decimal("50"), amount: decimal("80") },
    { upTo: null, amount: decimal("120") },
  ],
};
const amount = (quantity: string) => priceStairstep(price, decimal(quantity), show)?.amount.toDecimal();

Deno.test("a step's amount is due whole, bounds included", () => {
  assert.deepEqual(["0.1", "10", "10.1", "50", "51", "9999"].map(amount), [
    "20",
    "20",
    "80",
    "80",
    "120",
    "120",
  ]);
  const priced = priceStairstep(price, decimal("12"), show)!;
  assert.deepEqual([...priced.steps, priced.sum], ["12 falls on the step up to 50", "80.00"]);
});

Deno.test("no usage, or less than none, bills nothing, or the first step if the charge says so", () => {
  assert.deepEqual(["0", "-1"].map(amount), [undefined, undefined]);
  assert.equal(
    priceStairstep({ ...price, flatFeeOnZero: true }, decimal("-1"), show)!.amount.toDecimal(),
    "20",
  );
});

Deno.test("the step is the first whose bound is not below the quantity", () => {
  checkProperty(fc.property(anyTiers, hundredths, (tiers, quantity) => {
    fc.pre(quantity.isPositive);
    const steps = tiers.map(({ upTo, unit }) => ({ upTo, amount: unit }));
    const below = tiers.filter(({ upTo }) => upTo !== null && upTo.compare(quantity) < 0).length;
    assert.deepEqual(priceStairstep({ ...price, tiers: steps }, quantity, show)!.amount, tiers[below].unit);
  }));
});
