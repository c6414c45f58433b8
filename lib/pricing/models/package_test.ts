/** Package prices: started packages are paid, checked by buying one after another. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyPrice, decimal, hundredths, show } from "../../../tests/support/prices.ts";
import { Rational } from "../../core/decimal.ts";
import { type PackagePrice, pricePackage } from "./package.ts";

const price: PackagePrice = {
  model: "package",
  size: decimal("10"),
  price: decimal("100"),
  free: Rational.zero,
};

Deno.test("Package 121 units, 10 per package @100 → 1300; 10 free → 1200", () => {
  const all = pricePackage(price, decimal("121"), show)!;
  assert.equal(all.amount.toDecimal(), "1300");
  assert.deepEqual([...all.steps, all.sum], ["121, in packages of 10: 13 packages", "13 × 100.00"]);
  const some = pricePackage({ ...price, free: decimal("10") }, decimal("121"), show)!;
  assert.equal(some.amount.toDecimal(), "1200");
  assert.deepEqual(some.steps, ["121 − 10 free = 111, in packages of 10: 12 packages"]);
});

Deno.test("exactly full packages are not one more, a hair above is", () => {
  assert.equal(pricePackage(price, decimal("120"), show)!.amount.toDecimal(), "1200");
  assert.equal(pricePackage(price, decimal("120.000000000001"), show)!.amount.toDecimal(), "1300");
  const thirds = Rational.of(100n, 3n);
  assert.equal(pricePackage({ ...price, size: thirds }, decimal("100"), show)!.amount.toDecimal(), "300");
});

Deno.test("nothing above the free quantity bills nothing", () => {
  assert.equal(pricePackage(price, Rational.zero, show), null);
  assert.equal(pricePackage(price, decimal("-1"), show), null);
  assert.equal(pricePackage({ ...price, free: decimal("10") }, decimal("10"), show), null);
});

Deno.test("package agrees with buying one package after another, and never falls with usage", () => {
  const sizes = fc.integer({ min: 100, max: 5_000 }).map((size) => Rational.of(BigInt(size), 100n));
  checkProperty(fc.property(sizes, anyPrice, hundredths, hundredths, (size, each, free, quantity) => {
    let covered = free, expected = Rational.zero;
    while (covered.compare(quantity) < 0) [covered, expected] = [covered.add(size), expected.add(each)];
    const cost = (value: Rational) =>
      pricePackage({ model: "package", size, price: each, free }, value, show)?.amount ?? Rational.zero;
    assert.deepEqual(cost(quantity), expected);
    assert.ok(cost(quantity.add(free)).compare(cost(quantity)) >= 0);
  }));
});
