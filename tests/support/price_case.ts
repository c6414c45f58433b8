/** Short price cases for tests: a plain January in dollars to which a test adds what it is about. */
import assert from "node:assert/strict";
import { parsePriceCase } from "../../lib/pricing/price_case.ts";
import { PriceCaseError, type PriceCaseFault } from "../../lib/pricing/price_case_error.ts";
import { price, type PriceResult } from "../../lib/pricing/price.ts";

/** A price case as JSON. */
export type CaseInput = Record<string, unknown>;

/** January 2024 in dollars and UTC, with nothing in it but what the test says. */
export function january(content: CaseInput): CaseInput {
  return {
    currency: "USD",
    zone: "UTC",
    period: { start: "2024-01-01", end: "2024-02-01" },
    charges: [],
    ...content,
  };
}

/** A vehicle that is on the contract throughout. */
export const v1 = { id: "v1", from: "2023-01-01", to: null };

/** The result of a case given as JSON. */
export function priceJson(input: CaseInput): PriceResult {
  return price(parsePriceCase(JSON.parse(JSON.stringify(input))));
}

/** The faults of a case that must be refused. */
export function faultsOf(input: unknown): readonly PriceCaseFault[] {
  try {
    price(parsePriceCase(input));
  } catch (error) {
    if (error instanceof PriceCaseError) return error.faults;
    throw error;
  }
  assert.fail("the case was priced, and should have been refused");
}

/** Asserts that a case is refused for exactly one fault, at `path`, with `value` and words in what is allowed. */
export function assertRefused(input: unknown, path: string, value: string, allowed: RegExp): void {
  const faults = faultsOf(input);
  assert.equal(faults.length, 1, JSON.stringify(faults, null, 2));
  assert.equal(faults[0].path, path);
  assert.equal(faults[0].value, value);
  assert.match(faults[0].allowed, allowed);
  assert.ok(faults[0].message.startsWith(`${path}: `) && faults[0].message.includes("Allowed: "));
}

/** A usage charge over the field `km` of `trip` events, per contract unless told. */
export function kmCharge(price: unknown, more: CaseInput = {}): CaseInput {
  return { id: "km", kind: "usage", meter: { event: "trip", aggregate: "sum", field: "km" }, price, ...more };
}

/** A trip of v1, at noon of a day of January unless told. */
export function trip(id: string, km: string, day = 15, more: CaseInput = {}): CaseInput {
  const at = `2024-01-${String(day).padStart(2, "0")}T12:00:00Z`;
  return { id, event: "trip", vehicle: "v1", at, km, ...more };
}

/** The amounts of the lines, in order. */
export function amountsOf(result: PriceResult): string[] {
  return result.lines.map(({ amount }) => amount);
}
