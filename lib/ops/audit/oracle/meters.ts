/** The oracle's count of usage: which events a charge sees, and what they come to. */
import { type Fraction, larger, read, sum, whole, zero } from "./fraction.ts";
import {
  fieldText,
  isInForce,
  onContract,
  OracleCannotTell,
  type OracleCharge,
  type OracleEvent,
  type OracleFacts,
  type OracleMeter,
} from "./facts.ts";
import { meanLevel } from "./level.ts";
import { distanceOf } from "./odometer.ts";
import { partsOf } from "./stays.ts";

/** The events of the period that a charge counts: of its kind, passing its filter, from vehicles that were on the contract. */
export function eventsOf(facts: OracleFacts, charge: OracleCharge, vehicle: string | null): OracleEvent[] {
  const { meter } = charge;
  if (meter === null) throw new OracleCannotTell(`The usage charge ${charge.id} has no meter.`);
  return facts.events.filter((event) => {
    if (vehicle !== null && event.vehicle !== vehicle || !passes(meter, event)) return false;
    const { date } = event;
    if (Temporal.PlainDate.compare(date, facts.start) < 0) return false;
    if (Temporal.PlainDate.compare(date, facts.end) >= 0 || !isInForce(charge, date)) return false;
    return event.vehicle === null ||
      facts.vehicles.some((stay) => stay.id === event.vehicle && onContract(stay, date));
  });
}

/** Whether a meter reads an event: it is of its kind and holds what the meter asks for. */
export function passes({ event: kind, where }: OracleMeter, event: OracleEvent): boolean {
  if (event.event !== kind) return false;
  for (const [name, wanted] of Object.entries(where ?? {})) {
    if (fieldText(event, name) !== wanted) return false;
  }
  return true;
}

export function fieldOf(event: OracleEvent, field: string): Fraction {
  const value = fieldText(event, field);
  if (typeof value !== "string") throw new OracleCannotTell(`The event ${event.id} has no ${field}.`);
  return read(value);
}

/** How much one event is to a price that looks at each alone. */
export function amountOf({ id, meter }: OracleCharge, event: OracleEvent): Fraction {
  const { aggregate, field } = meter!;
  if (aggregate === "count") return whole(1);
  if (aggregate === "sum" && field !== undefined) return fieldOf(event, field);
  throw new OracleCannotTell(`The aggregate ${aggregate} of ${id} does not say how much each event is.`);
}

/** The quantity that the charge's meter makes of the events of a vehicle, or of the whole contract. */
export function quantityOf(facts: OracleFacts, charge: OracleCharge, vehicle: string | null): Fraction {
  const events = eventsOf(facts, charge, vehicle);
  const { aggregate, field } = charge.meter!;
  if (aggregate === "count") return whole(events.length);
  if (field === undefined) throw new OracleCannotTell(`The meter of ${charge.id} names no field.`);
  const values = () => events.map((event) => fieldOf(event, field));
  switch (aggregate) {
    case "sum":
      return sum(values());
    case "max":
      return events.length === 0 ? zero : values().reduce(larger);
    case "unique":
      return whole(new Set(events.map((event) => fieldText(event, field))).size);
    case "last_minus_first":
      return sum(
        partsOf(facts, charge, vehicle)
          .map((part) => distanceOf(part, readings(facts, charge, field), field, facts)),
      );
    case "time_weighted":
      return meanLevel(
        partsOf(facts, charge, vehicle),
        readings(facts, charge, field),
        field,
        facts,
        vehicle,
      );
  }
  throw new OracleCannotTell(`There is no oracle for the aggregate ${aggregate} of ${charge.id}.`);
}

/** All that a meter could read, also before the period; what was shown then without the field says nothing. */
function readings(facts: OracleFacts, { meter }: OracleCharge, field: string): OracleEvent[] {
  return facts.events.filter((event) => {
    if (!passes(meter!, event)) return false;
    return fieldText(event, field) !== undefined || Temporal.PlainDate.compare(event.date, facts.start) >= 0;
  });
}
