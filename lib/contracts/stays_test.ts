/** Stays of one vehicle may touch, and may not share a day. */
import assert from "node:assert/strict";
import { firstOverlap, overlap } from "./stays.ts";

const day = (text: string) => Temporal.PlainDate.from(text);
const stay = (from: string, to: string | null, vehicleId = "v1") => ({
  vehicleId,
  from: day(from),
  to: to === null ? null : day(to),
});

Deno.test("a stay that begins on the day on which another ends does not overlap it", () => {
  assert.equal(overlap(stay("2026-01-01", "2026-01-15"), stay("2026-01-15", null)), false);
  assert.equal(overlap(stay("2026-01-01", "2026-01-16"), stay("2026-01-15", null)), true);
});

Deno.test("an open stay overlaps every later one of its vehicle, and none of another vehicle", () => {
  const open = stay("2026-01-01", null);
  assert.equal(firstOverlap([stay("2030-01-01", null)], [open])?.with, open);
  assert.equal(firstOverlap([stay("2030-01-01", null, "v2")], [open]), undefined);
});

Deno.test("two stays of one list are held against each other too", () => {
  const stays = [stay("2026-01-01", "2026-02-01"), stay("2026-01-31", null)];
  assert.equal(firstOverlap(stays, [])?.stay, stays[1]);
});
