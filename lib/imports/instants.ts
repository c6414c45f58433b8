/** Reads the time of a row: an instant with its offset, Unix time, or local time in a zone. */
import { localSyntaxOf } from "./time_pattern.ts";

export type TimeFormat =
  | { form: "rfc3339" }
  | { form: "unix_seconds" }
  | { form: "unix_milliseconds" }
  /** `2019-03-10 02:30:00`, or in the form of `pattern`, as clocks on the wall of `zone` show it. */
  | { form: "local"; zone: string; pattern?: string };

/** Gives the instant, or what is wrong as a sentence. */
export type ReadInstant = (text: string) => Temporal.Instant | string;

/** Seconds may be left out, and have decimals. */
const localSyntax =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[ T](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,6}))?)?$/;
const rfc3339Syntax = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const dayMs = 86_400_000;

/** Times outside this span are typing errors or other units: milliseconds read as seconds lie in the year 50,000. */
const earliestMs = Date.UTC(1970, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

export function instantReader(format: TimeFormat): ReadInstant {
  if (format.form === "rfc3339") return readRfc3339;
  if (format.form === "unix_seconds") return readUnixSeconds;
  if (format.form === "unix_milliseconds") return readUnixMilliseconds;
  if (format.pattern === undefined) return localReader(format.zone, localSyntax, "2024-01-31 09:30:00");
  const { syntax, example } = localSyntaxOf(format.pattern);
  return localReader(format.zone, syntax, example);
}

function readRfc3339(text: string): Temporal.Instant | string {
  const rule = "Write the time with its offset, like 2024-01-31T09:30:00+01:00.";
  if (!rfc3339Syntax.test(text)) return rule;
  const instant = tryInstant(text.replace(" ", "T").toUpperCase());
  return instant ? withinSpan(instant) : rule;
}

function tryInstant(text: string): Temporal.Instant | undefined {
  try {
    return Temporal.Instant.from(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readUnixSeconds(text: string): Temporal.Instant | string {
  if (!/^\d{1,15}$/.test(text)) {
    return "Write the time as whole seconds since 1 January 1970, like 1706693400.";
  }
  return fromMilliseconds(Number(text) * 1000, 0);
}

function readUnixMilliseconds(text: string): Temporal.Instant | string {
  if (!/^\d{1,15}$/.test(text)) {
    return "Write the time as whole milliseconds since 1 January 1970, like 1706693400000.";
  }
  return fromMilliseconds(Number(text), 0);
}

/**
 * Local times become instants the way Temporal calls "compatible": a time that a clock change skips moves on by the
 * length of the gap, and one that it repeats means the first pass. Almost every day has one offset, kept by day.
 */
function localReader(zone: string, syntax: RegExp, example: string): ReadInstant {
  const offsets = new Map<number, number | undefined>();
  const rule = `Write the local time like ${example}.`;
  return (text) => {
    const parts = syntax.exec(text)?.groups;
    if (!parts) return rule;
    const { year, month, day, hour, minute, second } = clockOf(parts);
    if (!(hour <= 23) || minute > 59 || second > 59) return rule;
    const utcMs = Date.UTC(year, month - 1, day, hour, minute, second);
    const dayNumber = Math.floor(utcMs / dayMs);
    const date = new Date(dayNumber * dayMs);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1970) {
      return `${rule} There is no such day${year < 1970 ? " since 1970" : ""}.`;
    }
    const micros = Number((parts.fraction ?? "").padEnd(6, "0"));
    let offset = offsets.get(dayNumber);
    if (offset === undefined) {
      if (!offsets.has(dayNumber)) offsets.set(dayNumber, offset = offsetOfDay(zone, dayNumber));
      if (offset === undefined) return fromMilliseconds(throughTheZone(utcMs, zone), micros);
    }
    return fromMilliseconds(utcMs - offset, micros);
  };
}

/** The numbers of a local time; hours of a twelve-hour clock, from 1 to 12, become those of the day. */
function clockOf(parts: Record<string, string | undefined>) {
  const number = (name: string) => Number(parts[name] ?? 0);
  const hour = number("hour");
  const isTwelveHour = parts.half !== undefined;
  return {
    year: number("year"),
    month: number("month"),
    day: number("day"),
    hour: !isTwelveHour ? hour : hour < 1 || hour > 12 ? NaN : hour % 12 + (/^p/i.test(parts.half!) ? 12 : 0),
    minute: number("minute"),
    second: number("second"),
  };
}

/** The offset of a zone in milliseconds, if it is one and the same from a day before a local day to a day after it. */
function offsetOfDay(zone: string, dayNumber: number): number | undefined {
  const before = Temporal.Instant.fromEpochMilliseconds((dayNumber - 1) * dayMs).toZonedDateTimeISO(zone);
  const change = before.getTimeZoneTransition("next");
  const uniform = change === null || change.epochMilliseconds > (dayNumber + 2) * dayMs;
  return uniform ? before.offsetNanoseconds / 1_000_000 : undefined;
}

/** Milliseconds since 1970 of the local time that is `utcMs` in UTC. */
function throughTheZone(utcMs: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(utcMs).toZonedDateTimeISO("UTC").toPlainDateTime()
    .toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

function fromMilliseconds(milliseconds: number, micros: number): Temporal.Instant | string {
  const instant = Temporal.Instant.fromEpochMilliseconds(milliseconds);
  return withinSpan(micros === 0 ? instant : instant.add({ microseconds: micros }));
}

function withinSpan(instant: Temporal.Instant): Temporal.Instant | string {
  const milliseconds = instant.epochMilliseconds;
  if (milliseconds >= earliestMs && milliseconds < latestMs) return instant;
  return "The time is not between 1970 and 2200. Check its unit and format.";
}
