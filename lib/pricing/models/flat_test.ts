/** Flat prices. */
import assert from "node:assert/strict";
import { decimal, show } from "../../../tests/support/prices.ts";
import { priceFlat } from "./flat.ts";
import { priceQuantity } from "./quantity_price.ts";

Deno.test("a flat amount is due once, whatever the quantity", () => {
  const price = { model: "flat", amount: decimal("99") } as const;
  for (const quantity of ["0", "1", "250"]) {
    assert.deepEqual(priceQuantity(price, decimal(quantity), show), priceFlat(price, show));
  }
  const { amount, unitPrice, sum } = priceFlat(price, show);
  assert.deepEqual([amount, unitPrice, sum], [decimal("99"), decimal("99"), "1 × 99.00"]);
});
