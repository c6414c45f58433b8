/** The waits between attempts: they double, stay within bounds, and differ. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../tests/support/property.ts";
import { retryDelayMs, standardBackOff } from "./back_off.ts";

Deno.test("waits double from attempt to attempt up to the longest", () => {
  const backOff = { firstMs: 1_000, longestMs: 10_000 };
  const waits = [1, 2, 3, 4, 5, 6].map((attempt) => retryDelayMs(attempt, backOff, 0.999_999));
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

Deno.test("every wait lies between half and all of the doubled one, by chance", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  checkProperty(fc.property(fc.integer({ min: 1, max: 10_000 }), random, (attempt, chance) => {
    const most = retryDelayMs(attempt, standardBackOff, 1);
    const wait = retryDelayMs(attempt, standardBackOff, chance);
    assert.ok(wait >= most / 2 - 1 && wait <= most && most <= standardBackOff.longestMs);
  }));
  assert.notEqual(retryDelayMs(5, standardBackOff, 0.2), retryDelayMs(5, standardBackOff, 0.3));
});
