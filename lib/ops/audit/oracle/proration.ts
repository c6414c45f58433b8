/** The oracle's share of a period: counted day by day, slow and plain. */
import { type Fraction, plus, zero } from "./fraction.ts";
import { onContract, type OracleCharge, type OracleFacts } from "./facts.ts";

/** What part of the period the vehicle was on the contract, from 0 to 1; stays of one vehicle add up. */
export function shareOf(facts: OracleFacts, vehicle: string, proration: OracleCharge["proration"]): Fraction {
  const stays = facts.vehicles.filter((stay) => stay.id === vehicle)
    .map((stay) => ({
      from: later(stay.from, facts.start),
      to: stay.to === null ? facts.end : earlier(stay.to, facts.end),
    }))
    .filter(({ from, to }) => Temporal.PlainDate.compare(from, to) < 0);
  if (stays.length === 0) return zero;
  if (proration === "none") return { top: 1n, bottom: 1n };
  let share = zero;
  for (const { from, to } of stays) {
    if (from.equals(facts.start) && to.equals(facts.end)) return { top: 1n, bottom: 1n };
    const bottom = length(facts.start, facts.end, proration, facts.zone);
    if (bottom > 0n) share = plus(share, { top: length(from, to, proration, facts.zone), bottom });
  }
  return share;
}

/** Vehicles with a day on the contract in the period, each once, in the order in which they are listed. */
export function vehiclesIn(facts: OracleFacts): string[] {
  const found = new Set<string>();
  for (const vehicle of facts.vehicles) {
    for (let day = facts.start; Temporal.PlainDate.compare(day, facts.end) < 0; day = day.add({ days: 1 })) {
      if (onContract(vehicle, day)) found.add(vehicle.id);
    }
  }
  return [...found];
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
  let days = 0n;
  for (let day = from; Temporal.PlainDate.compare(day, to) < 0; day = day.add({ days: 1 })) days += 1n;
  return days;
}

/** Days since the year 0 where every month has 30 and a 31st is a 30th. */
function thirties(date: Temporal.PlainDate): bigint {
  return BigInt(date.year * 360 + date.month * 30 + (date.day === 31 ? 30 : date.day));
}

function later(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) >= 0 ? left : right;
}

function earlier(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) <= 0 ? left : right;
}
