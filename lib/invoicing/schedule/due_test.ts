/** Due times in the zone of an entity: short months, days on which the clocks change, and the first month after a moment. */
import assert from "node:assert/strict";
import { dueAt, firstMonthDueAfter, jobDueAt } from "./due.ts";

const month = (text: string) => Temporal.PlainDate.from(`${text}-01`);
const minutes = (time: string) => {
  const [hour, minute] = time.split(":").map(Number);
  return 60 * hour + minute;
};

Deno.test("a month is due on the day and the time after its end, where the entity is", () => {
  const cases: [day: number, time: string, month: string, zone: string, due: string][] = [
    [3, "06:00", "2024-01", "Europe/London", "2024-02-03T06:00:00Z"],
    [3, "06:00", "2024-06", "Europe/London", "2024-07-03T05:00:00Z"],
    [1, "00:00", "2024-12", "Pacific/Kiritimati", "2024-12-31T10:00:00Z"],
    [1, "23:59", "2024-12", "Pacific/Pago_Pago", "2025-01-02T10:59:00Z"],
    // the 31st is the last day of a shorter month, and the 31st again after it
    [31, "06:00", "2024-01", "UTC", "2024-02-29T06:00:00Z"],
    [31, "06:00", "2023-01", "UTC", "2023-02-28T06:00:00Z"],
    [31, "06:00", "2024-02", "UTC", "2024-03-31T06:00:00Z"],
    [30, "06:00", "2024-01", "UTC", "2024-02-29T06:00:00Z"],
    // 02:30 does not exist on 31 March 2024 in Berlin: it is 03:30 then
    [31, "02:30", "2024-02", "Europe/Berlin", "2024-03-31T01:30:00Z"],
    // and comes twice on 27 October 2024: the first one counts
    [27, "02:30", "2024-09", "Europe/Berlin", "2024-10-27T00:30:00Z"],
    // midnight does not exist on 10 March 2024 in Havana
    [10, "00:00", "2024-02", "America/Havana", "2024-03-10T05:00:00Z"],
  ];
  for (const [day, time, billed, zone, due] of cases) {
    const runTime = { dayOfMonth: day, minuteOfDay: minutes(time) };
    assert.equal(dueAt(runTime, month(billed), zone).toString(), due, `${day} ${time} ${zone}`);
  }
});

Deno.test("the first month after a moment is the one whose time is still to come", () => {
  const time = { dayOfMonth: 5, minuteOfDay: 360 };
  const first = (now: string, zone = "UTC") =>
    firstMonthDueAfter(time, Temporal.Instant.from(now), zone).toString().slice(0, 7);
  assert.equal(first("2024-03-05T05:59:59Z"), "2024-02");
  assert.equal(first("2024-03-05T06:00:00Z"), "2024-03", "a time that is now is past");
  assert.equal(first("2024-03-31T12:00:00Z"), "2024-03");
  assert.equal(first("2024-03-04T20:30:00Z", "Asia/Tokyo"), "2024-02", "5 March, 05:30 there");
  assert.equal(first("2024-03-04T21:30:00Z", "Asia/Tokyo"), "2024-03");
});

Deno.test("a job is named by its entity and due time, once a day until its month is done", () => {
  const schedule = {
    billingEntityId: "e",
    nextMonth: month("2024-01"),
    zone: "UTC",
    dayOfMonth: 3,
    minuteOfDay: 0,
  };
  const keyAt = (now: string) => jobDueAt(schedule, Temporal.Instant.from(now))?.uniqueKey;
  assert.equal(keyAt("2024-02-02T23:59:59Z"), undefined);
  assert.equal(keyAt("2024-02-03T00:00:00Z"), "e/2024-02-03T00:00:00Z/2024-02-03");
  assert.equal(keyAt("2024-02-03T23:59:00Z"), keyAt("2024-02-03T00:00:00Z"));
  assert.equal(keyAt("2024-02-04T00:00:00Z"), "e/2024-02-03T00:00:00Z/2024-02-04");
});
