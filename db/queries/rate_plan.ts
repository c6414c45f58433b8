/** Rate plans, their versions and charges. A version and its charges are written once. */
import { sql } from "kysely";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { TaxSupply } from "../../lib/core/tax_facts.ts";
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

/** The ids of the new plans by reference, without those whose reference is taken. */
export async function insertRatePlans(
  db: TenantDb,
  plans: readonly { reference: string; name: string }[],
): Promise<Map<string, string>> {
  const inserted = await db.query.insertInto("rate_plan")
    .values(plans.map(({ reference, name }) => ({ tenant_id: db.tenantId, reference, name })))
    .onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning(["reference", "id"]).execute();
  return new Map(inserted.map(({ reference, id }) => [reference, id]));
}

export interface NewCharge {
  reference: string;
  name: string;
  kind: "recurring" | "usage" | "one_time";
  per: "vehicle" | "contract";
  proration: "day" | "second" | "fixed30" | "none";
  /** Of a recurring charge: billed after the period that it is for, or before it; in arrears if left out. */
  timing?: "arrears" | "advance";
  /** As in a price case. */
  meter: unknown;
  /** As in a price case. */
  price: unknown;
  taxCategory: string | null;
  taxPercent: string | null;
  /** What is supplied, where the tax rules decide category and rate; they do not if left out. */
  taxSupply?: TaxSupply | null;
}

export interface NewRatePlanVersion {
  ratePlanId: string;
  version: number;
  currency: string;
  taxInclusive: boolean;
}

/** Writes a version with its charges in their order; gives its id. */
export async function insertRatePlanVersion(
  db: TenantDb,
  version: NewRatePlanVersion,
  charges: readonly NewCharge[],
): Promise<string> {
  const [id] = await insertRatePlanVersions(db, [{ ...version, charges }]);
  return id;
}

/** Statements have room for so many charges. */
const chargesAtATime = 1_000;

/** Writes versions with their charges; gives their ids in the same order. */
export async function insertRatePlanVersions(
  db: TenantDb,
  versions: readonly (NewRatePlanVersion & { charges: readonly NewCharge[] })[],
): Promise<string[]> {
  const inserted = await db.query.insertInto("rate_plan_version").values(
    versions.map(({ ratePlanId, version, currency, taxInclusive }) => ({
      tenant_id: db.tenantId,
      rate_plan_id: ratePlanId,
      version,
      currency,
      tax_inclusive: taxInclusive,
    })),
  ).returning(["id", "rate_plan_id", "version"]).execute();
  const idOf = new Map(inserted.map(({ id, rate_plan_id, version }) => [`${rate_plan_id} ${version}`, id]));
  const ids = versions.map(({ ratePlanId, version }) => idOf.get(`${ratePlanId} ${version}`)!);
  const charges = versions.flatMap((version, index) =>
    version.charges.map((charge, place) => chargeRow(db, ids[index], place + 1, charge))
  );
  for (let from = 0; from < charges.length; from += chargesAtATime) {
    await db.query.insertInto("charge").values(charges.slice(from, from + chargesAtATime)).execute();
  }
  return ids;
}

function chargeRow(db: TenantDb, versionId: string, position: number, charge: NewCharge) {
  return {
    tenant_id: db.tenantId,
    rate_plan_version_id: versionId,
    position,
    reference: charge.reference,
    name: charge.name,
    kind: charge.kind,
    per: charge.per,
    proration: charge.proration,
    timing: charge.timing ?? "arrears",
    meter: charge.meter === null ? null : jsonb(charge.meter),
    price: jsonb(charge.price),
    tax_category: charge.taxCategory,
    tax_percent: charge.taxPercent,
    tax_supply: charge.taxSupply ?? null,
  };
}

/** Locks a plan until the transaction ends, so that two writers do not give one number to two versions. */
export async function lockRatePlan(
  db: TenantDb,
  id: string,
): Promise<{ id: string; reference: string } | undefined> {
  return await db.query.selectFrom("rate_plan").select(["id", "reference"])
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
}

export interface RatePlan {
  id: string;
  versionId: string;
  reference: string;
  name: string;
  version: number;
  currency: string;
  taxInclusive: boolean;
}

function newestVersions(db: TenantDb, direction: "asc" | "desc" = "asc") {
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
      "version.tax_inclusive as taxInclusive",
    ])
    .where("plan.tenant_id", "=", db.tenantId)
    .distinctOn("plan.reference").orderBy("plan.reference", direction).orderBy("version.version", "desc");
}

/** A plan in a list. */
export interface ListedRatePlan extends RatePlan {
  chargeCount: bigint;
  /** On any of its versions. */
  contractCount: bigint;
}

/** The part of a plan's reference or name to look for. */
export interface RatePlanFilter {
  search?: string;
}

/**
 * Plans by reference from a cursor on, each in its newest version, one row more than `limit` if there are more; before a
 * cursor the nearest first.
 */
export async function listRatePlans(
  db: TenantDb,
  { search }: RatePlanFilter,
  limit: number,
  cursor?: Cursor,
): Promise<ListedRatePlan[]> {
  const isBackwards = cursor !== undefined && "before" in cursor;
  const direction = isBackwards ? "desc" : "asc";
  let newest = newestVersions(db, direction).limit(limit + 1);
  if (search !== undefined) newest = newest.where(matches(search));
  if (cursor) {
    newest = newest.where(
      "plan.reference",
      isBackwards ? "<" : ">",
      isBackwards ? cursor.before : cursor.after,
    );
  }
  // Counted around the page and not within it, where each version of each plan would be counted first.
  return await db.query.selectFrom(newest.as("plan")).selectAll("plan").select(({ selectFrom }) => [
    selectFrom("charge").where("charge.tenant_id", "=", db.tenantId)
      .whereRef("charge.rate_plan_version_id", "=", "plan.versionId")
      .select(({ fn }) => fn.countAll<bigint>().as("count")).$asScalar().$notNull().as("chargeCount"),
    selectFrom("rate_plan_version as used")
      .innerJoin(
        "contract",
        (join) =>
          join.onRef("contract.tenant_id", "=", "used.tenant_id")
            .onRef("contract.rate_plan_version_id", "=", "used.id"),
      )
      .where("used.tenant_id", "=", db.tenantId).whereRef("used.rate_plan_id", "=", "plan.id")
      .select(({ fn }) => fn.countAll<bigint>().as("count")).$asScalar().$notNull().as("contractCount"),
  ]).orderBy("plan.reference", direction).execute();
}

/** How many there are, counted no further than `limit`. */
export async function countRatePlans(
  db: TenantDb,
  { search }: RatePlanFilter,
  limit: number,
): Promise<number> {
  let plans = db.query.selectFrom("rate_plan as plan").select("plan.id").where(
    "plan.tenant_id",
    "=",
    db.tenantId,
  ).limit(limit);
  if (search !== undefined) plans = plans.where(matches(search));
  const { count } = await db.query.selectFrom(plans.as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count")).executeTakeFirstOrThrow();
  return Number(count);
}

function matches(search: string) {
  const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<boolean>`(plan.reference ilike ${part} or plan.name ilike ${part})`;
}

/** A plan in its newest version. */
export async function findRatePlan(
  db: TenantDb,
  by: { id: string } | { reference: string },
): Promise<RatePlan | undefined> {
  const query = newestVersions(db);
  return await ("id" in by
    ? query.where("plan.id", "=", by.id)
    : query.where("plan.reference", "=", by.reference)).executeTakeFirst();
}

export interface RatePlanVersion {
  id: string;
  version: number;
  currency: string;
  taxInclusive: boolean;
  createdAt: Temporal.Instant;
  /** Contracts that are billed by it. */
  contractCount: bigint;
}

/** The versions of a plan, newest first. */
export async function listRatePlanVersions(db: TenantDb, ratePlanId: string): Promise<RatePlanVersion[]> {
  return await db.query.selectFrom("rate_plan_version as version").select(({ selectFrom }) => [
    "version.id",
    "version.version",
    "version.currency",
    "version.tax_inclusive as taxInclusive",
    "version.created_at as createdAt",
    selectFrom("contract").whereRef("contract.tenant_id", "=", "version.tenant_id")
      .whereRef("contract.rate_plan_version_id", "=", "version.id")
      .select(({ fn }) => fn.countAll<bigint>().as("count")).$asScalar().$notNull().as("contractCount"),
  ]).where("version.tenant_id", "=", db.tenantId).where("version.rate_plan_id", "=", ratePlanId)
    .orderBy("version.version", "desc").execute();
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
    "timing",
    "meter",
    "price",
    "tax_category as taxCategory",
    "tax_percent as taxPercent",
    "tax_supply as taxSupply",
  ]).where("tenant_id", "=", db.tenantId).where("rate_plan_version_id", "=", ratePlanVersionId)
    .orderBy("position").execute();
}

/** The currency of a version, or `undefined` when there is no such version. */
export async function findVersionCurrency(db: TenantDb, id: string): Promise<string | undefined> {
  const found = await db.query.selectFrom("rate_plan_version").select("currency")
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).executeTakeFirst();
  return found?.currency;
}

/** A plan version as a bill names it. */
export interface PlanFacts {
  versionId: string;
  planId: string;
  reference: string;
  name: string;
  version: number;
  currency: string;
  taxInclusive: boolean;
}

/** Plan versions, by id. */
export async function listPlanFacts(
  db: TenantDb,
  versionIds: readonly string[],
): Promise<Map<string, PlanFacts>> {
  if (versionIds.length === 0) return new Map();
  const rows = await db.query.selectFrom("rate_plan_version as version")
    .innerJoin(
      "rate_plan as plan",
      (join) =>
        join.onRef("plan.tenant_id", "=", "version.tenant_id").onRef("plan.id", "=", "version.rate_plan_id"),
    )
    .select([
      "version.id as versionId",
      "plan.id as planId",
      "plan.reference",
      "plan.name",
      "version.version",
      "version.currency",
      "version.tax_inclusive as taxInclusive",
    ])
    .where("version.tenant_id", "=", db.tenantId).where(
      "version.id",
      "=",
      sql<string>`any(${[...new Set(versionIds)]}::uuid[])`,
    ).execute();
  return new Map(rows.map((row) => [row.versionId, row]));
}

/** Whether any charge of a plan version is billed before the period that it is for. */
export async function hasAdvanceCharge(db: TenantDb, id: string): Promise<boolean> {
  const found = await db.query.selectFrom("charge").select("id")
    .where("tenant_id", "=", db.tenantId).where("rate_plan_version_id", "=", id)
    .where("timing", "=", "advance").limit(1).executeTakeFirst();
  return found !== undefined;
}

/** Whether any charge of a plan version is taxed. */
export async function isVersionTaxed(db: TenantDb, id: string): Promise<boolean> {
  const found = await db.query.selectFrom("charge").select("id")
    .where("tenant_id", "=", db.tenantId).where("rate_plan_version_id", "=", id)
    .where((eb) => eb.or([eb("tax_category", "is not", null), eb("tax_supply", "is not", null)])).limit(1)
    .executeTakeFirst();
  return found !== undefined;
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
