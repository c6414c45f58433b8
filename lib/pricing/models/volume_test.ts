/** Volume prices: one tier prices all, checked against a sum of single units. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyTiers, decimal, show, tenths } from "../../../tests/support/prices.ts";
import { Rational } from "../../core/decimal.ts";
import { priceVolume, type VolumePrice } from "./volume.ts";

const price: VolumePrice = {
  model: "volume",
  flatFeeOnZero: false,
  path: "$",
  tiers: [
    { upTo: decimal("50"), unit: decimal("3"), flat: decimal("5") },
    { upTo: decimal("100"), unit: decimal("2"), flat: decimal("10") },
    { upTo: null, unit: decimal("1"), flat: Rational.zero },
  ],
};

Deno.test("Volume tier: 100 units → 210 where the tier of 100 is 2/unit + 10", () => {
  const priced = priceVolume(price, decimal("100"), show)!;
  assert.equal(priced.amount.toDecimal(), "210");
  assert.equal(priced.unitPrice, null);
  assert.deepEqual([...priced.steps, priced.sum], [
    "100 is priced by the tier up to 100",
    "100 × 2.00 + 10.00",
  ]);
});

Deno.test("above the last bound all units have the open tier's price", () => {
  const priced = priceVolume(price, decimal("100.5"), show)!;
  assert.equal(priced.amount.toDecimal(), "100.5");
  assert.deepEqual(priced.unitPrice, Rational.one);
  assert.deepEqual(priced.steps, ["100.5 is priced by the tier above 100"]);
  const single = { ...price, tiers: price.tiers.slice(2) };
  assert.deepEqual(priceVolume(single, decimal("2"), show)!.steps, [
    "2 is priced by the tier for any quantity",
  ]);
});

Deno.test("no usage, or less than none, bills nothing, or the first tier's flat fee if the charge says so", () => {
  for (const quantity of ["0", "-3"]) {
    assert.equal(priceVolume(price, decimal(quantity), show), null);
    assert.equal(
      priceVolume({ ...price, flatFeeOnZero: true }, decimal(quantity), show)!.amount.toDecimal(),
      "5",
    );
  }
});

Deno.test("volume agrees with a pricer that adds tenth after tenth", () => {
  checkProperty(fc.property(anyTiers, fc.integer({ min: 1, max: 400 }), (tiers, count) => {
    const { unit, flat } = tiers.find(({ upTo }) => upTo === null || tenths(count).compare(upTo) <= 0)!;
    let expected = flat;
    for (let tenth = 0; tenth < count; tenth++) expected = expected.add(unit.divide(Rational.of(10n)));
    assert.deepEqual(priceVolume({ ...price, tiers }, tenths(count), show)!.amount, expected);
  }));
});
