/** The oracle's mean of a level: every change of it counts from when it happens until the vehicle leaves. */
import { fieldText, type OracleEvent, type OracleFacts } from "./facts.ts";
import { divided, type Fraction, minus, plus, read, times, whole, zero } from "./fraction.ts";
import { isWithin, type Stay } from "./stays.ts";

/** Over the time on the contract for a vehicle alone, else over the period. `readings` are by time. */
export function meanLevel(
  stays: readonly Stay[],
  readings: readonly OracleEvent[],
  field: string,
  facts: OracleFacts,
  over: "stays" | "period",
): Fraction {
  const midnight = (date: Temporal.PlainDate) => date.toZonedDateTime(facts.zone).epochNanoseconds;
  const start = midnight(facts.start);
  let weighted = zero, duration = 0n;
  for (const stay of stays) {
    const until = midnight(stay.to);
    const since = stay.from === null || midnight(stay.from) < start ? start : midnight(stay.from);
    duration += until - since;
    let level = zero;
    for (const event of readings.filter((each) => isWithin(stay, each))) {
      const next = read(String(fieldText(event, field)));
      const at = event.at.epochNanoseconds < since ? since : event.at.epochNanoseconds;
      weighted = plus(weighted, times(minus(next, level), whole(until - at)));
      level = next;
    }
  }
  if (over === "period") duration = midnight(facts.end) - start;
  return duration === 0n ? zero : divided(weighted, whole(duration));
}
