/** Billing periods: calendar dates in a zone, their instants, anchors that survive short months, and shares of a period. */
import { Rational } from "./decimal.ts";

/** `[start, end)` in calendar dates of `zone` (an IANA name): `end` is the first day after it. */
export interface BillingPeriod {
  readonly start: Temporal.PlainDate;
  readonly end: Temporal.PlainDate;
  readonly zone: string;
}

/** A span of dates `[from, to)`; `to` null means that it is open. */
export interface DateSpan {
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate | null;
}

/** How often a contract bills. */
export type Cadence =
  | "weekly"
  | "two_weekly"
  | "four_weekly"
  | "monthly"
  | "quarterly"
  | "half_yearly"
  | "yearly";

/** What a part of a period costs: by exact time, by calendar days, by 30-day months, or always the whole. */
export type ProrationMode = "second" | "day" | "fixed30" | "none";

const CADENCE_SPAN: Record<Cadence, { days: number } | { months: number }> = {
  weekly: { days: 7 },
  two_weekly: { days: 14 },
  four_weekly: { days: 28 },
  monthly: { months: 1 },
  quarterly: { months: 3 },
  half_yearly: { months: 6 },
  yearly: { months: 12 },
};

/** Whether `zone` is a time zone this machine knows. */
export function isTimeZone(zone: string): boolean {
  // Temporal would also take an instant or an offset in place of a name; a zone is a name.
  if (zone.length > 60 || !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first instant that exists on a day: usually midnight, 01:00 where clocks go forward at midnight, and the start of the
 * next day where a zone skipped the whole day.
 */
export function startOfDay(date: Temporal.PlainDate, zone: string): Temporal.Instant {
  return date.toZonedDateTime(zone).toInstant();
}

/** The instants of a billing period, `[start, end)`. */
export function periodInstants(period: BillingPeriod): { start: Temporal.Instant; end: Temporal.Instant } {
  return { start: startOfDay(period.start, period.zone), end: startOfDay(period.end, period.zone) };
}

/** The calendar date of an instant in a zone. */
export function localDate(instant: Temporal.Instant, zone: string): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(zone).toPlainDate();
}

/** Calendar days in `[start, end)`; negative if `end` is before `start`. */
export function daysBetween(start: Temporal.PlainDate, end: Temporal.PlainDate): number {
  return start.until(end, { largestUnit: "day" }).days;
}

/**
 * Days in `[start, end)` by 30E/360 (ISDA 2006, section 4.16 (g)): every month has 30 days, the 31st counts as the 30th, and
 * the end of February is not adjusted.
 */
export function thirtyE360Days(start: Temporal.PlainDate, end: Temporal.PlainDate): number {
  return 360 * (end.year - start.year) + 30 * (end.month - start.month) +
    Math.min(end.day, 30) - Math.min(start.day, 30);
}

/**
 * The date on which the period number `index` starts, counted from `anchor` (index 0; it may be negative). Months are always
 * added to the anchor itself, so an anchor on the 31st falls on the last day of shorter months and comes back to the 31st,
 * and a yearly one on 29 February falls on 28 February in common years.
 */
export function anchoredDate(
  anchor: Temporal.PlainDate,
  cadence: Cadence,
  index: number,
): Temporal.PlainDate {
  const span = CADENCE_SPAN[cadence];
  return "days" in span
    ? anchor.add({ days: span.days * index })
    : anchor.add({ months: span.months * index });
}

/** The anchored period that contains `date`. */
export function periodContaining(
  anchor: Temporal.PlainDate,
  cadence: Cadence,
  date: Temporal.PlainDate,
  zone: string,
): BillingPeriod {
  const span = CADENCE_SPAN[cadence];
  let index = "days" in span
    ? Math.floor(daysBetween(anchor, date) / span.days)
    : Math.floor((12 * (date.year - anchor.year) + date.month - anchor.month) / span.months);
  // The month count ignores the day, so the date may still lie before that start.
  if (Temporal.PlainDate.compare(date, anchoredDate(anchor, cadence, index)) < 0) index -= 1;
  return {
    start: anchoredDate(anchor, cadence, index),
    end: anchoredDate(anchor, cadence, index + 1),
    zone,
  };
}

/** An anchor for "the same day of every month", up to the 31st: that day in January of a year. */
export function anchorOnDay(dayOfMonth: number, year: number): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year, month: 1, day: dayOfMonth }, { overflow: "reject" });
}

/** The part of `span` inside the period, or null if there is none. */
export function clipToPeriod(
  span: DateSpan,
  period: BillingPeriod,
): { start: Temporal.PlainDate; end: Temporal.PlainDate } | null {
  const { compare } = Temporal.PlainDate;
  const start = compare(span.from, period.start) > 0 ? span.from : period.start;
  const end = span.to !== null && compare(span.to, period.end) < 0 ? span.to : period.end;
  return compare(start, end) < 0 ? { start, end } : null;
}

/**
 * The share of the period that `[part.start, part.end)` is, from 0 to 1 and exact. `part` must lie inside the period. The
 * shares of the parts of a period sum to 1 in every mode but `none`, where each part counts as the whole.
 */
export function prorationFraction(
  part: { start: Temporal.PlainDate; end: Temporal.PlainDate },
  period: BillingPeriod,
  mode: ProrationMode,
): Rational {
  // The whole is 1 also where it has no unit to count: 30E/360 finds no day from the 30th to the 31st.
  if (mode === "none" || part.start.equals(period.start) && part.end.equals(period.end)) return Rational.one;
  const { units, whole } = prorationUnits(part, period, mode);
  return Rational.of(units, whole);
}

/** The two counts of a share: days, 30E/360 days or seconds of the part and of the whole period. */
export function prorationUnits(
  part: { start: Temporal.PlainDate; end: Temporal.PlainDate },
  period: BillingPeriod,
  mode: Exclude<ProrationMode, "none">,
): { units: bigint; whole: bigint } {
  const count = mode === "fixed30"
    ? thirtyE360Days
    : mode === "day"
    ? daysBetween
    : secondsBetween(period.zone);
  return { units: BigInt(count(part.start, part.end)), whole: BigInt(count(period.start, period.end)) };
}

function secondsBetween(zone: string) {
  return (start: Temporal.PlainDate, end: Temporal.PlainDate): number =>
    (startOfDay(end, zone).epochMilliseconds - startOfDay(start, zone).epochMilliseconds) / 1000;
}
