/** Reads RFC 3339 instants and tells the local date and wall-clock time of very many of them quickly. */

/** Wall-clock time in a zone. */
export interface LocalTime {
  /** Days since 1 January 1970, in the zone's own calendar dates. */
  readonly epochDay: number;
  /** Seconds since 00:00 on the wall clock; never 86,400. */
  readonly secondOfDay: number;
}

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days from 1 January 1970 to a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468;
}

/** Days from 1 January 1970 to `date`. */
export function epochDayOf(date: Temporal.PlainDate): number {
  return daysFromCivil(date.year, date.month, date.day);
}

/** The date that lies `epochDay` days after 1 January 1970. */
export function dateOfEpochDay(epochDay: number): Temporal.PlainDate {
  return new Temporal.PlainDate(1970, 1, 1).add({ days: epochDay });
}

/** 1 for Monday to 7 for Sunday. */
export function weekdayOf(epochDay: number): number {
  // 1 January 1970 was a Thursday.
  return ((epochDay + 3) % 7 + 7) % 7 + 1;
}

/**
 * The instant of an RFC 3339 text in nanoseconds since 1970, or null if it is not one: date, `T`, time with seconds, at most
 * nine decimals of a second, and `Z` or an offset. A leap second counts as the second before it, as in Temporal.
 */
export function parseInstant(text: string): bigint | null {
  const match = text.length <= 35 ? RFC_3339.exec(text) : null;
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const leapDay = month === 2 && (year % 4 === 0 && year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  if (month < 1 || month > 12 || day < 1 || day > MONTH_DAYS[month - 1] + leapDay) return null;
  if (hour > 23 || minute > 59 || second > 60) return null;
  let offset = 0;
  if (match[8] !== undefined) {
    const offsetHour = Number(match[9]), offsetMinute = Number(match[10]);
    if (offsetHour > 23 || offsetMinute > 59) return null;
    offset = (match[8] === "-" ? -1 : 1) * (offsetHour * 3600 + offsetMinute * 60);
  }
  const seconds = daysFromCivil(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 +
    Math.min(second, 59) - offset;
  const fraction = match[7] === undefined ? 0n : BigInt(match[7].padEnd(9, "0"));
  return BigInt(seconds) * NANOSECONDS_PER_SECOND + fraction;
}

interface OffsetSpan {
  /** Unix seconds `[from, to)` in which the offset holds. */
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** Asks Temporal for the span between two changes of the clock around an instant. */
function offsetSpanAt(epochSecond: number, zone: string): OffsetSpan {
  const instant = Temporal.Instant.fromEpochMilliseconds(epochSecond * 1000);
  const here = instant.toZonedDateTimeISO(zone);
  // "previous" looks strictly before its instant, and a change that happens right now already holds.
  const previous = instant.add({ nanoseconds: 1 }).toZonedDateTimeISO(zone).getTimeZoneTransition("previous");
  const next = here.getTimeZoneTransition("next");
  return {
    from: previous === null ? -Infinity : previous.epochMilliseconds / 1000,
    to: next === null ? Infinity : next.epochMilliseconds / 1000,
    offset: here.offsetNanoseconds / 1e9,
  };
}

/** A reader of wall-clock time in `zone` that asks for each change of the clock once instead of for each instant. */
export function localTimeIn(zone: string): (epochNanoseconds: bigint) => LocalTime {
  const spans: OffsetSpan[] = [];
  let last: OffsetSpan | undefined;
  return (epochNanoseconds) => {
    // BigInt division cuts towards zero; local time needs the second that has begun.
    const cut = epochNanoseconds / NANOSECONDS_PER_SECOND;
    const second = Number(epochNanoseconds % NANOSECONDS_PER_SECOND < 0n ? cut - 1n : cut);
    if (!last || second < last.from || second >= last.to) {
      last = spans.find((span) => second >= span.from && second < span.to);
      if (!last) spans.push(last = offsetSpanAt(second, zone));
    }
    const local = second + last.offset;
    const epochDay = Math.floor(local / SECONDS_PER_DAY);
    return { epochDay, secondOfDay: local - epochDay * SECONDS_PER_DAY };
  };
}
