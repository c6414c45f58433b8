/** What amendments come to: one plan version on every day, and pauses that end when someone says so. */
import assert from "node:assert/strict";
import type { Amendment } from "../../db/queries/contract_amendment.ts";
import { versionsInForce } from "./steps.ts";
import { pausesOf, versionSpans } from "./timeline.ts";

const day = (text: string) => Temporal.PlainDate.from(text);

function amendment(kind: Amendment["kind"], effective: string, more: Partial<Amendment> = {}): Amendment {
  const nothing = {
    untilDate: null,
    fromVersionId: null,
    fromPlanId: null,
    toVersionId: null,
    toPlanId: null,
  };
  return { ...nothing, kind, effectiveDate: day(effective), ...more };
}

/** "a2" is version 2 of plan a. */
const plan = (effective: string, from: string, to: string) =>
  amendment("plan", effective, {
    fromVersionId: from,
    fromPlanId: from[0],
    toVersionId: to,
    toPlanId: to[0],
  });
const pause = (from: string, until?: string) =>
  amendment("pause", from, { untilDate: until ? day(until) : null });

const agreed = (last: string, ...amendments: Amendment[]) =>
  versionSpans({ versionId: last, planId: last[0] }, amendments)
    .map(({ versionId, from, to }) => `${versionId} ${from ?? "…"}–${to ?? "…"}`);
const paused = (...amendments: Amendment[]) =>
  pausesOf(amendments).map(({ from, to }) => `${from}–${to ?? "…"}`);

Deno.test("a contract without amendments is on its version for ever", () => {
  assert.deepEqual(agreed("a1"), ["a1 …–…"]);
  assert.deepEqual(paused(), []);
});

Deno.test("changes follow one another by day, whatever the order in which they were agreed", () => {
  const later = plan("2024-05-01", "a1", "a2");
  assert.deepEqual(agreed("a2", later, plan("2024-03-15", "a1", "b1")), [
    "a1 …–2024-03-15",
    "b1 2024-03-15–2024-05-01",
    "a2 2024-05-01–…",
  ]);
});

Deno.test("of two changes on one day the one agreed later holds", () => {
  assert.deepEqual(agreed("b1", plan("2024-05-01", "a1", "a2"), plan("2024-05-01", "a1", "b1")), [
    "a1 …–2024-05-01",
    "b1 2024-05-01–…",
  ]);
});

Deno.test("a pause ends when it was agreed, or when someone says so; on its first day it is taken back", () => {
  const open = pause("2024-03-10");
  assert.deepEqual(paused(open), ["2024-03-10–…"]);
  assert.deepEqual(paused(open, amendment("resume", "2024-04-02")), ["2024-03-10–2024-04-02"]);
  assert.deepEqual(paused(open, amendment("resume", "2024-03-10")), []);
  const planned = pause("2024-06-01", "2024-07-01");
  assert.deepEqual(paused(planned, open, amendment("resume", "2024-04-02")), [
    "2024-03-10–2024-04-02",
    "2024-06-01–2024-07-01",
  ]);
});

Deno.test("a period holds the days of each version in it, within the contract, without those of a pause", () => {
  const contract = {
    startDate: day("2024-03-05"),
    endDate: day("2024-03-29"),
    plan: { versionId: "a1", planId: "a" },
    amendments: [
      plan("2024-03-15", "a1", "a2"),
      plan("2024-03-25", "a2", "a1"),
      pause("2024-03-20", "2024-03-26"),
    ],
  };
  const found = versionsInForce(contract, { start: day("2024-03-01"), end: day("2024-04-01") });
  const show = (spans: readonly { from: Temporal.PlainDate; to: Temporal.PlainDate }[]) =>
    spans.map(({ from, to }) => `${from.day}–${to.day}`);
  assert.deepEqual(
    found.map(({ versionId, agreed, inForce, planSince }) => {
      return [versionId, show(agreed), show(inForce), planSince.toString()];
    }),
    [
      ["a1", ["5–15", "25–29"], ["5–15", "26–29"], "2024-03-05"],
      ["a2", ["15–25"], ["15–20"], "2024-03-05"],
    ],
  );
});

Deno.test("what falls due once falls due when the contract comes to the plan, not to another version of it", () => {
  const contract = {
    startDate: day("2024-01-01"),
    endDate: null,
    plan: { versionId: "b2", planId: "b" },
    amendments: [plan("2024-03-15", "a1", "b1"), plan("2024-03-20", "b1", "b2")],
  };
  const found = versionsInForce(contract, { start: day("2024-03-01"), end: day("2024-04-01") });
  assert.deepEqual(found.map(({ versionId, planSince }) => `${versionId} ${planSince}`), [
    "a1 2024-01-01",
    "b1 2024-03-15",
    "b2 2024-03-15",
  ]);
});
