/** A business' own tax rates: added with their first day, and taken out while that is still to come. */
import type { TenantDb } from "../tenant.ts";

export interface OwnTaxRate {
  id: string;
  country: string;
  /** A part of the country; null for the whole. */
  region: string | null;
  from: Temporal.PlainDate;
  /** A decimal text. */
  percent: string;
}

function rates(db: TenantDb) {
  return db.query.selectFrom("tax_rate").select([
    "id",
    "country",
    "region",
    "from_date as from",
    "percent",
  ]).where("tenant_id", "=", db.tenantId);
}

/** By place, the newest first. */
export async function listTaxRates(db: TenantDb): Promise<OwnTaxRate[]> {
  return await rates(db).orderBy("country").orderBy("region", (order) => order.asc().nullsFirst())
    .orderBy("from_date", "desc").execute();
}

export async function findTaxRate(db: TenantDb, id: string): Promise<OwnTaxRate | undefined> {
  return await rates(db).where("id", "=", id).executeTakeFirst();
}

/** Its id, or `undefined` where the place has another rate from the same day. */
export async function insertTaxRate(
  db: TenantDb,
  { country, region, from, percent }: Omit<OwnTaxRate, "id">,
): Promise<string | undefined> {
  const inserted = await db.query.insertInto("tax_rate")
    .values({ tenant_id: db.tenantId, country, region, from_date: from, percent })
    .onConflict((conflict) => conflict.columns(["tenant_id", "country", "region", "from_date"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

export async function deleteTaxRate(db: TenantDb, id: string): Promise<void> {
  await db.query.deleteFrom("tax_rate").where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}
