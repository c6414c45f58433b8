/** The charges of plans with the plan and the version of each: the rows of a file of plans. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";
import type { NewCharge } from "./rate_plan.ts";

/** A charge with the plan and the version that it belongs to. */
export interface PlanCharge extends NewCharge {
  planReference: string;
  planName: string;
  version: number;
  currency: string;
  taxInclusive: boolean;
  /** Among the charges of its version, from 1. */
  position: number;
}

function planCharges(db: TenantDb) {
  return db.query.selectFrom("rate_plan as plan")
    .innerJoin(
      "rate_plan_version as version",
      (join) =>
        join.onRef("version.tenant_id", "=", "plan.tenant_id").onRef("version.rate_plan_id", "=", "plan.id"),
    )
    .innerJoin(
      "charge",
      (join) =>
        join.onRef("charge.tenant_id", "=", "version.tenant_id")
          .onRef("charge.rate_plan_version_id", "=", "version.id"),
    )
    .select([
      "plan.reference as planReference",
      "plan.name as planName",
      "version.version",
      "version.currency",
      "version.tax_inclusive as taxInclusive",
      "charge.position",
      "charge.reference",
      "charge.name",
      "charge.kind",
      "charge.per",
      "charge.proration",
      "charge.timing",
      "charge.meter",
      "charge.price",
      "charge.tax_category as taxCategory",
      "charge.tax_percent as taxPercent",
      "charge.tax_supply as taxSupply",
    ])
    .where("plan.tenant_id", "=", db.tenantId)
    .orderBy("plan.reference").orderBy("version.version").orderBy("charge.position");
}

/** The charges of every version of every plan, `limit` of them after another one. */
export async function listPlanChargesAfter(
  db: TenantDb,
  limit: number,
  last?: Pick<PlanCharge, "planReference" | "version" | "position">,
): Promise<PlanCharge[]> {
  let charges = planCharges(db).limit(limit);
  if (last) {
    charges = charges.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple("plan.reference", "version.version", "charge.position"),
        ">",
        tuple(last.planReference, last.version, last.position),
      )
    );
  }
  return await charges.execute();
}

/** The charges of every version of the plans with these references. */
export async function listChargesOfPlans(db: TenantDb, references: readonly string[]): Promise<PlanCharge[]> {
  return await planCharges(db)
    .where("plan.reference", "=", sql<string>`any(${[...new Set(references)]}::text[])`).execute();
}
