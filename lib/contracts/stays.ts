/** A vehicle is on one contract at a time: stays `[from, to)` of one vehicle never overlap. */

export interface VehicleStay {
  vehicleId: string;
  from: Temporal.PlainDate;
  /** The first day off the contract, or null while it stays. */
  to: Temporal.PlainDate | null;
}

/** Whether two stays share a day. */
export function overlap(
  left: Omit<VehicleStay, "vehicleId">,
  right: Omit<VehicleStay, "vehicleId">,
): boolean {
  const startsBeforeEnd = (start: Temporal.PlainDate, end: Temporal.PlainDate | null) =>
    end === null || Temporal.PlainDate.compare(start, end) < 0;
  return startsBeforeEnd(left.from, right.to) && startsBeforeEnd(right.from, left.to);
}

/** The first of `stays` that shares a day with an earlier one of the list or with one of `existing`, and with which. */
export function firstOverlap<Existing extends VehicleStay>(
  stays: readonly VehicleStay[],
  existing: readonly Existing[],
): { stay: VehicleStay; with: VehicleStay | Existing } | undefined {
  for (const [index, stay] of stays.entries()) {
    const other = [...existing, ...stays.slice(0, index)]
      .find((candidate) => candidate.vehicleId === stay.vehicleId && overlap(candidate, stay));
    if (other) return { stay, with: other };
  }
  return undefined;
}
