/** True-up and discounts by tax rate: the parts that a document has as lines come to the same sums. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { anyCase } from "../../tests/support/generated_price_cases.ts";
import { type CaseInput, january } from "../../tests/support/price_case.ts";
import { checkProperty } from "../../tests/support/property.ts";
import { parsePriceCase } from "./price_case.ts";
import { priceInShares, type RateShare } from "./price.ts";

const inShares = (input: CaseInput) => priceInShares(parsePriceCase(JSON.parse(JSON.stringify(input))));
/** A decimal amount in minor units: they have all of the currency's decimals. */
const minor = (amount: string) => BigInt(amount.replace(".", ""));
const sum = (shares: readonly RateShare[]) => shares.reduce((total, { amount }) => total + amount, 0n);

Deno.test("lines and shares of a rate come to the base of its tax, and the shares to what they are of", () => {
  checkProperty(
    fc.property(anyCase, (input) => {
      const { result, trueUp, discounts } = inShares(input);
      assert.equal(sum(trueUp), minor(result.trueUp));
      assert.deepEqual(
        discounts.map(({ id, shares }) => ({ id, amount: sum(shares) })),
        result.discounts.map(({ id, amount }) => ({ id, amount: minor(amount) })),
      );
      const shares = [...trueUp, ...discounts.flatMap(({ shares }) => shares)];
      for (const { category, id, base, amount } of result.tax) {
        const lines = result.lines.filter((line) => line.taxCategory === category && line.taxRate === id)
          .reduce((total, line) => total + minor(line.amount), 0n);
        const { inclusive } = input.tax as { inclusive: boolean };
        assert.equal(
          lines +
            sum(shares.filter(({ rate }) => rate?.category === category && (rate.id ?? undefined) === id)),
          minor(base) + (inclusive ? minor(amount) : 0n),
        );
      }
    }),
    { oneIn: 4 },
  );
});

Deno.test("a discount over two rates has a share of each, and says what it was taken of", () => {
  const flat = (id: string, amount: string, taxCategory: string) => {
    return { id, kind: "recurring", price: { model: "flat", amount }, taxCategory };
  };
  const { discounts, trueUp } = inShares(january({
    charges: [flat("lease", "70.00", "S"), flat("insurance", "30.00", "E")],
    discounts: [{ id: "spring", percent: "10" }, { id: "voucher", amount: "500.00" }],
    commitment: { cap: "90.00" },
    tax: { rates: [{ category: "S", percent: "20" }, { category: "E", percent: "0" }] },
  }));
  const shown = (shares: readonly RateShare[]) => shares.map(({ rate, amount }) => [rate?.category, amount]);
  assert.deepEqual(shown(trueUp), [["S", -700n], ["E", -300n]]);
  assert.deepEqual(discounts.map(({ of, shares }) => [of, shown(shares)]), [
    [9000n, [["S", -630n], ["E", -270n]]],
    [8100n, [["S", -5670n], ["E", -2430n]]],
  ]);
});
