/** From charges to lines: each charge is priced alone, on the facts of the days on which it is in force. */
import type { Charge } from "./charge.ts";
import { type Facts, factsOfPeriod } from "./facts.ts";
import { factsInForce } from "./in_force.ts";
import type { Line } from "./line.ts";
import { oneTimeLines } from "./one_time.ts";
import { Faults } from "./price_case_error.ts";
import { recurringLines } from "./recurring.ts";
import { usageLines } from "./usage_charge.ts";

/** The lines of the charges in their order. Throws a `PriceCaseError` that names the faults of all of them. */
export function linesOf(charges: readonly Charge[], facts: Facts): Line[] {
  const faults = new Faults();
  const lines = charges.flatMap((charge) =>
    faults.attempt(() => {
      const own = charge.kind === "recurring" && charge.period !== null;
      const inForce = factsInForce(own ? factsOfPeriod(facts, charge.period) : facts, charge.during);
      if (inForce.parts.length === 0) return [];
      switch (charge.kind) {
        case "recurring":
          return recurringLines(charge, inForce);
        case "usage":
          return usageLines(charge, inForce);
        case "one_time":
          return oneTimeLines(charge, inForce);
      }
    }, [])
  );
  faults.throwIfAny();
  return lines;
}
