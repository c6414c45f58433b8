/** A simulation as people ask for it: by plan, version and quarter, with what to offer where they said nothing. */
import { findLastBilledPeriod } from "../../../db/queries/contract.ts";
import { findRatePlan, listPlanFacts } from "../../../db/queries/rate_plan.ts";
import { listSimulatedContracts } from "../../../db/queries/simulated_contract.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { refuseField } from "../../core/errors.ts";
import { isStorable } from "../../core/stored_text.ts";
import type { Period } from "../price_case.ts";
import { parseQuarter, quarterOf } from "./quarter.ts";
import type { Simulation } from "./simulate.ts";

export {
  simulateCustomers,
  type SimulatedCustomer,
  type SimulatedPage,
  type SimulatedPeriod,
  type Simulation,
} from "./simulate.ts";

/** Customers on a page. */
export const rowsPerPage = 25;

/** The quarter to offer: the last one that is over, or an earlier one if nothing is billed on the plan after it. */
export async function findQuarterToOffer(
  db: TenantDb,
  planId: string,
  today: Temporal.PlainDate,
): Promise<string> {
  const lastOver = today.subtract({ months: 3 });
  const [some] = await listSimulatedContracts(db, { planId, end: today }, 1);
  const billed = some && await findLastBilledPeriod(db, some.contractId);
  const lastDay = billed?.end.subtract({ days: 1 });
  const offered = [quarterOf(lastOver), ...(lastDay ? [quarterOf(lastDay)] : [])].sort();
  return offered[0];
}

/** What to simulate, as typed. */
export interface SimulationInput {
  /** The reference of the plan whose contracts are priced. */
  plan: string;
  /** Such as `2024-Q1`. */
  quarter: string;
}

/** Reads what to price by a version, which is there. Throws `InvalidInput` for a plan that is none, and as `requireQuarter` does. */
export async function readSimulation(
  db: TenantDb,
  versionId: string,
  input: SimulationInput,
  today: Temporal.PlainDate,
): Promise<Simulation> {
  const quarter = requireQuarter(input.quarter, today);
  const [plan, versions] = await Promise.all([
    isStorable(input.plan) ? findRatePlan(db, { reference: input.plan }) : undefined,
    listPlanFacts(db, [versionId]),
  ]);
  const version = versions.get(versionId)!;
  if (!plan) refuseField("plan", input.plan, `No plan has the reference “${input.plan}”.`, version.reference);
  return { quarter, planId: plan.id, version };
}

/** Reads a quarter. Throws `InvalidInput` for what is none, and for one that is not over. */
export function requireQuarter(text: string, today: Temporal.PlainDate): Period {
  const example = quarterOf(today.subtract({ months: 3 }));
  const quarter = parseQuarter(text);
  if (!quarter) {
    return refuseField("quarter", text, "Use a year and one of its quarters, Q1 to Q4.", example);
  }
  if (Temporal.PlainDate.compare(today, quarter.end) < 0) {
    return refuseField("quarter", text, "This quarter is not over, so its usage is not all known.", example);
  }
  return quarter;
}
