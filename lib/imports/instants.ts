/** Reads the time of a row: an instant with its offset, Unix seconds, or local time in a zone. */

export type TimeFormat =
  | { form: "rfc3339" }
  | { form: "unix_seconds" }
  /** `2019-03-10 02:30:00` as clocks on the wall of `zone` show it. */
  | { form: "local"; zone: string };

/** Gives the instant, or what is wrong as a sentence. */
export type ReadInstant = (text: string) => Temporal.Instant | string;

const localSyntax = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/;
const rfc3339Syntax = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const dayMs = 86_400_000;

/** Times outside this span are typing errors or other units: milliseconds read as seconds lie in the year 50,000. */
const earliestMs = Date.UTC(1970, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

export function instantReader(format: TimeFormat): ReadInstant {
  if (format.form === "rfc3339") return readRfc3339;
  if (format.form === "unix_seconds") return readUnixSeconds;
  return localReader(format.zone);
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

/**
 * Local times become instants the way Temporal calls "compatible": a time that a clock change skips moves on by the
 * length of the gap, and one that it repeats means the first pass. Almost every day has one offset, kept by day.
 */
function localReader(zone: string): ReadInstant {
  const offsets = new Map<number, number | undefined>();
  return (text) => {
    const rule = "Write the local time like 2024-01-31 09:30:00.";
    const match = localSyntax.exec(text);
    if (!match) return rule;
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
    if (hour > 23 || minute > 59 || second > 59) return rule;
    const utcMs = Date.UTC(year, month - 1, day, hour, minute, second);
    const dayNumber = Math.floor(utcMs / dayMs);
    const date = new Date(dayNumber * dayMs);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1970) {
      return `${rule} There is no such day${year < 1970 ? " since 1970" : ""}.`;
    }
    const micros = Number((match[7] ?? "").padEnd(6, "0"));
    let offset = offsets.get(dayNumber);
    if (offset === undefined) {
      if (!offsets.has(dayNumber)) offsets.set(dayNumber, offset = offsetOfDay(zone, dayNumber));
      if (offset === undefined) return withinSpan(throughTheZone(text, zone));
    }
    return fromMilliseconds(utcMs - offset, micros);
  };
}

/** The offset of a zone in milliseconds, if it is one and the same from a day before a local day to a day after it. */
function offsetOfDay(zone: string, dayNumber: number): number | undefined {
  const before = Temporal.Instant.fromEpochMilliseconds((dayNumber - 1) * dayMs).toZonedDateTimeISO(zone);
  const change = before.getTimeZoneTransition("next");
  const uniform = change === null || change.epochMilliseconds > (dayNumber + 2) * dayMs;
  return uniform ? before.offsetNanoseconds / 1_000_000 : undefined;
}

function throughTheZone(text: string, zone: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone, { disambiguation: "compatible" })
    .toInstant();
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
