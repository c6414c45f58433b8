/** Ids: UUIDv7 to the letter of RFC 9562, sortable by time, and a clear word about anything else. */
import assert from "node:assert/strict";
import { FixedClock, newId, systemClock } from "./clock.ts";
import { type Id, InvalidIdError, isId, mintedAt, mintId, parseId } from "./ids.ts";

Deno.test("an id holds its time, version 7 and the RFC variant", () => {
  // The example of RFC 9562, appendix A.6.
  const now = Temporal.Instant.from("2022-02-22T19:22:22.000Z");
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  assert.equal(mintId(now, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  assert.ok(mintedAt(mintId(now, random)).equals(now));
});

Deno.test("ids sort in the order they were minted, and two of one instant differ", () => {
  const clock = new FixedClock("2024-01-31T23:59:59.999Z");
  const first = newId<"invoice">(clock), twin = newId<"invoice">(clock);
  clock.advance({ milliseconds: 1 });
  const later = newId<"invoice">(clock);
  assert.notEqual(first, twin);
  assert.ok(first < later && twin < later);
  for (const id of [first, twin, later]) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  }
});

Deno.test("an id needs ten random bytes and a time that fits", () => {
  const now = Temporal.Instant.from("2024-01-01T00:00:00Z");
  assert.throws(() => mintId(now, new Uint8Array(9)), /needs 10 random bytes/);
  assert.throws(() => mintId(Temporal.Instant.from("1969-12-31T23:59:59Z"), new Uint8Array(10)), RangeError);
});

Deno.test("a wrong id is named with what it should identify", () => {
  const id: Id<"invoice"> = parseId("invoice", "01890A5D-AC96-774B-BCCE-B302099A8057");
  assert.equal(id, "01890a5d-ac96-774b-bcce-b302099a8057");
  for (
    const text of ["", "1", "01890a5d-ac96-774b-bcce-b302099a805", "x".repeat(1_000_000), `${id}'`, "null"]
  ) {
    assert.ok(!isId(text));
    assert.throws(
      () => parseId("invoice", text),
      (error) => error instanceof InvalidIdError && error.noun === "invoice" && error.message.length < 200,
    );
  }
});

Deno.test("a fixed clock stands still until it is moved", () => {
  const clock = new FixedClock("2024-01-01T00:00:00Z");
  assert.ok(clock.now().equals(clock.now()));
  clock.advance({ hours: 1 });
  assert.equal(`${clock.now()}`, "2024-01-01T01:00:00Z");
  clock.moveTo("2025-01-01T00:00:00Z");
  assert.equal(`${clock.now()}`, "2025-01-01T00:00:00Z");
  assert.ok(systemClock.now().epochMilliseconds > 0);
});
