/** Taxes of any bill: per category and rate on the summed base, rounded once, with discounts shared by largest remainder. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { price } from "../../lib/pricing/price.ts";
import { parsePriceCase } from "../../lib/pricing/price_case.ts";
import { checkProperty } from "../support/property.ts";

const rates = [
  { id: "S-19", category: "S", percent: "19" },
  { id: "S-7.7", category: "S", percent: "7.7" },
  { id: "S-25.5", category: "S", percent: "25.5" },
  { id: "AE-0", category: "AE", percent: "0" },
];

interface Bill {
  lines: { cents: number; rate: number }[];
  discountPercent: number;
  inclusive: boolean;
  rounding: "half_up" | "half_even";
}

const bills: fc.Arbitrary<Bill> = fc.record({
  lines: fc.array(
    fc.record({ cents: fc.integer({ min: 1, max: 500_000 }), rate: fc.nat(rates.length - 1) }),
    { minLength: 1, maxLength: 8 },
  ),
  discountPercent: fc.integer({ min: 0, max: 1_000 }),
  inclusive: fc.boolean(),
  rounding: fc.constantFrom("half_up", "half_even"),
});

const cents = (amount: number | bigint) => {
  const digits = `${amount}`.padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const minor = (text: string) => BigInt(text.replace(".", ""));

/** `top / bottom` as an integer; both are not negative. */
function rounded(top: bigint, bottom: bigint, mode: Bill["rounding"]): bigint {
  const down = top / bottom, twice = 2n * (top % bottom);
  if (twice === bottom) return mode === "half_up" || down % 2n === 1n ? down + 1n : down;
  return twice > bottom ? down + 1n : down;
}

/** What each line loses: the whole parts first, then a cent each by the largest remainder, the earlier line first. */
function shared(discount: bigint, amounts: readonly bigint[]): bigint[] {
  const sum = amounts.reduce((all, amount) => all + amount, 0n);
  const parts = amounts.map((amount) => discount * amount / sum);
  const order = amounts.map((amount, index) => ({ index, rest: discount * amount % sum }))
    .sort((left, right) =>
      left.rest === right.rest ? left.index - right.index : left.rest > right.rest ? -1 : 1
    );
  const missing = discount - parts.reduce((all, part) => all + part, 0n);
  for (const { index } of order.slice(0, Number(missing))) parts[index] += 1n;
  return parts;
}

function expected({ lines, discountPercent, inclusive, rounding }: Bill) {
  const amounts = lines.map((line) => BigInt(line.cents));
  const sum = amounts.reduce((all, amount) => all + amount, 0n);
  const discount = rounded(sum * BigInt(discountPercent), 10_000n, rounding);
  const off = shared(discount, amounts);
  const taxes = rates.flatMap(({ percent, id }, rate) => {
    const own = lines.flatMap((line, index) => line.rate === rate ? [amounts[index] - off[index]] : []);
    if (own.length === 0) return [];
    const base = own.reduce((all, amount) => all + amount, 0n);
    const tenths = BigInt(Math.round(Number(percent) * 10));
    const amount = rounded(base * tenths, inclusive ? 1_000n + tenths : 1_000n, rounding);
    return [{ id, base: inclusive ? base - amount : base, amount }];
  });
  const tax = taxes.reduce((all, { amount }) => all + amount, 0n);
  return { taxes, total: sum - discount + (inclusive ? 0n : tax) };
}

Deno.test("taxes of any bill obey rounding and largest remainder, per category and rate", () => {
  checkProperty(fc.property(bills, (bill) => {
    const result = price(parsePriceCase({
      currency: "EUR",
      zone: "Europe/Berlin",
      rounding: bill.rounding,
      period: { start: "2026-01-01", end: "2026-02-01" },
      charges: bill.lines.map((line, index) => ({
        id: `line-${index}`,
        kind: "one_time",
        on: "2026-01-05",
        price: { model: "flat", amount: cents(line.cents) },
        taxCategory: rates[line.rate].category,
        taxRate: rates[line.rate].id,
      })),
      ...(bill.discountPercent === 0
        ? {}
        : { discounts: [{ id: "spring", percent: cents(bill.discountPercent) }] }),
      tax: { inclusive: bill.inclusive, rates },
    }));
    const { taxes, total } = expected(bill);
    assert.deepEqual(
      result.tax.map(({ id, base, amount }) => ({ id, base: minor(base), amount: minor(amount) })),
      taxes,
    );
    assert.equal(minor(result.total), total);
  }));
});
