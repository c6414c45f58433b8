/** What every change of a contract begins with: the contract locked, and what is there of what the change names. */
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import { findLastBilledPeriod, lockContract, type LockedContract } from "../../db/queries/contract.ts";
import { listStaysOfVehicles, type NamedStay } from "../../db/queries/contract_vehicle.ts";
import { findVersionCurrency } from "../../db/queries/rate_plan.ts";
import { lockVehicles } from "../../db/queries/vehicle.ts";
import { findBillsAhead } from "../../db/queries/bills_ahead.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { periodOn } from "../core/billing_cycle.ts";
import { isId } from "../core/ids.ts";
import type { Days } from "./change_rules.ts";
import type { PlanFacts } from "./contract_input.ts";
import { requireNoOverlap, type VehicleStay } from "./stays.ts";

export interface BillableContract {
  contract: LockedContract;
  lastBilled: Days | undefined;
  /** The first day of which nothing is billed, in advance neither. */
  billedUntil: Temporal.PlainDate | undefined;
  billsAhead: boolean;
}

/** The same of a contract that comes to bill something in advance. */
export function asBilledAhead({ contract, lastBilled }: BillableContract): BillableContract {
  const billedUntil = lastBilled && periodOn(contract, lastBilled.end).end;
  return { contract, lastBilled, billedUntil, billsAhead: true };
}

/** Locks a contract until the commit, so that no period is billed meanwhile. Throws `NotFound`. */
export async function lockToChange(
  db: TenantDb,
  contractId: string,
): Promise<BillableContract> {
  const contract = isId(contractId) ? await lockContract(db, contractId) : undefined;
  if (contract) {
    const [lastBilled, isAhead] = await Promise.all([
      findLastBilledPeriod(db, contractId),
      findBillsAhead(db, contractId),
    ]);
    const locked = { contract, lastBilled, billedUntil: lastBilled?.end, billsAhead: false };
    return isAhead ? asBilledAhead(locked) : locked;
  }
  throw milepostError("NotFound", {
    message: "There is no such contract, or it belongs to another company. Find it in the list of contracts.",
    fields: [{ field: "contractId", value: contractId }],
  });
}

/** The earlier of two days, of which the second may be open. */
export function earlier(left: Temporal.PlainDate, right: Temporal.PlainDate | null): Temporal.PlainDate {
  return right !== null && Temporal.PlainDate.compare(right, left) < 0 ? right : left;
}

/** What a plan version needs to be billed by. */
export async function loadPlanFacts(db: TenantDb, ratePlanVersionId: string): Promise<PlanFacts> {
  const [entities, currency] = await Promise.all([
    listBillingEntities(db),
    findVersionCurrency(db, ratePlanVersionId),
  ]);
  return { entities, currencies: new Map(currency === undefined ? [] : [[ratePlanVersionId, currency]]) };
}

/**
 * The vehicles exist and are on no contract on those days, `except` for stays that are about to change; they stay locked until
 * the commit.
 */
export async function requireFree(
  db: TenantDb,
  stays: readonly VehicleStay[],
  field = "vehicles",
  except: readonly Pick<NamedStay, "id">[] = [],
): Promise<void> {
  const ids = [...new Set(stays.map(({ vehicleId }) => vehicleId))];
  const known = new Map(
    (await lockVehicles(db, ids.filter(isId))).map(({ id, reference }) => [id, reference]),
  );
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) refuseField(field, missing, "Choose a vehicle that there is.");
  const existing = (await listStaysOfVehicles(db, ids)).filter(({ id }) =>
    !except.some((stay) => stay.id === id)
  );
  requireNoOverlap(stays, existing, known, field);
}
