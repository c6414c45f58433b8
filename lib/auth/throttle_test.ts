/** Guards how often someone may guess, and that guessing locks nobody else out. */
import assert from "node:assert/strict";
import { type FailedTries, limits, waitUntil as waitUntilBy } from "./throttle.ts";

const { perAccountAndAddress, perAccountFromStrangers, perAddress } = limits.password;
const waitUntil = (tries: FailedTries) => waitUntilBy(tries, limits.password);
const now = Temporal.Instant.from("2024-03-01T12:00:00Z");
/** Failed tries, one a second before each other, newest first. */
const tries = (count: number) =>
  Array.from({ length: count }, (_, index) => now.subtract({ seconds: index + 1 }));
const none: FailedTries = {
  byAccountAndAddress: [],
  byAddress: [],
  byAccountFromStrangers: [],
  addressIsKnown: false,
};

Deno.test("a few mistakes cost nothing", () => {
  assert.equal(waitUntil(none), null);
  assert.equal(waitUntil({ ...none, byAccountAndAddress: tries(perAccountAndAddress - 1) }), null);
});

Deno.test("the fifth mistake from one address waits until the first of the five is old", () => {
  const wait = waitUntil({ ...none, byAccountAndAddress: tries(5) });
  assert.equal(String(wait), "2024-03-01T12:14:55Z");
  assert.equal(String(waitUntil({ ...none, byAccountAndAddress: tries(9) })), "2024-03-01T12:14:55Z");
});

Deno.test("an address that guesses at many accounts waits", () => {
  assert.equal(waitUntil({ ...none, byAddress: tries(perAddress - 1) }), null);
  assert.notEqual(waitUntil({ ...none, byAddress: tries(perAddress) }), null);
});

Deno.test("strangers who guess from many addresses wait, the owner at a known address does not", () => {
  const strangers = tries(perAccountFromStrangers);
  assert.notEqual(waitUntil({ ...none, byAccountFromStrangers: strangers }), null);
  assert.equal(waitUntil({ ...none, byAccountFromStrangers: strangers, addressIsKnown: true }), null);
});

Deno.test("the longest wait counts", () => {
  const late = waitUntil({ ...none, byAccountAndAddress: tries(5), byAddress: tries(perAddress) });
  assert.equal(String(late), "2024-03-01T12:14:55Z");
});
