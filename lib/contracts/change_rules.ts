/** What may still change of a contract: nothing before the end of what is billed, and nothing outside its own days. */
import { refuseField } from "../core/errors.ts";
import { showDate } from "../pricing/words.ts";

export interface Days {
  start: Temporal.PlainDate;
  /** The first day after it. */
  end: Temporal.PlainDate;
}

/** "March 2024", or "15 March 2024 to 14 April 2024". */
export function showPeriod({ start, end }: Days): string {
  const last = end.subtract({ days: 1 });
  const isMonth = start.day === 1 && end.equals(start.add({ months: 1 }));
  return isMonth ? showDate(start).replace(/^1 /, "") : `${showDate(start)} to ${showDate(last)}`;
}

/** Refuses a change that reaches back into a billed period. Throws `InvalidInput`. */
export function requireUnbilled(field: string, date: Temporal.PlainDate, lastBilled: Days | undefined): void {
  if (!lastBilled || Temporal.PlainDate.compare(date, lastBilled.end) >= 0) return;
  refuseField(
    field,
    date.toString(),
    `${showPeriod(lastBilled)} is billed. Choose ${showDate(lastBilled.end)} or later.`,
    lastBilled.end.toString(),
  );
}

/** Refuses a day on which the contract does not run; the day after its last one may end a stay. Throws `InvalidInput`. */
export function requireWithin(
  field: string,
  date: Temporal.PlainDate,
  contract: { reference: string; startDate: Temporal.PlainDate; endDate: Temporal.PlainDate | null },
  { mayBeEnd = false } = {},
): void {
  const { compare } = Temporal.PlainDate;
  const { reference, startDate, endDate } = contract;
  if (compare(date, startDate) < 0) {
    refuseField(
      field,
      date.toString(),
      `Contract ${reference} starts on ${showDate(startDate)}. Choose that day or a later one.`,
      startDate.toString(),
    );
  }
  if (endDate === null || compare(date, endDate) < (mayBeEnd ? 1 : 0)) return;
  const last = mayBeEnd ? endDate : endDate.subtract({ days: 1 });
  refuseField(
    field,
    date.toString(),
    `Contract ${reference} ends before ${showDate(endDate)}. Choose ${showDate(last)} or earlier.`,
    last.toString(),
  );
}
