/** When a schedule prepares the run of a month: a day and a time of the month after it, in the zone of the entity. */

/** The day and the time, as people set them. */
export interface RunTime {
  /** 1 to 31; in a shorter month 31, and every day that it does not have, is its last one. */
  dayOfMonth: number;
  /** Minutes after 00:00 on the wall clock, 0 to 1439. */
  minuteOfDay: number;
}

export const scheduledRunJobKind = "invoice_run.prepare_scheduled";

/**
 * The instant at which the run of `month` (its first day) is due. A time that the clocks skip that day is as much later as
 * they went forward, and of one that comes twice the first counts (Temporal's "compatible").
 */
export function dueAt(
  { dayOfMonth, minuteOfDay }: RunTime,
  month: Temporal.PlainDate,
  zone: string,
): Temporal.Instant {
  const next = month.add({ months: 1 });
  const time = new Temporal.PlainTime(Math.floor(minuteOfDay / 60), minuteOfDay % 60);
  return next.with({ day: Math.min(dayOfMonth, next.daysInMonth) }).toPlainDateTime(time)
    .toZonedDateTime(zone, { disambiguation: "compatible" }).toInstant();
}

/** The first month, by its first day, whose run is due after `now`. */
export function firstMonthDueAfter(
  time: RunTime,
  now: Temporal.Instant,
  zone: string,
): Temporal.PlainDate {
  const today = now.toZonedDateTimeISO(zone).toPlainDate();
  let month = today.with({ day: 1 }).subtract({ months: 1 });
  while (Temporal.Instant.compare(dueAt(time, month, zone), now) <= 0) month = month.add({ months: 1 });
  return month;
}

/** A schedule whose month may be due, with the zone of its entity. */
export interface NextRun extends RunTime {
  billingEntityId: string;
  nextMonth: Temporal.PlainDate;
  zone: string;
}

/** The job that prepares the next run of a schedule; nothing before that is due. */
export function jobDueAt(schedule: NextRun, now: Temporal.Instant) {
  const { billingEntityId, nextMonth, zone } = schedule;
  const due = dueAt(schedule, nextMonth, zone);
  if (Temporal.Instant.compare(due, now) > 0) return undefined;
  return {
    // A job that gave up is made anew the next day: two jobs of a month are one run.
    uniqueKey: `${billingEntityId}/${due}/${now.toString().slice(0, 10)}`,
    payload: { billingEntityId, month: nextMonth.toString().slice(0, 7) },
  };
}
