/** A contract is billed by whole periods from its anchor, and only when they are over. */
import assert from "node:assert/strict";
import { periodOn } from "../core/billing_cycle.ts";
import { isMilepostError } from "../core/errors.ts";
import { billablePeriods, type BilledContract, requirePeriod } from "./billing_period.ts";

const date = (text: string) => Temporal.PlainDate.from(text);
const contract = (more: Partial<BilledContract> = {}): BilledContract => ({
  reference: "K-001",
  startDate: date("2024-01-10"),
  endDate: null,
  cadence: "monthly",
  anchorDay: 1,
  anchorDate: null,
  zone: "Europe/London",
  ...more,
});
const july = Temporal.Instant.from("2024-07-01T12:00:00Z");
const accepts = (start: string, end: string, more: Partial<BilledContract> = {}, now = july) =>
  requirePeriod(contract(more), { periodStart: start, periodEnd: end }, now);
const refuses = (matching: RegExp, ...input: Parameters<typeof accepts>) =>
  assert.throws(
    () => accepts(...input),
    (error) => isMilepostError(error, "InvalidInput") && matching.test(error.message),
  );

Deno.test("a month from the anchor day is a period, anything else is refused with the one that would do", () => {
  assert.equal(String(accepts("2024-06-01", "2024-07-01").end), "2024-07-01");
  refuses(/starts on 2024-06-01 and ends before 2024-07-01/, "2024-06-02", "2024-07-02");
  refuses(/starts on 2024-06-01/, "2024-06-01", "2024-06-15");
  refuses(/a date of the calendar/, "2024-02-30", "2024-03-01");
  refuses(/a date of the calendar/, "June", "2024-03-01");
});

Deno.test("the 31st falls on the last day of shorter months and comes back", () => {
  const on31 = contract({ anchorDay: 31 });
  assert.equal(String(periodOn(on31, date("2024-02-29")).start), "2024-02-29");
  assert.equal(String(periodOn(on31, date("2024-02-29")).end), "2024-03-31");
  assert.equal(String(accepts("2024-02-29", "2024-03-31", { anchorDay: 31 }).start), "2024-02-29");
});

Deno.test("a period outside the contract is refused, one that it shares a day with is not", () => {
  assert.ok(accepts("2024-01-01", "2024-02-01"));
  refuses(/starts on 2024-01-10/, "2023-12-01", "2024-01-01");
  const ended = { endDate: date("2024-05-01") };
  assert.ok(accepts("2024-04-01", "2024-05-01", ended));
  refuses(/ends before 2024-05-01/, "2024-05-01", "2024-06-01", ended);
});

Deno.test("a period is billed from the first moment after it, in the zone of the entity", () => {
  refuses(/is not over/, "2024-07-01", "2024-08-01");
  const lastHour = Temporal.Instant.from("2024-06-30T23:30:00Z");
  assert.ok(accepts("2024-06-01", "2024-07-01", {}, lastHour)); // it is 00:30 in London
  refuses(/is not over/, "2024-06-01", "2024-07-01", { zone: "America/Chicago" }, lastHour);
});

Deno.test("what is left to bill is listed newest first, without what is billed, back to the start of the contract", () => {
  const starts = billablePeriods(contract(), [date("2024-05-01")], july, 12).map(({ start }) =>
    String(start)
  );
  assert.deepEqual(starts, ["2024-06-01", "2024-04-01", "2024-03-01", "2024-02-01", "2024-01-01"]);
  assert.deepEqual(billablePeriods(contract(), [], july, 2).length, 2);
  const ended = contract({ endDate: date("2024-03-01") });
  assert.deepEqual(billablePeriods(ended, [], july, 12).map(({ start }) => String(start)), [
    "2024-02-01",
    "2024-01-01",
  ]);
});
