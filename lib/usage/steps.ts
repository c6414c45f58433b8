/** Steps of usage, on the caller's transaction. */
import { listContractIds } from "../../db/queries/contract.ts";
import { listBillableStays } from "../../db/queries/contract_vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import type { IdentifiedRow } from "./identity.ts";
import type { Stay, SubjectFacts } from "./subjects.ts";

/** Looks up the contracts and vehicles that the rows name. */
export async function findSubjectFacts(db: TenantDb, rows: readonly IdentifiedRow[]): Promise<SubjectFacts> {
  const named = { contract: new Set<string>(), vehicle: new Set<string>() };
  for (const row of rows) {
    if ("event" in row) named[row.event.subject.kind].add(row.event.subject.reference);
  }
  const [contracts, stays] = await Promise.all([
    named.contract.size === 0 ? new Map<string, string>() : listContractIds(db, [...named.contract]),
    named.vehicle.size === 0 ? [] : listBillableStays(db, [...named.vehicle]),
  ]);
  const vehicles = new Map<string, { id: string; stays: Stay[] }>();
  for (const { reference, vehicleId, from, to } of stays) {
    const vehicle = vehicles.get(reference) ?? { id: vehicleId, stays: [] };
    if (from !== null) vehicle.stays.push({ from, to });
    vehicles.set(reference, vehicle);
  }
  return { contracts, vehicles };
}
