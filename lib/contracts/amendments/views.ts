/** A contract's timeline as people read it: what was agreed, when vehicles came and went, and whether it stands still. */
import { listAmendments } from "../../../db/queries/contract_amendment.ts";
import {
  listShownAmendments,
  listVehicleDays,
  type ShownAmendment,
  type VehicleDay,
} from "../../../db/queries/contract_timeline.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { isPausedOn, type Pause, pausesOf } from "../timeline.ts";

export { isPausedOn };
export type { Pause, ShownAmendment, VehicleDay };

/** More entries than anyone reads at once. */
export const entriesMost = 40;

export interface ContractTimeline {
  /** The newest ones by the day on which they hold. */
  amendments: ShownAmendment[];
  vehicleDays: VehicleDay[];
  /** By day; one that was taken back is none. */
  pauses: Pause[];
  /** Whether there are older entries than these. */
  isPart: boolean;
}

export async function findTimeline(db: TenantDb, contractId: string): Promise<ContractTimeline> {
  const [amendments, vehicleDays, pauses] = await Promise.all([
    listShownAmendments(db, contractId, entriesMost + 1),
    listVehicleDays(db, contractId, entriesMost + 1),
    listPauses(db, contractId),
  ]);
  const isPart = amendments.length > entriesMost || vehicleDays.length > entriesMost;
  return {
    amendments: amendments.slice(0, entriesMost),
    vehicleDays: vehicleDays.slice(0, entriesMost),
    pauses,
    isPart,
  };
}

/** When the contract stands still, by day. */
export async function listPauses(db: TenantDb, contractId: string): Promise<Pause[]> {
  return pausesOf((await listAmendments(db, [contractId])).get(contractId) ?? []);
}
