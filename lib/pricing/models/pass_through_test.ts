/** Pass-through prices: cost, markup, fee. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyPrice, decimal, hundredths, show } from "../../../tests/support/prices.ts";
import { Rational, sumRationals } from "../../core/decimal.ts";
import { type PassThroughPrice, pricePassThrough } from "./pass_through.ts";

const atCost: PassThroughPrice = {
  model: "pass_through",
  field: "cost",
  markupPercent: Rational.zero,
  markupPerEvent: Rational.zero,
};

Deno.test("what it cost is passed on, to the cent", () => {
  const priced = pricePassThrough(atCost, ["6.12", "0.99"].map(decimal), show)!;
  assert.equal(priced.amount.toDecimal(), "7.11");
  assert.deepEqual([...priced.steps, priced.sum], ["Cost of 2 events: 7.11", "7.11"]);
  assert.equal(pricePassThrough(atCost, [], show), null);
});

Deno.test("a markup in percent and a fee per event come on top, and money back pays no fee", () => {
  const price = { ...atCost, markupPercent: decimal("120"), markupPerEvent: decimal("0.5") };
  const priced = pricePassThrough(price, ["10", "-4"].map(decimal), show)!;
  assert.equal(priced.amount.toDecimal(), "13.7");
  assert.deepEqual([...priced.steps, priced.sum], [
    "Cost of 2 events: 6.00",
    "Markup: 6.00 × 120% = 7.20",
    "Fee: 1 event × 0.50 = 0.50",
    "6.00 + 7.20 + 0.50",
  ]);
});

Deno.test("the parts of a list of costs sum to the whole", () => {
  const costs = fc.array(hundredths, { minLength: 1, maxLength: 9 });
  checkProperty(fc.property(costs, anyPrice, anyPrice, (costs, markupPercent, markupPerEvent) => {
    const price = { ...atCost, markupPercent, markupPerEvent };
    const each = costs.map((cost) => pricePassThrough(price, [cost], show)!.amount);
    assert.deepEqual(pricePassThrough(price, costs, show)!.amount, sumRationals(each));
  }));
});
