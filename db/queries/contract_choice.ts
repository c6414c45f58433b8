/** What a contract is made of, by the references that people know: customers and vehicles. */
import type { TenantDb } from "../tenant.ts";
import { among } from "./among.ts";

/** Something to choose, by its reference. */
export interface NamedReference {
  reference: string;
  name: string;
}

/** The first customers by reference. */
export async function listCustomerReferences(db: TenantDb, limit: number): Promise<NamedReference[]> {
  return await db.query.selectFrom("customer").select(["reference", "name"])
    .where("tenant_id", "=", db.tenantId).orderBy("reference").limit(limit).execute();
}

/** The ids of the customers that have these references, by reference. */
export async function listCustomerIds(
  db: TenantDb,
  references: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.query.selectFrom("customer").select(["reference", "id"])
    .where("tenant_id", "=", db.tenantId)
    .where("reference", "in", among(references)).execute();
  return new Map(rows.map(({ reference, id }) => [reference, id]));
}

export interface PlanVersion {
  /** Of the plan. */
  reference: string;
  versionId: string;
  version: number;
  currency: string;
}

/** Every version of the plans that have these references, the newest first. */
export async function listVersionsOfPlans(
  db: TenantDb,
  references: readonly string[],
): Promise<PlanVersion[]> {
  return await db.query.selectFrom("rate_plan as plan")
    .innerJoin(
      "rate_plan_version as version",
      (join) =>
        join.onRef("version.tenant_id", "=", "plan.tenant_id").onRef("version.rate_plan_id", "=", "plan.id"),
    )
    .select(["plan.reference", "version.id as versionId", "version.version", "version.currency"])
    .where("plan.tenant_id", "=", db.tenantId)
    .where("plan.reference", "in", among(references))
    .orderBy("version.version", "desc").execute();
}

/** The ids of the vehicles that have these references, by reference. */
export async function listVehicleIds(
  db: TenantDb,
  references: readonly string[],
): Promise<Map<string, string>> {
  if (references.length === 0) return new Map();
  const rows = await db.query.selectFrom("vehicle").select(["reference", "id"])
    .where("tenant_id", "=", db.tenantId)
    .where("reference", "in", among(references)).execute();
  return new Map(rows.map(({ reference, id }) => [reference, id]));
}

/** The first vehicles, by reference, that have no stay without an end. */
export async function listFreeVehicles(db: TenantDb, limit: number): Promise<NamedReference[]> {
  return await db.query.selectFrom("vehicle").select(["reference", "plate as name"])
    .where("tenant_id", "=", db.tenantId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(
        selectFrom("contract_vehicle as stay").select("stay.id")
          .whereRef("stay.tenant_id", "=", "vehicle.tenant_id").whereRef("stay.vehicle_id", "=", "vehicle.id")
          .where("stay.to_date", "is", null),
      ))
    )
    .orderBy("reference").limit(limit).execute();
}
