/** The tax in what is not paid: to the cent of the invoice in any split, and never another rate's. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../../tests/support/property.ts";
import { type ClaimableRate, taxRelief } from "./tax_relief.ts";

const rate = (percent: string, amount: bigint, claimed = 0n): ClaimableRate => ({
  category: "S",
  percent,
  amount,
  claimed,
});

Deno.test("all that is left gives all its tax back, a part its share rounded once", () => {
  // 100.00 + 20 % and 50.00 + 5 %
  const taxes = [rate("20", 2000n), rate("5", 250n)];
  assert.deepEqual(taxRelief(17250n, 17250n, taxes).map(({ amount }) => amount), [2000n, 250n]);
  // 57.50 of 172.50 is a third: 6.67 and 0.83
  assert.deepEqual(taxRelief(5750n, 17250n, taxes).map(({ amount }) => amount), [667n, 83n]);
  assert.deepEqual(taxRelief(0n, 17250n, taxes), []);
});

Deno.test("what is claimed in parts comes to what is claimed at once", () => {
  checkProperty(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 8n }), { minLength: 1, maxLength: 3 }),
      (parts, amounts) => {
        const left = parts.reduce((sum, part) => sum + part, 0n);
        const taxes = amounts.map((amount, index) => rate(String(index + 1), amount));
        let givenUp = 0n;
        for (const part of parts) {
          givenUp += part;
          for (const { percent, amount } of taxRelief(givenUp, left, taxes)) {
            taxes.find((tax) => tax.percent === percent)!.claimed += amount;
          }
        }
        assert.deepEqual(taxes.map(({ claimed }) => claimed), amounts);
      },
    ),
  );
});
