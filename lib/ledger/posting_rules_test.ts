/** Postings balance, and say who owes. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { entriesFor } from "./posting_rules.ts";

Deno.test("an issued invoice debits the receivable and credits revenue and tax", () => {
  assert.deepEqual(entriesFor("invoice_issued", { total: 12000n, net: 10000n, tax: 2000n }), [
    { account: "receivable", amount: 12000n, byCustomer: true },
    { account: "revenue", amount: -10000n, byCustomer: false },
    { account: "tax_payable", amount: -2000n, byCustomer: false },
  ]);
});

Deno.test("without tax there is no tax entry", () => {
  const entries = entriesFor("invoice_issued", { total: 500n, net: 500n, tax: 0n });
  assert.deepEqual(entries.map((entry) => entry.account), ["receivable", "revenue"]);
});

Deno.test("a payment debits the bank and credits the receivable, and its reversal is the mirror", () => {
  const received = entriesFor("payment_received", { total: 12000n });
  assert.deepEqual(received, [
    { account: "cash", amount: 12000n, byCustomer: false },
    { account: "receivable", amount: -12000n, byCustomer: true },
  ]);
  const mirror = received.map((entry) => ({ ...entry, amount: -entry.amount })).reverse();
  assert.deepEqual(entriesFor("payment_reversed", { total: 12000n }), mirror);
});

Deno.test("every posting balances, and amounts that do not add up are refused", () => {
  fc.assert(fc.property(fc.bigInt(), fc.bigInt(), fc.bigInt({ min: 1n }), (net, tax, slip) => {
    const entries = entriesFor("invoice_issued", { total: net + tax, net, tax });
    assert.equal(entries.reduce((sum, entry) => sum + entry.amount, 0n), 0n);
    assert.throws(() => entriesFor("invoice_issued", { total: net + tax + slip, net, tax }), RangeError);
  }));
});
