/** Guards the rotation of signing keys: there is always one that signs, it was published before, and it outlives its tokens. */
import assert from "node:assert/strict";
import { dueTerm, isOver, type KeyTerm, publishedSeconds, signingAt, tokenSeconds } from "./key_schedule.ts";

const at = (text: string) => Temporal.Instant.from(text);
const start = at("2024-05-01T00:00:00Z");

/** A day-by-day history: what a tick each hour does to the keys. */
function* hoursOf(count: number, keys: (KeyTerm & { made: Temporal.Instant })[]) {
  for (let hour = 0; hour < count; hour++) {
    const now = start.add({ hours: hour });
    const due = dueTerm(keys, now);
    if (due) keys.push({ ...due, made: now });
    yield now;
  }
}

Deno.test("over a year there is a key that signs at any hour, and it was published long before others ask again", () => {
  const keys: (KeyTerm & { made: Temporal.Instant })[] = [];
  for (const now of hoursOf(24 * 365, keys)) {
    const signing = signingAt(keys, now)!;
    assert.ok(Temporal.Instant.compare(signing.signsFrom, now) <= 0);
    assert.ok(Temporal.Instant.compare(now, signing.signsUntil) < 0, now.toString());
    if (signing === keys[0]) continue;
    const publishedFor = signing.made.until(now).total("seconds");
    assert.ok(publishedFor >= 2 * publishedSeconds, `${publishedFor} s`);
  }
  assert.equal(keys.length, 13);
});

Deno.test("a key is over only when the last token it can have signed has ended", () => {
  const [key] = [dueTerm([], start)!];
  const last = key.signsUntil.add({ seconds: tokenSeconds });
  assert.equal(isOver(key, last.subtract({ seconds: 1 })), false);
  assert.equal(isOver(key, last), true);
});

Deno.test("a process whose clock is behind signs with the key that another one has just made", () => {
  const key = dueTerm([], start)!;
  const late = start.subtract({ seconds: 2 });
  assert.equal(dueTerm([key], late), null);
  assert.equal(signingAt([key], late), key);
});

Deno.test("after a long sleep a key signs at once", () => {
  const old = dueTerm([], start)!;
  const now = start.add({ hours: 24 * 100 });
  assert.deepEqual(dueTerm([old], now)?.signsFrom, now);
});
