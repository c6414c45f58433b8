/** A meter: which events count, and how they become one quantity. */
import { memberPath } from "./price_case_error.ts";
import type { Reader } from "./reader.ts";
import { fieldOf, type UsageEvent } from "./usage.ts";

export const AGGREGATES = ["sum", "count", "max", "unique", "last_minus_first", "time_weighted"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface Meter {
  readonly event: string;
  readonly aggregate: Aggregate;
  /** The field that is aggregated; null only for a count. */
  readonly field: string | null;
  /** Only events that hold exactly these values count. */
  readonly where: readonly (readonly [name: string, value: string | boolean])[];
}

/** Reads a meter. A count needs no field; every other aggregate does. */
export function readMeter(reader: Reader): Meter {
  const member = reader.members(["event", "aggregate"], ["field", "where"]);
  const aggregate = member("aggregate").choice(AGGREGATES);
  const field = member("field");
  if (field.isAbsent && aggregate !== "count" && member("aggregate").value === aggregate) {
    reader.faults.add(memberPath(reader.path, "field"), undefined, `the event field for "${aggregate}"`);
  }
  const where = member("where").isAbsent ? [] : member("where").entries().map(([name, wanted]) => {
    if (typeof wanted.value === "boolean") return [name, wanted.value] as const;
    if (wanted.isAbsent) wanted.fault("the text, true or false that the field must hold");
    return [name, wanted.text()] as const;
  });
  return { event: member("event").text(), aggregate, field: field.isAbsent ? null : field.text(), where };
}

/** Whether an event is one of the meter's. */
export function matches(meter: Meter, event: UsageEvent): boolean {
  return event.event === meter.event && meter.where.every(([name, value]) => fieldOf(event, name) === value);
}
