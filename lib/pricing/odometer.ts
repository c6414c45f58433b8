/** The last-minus-first meter: what an odometer ran, also across a reset. */
import { Rational, sumRationals } from "../core/decimal.ts";
import type { Faults } from "./price_case_error.ts";

/** What an odometer showed. */
export interface Reading {
  readonly kind: "reading";
  readonly value: Rational;
  /** Where the value stands in the price case. */
  readonly path: string;
}

/** An odometer that showed `from` was set to `to`. */
export interface Reset {
  readonly kind: "reset";
  readonly from: Rational;
  readonly to: Rational;
  readonly path: string;
}

/**
 * The distance from the first reading to the last, in the order of time. A reset after the last reading waits for the next
 * one, which may be in the next period. Notes a fault where the odometer falls without a reset.
 */
export function distanceRun(marks: readonly (Reading | Reset)[], faults: Faults): Rational {
  const driven: Rational[] = [];
  let pending: Rational[] = [];
  let previous: Rational | null = null;
  for (const mark of marks) {
    if (previous === null) {
      if (mark.kind === "reading") previous = mark.value;
      continue;
    }
    const shown: Rational = mark.kind === "reading" ? mark.value : mark.from;
    if (shown.compare(previous) < 0) {
      const allowed = `at least ${previous.toDecimal()}, or an "odometer_reset" event in between`;
      faults.add(mark.path, shown.toDecimal(), allowed, "falls");
    }
    pending.push(shown.subtract(previous));
    if (mark.kind === "reading") {
      driven.push(...pending);
      pending = [];
    }
    previous = mark.kind === "reading" ? mark.value : mark.to;
  }
  return sumRationals(driven);
}
