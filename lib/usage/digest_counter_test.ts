/** The counter of digests against a plain Map. */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { DigestCounter } from "./digest_counter.ts";

const digestOf = (value: number) => hash("sha256", String(value), "hex");

Deno.test("it counts like a Map, through every growth of its table", () => {
  const counter = new DigestCounter();
  const counts = new Map<string, number>();
  for (let step = 0; step < 60_000; step++) {
    // each third one was seen before
    const digest = digestOf(step % 3 === 0 ? Math.floor(step / 7) : step);
    const expected = (counts.get(digest) ?? 0) + 1;
    counts.set(digest, expected);
    assert.equal(counter.count(digest), expected);
  }
  for (const [digest, count] of counts) assert.equal(counter.seen(digest), count);
  assert.equal(counter.seen(digestOf(-1)), 0);
});

Deno.test("digests that share a slot are told apart, and asking for one does not add it", () => {
  const collide = fc.array(fc.nat({ max: 30 }), { maxLength: 80 });
  checkProperty(fc.property(collide, (numbers) => {
    const counter = new DigestCounter();
    const counts = new Map<number, number>();
    for (const number of numbers) {
      // the first word, which chooses the slot, is the same for all of them
      const digest = "0000002a" + number.toString(16).padStart(24, "0");
      assert.equal(counter.seen(digest), counts.get(number) ?? 0);
      counts.set(number, (counts.get(number) ?? 0) + 1);
      assert.equal(counter.count(digest), counts.get(number));
    }
  }));
});
