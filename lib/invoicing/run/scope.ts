/** Which periods a run bills: those of a contract that end within the run's month and are not billed yet. */
import { periodOn } from "../../core/billing_cycle.ts";
import { type BilledContract, contractOverlaps } from "../billing_period.ts";
import type { Period } from "../price_case.ts";

/** The contract's periods that end in `(month.start, month.end]`, the earlier first. */
export function periodsEndingIn(
  contract: BilledContract,
  month: Period,
  billedStarts: ReadonlySet<string>,
): Period[] {
  const { compare } = Temporal.PlainDate;
  const found: Period[] = [];
  let period = periodOn(contract, month.end.subtract({ days: 1 }));
  while (compare(period.end, month.start) > 0) {
    const ends = compare(period.end, month.end) <= 0;
    if (ends && contractOverlaps(period, contract) && !billedStarts.has(period.start.toString())) {
      found.unshift(period);
    }
    period = periodOn(contract, period.start.subtract({ days: 1 }));
  }
  return found;
}
