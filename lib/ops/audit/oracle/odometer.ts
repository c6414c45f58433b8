/** The oracle's odometer: from each reading to the next, over every reset between them. */
import { fieldText, OracleCannotTell, type OracleEvent, type OracleFacts } from "./facts.ts";
import { type Fraction, minus, plus, read, zero } from "./fraction.ts";
import { isWithin, type Part } from "./stays.ts";

/** What the odometer ran in a part of a stay. `readings` are by time. */
export function distanceOf(
  part: Part,
  readings: readonly OracleEvent[],
  field: string,
  facts: OracleFacts,
): Fraction {
  const own = readings.filter((event) => isWithin(part, event));
  const resets = facts.events.filter((event) =>
    event.event === "odometer_reset" && isWithin(part, event) &&
    (fieldText(event, "field") ?? field) === field
  );
  let distance = zero;
  for (const [index, reading] of own.entries()) {
    const before = own[index - 1];
    // The last reading before the part is where the first one in it starts from.
    if (before === undefined || Temporal.PlainDate.compare(reading.date, part.since) < 0) continue;
    let shown = shownBy(before, field);
    const between = resets.filter((reset) => isAfter(reset, before) && isAfter(reading, reset));
    for (const reset of between) {
      distance = plus(distance, rise(shown, shownBy(reset, "from"), reset));
      shown = shownBy(reset, "to");
    }
    distance = plus(distance, rise(shown, shownBy(reading, field), reading));
  }
  return distance;
}

function rise(from: Fraction, to: Fraction, { id }: OracleEvent): Fraction {
  const difference = minus(to, from);
  if (difference.top < 0n) throw new OracleCannotTell(`The odometer falls at ${id} without a reset.`);
  return difference;
}

function shownBy(event: OracleEvent, field: string): Fraction {
  const text = fieldText(event, field);
  if (typeof text !== "string") throw new OracleCannotTell(`The event ${event.id} has no ${field}.`);
  return read(text);
}

/** Later in time or, at the same instant, by id. */
export function isAfter(event: OracleEvent, other: OracleEvent): boolean {
  const order = Temporal.Instant.compare(event.at, other.at);
  return order > 0 || order === 0 && event.id > other.id;
}
