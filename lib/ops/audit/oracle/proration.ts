/** The oracle's share of a period: every day is asked whether it counts, slow and plain. */
import { type Fraction, plus, zero } from "./fraction.ts";
import { isInForce, onContract, type OracleCharge, type OracleFacts } from "./facts.ts";

/** What part of the period the charge is in force and the vehicle, if one is meant, on the contract: from 0 to 1. */
export function shareOf(facts: OracleFacts, vehicle: string | null, charge: OracleCharge): Fraction {
  const { proration } = charge;
  const counts = (day: Temporal.PlainDate) =>
    isInForce(charge, day) &&
    (vehicle === null || facts.vehicles.some((stay) => stay.id === vehicle && onContract(stay, day)));
  const days = daysOf(facts);
  const counted = days.filter(counts);
  if (counted.length === 0) return zero;
  if (proration === "none" || counted.length === days.length) return { top: 1n, bottom: 1n };
  const bottom = length(facts.start, facts.end, proration, facts.zone);
  return counted.map((day) => ({ top: length(day, day.add({ days: 1 }), proration, facts.zone), bottom }))
    .reduce(plus, zero);
}

/** Vehicles with a day on the contract while the charge is in force, each once, in the order in which they are listed. */
export function vehiclesIn(facts: OracleFacts, charge: OracleCharge): string[] {
  const days = daysOf(facts).filter((day) => isInForce(charge, day));
  const there = facts.vehicles.filter((vehicle) => days.some((day) => onContract(vehicle, day)));
  return [...new Set(there.map(({ id }) => id))];
}

export function daysOf({ start, end }: Pick<OracleFacts, "start" | "end">): Temporal.PlainDate[] {
  const days = [];
  for (let day = start; Temporal.PlainDate.compare(day, end) < 0; day = day.add({ days: 1 })) days.push(day);
  return days;
}

function length(
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  proration: "day" | "second" | "fixed30",
  zone: string,
): bigint {
  if (proration === "second") {
    const seconds = (date: Temporal.PlainDate) =>
      date.toZonedDateTime(zone).epochNanoseconds / 1_000_000_000n;
    return seconds(to) - seconds(from);
  }
  if (proration === "fixed30") return thirties(to) - thirties(from);
  return BigInt(daysOf({ start: from, end: to }).length);
}

/** Days since the year 0 where every month has 30 and a 31st is a 30th. */
function thirties(date: Temporal.PlainDate): bigint {
  return BigInt(date.year * 360 + date.month * 30 + (date.day === 31 ? 30 : date.day));
}
