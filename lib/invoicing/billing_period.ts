/** Which periods of a contract can be billed: whole ones of its cycle, once they are over. */
import { milepostError } from "../core/errors.ts";
import { type BillingCycle, cadenceNames, periodOn } from "../core/billing_cycle.ts";
import { localDate } from "../core/period.ts";
import type { Period } from "./price_case.ts";
import { periodLabel } from "./texts.ts";

/** What decides about periods. */
export interface BilledContract extends BillingCycle {
  readonly reference: string;
  readonly endDate: Temporal.PlainDate | null;
  readonly zone: string;
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
  const period = periodOn(contract, start);
  if (!period.start.equals(start) || !period.end.equals(end)) {
    refuse(
      "periodStart",
      `${input.periodStart} to ${input.periodEnd}`,
      `Contract ${contract.reference} bills ${cadenceNames[contract.cadence]}. ` +
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
      periodOn(contract, contract.startDate).start.toString(),
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
  const billed = new Set(billedStarts.map(String));
  const today = localDate(now, contract.zone);
  const lastDay = contract.endDate?.subtract({ days: 1 });
  const from = lastDay && Temporal.PlainDate.compare(lastDay, today) < 0 ? lastDay : today;
  const found: Period[] = [];
  let { start } = periodOn(contract, from);
  while (found.length < atMost) {
    const period = periodOn(contract, start);
    if (!contractOverlaps(period, contract)) break;
    if (Temporal.PlainDate.compare(period.end, today) <= 0 && !billed.has(String(period.start))) {
      found.push(period);
    }
    ({ start } = periodOn(contract, start.subtract({ days: 1 })));
  }
  return found;
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
