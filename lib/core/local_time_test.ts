/** Local time read quickly: the same as Temporal says, in every kind of zone. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { dateOfEpochDay, epochDayOf, localTimeIn, parseInstant, weekdayOf } from "./local_time.ts";

const zones = [
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Europe/Berlin",
  "America/Chicago",
  "Africa/Monrovia",
  "UTC",
];
const readers = new Map(zones.map((zone) => [zone, localTimeIn(zone)]));

Deno.test("local date and wall clock are those of Temporal, for any instant and zone", () => {
  const seconds = fc.integer({ min: -3_000_000_000, max: 6_000_000_000 });
  checkProperty(
    fc.property(seconds, fc.nat(999_999_999), fc.constantFrom(...zones), (second, fraction, zone) => {
      const nanoseconds = BigInt(second) * 1_000_000_000n + BigInt(fraction);
      const expected = new Temporal.Instant(nanoseconds).toZonedDateTimeISO(zone);
      const { epochDay, secondOfDay } = readers.get(zone)!(nanoseconds);
      assert.equal(`${dateOfEpochDay(epochDay)}`, `${expected.toPlainDate()}`);
      assert.equal(secondOfDay, expected.hour * 3600 + expected.minute * 60 + expected.second);
      assert.equal(weekdayOf(epochDay), expected.dayOfWeek);
      assert.equal(epochDayOf(expected.toPlainDate()), epochDay);
    }),
  );
});

Deno.test("the seconds around every change of the clock are right", () => {
  for (const zone of zones) {
    let change: Temporal.ZonedDateTime | null = Temporal.Instant.from("2005-01-01T00:00:00Z")
      .toZonedDateTimeISO(zone).getTimeZoneTransition(
        "next",
      );
    for (let count = 0; change !== null && count < 20; count++) {
      const read = localTimeIn(zone);
      // The change itself first: what is learned there must not be taken for the time before.
      for (const nanoseconds of [0n, -1n, -1_000_000_000n, 1n, 1_000_000_000n]) {
        const at: bigint = change.epochNanoseconds + nanoseconds;
        const expected = new Temporal.Instant(at).toZonedDateTimeISO(zone);
        const { epochDay, secondOfDay } = read(at);
        assert.equal(`${dateOfEpochDay(epochDay)}`, `${expected.toPlainDate()}`, `${expected}`);
        assert.equal(
          secondOfDay,
          expected.hour * 3600 + expected.minute * 60 + expected.second,
          `${expected}`,
        );
      }
      change = change.getTimeZoneTransition("next");
    }
  }
});

Deno.test("an instant is read as Temporal reads it", () => {
  const when = fc.record({
    second: fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
    fraction: fc.nat(999_999_999),
    offset: fc.integer({ min: -23 * 60, max: 23 * 60 }),
  });
  checkProperty(fc.property(when, ({ second, fraction, offset }) => {
    const sign = offset < 0 ? "-" : "+", minutes = Math.abs(offset);
    const two = (value: number) => `${value}`.padStart(2, "0");
    const local = new Temporal.Instant(BigInt(second) * 1_000_000_000n + BigInt(fraction)).toString().slice(
      0,
      -1,
    );
    fc.pre(/^\d/.test(local));
    const text = `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    assert.equal(parseInstant(text), Temporal.Instant.from(text).epochNanoseconds, text);
  }));
  assert.equal(
    parseInstant("2016-12-31T23:59:60Z"),
    Temporal.Instant.from("2016-12-31T23:59:59Z").epochNanoseconds,
  );
  assert.equal(
    parseInstant("2024-02-29t10:00:00z"),
    Temporal.Instant.from("2024-02-29T10:00:00Z").epochNanoseconds,
  );
});

Deno.test("what is not an RFC 3339 instant is null", () => {
  const wrong = ["", "2024-01-12", "2024-01-12T10:00:00", "2024-01-12T10:00Z", "2024-01-12 10:00:00Z"];
  const impossible = [
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-00-10T00:00:00Z",
  ];
  const times = [
    "2024-01-12T24:00:00Z",
    "2024-01-12T10:60:00Z",
    "2024-01-12T10:00:61Z",
    "2024-01-00T10:00:00Z",
  ];
  const offsets = ["2024-01-12T10:00:00+24:00", "2024-01-12T10:00:00+01:60", "2024-01-12T10:00:00+0100"];
  const odd = [
    "2024-01-12T10:00:00.Z",
    "2024-01-12T10:00:00.1234567890Z",
    "2024-01-12T10:00:00Z[UTC]",
    "x".repeat(1e6),
  ];
  for (const text of [...wrong, ...impossible, ...times, ...offsets, ...odd]) {
    assert.equal(parseInstant(text), null, text.slice(0, 40));
  }
});
