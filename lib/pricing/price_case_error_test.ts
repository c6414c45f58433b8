/** Faults of a price case: their words, their limits, and errors that are none. */
import assert from "node:assert/strict";
import { Faults, FAULTS_MAX, memberPath, PriceCaseError, priceCaseFault } from "./price_case_error.ts";

Deno.test("a fault says where, what, and what is allowed, and the error shows the first and all", () => {
  const first = priceCaseFault("$.currency", "XAU", "a currency");
  assert.equal(first.message, '$.currency: "XAU" is not allowed. Allowed: a currency.');
  const second = priceCaseFault("$.zone", undefined, "a zone");
  assert.equal(second.message, "$.zone: is missing. Allowed: a zone.");
  const error = new PriceCaseError([first, second]);
  assert.deepEqual([error.path, error.value, error.allowed], ["$.currency", '"XAU"', "a currency"]);
  assert.equal(error.message, `${first.message}\n${second.message}`);
});

Deno.test("values and names are shown short, whatever their size", () => {
  const shown = (value: unknown) => priceCaseFault("$.a", value, "x").value;
  assert.equal(shown([1, 2]), "a list of 2");
  assert.equal(shown({ a: 1 }), "an object");
  assert.equal(shown(null), "null");
  assert.ok(shown("x".repeat(1_000_000)).length < 70);
  assert.ok(shown(10n ** 500n).length < 70);
  assert.equal(memberPath("$.a", "b_1"), "$.a.b_1");
  assert.equal(memberPath("$.a", "b c"), '$.a["b c"]');
  assert.ok(memberPath("$", "x".repeat(1_000_000)).length < 70);
  assert.ok(memberPath("$", " ".repeat(1_000_000)).length < 70);
});

Deno.test("the list of faults ends at its greatest length", () => {
  const faults = new Faults();
  const fill = () => {
    for (let count = 0; count < 100; count++) faults.add(`$.a[${count}]`, count, "less");
  };
  assert.throws(fill, (error) => error instanceof PriceCaseError && error.faults.length === FAULTS_MAX);
  assert.equal(faults.count, FAULTS_MAX);
});

Deno.test("an attempt notes the faults of a case and lets every other error through", () => {
  const faults = new Faults();
  const fail = () => {
    throw new PriceCaseError([priceCaseFault("$.a", 1, "2")]);
  };
  assert.equal(faults.attempt(() => 7, 0), 7);
  faults.throwIfAny();
  assert.equal(faults.attempt(fail, 0), 0);
  assert.equal(faults.count, 1);
  assert.throws(() => faults.throwIfAny(), PriceCaseError);
  assert.throws(() =>
    faults.attempt(() => {
      throw new TypeError("a defect");
    }, 0), TypeError);
});
