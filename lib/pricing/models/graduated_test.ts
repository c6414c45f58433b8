/** Graduated prices: the known figures, and a slow pricer that counts tenth by tenth. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyTiers, decimal, hundredths, show, tenths } from "../../../tests/support/prices.ts";
import { Rational } from "../../core/decimal.ts";
import { type GraduatedPrice, priceGraduated } from "./graduated.ts";

const price: GraduatedPrice = {
  model: "graduated",
  flatFeeOnZero: false,
  path: "$",
  tiers: [
    { upTo: decimal("10"), unit: decimal("10"), flat: decimal("2") },
    { upTo: decimal("20"), unit: decimal("5"), flat: decimal("3") },
    { upTo: null, unit: decimal("5"), flat: decimal("3") },
  ],
};
const amount = (quantity: string) => priceGraduated(price, decimal(quantity), show)?.amount.toDecimal();

Deno.test("Graduated 0–10 @10+2, 11–20 @5+3, 21+ @5+3: 1→12, 10→102, 11→110, 12→115, 21→163", () => {
  assert.deepEqual(["1", "10", "11", "12", "21"].map(amount), ["12", "102", "110", "115", "163"]);
});

Deno.test("zero usage bills the first tier's flat fee only if the charge says flatFeeOnZero", () => {
  assert.equal(amount("0"), undefined);
  const withFee = priceGraduated({ ...price, flatFeeOnZero: true }, Rational.zero, show)!;
  assert.equal(withFee.amount.toDecimal(), "2");
  assert.deepEqual([...withFee.steps, withFee.sum], ["No usage: the fee of the first tier is due", "2.00"]);
});

Deno.test("less than nothing counts as zero", () => {
  assert.equal(amount("-5"), undefined);
  assert.equal(
    priceGraduated({ ...price, flatFeeOnZero: true }, decimal("-5"), show)!.amount.toDecimal(),
    "2",
  );
});

Deno.test("a fraction above a bound reaches the next tier", () => {
  assert.equal(amount("10.000000000001"), "105.000000000005");
});

Deno.test("each tier is a step of the trace, and one tier alone is the last step", () => {
  const priced = priceGraduated(price, decimal("12.4"), show)!;
  assert.deepEqual(priced.steps, [
    "The first 10 × 10.00 + 2.00 = 102.00",
    "The next 2.4 × 5.00 + 3.00 = 15.00",
  ]);
  assert.equal(priced.sum, "102.00 + 15.00");
  assert.deepEqual(priceGraduated(price, decimal("4"), show)!.steps, []);
  assert.equal(priceGraduated(price, decimal("4"), show)!.sum, "4 × 10.00 + 2.00");
});

Deno.test("usage above a bounded last tier is refused", () => {
  const bounded = { ...price, path: "$.charges[0].price.tiers", tiers: price.tiers.slice(0, 2) };
  assert.equal(priceGraduated(bounded, decimal("20"), show)!.amount.toDecimal(), "155");
  assert.throws(
    () => priceGraduated(bounded, decimal("20.1"), show),
    /^PriceCaseError: \$\.charges\[0\]\.price\.tiers\[1\]\.upTo: "20" is the end of the last tier, and the quantity is 20\.1\./,
  );
});

Deno.test("graduated agrees with a pricer that counts tenth by tenth", () => {
  checkProperty(fc.property(anyTiers, fc.integer({ min: 1, max: 400 }), (tiers, count) => {
    let expected = Rational.zero;
    const reached = new Set<number>();
    for (let tenth = 1; tenth <= count; tenth++) {
      const index = tiers.findIndex(({ upTo }) => upTo === null || tenths(tenth).compare(upTo) <= 0);
      if (!reached.has(index)) expected = expected.add(tiers[index].flat);
      reached.add(index);
      expected = expected.add(tiers[index].unit.divide(Rational.of(10n)));
    }
    const priced = priceGraduated({ ...price, tiers }, tenths(count), show);
    assert.deepEqual(priced!.amount, expected);
  }));
});

Deno.test("more usage never costs less where no price is negative", () => {
  checkProperty(fc.property(anyTiers, hundredths, hundredths, (tiers, quantity, more) => {
    const cost = (value: Rational) =>
      priceGraduated({ ...price, tiers }, value, show)?.amount ?? Rational.zero;
    assert.ok(cost(quantity.add(more)).compare(cost(quantity)) >= 0);
  }));
});
