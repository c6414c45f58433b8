/** The oracle's active vehicle: each vehicle that did anything costs the amount, once. */
import { decimalText, type OracleEvent } from "../facts.ts";
import { type Fraction, read, times, whole } from "../fraction.ts";

export function activeVehicle(
  price: Readonly<Record<string, unknown>>,
  events: readonly OracleEvent[],
): Fraction {
  const active = new Set(events.flatMap(({ vehicle }) => vehicle === null ? [] : [vehicle]));
  return times(read(decimalText(price, "amount")), whole(active.size));
}
