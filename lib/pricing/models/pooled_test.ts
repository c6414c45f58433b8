/** Pooled allowances: exact shares, one overage. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyPrice, decimal, hundredths, show } from "../../../tests/support/prices.ts";
import { Rational } from "../../core/decimal.ts";
import { type PooledPrice, pricePooled } from "./pooled.ts";

const perUnit = (unit: string): PooledPrice => ({
  model: "pooled",
  includedPerVehicle: decimal("100"),
  overage: { model: "per_unit", unit: decimal(unit) },
});
const members = (...days: number[]) => days.map((days, index) => ({ vehicle: `v${index + 1}`, days }));

Deno.test("30 one-day vehicles of 30 days, 100 km allowance each, 100 km driven: no overage", () => {
  const price: PooledPrice = {
    ...perUnit("1"),
    overage: { model: "package", size: decimal("50"), price: decimal("20"), free: Rational.zero },
  };
  const oneDayEach = members(...Array.from({ length: 30 }, () => 1));
  assert.equal(pricePooled(price, decimal("100"), oneDayEach, 30, show), null);
  assert.equal(
    pricePooled(price, decimal("100.000000000001"), oneDayEach, 30, show)!.amount.toDecimal(),
    "20",
  );
});

Deno.test("six vans share one pool: the first 500 miles above it at 0.12, the rest at 0.16", () => {
  const price: PooledPrice = {
    model: "pooled",
    includedPerVehicle: decimal("1000"),
    overage: {
      model: "graduated",
      flatFeeOnZero: false,
      path: "$",
      tiers: [
        { upTo: decimal("500"), unit: decimal("0.12"), flat: Rational.zero },
        { upTo: null, unit: decimal("0.16"), flat: Rational.zero },
      ],
    },
  };
  const priced = pricePooled(price, decimal("6385"), members(31, 31, 31, 31, 31, 20), 31, show)!;
  assert.equal(priced.amount.toDecimal(4), "98.3742");
  assert.deepEqual(priced.steps.slice(0, 2), [
    "Pool of 6 vehicles: 5 × 1000 + 1 × 1000 × 20/31 = 5645.161290322581",
    "Above the pool: 6385 − 5645.161290322581 = 739.838709677419",
  ]);
});

Deno.test("less than zero used counts as zero, and so does what lies within the pool", () => {
  for (const used of ["-50", "0", "200"]) {
    assert.equal(pricePooled(perUnit("1"), decimal(used), members(31, 31), 31, show), null);
  }
  const flat: PooledPrice = { ...perUnit("1"), overage: { model: "flat", amount: decimal("9") } };
  assert.equal(pricePooled(flat, decimal("200"), members(31, 31), 31, show), null);
  assert.equal(pricePooled(flat, decimal("201"), members(31, 31), 31, show)!.amount.toDecimal(), "9");
});

Deno.test("a first tier's fee for no overage is due if the overage says so", () => {
  const tiers = [{ upTo: null, unit: decimal("1"), flat: decimal("4") }];
  const price = (flatFeeOnZero: boolean): PooledPrice => {
    return { ...perUnit("1"), overage: { model: "graduated", flatFeeOnZero, path: "$", tiers } };
  };
  assert.equal(pricePooled(price(false), decimal("10"), members(31), 31, show), null);
  assert.equal(pricePooled(price(true), decimal("10"), members(31), 31, show)!.amount.toDecimal(), "4");
});

Deno.test("an overage that is free bills nothing", () => {
  const overage = { model: "package", size: decimal("10"), price: decimal("1"), free: decimal("5") } as const;
  assert.equal(pricePooled({ ...perUnit("1"), overage }, decimal("105"), members(31), 31, show), null);
  assert.equal(
    pricePooled({ ...perUnit("1"), overage }, decimal("106"), members(31), 31, show)!.sum,
    "1 × 1.00",
  );
});

Deno.test("without vehicles there is no pool, and everything is above it", () => {
  const priced = pricePooled(perUnit("1"), decimal("7"), [], 31, show)!;
  assert.equal(priced.amount.toDecimal(), "7");
  assert.equal(priced.steps[0], "Pool of 0 vehicles: 0 = 0");
});

Deno.test("a pool never costs more than the same vehicles alone, and more usage never costs less", () => {
  const drivers = fc.array(fc.tuple(fc.integer({ min: 1, max: 31 }), hundredths), {
    minLength: 1,
    maxLength: 6,
  });
  checkProperty(fc.property(drivers, anyPrice, hundredths, (drivers, unit, more) => {
    const price: PooledPrice = { ...perUnit("1"), overage: { model: "per_unit", unit } };
    const cost = (used: Rational, days: number[]) =>
      pricePooled(price, used, members(...days), 31, show)?.amount ?? Rational.zero;
    const used = drivers.reduce((sum, [, driven]) => sum.add(driven), Rational.zero);
    const alone = drivers.reduce((sum, [days, driven]) => sum.add(cost(driven, [days])), Rational.zero);
    const together = cost(used, drivers.map(([days]) => days));
    assert.ok(together.compare(alone) <= 0);
    assert.ok(cost(used.add(more), drivers.map(([days]) => days)).compare(together) >= 0);
  }));
});
