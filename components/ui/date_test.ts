/** Dates in words, as people read them. */
import assert from "node:assert/strict";
import { dateRange, dayAndTime, dayOfWeek, longDate, shortDate } from "./date.tsx";

Deno.test("a date is written out in text and shortened in tables", () => {
  assert.equal(longDate("2026-04-02"), "2 April 2026");
  assert.equal(shortDate("2026-04-02"), "2 Apr");
  assert.equal(shortDate("2026-09-30"), "30 Sep");
  assert.equal(dayOfWeek("2026-04-02"), "Thursday 2 April");
});

Deno.test("a short date of another year shows its year", () => {
  assert.equal(shortDate("2025-12-31", 2026), "31 Dec 2025");
  assert.equal(shortDate("2026-01-01", 2026), "1 Jan");
});

Deno.test("a period shows its last day, not the day after it", () => {
  assert.equal(dateRange("2026-03-01", "2026-04-01"), "1 to 31 March 2026");
  assert.equal(dateRange("2026-03-15", "2026-04-15"), "15 March to 14 April 2026");
  assert.equal(dateRange("2025-12-20", "2026-01-05"), "20 December 2025 to 4 January 2026");
  assert.equal(dateRange("2026-03-01", "2026-03-02"), "1 March 2026");
});

Deno.test("an instant is shown by the reader's clock", () => {
  assert.equal(dayAndTime("2026-04-02T14:10:00Z", "Europe/London"), "2 April, 15:10");
  assert.equal(dayAndTime("2026-01-01T04:05:00Z", "America/Chicago"), "31 December, 22:05");
  assert.equal(dayAndTime("2026-01-01T04:05:00Z", "America/Chicago", 2026), "31 December 2025, 22:05");
  assert.equal(dayAndTime("2026-01-01T04:05:00Z", "Europe/London", 2026), "1 January, 04:05");
});
