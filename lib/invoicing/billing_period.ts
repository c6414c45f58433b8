/** Which periods of a contract can be billed: whole months from its anchor day, once they are over. */
import { milepostError } from "../core/errors.ts";
import { anchoredDate, anchorOnDay, localDate, periodContaining } from "../core/period.ts";
import type { Period } from "./price_case.ts";
import { periodLabel } from "./texts.ts";

/** What decides about periods. */
export interface BilledContract {
  readonly reference: string;
  readonly startDate: Temporal.PlainDate;
  readonly endDate: Temporal.PlainDate | null;
  /** 1 to 31; in shorter months the last day. */
  readonly anchorDay: number;
  readonly zone: string;
}

/** The period that holds a date. */
export function periodOf(contract: BilledContract, date: Temporal.PlainDate): Period {
  const { start, end } = periodContaining(anchorOf(contract), "monthly", date, contract.zone);
  return { start, end };
}

/**
 * Reads a period `[start, end)` and refuses one that is not a period of the contract or is not over yet.
 * Throws `InvalidInput` with the field and a period that would do.
 */
export function requirePeriod(
  contract: BilledContract,
  input: { periodStart: string; periodEnd: string },
  now: Temporal.Instant,
): Period {
  const start = readDate("periodStart", input.periodStart);
  const end = readDate("periodEnd", input.periodEnd);
  const period = periodOf(contract, start);
  if (!period.start.equals(start) || !period.end.equals(end)) {
    refuse(
      "periodStart",
      `${input.periodStart} to ${input.periodEnd}`,
      `Contract ${contract.reference} bills by the month from day ${contract.anchorDay}. ` +
        `The period that holds ${input.periodStart} starts on ${period.start} and ends before ${period.end}.`,
      `${period.start} to ${period.end}`,
    );
  }
  if (!contractOverlaps(period, contract)) {
    const until = contract.endDate === null ? "" : ` and ends before ${contract.endDate}`;
    refuse(
      "periodStart",
      input.periodStart,
      `Contract ${contract.reference} starts on ${contract.startDate}${until}. Choose a period inside it.`,
      periodOf(contract, contract.startDate).start.toString(),
    );
  }
  if (Temporal.PlainDate.compare(localDate(now, contract.zone), end) < 0) {
    refuse(
      "periodEnd",
      input.periodEnd,
      `The period ${
        periodLabel(period)
      } is not over. It can be billed from ${end} on, when all of its usage is known.`,
    );
  }
  return period;
}

/** The latest periods that are over and not billed yet, newest first. */
export function billablePeriods(
  contract: BilledContract,
  billedStarts: readonly Temporal.PlainDate[],
  now: Temporal.Instant,
  atMost: number,
): Period[] {
  const anchor = anchorOf(contract);
  const billed = new Set(billedStarts.map(String));
  const today = localDate(now, contract.zone);
  const lastDay = contract.endDate?.subtract({ days: 1 });
  const from = lastDay && Temporal.PlainDate.compare(lastDay, today) < 0 ? lastDay : today;
  const found: Period[] = [];
  let { start } = periodOf(contract, from);
  while (found.length < atMost) {
    const period = periodOf(contract, start);
    if (!contractOverlaps(period, contract)) break;
    if (Temporal.PlainDate.compare(period.end, today) <= 0 && !billed.has(String(period.start))) {
      found.push(period);
    }
    const index = 12 * (start.year - anchor.year) + start.month - anchor.month;
    start = anchoredDate(anchor, "monthly", index - 1);
  }
  return found;
}

function anchorOf(contract: BilledContract): Temporal.PlainDate {
  return anchorOnDay(contract.anchorDay, contract.startDate.year);
}

/** Whether the contract runs on some day of the period. */
export function contractOverlaps(period: Period, { startDate, endDate }: BilledContract): boolean {
  const { compare } = Temporal.PlainDate;
  return compare(startDate, period.end) < 0 && (endDate === null || compare(endDate, period.start) > 0);
}

function readDate(field: string, text: string): Temporal.PlainDate {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    try {
      return Temporal.PlainDate.from(text, { overflow: "reject" });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  refuse(field, text, "Use a date of the calendar, year first.", "2026-03-01");
}

function refuse(field: string, value: string, rule: string, example?: string): never {
  throw milepostError("InvalidInput", { message: rule, fields: [{ field, value, rule, example }] });
}
