/** How much work a case may be: a hostile one must not hold up everybody else, and what it costs shows before it is priced. */
import type { Charge } from "./charge.ts";
import type { PriceCase } from "./price_case.ts";
import type { Faults } from "./price_case_error.ts";
import type { Vehicle } from "./vehicles.ts";

/** One step is a charge that looks at an event, a stay, a tier or a discount: about a microsecond. */
export const STEPS_MAX = 20_000_000;

/** Each hire is covered by units and explained by itself. */
const STEPS_PER_HIRE = 10;

/** Notes a fault if the case is more work than `most` steps. */
export function checkSize(priceCase: PriceCase, most: number, faults: Faults): void {
  const steps = stepsOf(priceCase);
  if (steps <= most) return;
  const { charges, vehicles, usage, discounts } = priceCase;
  const found = `is too much work for one case: ${charges.length} charges, ${vehicles.length} vehicles, ` +
    `${usage.length} usage events and ${discounts.length} discounts make ${steps} steps`;
  faults.add("$", priceCase, `at most ${most} steps; split the case by vehicle or by charge`, found);
}

function stepsOf({ charges, vehicles, usage, discounts }: PriceCase): number {
  const eventsOf = new Map<string, number>();
  for (const { vehicle } of usage) {
    if (vehicle !== null) eventsOf.set(vehicle, (eventsOf.get(vehicle) ?? 0) + 1);
  }
  const stays = vehicles.reduce((sum, vehicle) => sum + vehicle.stays.length, 0);
  // Each stay, opened by what went before, reads all events of its vehicle.
  const readings = vehicles.reduce(
    (sum, vehicle: Vehicle) => sum + vehicle.stays.length * (1 + (eventsOf.get(vehicle.id) ?? 0)),
    0,
  );
  return charges.reduce((sum, charge) => {
    const lines = charge.per === "vehicle" ? vehicles.length : 1;
    const parts = Math.max(1, charge.during?.length ?? 0);
    const read = charge.kind === "usage"
      ? usage.length * stepsPerEvent(charge) + charges.length + parts * readings
      : 0;
    return sum + 1 + read + parts * stays + lines * (tiersOf(charge) + discounts.length);
  }, 0);
}

function stepsPerEvent({ price }: Charge): number {
  if (price.model === "best_rate") return STEPS_PER_HIRE;
  return price.model === "time_of_use" ? 1 + price.bands.length : 1;
}

function tiersOf({ price }: Charge): number {
  const priced = price.model === "pooled" ? price.overage : price;
  return "tiers" in priced ? priced.tiers.length : 1;
}
