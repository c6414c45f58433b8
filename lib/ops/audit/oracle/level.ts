/** The oracle's mean of a level: every change of it counts from when it happens until the vehicle leaves. */
import { fieldText, type OracleEvent, type OracleFacts } from "./facts.ts";
import { divided, type Fraction, minus, plus, read, times, whole, zero } from "./fraction.ts";
import { isWithin, type Part, staysOf } from "./stays.ts";

/**
 * The level in the parts, over the time on the contract for a vehicle alone, else over the period: not over the parts, so that
 * two that follow each other add up. `readings` are by time.
 */
export function meanLevel(
  parts: readonly Part[],
  readings: readonly OracleEvent[],
  field: string,
  facts: OracleFacts,
  vehicle: string | null,
): Fraction {
  const midnight = (date: Temporal.PlainDate) => date.toZonedDateTime(facts.zone).epochNanoseconds;
  const start = midnight(facts.start);
  let weighted = zero;
  for (const part of parts) {
    const until = midnight(part.to), since = midnight(part.since);
    let level = zero;
    for (const event of readings.filter((each) => isWithin(part, each))) {
      const next = read(String(fieldText(event, field)));
      const at = event.at.epochNanoseconds < since ? since : event.at.epochNanoseconds;
      weighted = plus(weighted, times(minus(next, level), whole(until - at)));
      level = next;
    }
  }
  let duration = midnight(facts.end) - start;
  if (vehicle !== null) {
    duration = 0n;
    for (const { from, to } of staysOf(facts, vehicle)) {
      duration += midnight(to) - (from === null || midnight(from) < start ? start : midnight(from));
    }
  }
  return duration === 0n ? zero : divided(weighted, whole(duration));
}
