/** Percentage prices: fees, free parts and bounds per event. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { anyPrice, decimal, hundredths, show } from "../../../tests/support/prices.ts";
import { Rational, sumRationals } from "../../core/decimal.ts";
import { type PercentagePrice, pricePercentage } from "./percentage.ts";

const plain: PercentagePrice = {
  model: "percentage",
  field: "fare",
  percent: decimal("1.3"),
  perEvent: Rational.zero,
  freeEvents: 0n,
  freeAmount: Rational.zero,
  minPerEvent: null,
  maxPerEvent: null,
};
const priced = (more: Partial<PercentagePrice>, ...monies: string[]) =>
  pricePercentage({ ...plain, ...more }, monies.map(decimal), show)!;
const amount = (more: Partial<PercentagePrice>, ...monies: string[]) =>
  priced(more, ...monies).amount.toDecimal();

Deno.test("Percentage 1.3 % of (800 − 250) + 2 × 2.00 = 11.15", () => {
  const terms = { perEvent: decimal("2"), freeAmount: decimal("250"), freeEvents: 2n };
  const { amount, steps, sum } = priced(terms, "100", "200", "300", "200");
  assert.equal(amount.toDecimal(), "11.15");
  assert.deepEqual([...steps, sum], [
    "800 less 250 free of the percentage = 550",
    "550 × 1.3% = 7.15",
    "2 events × 2.00 = 4.00",
    "7.15 + 4.00",
  ]);
});

Deno.test("without events nothing is billed", () => assert.equal(pricePercentage(plain, [], show), null));

Deno.test("the minimum and the maximum hold per event, for percent and fee together", () => {
  const bounds = { percent: decimal("10"), minPerEvent: decimal("2"), maxPerEvent: decimal("5") };
  assert.equal(amount(bounds, "10", "30", "100"), "10");
  assert.equal(amount({ ...bounds, perEvent: decimal("1.5") }, "10"), "2.5");
  assert.equal(amount({ ...bounds, perEvent: decimal("4") }, "30"), "5");
  const { steps, sum } = priced(bounds, "10", "30", "100");
  assert.deepEqual([...steps, sum], [
    "140 × 10% = 14.00",
    "1 event raised to the minimum of 2.00",
    "1 event lowered to the maximum of 5.00",
    "Change by these bounds: −4.00",
    "14.00 − 4.00",
  ]);
});

Deno.test("an event that is free of both pays no minimum; one that is free of the percent only does", () => {
  const free = {
    freeAmount: decimal("100"),
    freeEvents: 1n,
    perEvent: decimal("1"),
    minPerEvent: decimal("3"),
  };
  assert.equal(amount(free, "40"), "0");
  assert.equal(amount(free, "40", "40"), "3");
  // Without a fee, money within the free amount leaves nothing to pay for.
  assert.equal(amount({ freeAmount: decimal("100"), minPerEvent: decimal("3") }, "40"), "0");
});

Deno.test("an event that is free of the fee only still has its minimum", () => {
  assert.equal(amount({ freeEvents: 1n, perEvent: decimal("1"), minPerEvent: decimal("3") }, "100"), "3");
});

Deno.test("the free amount is used up in the order of time, inside an event if need be", () => {
  assert.equal(amount({ percent: decimal("10"), freeAmount: decimal("150") }, "100", "100"), "5");
  const bounded = { percent: decimal("10"), freeAmount: decimal("150"), minPerEvent: decimal("6") };
  assert.equal(amount(bounded, "100", "100"), "6");
});

Deno.test("money back gives the percent back, pays no fee and has no minimum", () => {
  assert.equal(
    amount({ percent: decimal("10"), perEvent: decimal("1"), minPerEvent: decimal("3") }, "-50"),
    "-5",
  );
});

Deno.test("money back within the free amount gives nothing back that was not paid", () => {
  const terms = { percent: decimal("10"), freeAmount: decimal("100") };
  assert.equal(amount(terms, "80", "-80"), "0");
  assert.equal(amount(terms, "150", "-100"), "0");
  assert.equal(amount(terms, "150", "-30"), "2");
  assert.equal(amount(terms, "-30"), "-3");
});

Deno.test("percentage agrees with a reading event by event", () => {
  const terms = fc.record({
    percent: anyPrice,
    perEvent: anyPrice,
    freeEvents: fc.bigInt(0n, 4n),
    freeAmount: hundredths,
    minPerEvent: fc.option(anyPrice),
    spread: fc.option(anyPrice),
  });
  checkProperty(
    fc.property(
      terms,
      fc.array(hundredths, { minLength: 1, maxLength: 8 }),
      ({ spread, ...terms }, monies) => {
        const maxPerEvent = spread && (terms.minPerEvent ?? Rational.zero).add(spread);
        let free = terms.freeAmount;
        const expected = monies.map((money, index) => {
          const freeHere = free.compare(money) < 0 ? free : money;
          free = free.subtract(freeHere);
          const fee = BigInt(index) < terms.freeEvents ? Rational.zero : terms.perEvent;
          const rated = money.subtract(freeHere);
          if (fee.isZero && rated.isZero && !terms.freeAmount.isZero) return Rational.zero;
          const exact = rated.multiply(terms.percent).divide(Rational.of(100n)).add(fee);
          if (terms.minPerEvent && exact.compare(terms.minPerEvent) < 0) return terms.minPerEvent;
          return maxPerEvent && exact.compare(maxPerEvent) > 0 ? maxPerEvent : exact;
        });
        const found = pricePercentage({ ...plain, ...terms, maxPerEvent }, monies, show)!;
        assert.deepEqual(found.amount, sumRationals(expected));
      },
    ),
  );
});
