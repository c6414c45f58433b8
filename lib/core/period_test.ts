/** Periods: anchors, month ends, leap days, days without a midnight, and shares that sum to the whole. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { Rational, sumRationals } from "./decimal.ts";
import {
  anchoredDate,
  anchorOnDay,
  type BillingPeriod,
  type Cadence,
  clipToPeriod,
  daysBetween,
  isTimeZone,
  localDate,
  periodContaining,
  periodInstants,
  prorationFraction,
  type ProrationMode,
  startOfDay,
  thirtyE360Days,
} from "./period.ts";

const date = (text: string) => Temporal.PlainDate.from(text);
const span = (start: string, end: string) => ({ start: date(start), end: date(end) });
const period = (start: string, end: string, zone = "UTC"): BillingPeriod => ({ ...span(start, end), zone });

/** Zones that bring trouble: half an hour of DST, no midnight, a skipped day, a quarter hour, none at all. */
const zones = [
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Europe/Berlin",
  "UTC",
];

const anyDate = fc.integer({ min: 0, max: 20_000 }).map((days) => date("2000-01-01").add({ days }));
const anyPeriod = fc.tuple(anyDate, fc.integer({ min: 1, max: 400 }), fc.constantFrom(...zones))
  .map(([start, days, zone]): BillingPeriod => ({ start, end: start.add({ days }), zone }));

Deno.test("days are counted end-exclusive: [15 Mar, 31 Mar) is 16 days", () => {
  assert.equal(daysBetween(date("2024-03-15"), date("2024-03-31")), 16);
  assert.equal(daysBetween(date("2024-02-28"), date("2024-03-01")), 2);
});

Deno.test("a day starts at its first existing instant", () => {
  const starts = (day: string, zone: string) => `${startOfDay(date(day), zone)}`;
  assert.equal(starts("2024-01-10", "America/Chicago"), "2024-01-10T06:00:00Z");
  // Clocks went from 00:00 to 01:00.
  assert.equal(starts("2018-11-04", "America/Sao_Paulo"), "2018-11-04T03:00:00Z");
  assert.equal(starts("2024-04-26", "Africa/Cairo"), "2024-04-25T22:00:00Z");
  // Samoa skipped 30 December 2011.
  assert.equal(starts("2011-12-30", "Pacific/Apia"), starts("2011-12-31", "Pacific/Apia"));
  // Midnight came twice in Havana; the first counts.
  assert.equal(starts("2024-11-03", "America/Havana"), "2024-11-03T04:00:00Z");
});

Deno.test("days of the change of clocks have 23, 25, 23½ or 24½ hours", () => {
  const hours = (day: string, zone: string) => {
    const { start, end } = periodInstants(period(day, `${date(day).add({ days: 1 })}`, zone));
    return start.until(end).total("hours");
  };
  assert.equal(hours("2024-03-10", "America/Chicago"), 23);
  assert.equal(hours("2024-11-03", "America/Chicago"), 25);
  assert.equal(hours("2024-10-06", "Australia/Lord_Howe"), 23.5);
  assert.equal(hours("2024-04-07", "Australia/Lord_Howe"), 24.5);
});

Deno.test("the local date of an instant is that of the zone", () => {
  assert.equal(
    `${localDate(Temporal.Instant.from("2024-02-01T05:59:59Z"), "America/Chicago")}`,
    "2024-01-31",
  );
});

Deno.test("an anchor on the 31st falls on the last day of shorter months and returns to the 31st", () => {
  const starts = [0, 1, 2, 3, 13].map((index) => `${anchoredDate(date("2024-01-31"), "monthly", index)}`);
  assert.deepEqual(starts, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2025-02-28"]);
  assert.equal(`${anchoredDate(date("2024-01-31"), "monthly", -2)}`, "2023-11-30");
  assert.equal(`${anchoredDate(anchorOnDay(30, 2023), "monthly", 1)}`, "2023-02-28");
  assert.throws(() => anchorOnDay(32, 2024), RangeError);
});

Deno.test("29 February anchors a yearly contract on 28 February in common years", () => {
  const starts = [0, 1, 4].map((index) => `${anchoredDate(date("2024-02-29"), "yearly", index)}`);
  assert.deepEqual(starts, ["2024-02-29", "2025-02-28", "2028-02-29"]);
});

Deno.test("weekly to yearly periods follow each other without gap or overlap and hold their dates", () => {
  const cadences = fc.constantFrom<Cadence>(
    "weekly",
    "two_weekly",
    "four_weekly",
    "monthly",
    "quarterly",
    "half_yearly",
    "yearly",
  );
  checkProperty(fc.property(anyDate, cadences, anyDate, (anchor, cadence, day) => {
    const found = periodContaining(anchor, cadence, day, "UTC");
    assert.ok(
      Temporal.PlainDate.compare(found.start, day) <= 0 && Temporal.PlainDate.compare(day, found.end) < 0,
    );
    const next = periodContaining(anchor, cadence, found.end, "UTC");
    assert.ok(next.start.equals(found.end));
  }));
});

Deno.test("Anchor 15, 2011-01-01→02-27 = 14/31 + 1 + 12/28", () => {
  const anchor = anchorOnDay(15, 2011), stay = { from: date("2011-01-01"), to: date("2011-02-27") };
  const shares = ["2011-01-01", "2011-01-15", "2011-02-15"].map((day) => {
    const whole = periodContaining(anchor, "monthly", date(day), "UTC");
    return `${prorationFraction(clipToPeriod(stay, whole)!, whole, "day")}`;
  });
  assert.deepEqual(shares, [`${Rational.of(14n, 31n)}`, "1", `${Rational.of(12n, 28n)}`]);
});

Deno.test("Fixed 30: 2023-05-23→06-15 = 0.733333333, 05-15→05-23 = 0.266666667", () => {
  const whole = period("2023-05-15", "2023-06-15");
  const share = (start: string, end: string) =>
    prorationFraction(span(start, end), whole, "fixed30").toDecimal(9);
  assert.equal(share("2023-05-23", "2023-06-15"), "0.733333333");
  assert.equal(share("2023-05-15", "2023-05-23"), "0.266666667");
});

Deno.test("30E/360 counts the 31st as the 30th and leaves February as it is", () => {
  const days = (start: string, end: string) => thirtyE360Days(date(start), date(end));
  assert.equal(days("2024-01-31", "2024-02-01"), 1);
  assert.equal(days("2024-01-30", "2024-01-31"), 0);
  assert.equal(days("2024-02-01", "2024-03-01"), 30);
  assert.equal(days("2024-02-28", "2024-03-01"), 3);
  assert.equal(days("2023-02-28", "2023-03-01"), 3);
  assert.equal(days("2023-01-01", "2024-01-01"), 360);
  const oneDay = period("2024-01-30", "2024-01-31");
  assert.ok(prorationFraction(oneDay, oneDay, "fixed30").equals(Rational.one));
});

Deno.test("no proration means the whole, for any part", () => {
  const whole = period("2024-01-01", "2024-02-01");
  assert.ok(prorationFraction(span("2024-01-31", "2024-02-01"), whole, "none").equals(Rational.one));
});

Deno.test("by the second, the 23 hours of a day count as 23 hours", () => {
  const whole = period("2024-03-10", "2024-03-12", "America/Chicago");
  assert.equal(`${prorationFraction(span("2024-03-10", "2024-03-11"), whole, "second")}`, "23/47");
});

Deno.test("a period split anywhere gives the whole: by the second, by days and by 30E/360, in every zone", () => {
  const modes = fc.constantFrom<ProrationMode>("second", "day", "fixed30");
  checkProperty(
    fc.property(anyPeriod, modes, fc.array(fc.nat(400), { maxLength: 5 }), (whole, mode, cuts) => {
      fc.pre(mode !== "fixed30" || thirtyE360Days(whole.start, whole.end) > 0);
      const days = daysBetween(whole.start, whole.end);
      const bounds = [...new Set([0, ...cuts.map((cut) => cut % days), days])].sort((a, b) => a - b);
      const shares = bounds.slice(1).map((end, index) =>
        prorationFraction(
          { start: whole.start.add({ days: bounds[index] }), end: whole.start.add({ days: end }) },
          whole,
          mode,
        )
      );
      assert.deepEqual(sumRationals(shares), Rational.one);
    }),
  );
});

Deno.test("the part of a stay inside a period, or none", () => {
  const whole = period("2024-01-01", "2024-02-01");
  const part = (from: string, to: string | null) => {
    const clipped = clipToPeriod({ from: date(from), to: to === null ? null : date(to) }, whole);
    return clipped && `${clipped.start} ${clipped.end}`;
  };
  assert.equal(part("2024-01-10", null), "2024-01-10 2024-02-01");
  assert.equal(part("2023-01-01", "2024-01-02"), "2024-01-01 2024-01-02");
  assert.equal(part("2023-01-01", "2024-01-01"), null);
  assert.equal(part("2024-02-01", null), null);
});

Deno.test("a time zone is a name this machine knows", () => {
  for (const zone of ["UTC", "America/Chicago", "Etc/GMT+5", "Australia/Lord_Howe"]) {
    assert.ok(isTimeZone(zone), zone);
  }
  for (
    const zone of ["", "Mars/Base", "+02:00", "2024-01-01T00:00:00Z", "UTC[u-ca=x]", "x".repeat(1_000_000)]
  ) {
    assert.ok(!isTimeZone(zone), zone.slice(0, 30));
  }
});
