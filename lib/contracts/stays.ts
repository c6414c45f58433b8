/** A vehicle is on one contract at a time: stays `[from, to)` of one vehicle never overlap. */
import { milepostError } from "../core/errors.ts";
import { showDate } from "../pricing/words.ts";

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
  const byVehicle: Map<string, (VehicleStay | Existing)[]> = Map.groupBy(
    existing,
    ({ vehicleId }) => vehicleId,
  );
  for (const stay of stays) {
    const others = byVehicle.get(stay.vehicleId) ?? [];
    const other = others.find((candidate) => overlap(candidate, stay));
    if (other) return { stay, with: other };
    byVehicle.set(stay.vehicleId, [...others, stay]);
  }
  return undefined;
}

/** A stay on a contract that has a name. */
export interface StayOnContract extends VehicleStay {
  /** Its reference. */
  contract: string;
}

/**
 * Refuses stays of vehicles that are on a contract on those days. `vehicles` are the references of their vehicles by id.
 * Throws `Conflict`.
 */
export function requireNoOverlap(
  stays: readonly VehicleStay[],
  existing: readonly StayOnContract[],
  vehicles: ReadonlyMap<string, string>,
  field: string,
): void {
  const clash = firstOverlap(stays, existing);
  if (!clash) return;
  const vehicle = vehicles.get(clash.stay.vehicleId) ?? clash.stay.vehicleId;
  const contract = "contract" in clash.with ? `contract ${clash.with.contract}` : "this contract twice,";
  const until = clash.with.to === null
    ? "with no end"
    : `to ${showDate(clash.with.to.subtract({ days: 1 }))}`;
  const rule = `Vehicle ${vehicle} is on ${contract} from ${showDate(clash.with.from)} ${until}. ` +
    "End that stay first, or choose other days.";
  throw milepostError("Conflict", { message: rule, fields: [{ field, value: vehicle, rule }] });
}
