/** What a simulation's page and file are asked for, read from the address. */
import type { TenantDb } from "../../../../db/tenant.ts";
import { localDate } from "../../../../lib/core/period.ts";
import {
  findQuarterToOffer,
  readSimulation,
  type Simulation,
  type SimulationInput,
} from "../../../../lib/invoicing/simulation/views.ts";
import { findPlan, type RatePlanDetail } from "../../../../lib/plans/views.ts";
import { homeZone } from "../../../../lib/tenants/views.ts";
import { readVersion } from "./read_version.ts";

export interface AskedSimulation {
  detail: RatePlanDetail;
  input: SimulationInput;
  /** Reads it. Throws `InvalidInput` where the address asks for what is not there. */
  read: () => Promise<Simulation>;
}

/** The plan of the address with what is asked of it, or what to offer. Throws `NotFound`. */
export async function readAskedSimulation(
  db: TenantDb,
  planId: string,
  query: URLSearchParams,
  now: Temporal.Instant,
): Promise<AskedSimulation> {
  const [detail, zone] = await Promise.all([findPlan(db, planId, readVersion(query)), homeZone(db)]);
  const { plan, chosen } = detail;
  const today = localDate(now, zone);
  const input = {
    plan: query.get("plan")?.trim() ?? plan.reference,
    quarter: query.get("quarter")?.trim() ?? await findQuarterToOffer(db, plan.id, today),
  };
  return { detail, input, read: () => readSimulation(db, chosen.id, input, today) };
}
