/** The pricing and the oracle, two implementations without a line in common, come to the same cent on every generated case. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { anyAuditCase } from "../../../../tests/support/generated_audit_cases.ts";
import { anyCase } from "../../../../tests/support/generated_price_cases.ts";
import { oracleFactsOf } from "../../../../tests/support/oracle_facts.ts";
import { type CaseInput, priceJson } from "../../../../tests/support/price_case.ts";
import { checkProperty } from "../../../../tests/support/property.ts";
import { derive } from "./derive.ts";

/** A decimal amount in minor units: they have all of the currency's decimals. */
const minor = (amount: string) => BigInt(amount.replace(".", ""));

/** Holds every line, tax and total of the one against the other. */
function assertAgreement(input: CaseInput): void {
  const given: CaseInput = JSON.parse(JSON.stringify(input));
  const priced = priceJson(given);
  const derived = derive(oracleFactsOf(given));
  assert.deepEqual(
    derived.lines,
    priced.lines.map(({ charge, vehicle, amount }) => {
      return { charge, vehicle: vehicle ?? null, amount: minor(amount) };
    }),
  );
  const sumOf = (kind: string, of?: string) =>
    derived.adjustments.filter((each) => each.kind === kind && (of === undefined || each.of === of))
      .reduce((sum, { amount }) => sum + amount, 0n);
  assert.equal(sumOf("true_up"), minor(priced.trueUp));
  for (const { id, amount } of priced.discounts) assert.equal(sumOf("discount", id), minor(amount));
  const byCategory = (left: { category: string }, right: { category: string }) =>
    left.category < right.category ? -1 : 1;
  assert.deepEqual(
    derived.taxes.sort(byCategory),
    priced.tax.map(({ category, percent, base, amount }) => {
      return { category, percent, base: minor(base), amount: minor(amount) };
    }).sort(byCategory),
  );
  assert.equal(derived.total, minor(priced.total));
}

Deno.test("every line of any case is the same to the cent", () => {
  checkProperty(fc.property(anyCase, assertAgreement), { oneIn: 4 });
});

Deno.test("every line, tax and total of what an invoice could carry is the same to the cent", () => {
  checkProperty(fc.property(anyAuditCase, assertAgreement));
});
