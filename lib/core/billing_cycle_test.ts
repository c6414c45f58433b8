/** Periods of every cadence cover each day and each instant once, over short months, leap days and the clocks of five zones. */
import assert from "node:assert/strict";
import { type BillingCycle, periodOn } from "./billing_cycle.ts";
import { type Cadence, periodInstants } from "./period.ts";

const date = (text: string) => Temporal.PlainDate.from(text);

function cycle(cadence: Cadence, anchor: string | number, startDate = "2023-02-10"): BillingCycle {
  return {
    startDate: date(startDate),
    cadence,
    anchorDay: typeof anchor === "number" ? anchor : 1,
    anchorDate: typeof anchor === "number" ? null : date(anchor),
  };
}

const shown = (of: BillingCycle, day: string) => {
  const { start, end } = periodOn(of, date(day));
  return `${start}/${end}`;
};

/** Lord Howe moves its clocks by half an hour, Santiago and Beirut at midnight, Apia skipped a day, Kathmandu never does. */
const zones = ["Australia/Lord_Howe", "America/Santiago", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu"];

Deno.test("the periods of every cadence follow one another without a gap in five zones", () => {
  const cycles = [
    cycle("weekly", "2024-02-29"),
    cycle("two_weekly", "2024-01-01"),
    cycle("four_weekly", "2025-12-31"),
    cycle("monthly", 31),
    cycle("monthly", 1),
    cycle("quarterly", "2024-01-31"),
    cycle("half_yearly", "2024-08-31"),
    cycle("yearly", "2024-02-29"),
  ];
  for (const one of cycles) {
    for (let day = date("2011-11-01"); day.year < 2014; day = day.add({ days: 1 })) {
      const { start, end } = periodOn(one, day);
      const { compare } = Temporal.PlainDate;
      assert.ok(compare(start, day) <= 0 && compare(day, end) < 0, `${one.cadence} ${day}`);
      if (!day.equals(start)) continue;
      const next = periodOn(one, end);
      assert.equal(`${next.start}`, `${end}`, `${one.cadence} after ${start}`);
      for (const zone of zones) {
        const [now, then] = [periodInstants({ start, end, zone }), periodInstants({ ...next, zone })];
        assert.ok(now.end.equals(then.start), `${one.cadence} ${end} in ${zone}`);
        assert.ok(Temporal.Instant.compare(now.start, now.end) < 0);
      }
    }
  }
});

Deno.test("a week has half an hour less or more when the clocks of Lord Howe move, an hour elsewhere", () => {
  const hours = (zone: string, day: string) => {
    const { start, end } = periodInstants({ ...periodOn(cycle("weekly", "2024-01-01"), date(day)), zone });
    return end.since(start).total("hours");
  };
  assert.deepEqual(
    [hours("Australia/Lord_Howe", "2024-04-07"), hours("Australia/Lord_Howe", "2024-10-06")],
    [168.5, 167.5],
  );
  assert.deepEqual([hours("Europe/London", "2024-03-31"), hours("Europe/London", "2024-10-27")], [167, 169]);
});

Deno.test("the end of a month and a leap day come back after shorter ones", () => {
  const quarterly = cycle("quarterly", "2023-11-30");
  assert.deepEqual(
    ["2024-01-10", "2024-02-29", "2024-06-01"].map((day) => shown(quarterly, day)),
    ["2023-11-30/2024-02-29", "2024-02-29/2024-05-30", "2024-05-30/2024-08-30"],
  );
  const yearly = cycle("yearly", "2024-02-29");
  assert.deepEqual(
    ["2023-12-31", "2024-02-29", "2025-02-28", "2028-02-28", "2028-02-29"].map((day) => shown(yearly, day)),
    [
      "2023-02-28/2024-02-29",
      "2024-02-29/2025-02-28",
      "2025-02-28/2026-02-28",
      "2027-02-28/2028-02-29",
      "2028-02-29/2029-02-28",
    ],
  );
  assert.equal(shown(cycle("half_yearly", "2024-08-31"), "2024-03-01"), "2024-02-29/2024-08-31");
});

Deno.test("an anchor long before or after the contract gives the same periods", () => {
  for (const cadence of ["weekly", "quarterly", "yearly"] as const) {
    const near = periodOn(cycle(cadence, "2024-01-01"), date("2024-05-05"));
    const anchor = periodOn(cycle(cadence, "2024-01-01"), date("1999-06-06")).start;
    assert.equal(shown(cycle(cadence, String(anchor)), "2024-05-05"), `${near.start}/${near.end}`);
  }
});
