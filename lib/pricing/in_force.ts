/** When a charge is in force: all of the period, or only the days of its `during`. */
import { epochDayOf } from "../core/local_time.ts";
import { clipToPeriod, startOfDay } from "../core/period.ts";
import type { Facts, PartOfPeriod, PresentVehicle } from "./facts.ts";
import { lastBegun } from "./in_order.ts";
import type { Reader } from "./reader.ts";
import { showDays } from "./words.ts";

/** `[from, to)` in local dates. */
export interface ForceSpan {
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate;
}

/** More than the days of two years. */
const SPANS_MAX = 1_000;

/** Reads `during`: spans in the order of time, those that touch as one; null if it is left out. An empty list means never. */
export function readDuring(reader: Reader): readonly ForceSpan[] | null {
  if (reader.isAbsent) return null;
  const { compare } = Temporal.PlainDate;
  const spans: ForceSpan[] = [];
  for (const item of reader.items(SPANS_MAX)) {
    const member = item.members(["from", "to"]);
    const from = member("from").date(), to = member("to").date();
    const last = spans.at(-1);
    if (member("from").isAbsent || member("to").isAbsent) continue;
    if (compare(from, to) >= 0) {
      member("to").fault(`a date after "from", ${from}; the charge is last in force on the day before "to"`);
    } else if (last && compare(from, last.to) < 0) {
      member("from").fault(
        `${last.to} or a later date; the spans are in the order of time and do not overlap`,
      );
    } else if (last && from.equals(last.to)) spans[spans.length - 1] = { from: last.from, to };
    else spans.push({ from, to });
  }
  return spans;
}

/** The facts as a charge sees them: only the days on which it is in force, vehicles and usage with them. */
export function factsInForce(facts: Facts, during: readonly ForceSpan[] | null): Facts {
  if (during === null) return facts;
  const parts = during.flatMap((span) => {
    const part = clipToPeriod(span, facts.period);
    return part === null ? [] : [partOfPeriod(part, facts.period.zone)];
  });
  const counted = [...facts.counted].filter(({ epochDay }) => isIn(parts, epochDay));
  return {
    ...facts,
    parts,
    vehicles: facts.vehicles.flatMap((vehicle) => vehicleIn(vehicle, parts, facts)),
    counted: new Set(counted),
  };
}

/** The stays of a vehicle on those days; none if it was never there. */
function vehicleIn(
  vehicle: PresentVehicle,
  parts: readonly PartOfPeriod[],
  { period: { zone } }: Facts,
): PresentVehicle[] {
  const stays = vehicle.stays.flatMap(({ stay, start, end }) =>
    parts.flatMap((part) => {
      const both = clipToPeriod({ from: start, to: end }, { ...part, zone });
      return both === null ? [] : [{ stay, ...partOfPeriod(both, zone) }];
    })
  );
  const days = stays.reduce((sum, { startDay, endDay }) => sum + endDay - startDay, 0);
  return stays.length === 0 ? [] : [{ ...vehicle, stays, days }];
}

/** A part with its days and instants. */
export function partOfPeriod(
  { start, end }: Pick<PartOfPeriod, "start" | "end">,
  zone: string,
): PartOfPeriod {
  return {
    start,
    end,
    startDay: epochDayOf(start),
    endDay: epochDayOf(end),
    startAt: startOfDay(start, zone).epochNanoseconds,
    endAt: startOfDay(end, zone).epochNanoseconds,
  };
}

/** Whether one of the parts, which are in the order of time, holds a day. */
export function isIn(
  parts: readonly Pick<PartOfPeriod, "startDay" | "endDay">[],
  epochDay: number,
): boolean {
  const part = lastBegun(parts, epochDay, ({ startDay }) => startDay);
  return part !== null && epochDay < part.endDay;
}

/** What a trace says about a charge that is not in force all the time: `In force 1 to 14 January`. */
export function showForce({ parts }: Facts, during: readonly ForceSpan[] | null): string[] {
  if (during === null) return [];
  return [`In force ${parts.map(({ start, end }) => showDays(start, end)).join(", ")}`];
}
