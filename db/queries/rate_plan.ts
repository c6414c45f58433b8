/** Rate plans, their versions and charges. A version and its charges are written once. */
import type { TenantDb } from "../tenant.ts";
import { jsonb } from "./json.ts";

/** The id of the new plan, or `undefined` when the reference is taken. */
export async function insertRatePlan(
  db: TenantDb,
  plan: { reference: string; name: string },
): Promise<string | undefined> {
  const inserted = await db.query.insertInto("rate_plan")
    .values({ tenant_id: db.tenantId, reference: plan.reference, name: plan.name })
    .onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

export interface NewCharge {
  reference: string;
  name: string;
  kind: "recurring" | "usage" | "one_time";
  per: "vehicle" | "contract";
  proration: "day" | "second" | "fixed30" | "none";
  /** As in a price case. */
  meter: unknown;
  /** As in a price case. */
  price: unknown;
  taxCategory: string | null;
  taxPercent: string | null;
}

/** Writes a version with its charges in their order; gives its id. */
export async function insertRatePlanVersion(
  db: TenantDb,
  version: { ratePlanId: string; version: number; currency: string; taxInclusive: boolean },
  charges: readonly NewCharge[],
): Promise<string> {
  const { id } = await db.query.insertInto("rate_plan_version").values({
    tenant_id: db.tenantId,
    rate_plan_id: version.ratePlanId,
    version: version.version,
    currency: version.currency,
    tax_inclusive: version.taxInclusive,
  }).returning("id").executeTakeFirstOrThrow();
  await db.query.insertInto("charge").values(charges.map((charge, index) => ({
    tenant_id: db.tenantId,
    rate_plan_version_id: id,
    position: index + 1,
    reference: charge.reference,
    name: charge.name,
    kind: charge.kind,
    per: charge.per,
    proration: charge.proration,
    meter: charge.meter === null ? null : jsonb(charge.meter),
    price: jsonb(charge.price),
    tax_category: charge.taxCategory,
    tax_percent: charge.taxPercent,
  }))).execute();
  return id;
}

export interface RatePlan {
  id: string;
  versionId: string;
  reference: string;
  name: string;
  version: number;
  currency: string;
}

function newestVersions(db: TenantDb) {
  return db.query.selectFrom("rate_plan as plan")
    .innerJoin(
      "rate_plan_version as version",
      (join) =>
        join.onRef("version.tenant_id", "=", "plan.tenant_id").onRef("version.rate_plan_id", "=", "plan.id"),
    )
    .select([
      "plan.id",
      "version.id as versionId",
      "plan.reference",
      "plan.name",
      "version.version",
      "version.currency",
    ])
    .where("plan.tenant_id", "=", db.tenantId)
    .distinctOn("plan.reference").orderBy("plan.reference").orderBy("version.version", "desc");
}

/** Plans by reference, each in its newest version, after one of them. */
export async function listRatePlans(db: TenantDb, limit: number, after?: string): Promise<RatePlan[]> {
  const query = newestVersions(db).limit(limit);
  return await (after === undefined ? query : query.where("plan.reference", ">", after)).execute();
}

/** A plan in its newest version. */
export async function findRatePlan(db: TenantDb, id: string): Promise<RatePlan | undefined> {
  return await newestVersions(db).where("plan.id", "=", id).executeTakeFirst();
}

export async function countRatePlans(db: TenantDb): Promise<bigint> {
  const { count } = await db.query.selectFrom("rate_plan")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).executeTakeFirstOrThrow();
  return count;
}

export interface Charge extends NewCharge {
  id: string;
}

/** The charges of a version in their order. */
export async function listCharges(db: TenantDb, ratePlanVersionId: string): Promise<Charge[]> {
  return await db.query.selectFrom("charge").select([
    "id",
    "reference",
    "name",
    "kind",
    "per",
    "proration",
    "meter",
    "price",
    "tax_category as taxCategory",
    "tax_percent as taxPercent",
  ]).where("tenant_id", "=", db.tenantId).where("rate_plan_version_id", "=", ratePlanVersionId)
    .orderBy("position").execute();
}

/** The currency of a version, or `undefined` when there is no such version. */
export async function findVersionCurrency(db: TenantDb, id: string): Promise<string | undefined> {
  const found = await db.query.selectFrom("rate_plan_version").select("currency")
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).executeTakeFirst();
  return found?.currency;
}

/** The fields of events that any plan counts with, by name: their values must be numbers. */
export async function listMeteredFields(db: TenantDb): Promise<string[]> {
  const rows = await db.sql<{ field: string }[]>`
    select distinct field from charge, lateral (values
      (case when meter->>'aggregate' not in ('unique', 'count') then meter->>'field' end),
      (case when price->>'model' in ('percentage', 'pass_through') then price->>'field' end)) as named(field)
    where tenant_id = ${db.tenantId} and field is not null order by field`;
  return rows.map(({ field }) => field);
}
