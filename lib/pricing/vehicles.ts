/** The vehicles of a price case and their stays on the contract. */
import { epochDayOf } from "../core/local_time.ts";
import { lastBegun } from "./in_order.ts";
import type { Reader } from "./reader.ts";

/** `[from, to)` in local dates; `to` null means that the vehicle is still on the contract. */
export interface Stay {
  readonly from: Temporal.PlainDate;
  readonly to: Temporal.PlainDate | null;
  /** The same in days since 1970; an open end is infinite. */
  readonly fromDay: number;
  readonly toDay: number;
}

export interface Vehicle {
  readonly id: string;
  /** In the order of time, with a gap between any two: stays that touch are one. */
  readonly stays: readonly Stay[];
}

/** Reads `vehicles`: each entry is one stay, and a vehicle that came back has several. */
export function readVehicles(reader: Reader): Vehicle[] {
  const staysOf = new Map<string, { stay: Stay; entry: Reader }[]>();
  for (const entry of reader.items()) {
    const member = entry.members(["id", "from"], ["to"]);
    const id = member("id").text();
    const from = member("from").date();
    const to = member("to").isAbsent ? null : member("to").date();
    const stays = staysOf.get(id) ?? [];
    // Known even if its stay is wrong: that is no fault of its usage.
    staysOf.set(id, stays);
    if (to !== null && Temporal.PlainDate.compare(from, to) >= 0) {
      member("to").fault(`a date after "from", ${from}; the vehicle's last day is the day before "to"`);
      continue;
    }
    const stay = { from, to, fromDay: epochDayOf(from), toDay: to === null ? Infinity : epochDayOf(to) };
    stays.push({ stay, entry });
  }
  return [...staysOf].map(([id, stays]) => ({ id, stays: joinStays(id, stays) }));
}

function joinStays(id: string, stays: { stay: Stay; entry: Reader }[]): Stay[] {
  const joined: Stay[] = [];
  for (const { stay, entry } of stays.toSorted((left, right) => left.stay.fromDay - right.stay.fromDay)) {
    const last = joined.at(-1);
    if (last === undefined || stay.fromDay > last.toDay) joined.push(stay);
    else if (stay.fromDay < last.toDay) {
      entry.fault(`stays of "${id}" that do not overlap`, "overlaps another stay of the same vehicle");
    } else joined[joined.length - 1] = { ...stay, from: last.from, fromDay: last.fromDay };
  }
  return joined;
}

/** The stay that holds a local day, or null if the vehicle was not on the contract. */
export function stayOn(vehicle: Vehicle, epochDay: number): Stay | null {
  const stay = lastBegun(vehicle.stays, epochDay, ({ fromDay }) => fromDay);
  return stay !== null && epochDay < stay.toDay ? stay : null;
}
