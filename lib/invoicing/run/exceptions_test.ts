/** What counts as an exception, at and beside each bound, and which one wins. */
import assert from "node:assert/strict";
import { exceptionOf, type PreviewedResult } from "./exceptions.ts";

const customer = { name: "Brightwater", addressLines: ["18 Canal Wharf"], country: "GB" };
const usual: PreviewedResult = {
  outcome: "invoice",
  total: 10_000n,
  lastTotal: 10_000n,
  customer,
  corrected: null,
  failure: null,
};

const cases: readonly [name: string, changes: Partial<PreviewedResult>, expected: string | null][] = [
  ["the same as before", {}, null],
  ["a quarter more", { total: 12_500n }, null],
  ["a cent over a quarter more", { total: 12_501n }, "deviation"],
  ["a quarter less", { total: 7_500n }, null],
  ["a cent over a quarter less", { total: 7_499n }, "deviation"],
  ["something after nothing", { total: 1n, lastTotal: 0n }, "deviation"],
  ["the first", { lastTotal: null }, "first_invoice"],
  ["nothing", { outcome: "nothing", total: 0n }, "nothing_to_bill left out"],
  ["a credit", { outcome: "credit", total: -1n }, "credit_due left out"],
  ["no address", { customer: { ...customer, addressLines: [] } }, "no_address left out"],
  ["no country", { customer: { ...customer, country: null } }, "no_address left out"],
  ["no address and the first", {
    lastTotal: null,
    customer: { ...customer, addressLines: [] },
  }, "no_address left out"],
];

for (const [name, changes, expected] of cases) {
  Deno.test(`${name}: ${expected ?? "no exception"}`, () => {
    const found = exceptionOf({ ...usual, ...changes });
    assert.equal(found && `${found.kind}${found.isLeftOut ? " left out" : ""}`, expected);
    if (found) assert.match(found.message, /^[A-Z].*\.$/);
  });
}

Deno.test("a deviation says its direction", () => {
  assert.match(exceptionOf({ ...usual, total: 20_000n })!.message, /over 25% more/);
  assert.match(exceptionOf({ ...usual, total: 1n })!.message, /over 25% less/);
});
