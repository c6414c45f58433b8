/** Rates that a business adds: when one may still be taken out, and what is said where there is none. */
import { milepostError } from "../core/errors.ts";

/** Whether a rate begins after today, wherever on earth that is: no bill can rest on it. */
export function isAhead({ from }: { from: Temporal.PlainDate }, now: Temporal.Instant): boolean {
  const latest = now.toZonedDateTimeISO("Pacific/Kiritimati").toPlainDate();
  return Temporal.PlainDate.compare(from, latest) > 0;
}

export function noRate(id: string): Error {
  return milepostError("NotFound", {
    message: "There is no such rate, or it belongs to another company. Find it in the list of tax rates.",
    fields: [{ field: "taxRateId", value: id }],
  });
}
