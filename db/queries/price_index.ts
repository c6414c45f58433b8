/** Price indexes and their values by date. */
import { sql } from "kysely";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { TenantDb } from "../tenant.ts";

export interface PriceIndexChange {
  name: string;
  /** What a value is in: "GBP per litre". */
  unit: string;
  /** Who publishes it. */
  source: string | null;
  /** Days from the date of a value until it is in force. */
  publicationLagDays: number;
}

export interface NewPriceIndex extends PriceIndexChange {
  /** Unique; charges name it. */
  reference: string;
}

export interface PriceIndex extends NewPriceIndex {
  id: string;
  /** Another one after every change. */
  rowVersion: string;
}

export interface IndexValue {
  date: Temporal.PlainDate;
  /** A decimal text. */
  value: string;
}

function columnsOf(index: PriceIndexChange) {
  return {
    name: index.name,
    unit: index.unit,
    source: index.source,
    publication_lag_days: index.publicationLagDays,
  };
}

/** The id of the new index, or `undefined` when the reference is taken. */
export async function insertPriceIndex(db: TenantDb, index: NewPriceIndex): Promise<string | undefined> {
  const inserted = await db.query.insertInto("price_index")
    .values({ tenant_id: db.tenantId, reference: index.reference, ...columnsOf(index) })
    .onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

export async function setPriceIndex(db: TenantDb, id: string, index: PriceIndexChange): Promise<void> {
  await noteMovedValues(db, id, index.publicationLagDays);
  await db.query.updateTable("price_index").set(columnsOf(index))
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

/** With another lag every value is in force from another day on. */
async function noteMovedValues(db: TenantDb, id: string, lagDays: number): Promise<void> {
  await db.sql`
    insert into price_index_change (tenant_id, reference, from_date)
    select index.tenant_id, index.reference,
      min(value.date) + least(index.publication_lag_days, ${lagDays}::int)
    from price_index index join price_index_value value
      on value.tenant_id = index.tenant_id and value.price_index_id = index.id
    where index.tenant_id = ${db.tenantId} and index.id = ${id} and index.publication_lag_days <> ${lagDays}::int
    group by index.tenant_id, index.reference, index.publication_lag_days`;
}

/** Notes of which days bills may rest on a value that is no longer the one. */
async function noteChangedValues(
  db: TenantDb,
  id: string,
  dates: readonly Temporal.PlainDate[],
): Promise<void> {
  await db.sql`
    insert into price_index_change (tenant_id, reference, from_date)
    select index.tenant_id, index.reference, changed.date + index.publication_lag_days
    from price_index index cross join unnest(${dates.map(String)}::text[]::date[]) as changed(date)
    where index.tenant_id = ${db.tenantId} and index.id = ${id}`;
}

function indexes(db: TenantDb) {
  return db.query.selectFrom("price_index").select([
    "id",
    "reference",
    "name",
    "unit",
    "source",
    "publication_lag_days as publicationLagDays",
    sql<string>`xmin::text`.as("rowVersion"),
  ]).where("tenant_id", "=", db.tenantId);
}

export async function findPriceIndex(db: TenantDb, id: string): Promise<PriceIndex | undefined> {
  return await indexes(db).where("id", "=", id).executeTakeFirst();
}

/** The index, which nobody else changes until the transaction ends. */
export async function lockPriceIndex(db: TenantDb, id: string): Promise<PriceIndex | undefined> {
  return await indexes(db).where("id", "=", id).forUpdate().executeTakeFirst();
}

export interface ListedPriceIndex extends PriceIndex {
  newest: IndexValue | null;
}

/** Indexes by reference, each with its newest value. */
export async function listPriceIndexes(db: TenantDb, limit: number): Promise<ListedPriceIndex[]> {
  const rows = await indexes(db).select((eb) => [
    eb.selectFrom("price_index_value as newest").select("newest.date")
      .whereRef("newest.tenant_id", "=", "price_index.tenant_id")
      .whereRef("newest.price_index_id", "=", "price_index.id")
      .orderBy("newest.date", "desc").limit(1).as("date"),
    eb.selectFrom("price_index_value as newest").select("newest.value")
      .whereRef("newest.tenant_id", "=", "price_index.tenant_id")
      .whereRef("newest.price_index_id", "=", "price_index.id")
      .orderBy("newest.date", "desc").limit(1).as("value"),
  ]).orderBy("reference").limit(limit).execute();
  return rows.map(({ date, value, ...index }) => ({
    ...index,
    newest: date === null || value === null ? null : { date, value },
  }));
}

/** The values of an index on these dates. */
export async function listValuesOn(
  db: TenantDb,
  priceIndexId: string,
  dates: readonly Temporal.PlainDate[],
): Promise<IndexValue[]> {
  return await db.query.selectFrom("price_index_value").select(["date", "value"])
    .where("tenant_id", "=", db.tenantId).where("price_index_id", "=", priceIndexId)
    .where("date", "=", sql<Temporal.PlainDate>`any(${dates.map(String)}::text[]::date[])`).execute();
}

/** Writes values; one of a date that has one takes its place. */
export async function setIndexValues(
  db: TenantDb,
  priceIndexId: string,
  values: readonly IndexValue[],
  recorded: { by: string; at: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("price_index_value").values(values.map(({ date, value }) => ({
    tenant_id: db.tenantId,
    price_index_id: priceIndexId,
    date,
    value,
    recorded_by: recorded.by,
    recorded_at: recorded.at,
  }))).onConflict((conflict) =>
    conflict.columns(["tenant_id", "price_index_id", "date"]).doUpdateSet((eb) => ({
      value: eb.ref("excluded.value"),
      recorded_by: eb.ref("excluded.recorded_by"),
      recorded_at: eb.ref("excluded.recorded_at"),
    }))
  ).execute();
  await noteChangedValues(db, priceIndexId, values.map(({ date }) => date));
}

/** The value that was taken out, or `undefined` when the date had none. */
export async function deleteIndexValue(
  db: TenantDb,
  priceIndexId: string,
  date: Temporal.PlainDate,
): Promise<string | undefined> {
  const deleted = await db.query.deleteFrom("price_index_value")
    .where("tenant_id", "=", db.tenantId).where("price_index_id", "=", priceIndexId)
    .where("date", "=", date).returning("value").executeTakeFirst();
  if (deleted) await noteChangedValues(db, priceIndexId, [date]);
  return deleted?.value;
}

/** Values of an index from a cursor on, the newest first; one more than `size` if there are more. */
export async function listIndexValues(
  db: TenantDb,
  priceIndexId: string,
  size: number,
  cursor?: Cursor,
): Promise<IndexValue[]> {
  const query = db.query.selectFrom("price_index_value").select(["date", "value"])
    .where("tenant_id", "=", db.tenantId).where("price_index_id", "=", priceIndexId).limit(size + 1);
  if (cursor === undefined) return await query.orderBy("date", "desc").execute();
  const at = Temporal.PlainDate.from("after" in cursor ? cursor.after : cursor.before);
  return "after" in cursor
    ? await query.where("date", "<", at).orderBy("date", "desc").execute()
    : await query.where("date", ">", at).orderBy("date").execute();
}

export interface PlanOfIndex {
  id: string;
  name: string;
}

/** Plans with a charge that names the index in any of their versions, by name. */
export async function listPlansOfIndex(
  db: TenantDb,
  reference: string,
  limit: number,
): Promise<PlanOfIndex[]> {
  return await db.query.selectFrom("rate_plan").select(["rate_plan.id", "rate_plan.name"])
    .where("rate_plan.tenant_id", "=", db.tenantId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("rate_plan_version as version").innerJoin("charge", (join) =>
          join.onRef("charge.tenant_id", "=", "version.tenant_id")
            .onRef("charge.rate_plan_version_id", "=", "version.id"))
          .select("charge.id")
          .whereRef("version.tenant_id", "=", "rate_plan.tenant_id")
          .whereRef("version.rate_plan_id", "=", "rate_plan.id")
          .where(sql`charge.price ->> 'index'`, "=", reference),
      )
    ).orderBy("rate_plan.name").limit(limit).execute();
}

/** A value with the day from which it is in force. */
export interface ValueInForce {
  from: Temporal.PlainDate;
  value: string;
}

/** All values of indexes that are in force before a day, by reference and then by day. */
export async function listValuesInForce(
  db: TenantDb,
  references: readonly string[],
  before: Temporal.PlainDate,
): Promise<Map<string, ValueInForce[]>> {
  const rows = await db.sql<({ reference: string } & ValueInForce)[]>`
    select price_index.reference, price_index_value.date + price_index.publication_lag_days as "from",
      price_index_value.value
    from price_index join price_index_value on price_index_value.tenant_id = price_index.tenant_id
      and price_index_value.price_index_id = price_index.id
    where price_index.tenant_id = ${db.tenantId} and price_index.reference = any(${[...references]}::text[])
      and price_index_value.date + price_index.publication_lag_days < ${before.toString()}::text::date
    order by price_index.reference, price_index_value.date`;
  const found = new Map<string, ValueInForce[]>();
  for (const { reference, ...value } of rows) found.set(reference, [...found.get(reference) ?? [], value]);
  return found;
}
