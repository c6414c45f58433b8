/** The pricing and the oracle, two implementations without a line in common, come to the same cent on every generated case. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { anyAuditCase } from "../../../../tests/support/generated_audit_cases.ts";
import { anyCase } from "../../../../tests/support/generated_price_cases.ts";
import { oracleFactsOf } from "../../../../tests/support/oracle_facts.ts";
import { type CaseInput, priceJson } from "../../../../tests/support/price_case.ts";
import { checkProperty } from "../../../../tests/support/property.ts";
import { derive, type DerivedTax } from "./derive.ts";

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
  assert.deepEqual(
    byRate(derived.taxes),
    byRate(priced.tax.map(({ category, percent, base, amount }) => {
      return { category, percent, base: minor(base), amount: minor(amount) };
    })),
  );
  assert.equal(derived.total, minor(priced.total));
  assert.equal(derived.creditApplied, minor(priced.creditApplied));
}

/** The rows as texts in an order of their own: theirs says nothing. */
const byRate = (rows: DerivedTax[]) =>
  rows.map(({ category, percent, base, amount }) => `${category} ${percent} ${base} ${amount}`).sort();

Deno.test("every line and total of a small fleet in January is the same to the cent", () => {
  checkProperty(fc.property(anyCase, assertAgreement), { oneIn: 4 });
});

Deno.test("every line and total of a day to a year in eleven zones is the same to the cent", () => {
  checkProperty(fc.property(anyAuditCase, assertAgreement), { oneIn: 4 });
});
