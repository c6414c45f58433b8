/** A payment fills the oldest invoice first, loses nothing, and never overfills one. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { allocateInOrder } from "./allocation.ts";

const open = (...amounts: bigint[]) => amounts.map((openAmount, index) => ({ index, openAmount }));
const partsOf = (amount: bigint, ...amounts: bigint[]) => {
  const { parts, rest } = allocateInOrder(amount, open(...amounts));
  return [...parts.map((part) => `${part.invoice.index}:${part.amount}`), `rest ${rest}`].join(" ");
};

Deno.test("the first invoice is filled before the next", () => {
  assert.equal(partsOf(150n, 100n, 80n, 60n), "0:100 1:50 rest 0");
  assert.equal(partsOf(100n, 100n, 80n), "0:100 rest 0");
  assert.equal(partsOf(99n, 100n, 80n), "0:99 rest 0");
});

Deno.test("what no invoice takes is the rest", () => {
  assert.equal(partsOf(200n, 100n, 80n), "0:100 1:80 rest 20");
  assert.equal(partsOf(5n), "rest 5");
});

Deno.test("an invoice with nothing open gets nothing", () => {
  assert.equal(partsOf(10n, 0n, 4n), "1:4 rest 6");
});

Deno.test("an amount below zero is refused", () => {
  assert.throws(() => allocateInOrder(-1n, open(5n)), RangeError);
});

Deno.test("parts and rest sum to the payment, and only the last invoice that gets something stays open", () => {
  const amounts = fc.bigInt({ min: 0n, max: 10n ** 15n });
  checkProperty(fc.property(amounts, fc.array(amounts, { maxLength: 8 }), (amount, opens) => {
    const { parts, rest } = allocateInOrder(amount, open(...opens));
    assert.equal(parts.reduce((sum, part) => sum + part.amount, rest), amount);
    parts.forEach((part, index) => {
      assert.ok(part.amount > 0n && part.amount <= part.invoice.openAmount);
      if (index < parts.length - 1) assert.equal(part.amount, part.invoice.openAmount);
    });
    if (rest > 0n) {
      assert.equal(parts.reduce((sum, part) => sum + part.amount, 0n), opens.reduce((a, b) => a + b, 0n));
    }
  }));
});
