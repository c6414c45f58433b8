/** Dates and times in words: 2 April 2026 in text, 2 Apr in tables, never only digits. */
import { months } from "../../lib/core/months.ts";

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** "2 April 2026" for "2026-04-02". */
export function longDate(date: string): string {
  const { day, month, year } = Temporal.PlainDate.from(date);
  return `${day} ${months[month - 1]} ${year}`;
}

/** "2 Apr"; with the year ("2 Apr 2025") when it is not the reader's. */
export function shortDate(date: string, thisYear?: number): string {
  const { day, month, year } = Temporal.PlainDate.from(date);
  const short = `${day} ${months[month - 1].slice(0, 3)}`;
  return thisYear === undefined || thisYear === year ? short : `${short} ${year}`;
}

/** "Thursday 2 April". */
export function dayOfWeek(date: string): string {
  const { day, month, dayOfWeek } = Temporal.PlainDate.from(date);
  return `${weekdays[dayOfWeek - 1]} ${day} ${months[month - 1]}`;
}

/** "1 to 31 March 2026" for the days `[start, end)`: the last day shown is the one before `end`. */
export function dateRange(start: string, end: string): string {
  const first = Temporal.PlainDate.from(start);
  const last = Temporal.PlainDate.from(end).subtract({ days: 1 });
  if (first.equals(last)) return longDate(start);
  const end_ = `${last.day} ${months[last.month - 1]} ${last.year}`;
  if (first.year !== last.year) return `${longDate(start)} to ${end_}`;
  return first.month === last.month
    ? `${first.day} to ${end_}`
    : `${first.day} ${months[first.month - 1]} to ${end_}`;
}

/** "2 April, 15:10" for an instant, in the reader's zone; with the year when it is not the reader's. */
export function dayAndTime(instant: string, zone: string, thisYear?: number): string {
  const { day, month, year, hour, minute } = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  const ofYear = thisYear === undefined || thisYear === year ? "" : ` ${year}`;
  return `${day} ${months[month - 1]}${ofYear}, ${twoDigits(hour)}:${twoDigits(minute)}`;
}

export interface DayProps {
  /** A calendar day, "2026-04-02". */
  date: string;
  /** For tables: "2 Apr". */
  short?: boolean;
  /** The reader's year: a short date of another year shows its year. */
  thisYear?: number;
}

export function Day({ date, short, thisYear }: DayProps) {
  return <time datetime={date}>{short ? shortDate(date, thisYear) : longDate(date)}</time>;
}

export interface MomentProps {
  /** An instant, "2026-04-02T14:10:00Z". */
  instant: string;
  /** The reader's zone, "Europe/London". */
  zone: string;
  /** The reader's year: a moment of another year shows its year. */
  thisYear?: number;
}

export function Moment({ instant, zone, thisYear }: MomentProps) {
  return <time datetime={instant}>{dayAndTime(instant, zone, thisYear)}</time>;
}
