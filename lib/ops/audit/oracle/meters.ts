/** The oracle's count of usage: which events a charge sees, and what they come to. */
import { type Fraction, plus, read, sum, whole, zero } from "./fraction.ts";
import {
  onContract,
  OracleCannotTell,
  type OracleCharge,
  type OracleEvent,
  type OracleFacts,
} from "./facts.ts";

/** The events of the period that a charge counts: of its kind, passing its filter, from vehicles that were on the contract. */
export function eventsOf(facts: OracleFacts, charge: OracleCharge, vehicle: string | null): OracleEvent[] {
  const { meter } = charge;
  if (meter === null) throw new OracleCannotTell(`The usage charge ${charge.id} has no meter.`);
  return facts.events.filter((event) => {
    if (event.event !== meter.event) return false;
    if (vehicle !== null && event.vehicle !== vehicle) return false;
    for (const [name, wanted] of Object.entries(meter.where ?? {})) {
      if (event.properties[name] !== wanted) return false;
    }
    const { date } = event;
    if (Temporal.PlainDate.compare(date, facts.start) < 0) return false;
    if (Temporal.PlainDate.compare(date, facts.end) >= 0) return false;
    return event.vehicle === null ||
      facts.vehicles.some((stay) => stay.id === event.vehicle && onContract(stay, date));
  });
}

export function fieldOf(event: OracleEvent, field: string): Fraction {
  const value = event.properties[field];
  if (typeof value !== "string") throw new OracleCannotTell(`The event ${event.id} has no ${field}.`);
  return read(value);
}

/** The quantity that the charge's meter makes of its events. */
export function quantityOf(charge: OracleCharge, events: readonly OracleEvent[]): Fraction {
  const { aggregate, field } = charge.meter!;
  if (aggregate === "count") return whole(events.length);
  if (field === undefined) throw new OracleCannotTell(`The meter of ${charge.id} names no field.`);
  switch (aggregate) {
    case "sum":
      return sum(events.map((event) => fieldOf(event, field)));
    case "max":
      return events.map((event) => fieldOf(event, field))
        .reduce<Fraction | null>(
          (most, value) => most === null || isAbove(value, most) ? value : most,
          null,
        ) ?? zero;
    case "unique":
      return whole(new Set(events.map((event) => String(event.properties[field]))).size);
  }
  throw new OracleCannotTell(`There is no oracle for the aggregate ${aggregate} of ${charge.id}.`);
}

function isAbove(value: Fraction, other: Fraction): boolean {
  return plus(value, { top: -other.top, bottom: other.bottom }).top > 0n;
}
