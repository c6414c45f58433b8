/** Times of rows: three formats, the hours that a clock change skips and repeats, and what is refused. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { instantReader } from "./instants.ts";

const newYork = instantReader({ form: "local", zone: "America/New_York" });
const said = (value: Temporal.Instant | string) => value.toString();

Deno.test("local time is read in its zone, summer and winter", () => {
  assert.equal(said(newYork("2019-03-01 00:00:00")), "2019-03-01T05:00:00Z");
  assert.equal(said(newYork("2019-03-23 20:21:09")), "2019-03-24T00:21:09Z");
  assert.equal(said(newYork("2019-03-23T20:21")), "2019-03-24T00:21:00Z");
  assert.equal(said(newYork("2019-03-23 20:21:09.250001")), "2019-03-24T00:21:09.250001Z");
});

Deno.test("a time that the clock change skips moves on by the gap, one that it repeats is the first pass", () => {
  assert.equal(said(newYork("2019-03-10 01:59:59")), "2019-03-10T06:59:59Z");
  assert.equal(said(newYork("2019-03-10 02:30:00")), "2019-03-10T07:30:00Z");
  assert.equal(said(newYork("2019-03-10 03:00:00")), "2019-03-10T07:00:00Z");
  assert.equal(said(newYork("2019-11-03 01:30:00")), "2019-11-03T05:30:00Z");
  assert.equal(said(newYork("2019-11-03 02:00:00")), "2019-11-03T07:00:00Z");
});

Deno.test("the day's kept offset gives what Temporal gives, in every zone at every time", () => {
  const zones = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kolkata",
    "UTC",
  ];
  const readers = zones.map((zone) => instantReader({ form: "local", zone }));
  const minutes = fc.oneof(
    fc.integer({ min: 0, max: 230 * 365 * 1440 }),
    // around the changes of 2011 to 2019, Apia's missing 30 December 2011 among them
    fc.integer({ min: 0, max: 8 * 365 * 1440 }).map((minute) => minute + 41 * 365 * 1440),
  );
  checkProperty(
    fc.property(fc.nat({ max: zones.length - 1 }), minutes, (index, minute) => {
      const local = Temporal.PlainDateTime.from("1970-01-02T00:00").add({ minutes: minute });
      if (local.year >= 2199) return;
      const text = local.toString({ smallestUnit: "second" }).replace("T", " ");
      const expected = local.toZonedDateTime(zones[index], { disambiguation: "compatible" }).toInstant();
      assert.equal(said(readers[index](text)), expected.toString());
    }),
  );
});

Deno.test("instants with an offset and Unix seconds are read exactly", () => {
  const rfc3339 = instantReader({ form: "rfc3339" });
  assert.equal(said(rfc3339("2024-01-31T09:30:00+01:00")), "2024-01-31T08:30:00Z");
  assert.equal(said(rfc3339("2024-01-31 09:30:00.5z")), "2024-01-31T09:30:00.5Z");
  const unixSeconds = instantReader({ form: "unix_seconds" });
  assert.equal(said(unixSeconds("1400269500")), "2014-05-16T19:45:00Z");
});

Deno.test("what is no time is refused with what to write", () => {
  const rfc3339 = instantReader({ form: "rfc3339" });
  const unixSeconds = instantReader({ form: "unix_seconds" });
  for (
    const text of [
      "",
      "yesterday",
      "2024-01-31",
      "2024-01-31T09:30:00",
      "2024-02-30T09:30:00Z",
      "2024-01-31T25:00:00Z",
    ]
  ) {
    assert.match(said(rfc3339(text)), /with its offset, like/, text);
  }
  for (const text of ["", "1.5", "-1", "1e9", "0x10", "123 "]) {
    assert.match(said(unixSeconds(text)), /whole seconds/, text);
  }
  for (
    const text of [
      "",
      "2019-3-1 10:00:00",
      "2019-03-01",
      "2019-03-01 24:00:00",
      "2019-03-01 10:60:00",
      "01/03/2019 10:00:00",
    ]
  ) {
    assert.match(said(newYork(text)), /local time like/, text);
  }
  for (
    const text of ["2019-02-29 10:00:00", "2019-04-31 10:00:00", "2019-13-01 10:00:00", "2019-00-10 10:00:00"]
  ) {
    assert.match(said(newYork(text)), /no such day/, text);
  }
});

Deno.test("a time far outside any business is refused as a wrong unit", () => {
  assert.match(said(instantReader({ form: "unix_seconds" })("1706693400000")), /between 1970 and 2200/);
  assert.match(said(instantReader({ form: "rfc3339" })("1900-01-01T00:00:00Z")), /between 1970 and 2200/);
  assert.match(said(newYork("2200-06-01 00:00:00")), /between 1970 and 2200/);
  assert.match(said(newYork("0019-03-01 00:00:00")), /no such day since 1970/);
});
