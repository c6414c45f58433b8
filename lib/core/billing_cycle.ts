/** When the billing periods of a contract begin: how often, and from which day on. */
import { anchorOnDay, type Cadence, periodContaining } from "./period.ts";

export interface BillingCycle {
  readonly startDate: Temporal.PlainDate;
  readonly cadence: Cadence;
  /** Of a monthly contract, 1 to 31; in shorter months the last day. */
  readonly anchorDay: number;
  /** Of any other: a day on which a period begins. The others follow from it in both directions. */
  readonly anchorDate: Temporal.PlainDate | null;
}

/** Each cadence in words: "every week". */
export const cadenceNames: Record<Cadence, string> = {
  weekly: "every week",
  two_weekly: "every two weeks",
  four_weekly: "every four weeks",
  monthly: "every month",
  quarterly: "every quarter",
  half_yearly: "every half year",
  yearly: "every year",
};

/** The period `[start, end)` that holds a date. */
export function periodOn(
  { startDate, cadence, anchorDay, anchorDate }: BillingCycle,
  date: Temporal.PlainDate,
): { start: Temporal.PlainDate; end: Temporal.PlainDate } {
  const anchor = anchorDate ?? anchorOnDay(anchorDay, startDate.year);
  const { start, end } = periodContaining(anchor, cadence, date, "UTC");
  return { start, end };
}
