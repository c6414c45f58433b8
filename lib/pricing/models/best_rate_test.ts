/** Best rate: proved against every cover there is. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { decimal, show } from "../../../tests/support/prices.ts";
import { Rational } from "../../core/decimal.ts";
import { BestCovers, type BestRatePrice, type Cover, priceBestRate, type RateUnit } from "./best_rate.ts";

const HOUR = 3_600_000_000_000n;
const LENGTHS = { month: 720, week: 168, day: 24, hour: 1 };
const UNIT_NAMES = ["month", "week", "day", "hour"] as const;

function bestRate(prices: Partial<Record<keyof typeof LENGTHS, string>>): BestRatePrice {
  const units = UNIT_NAMES.flatMap((per) =>
    prices[per] === undefined ? [] : [{ per, price: decimal(prices[per]) }]
  );
  return { model: "best_rate", startField: "start", endField: "end", units };
}

const coverOf = (price: BestRatePrice, hours: number) =>
  new BestCovers(price.units).coverOf(BigInt(hours) * HOUR).map(({ per, count }) => `${count} ${per}`).join(
    " + ",
  );

function costOf(units: readonly RateUnit[], cover: Cover): Rational {
  return cover.reduce(
    (sum, { per, count }) =>
      sum.add(units.find((unit) => unit.per === per)!.price.multiply(Rational.of(BigInt(count)))),
    Rational.zero,
  );
}

/** Tries every count of months, weeks and days, and fills up with hours; ties go to more of the longer unit. */
function cheapestByTryingAll(
  units: readonly RateUnit[],
  hours: number,
): { cost: Rational; counts: number[] } {
  const prices = UNIT_NAMES.map((per) => units.find((unit) => unit.per === per)?.price ?? null);
  const most = (index: number, left: number) =>
    prices[index] === null ? 0 : Math.max(0, Math.ceil(left / LENGTHS[UNIT_NAMES[index]]));
  let best: { cost: Rational; counts: number[] } | null = null;
  for (let months = most(0, hours); months >= 0; months--) {
    const afterMonths = hours - months * 720;
    for (let weeks = most(1, afterMonths); weeks >= 0; weeks--) {
      const afterWeeks = afterMonths - weeks * 168;
      for (let days = most(2, afterWeeks); days >= 0; days--) {
        const rest = Math.max(0, afterWeeks - days * 24);
        if (rest > 0 && prices[3] === null) continue;
        const counts = [months, weeks, days, rest];
        const cost = counts.reduce(
          (sum, count, index) =>
            count === 0 ? sum : sum.add(prices[index]!.multiply(Rational.of(BigInt(count)))),
          Rational.zero,
        );
        if (best === null || cost.compare(best.cost) < 0) best = { cost, counts };
      }
    }
  }
  return best!;
}

const anyUnits = fc.record(
  {
    month: fc.integer({ min: 1, max: 900 }),
    week: fc.integer({ min: 1, max: 300 }),
    day: fc.integer({ min: 1, max: 60 }),
    hour: fc.integer({ min: 1, max: 12 }),
  },
  { requiredKeys: [] },
).filter((prices) => Object.keys(prices).length > 0)
  .map((prices): RateUnit[] =>
    UNIT_NAMES.flatMap((per) =>
      prices[per] === undefined ? [] : [{ per, price: Rational.of(BigInt(prices[per]), 4n) }]
    )
  );

Deno.test("Weekly $20 beats 5 × $5", () => {
  const price = bestRate({ day: "5", week: "20" });
  assert.equal(coverOf(price, 5 * 24), "1 week");
  assert.equal(coverOf(price, 3 * 24), "3 day");
  const hires = [{ id: "h1", nanoseconds: 5n * 24n * HOUR }, {
    id: "h2",
    nanoseconds: 25n * HOUR + HOUR / 2n,
  }];
  const priced = priceBestRate(price, hires, show)!;
  assert.equal(priced.amount.toDecimal(), "30");
  assert.deepEqual([...priced.steps, priced.sum], [
    "h1: 120 hours, cheapest as 1 week × 20.00 = 20.00",
    "h2: 25.5 hours, cheapest as 2 days × 5.00 = 10.00",
    "20.00 + 10.00",
  ]);
});

Deno.test("ties go to the longer unit", () => {
  assert.equal(coverOf(bestRate({ hour: "5", day: "20" }), 4), "1 day");
  assert.equal(coverOf(bestRate({ day: "5", week: "35" }), 7 * 24), "1 week");
  assert.equal(coverOf(bestRate({ day: "1", month: "30" }), 60 * 24), "2 month");
});

Deno.test("a started unit is paid whole, and a length of zero is nothing", () => {
  const price = bestRate({ hour: "5", day: "20" });
  assert.equal(coverOf(price, 1), "1 hour");
  assert.equal(new BestCovers(price.units).coverOf(HOUR + 1n)[0].count, 2);
  const priced = priceBestRate(
    price,
    [{ id: "h1", nanoseconds: 0n }, { id: "h2", nanoseconds: HOUR }],
    show,
  )!;
  assert.deepEqual(priced.steps[0], "h1: 0 hours, cheapest as nothing = 0.00");
  assert.deepEqual(priced.steps[1], "h2: 1 hour, cheapest as 1 hour × 5.00 = 5.00");
  assert.equal(priceBestRate(price, [], show), null);
});

Deno.test("a hire of a thousand years is covered at once", () => {
  const cover = coverOf(bestRate({ hour: "5", day: "20", week: "100", month: "320" }), 1000 * 365 * 24 + 1);
  assert.equal(cover, "12166 month + 3 week");
});

Deno.test("best rate is what trying every cover finds, with ties to the longer unit", () => {
  checkProperty(fc.property(anyUnits, fc.integer({ min: 1, max: 1_700 }), (units, hours) => {
    const { cost, counts } = cheapestByTryingAll(units, hours);
    const cover = new BestCovers(units).coverOf(BigInt(hours) * HOUR);
    assert.deepEqual(costOf(units, cover), cost);
    assert.deepEqual(UNIT_NAMES.map((per) => cover.find((part) => part.per === per)?.count ?? 0), counts);
  }));
});

Deno.test("long hires, which skip most of the table, cost what a table of every length says", () => {
  checkProperty(
    fc.property(anyUnits, fc.integer({ min: 6_400, max: 9_000 }), (units, hours) => {
      const prices = units.map(({ price }) => Number(price.multiply(Rational.of(4n)).numerator));
      const least = [0];
      for (let length = 1; length <= hours; length++) {
        const costs = units.map(({ per }, index) =>
          prices[index] + least[Math.max(0, length - LENGTHS[per])]
        );
        least.push(Math.min(...costs));
      }
      const cover = new BestCovers(units).coverOf(BigInt(hours) * HOUR);
      assert.deepEqual(costOf(units, cover), Rational.of(BigInt(least[hours]), 4n));
    }),
    { oneIn: 20 },
  );
});

Deno.test("a longer hire never costs less", () => {
  checkProperty(fc.property(anyUnits, fc.nat(800), fc.nat(800), (units, hours, more) => {
    const covers = new BestCovers(units);
    const cost = (length: number) => costOf(units, covers.coverOf(BigInt(length) * HOUR));
    assert.ok(cost(hours + more).compare(cost(hours)) >= 0);
  }));
});
