/** Billing entities: the legal entities of a tenant that issue invoices. */
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from "kysely";
import type { Schema } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewBillingEntity {
  name: string;
  addressLines: readonly string[];
  country: string;
  currency: string;
  zone: string;
  language: string;
  rounding: "half_up" | "half_even";
  numberPrefix: string;
}

function columnsOf(entity: NewBillingEntity) {
  return {
    name: entity.name,
    address_lines: [...entity.addressLines],
    country: entity.country,
    currency: entity.currency,
    zone: entity.zone,
    language: entity.language,
    rounding: entity.rounding,
    number_prefix: entity.numberPrefix,
  };
}

/** Gives the id of the new entity. */
export async function insertBillingEntity(db: TenantDb, entity: NewBillingEntity): Promise<string> {
  const { id } = await db.query.insertInto("billing_entity")
    .values({ tenant_id: db.tenantId, ...columnsOf(entity) })
    .returning("id").executeTakeFirstOrThrow();
  return id;
}

/** Gives the ids of the new entities by their prefix. */
export async function insertBillingEntities(
  db: TenantDb,
  entities: readonly NewBillingEntity[],
): Promise<Map<string, string>> {
  const rows = await db.query.insertInto("billing_entity")
    .values(entities.map((entity) => ({ tenant_id: db.tenantId, ...columnsOf(entity) })))
    .returning(["id", "number_prefix as numberPrefix"]).execute();
  return new Map(rows.map(({ id, numberPrefix }) => [numberPrefix, id]));
}

export async function setBillingEntity(db: TenantDb, id: string, entity: NewBillingEntity): Promise<void> {
  await db.query.updateTable("billing_entity").set(columnsOf(entity))
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
}

export interface BillingEntity {
  id: string;
  name: string;
  currency: string;
  zone: string;
  numberPrefix: string;
}

/** All entities of the tenant, by name; a tenant has a handful. */
export async function listBillingEntities(db: TenantDb): Promise<BillingEntity[]> {
  return await db.query.selectFrom("billing_entity")
    .select(["id", "name", "currency", "zone", "number_prefix as numberPrefix"])
    .where("tenant_id", "=", db.tenantId).orderBy("name").orderBy("id").execute();
}

/** An entity with all that it prints and reckons with. */
export interface WholeBillingEntity extends NewBillingEntity {
  id: string;
  addressLines: string[];
  /** Another one after every change. */
  rowVersion: string;
}

function wholeEntities(db: TenantDb) {
  return db.query.selectFrom("billing_entity").select([
    "id",
    "name",
    "address_lines as addressLines",
    "country",
    "currency",
    "zone",
    "language",
    "rounding",
    "number_prefix as numberPrefix",
    sql<string>`xmin::text`.as("rowVersion"),
  ]).where("tenant_id", "=", db.tenantId);
}

export async function findBillingEntity(db: TenantDb, id: string): Promise<WholeBillingEntity | undefined> {
  return await wholeEntities(db).where("id", "=", id).executeTakeFirst();
}

/** Some entities by their prefix, after one; all of them, called until none comes. */
export async function listEntitiesByPrefix(
  db: TenantDb,
  limit: number,
  after = "",
): Promise<WholeBillingEntity[]> {
  return await wholeEntities(db).where("number_prefix", ">", after).orderBy("number_prefix").limit(limit)
    .execute();
}

/** The entities that have these prefixes. */
export async function listEntitiesWithPrefixes(
  db: TenantDb,
  prefixes: readonly string[],
): Promise<WholeBillingEntity[]> {
  return await wholeEntities(db).where("number_prefix", "in", [...prefixes]).execute();
}

/** The entity, which nobody else changes, and which gets no contract or invoice, until the transaction ends. */
export async function lockBillingEntity(db: TenantDb, id: string): Promise<WholeBillingEntity | undefined> {
  return await wholeEntities(db).where("id", "=", id).forUpdate().executeTakeFirst();
}

/** What keeps an entity from changing how it bills. */
export interface EntityUse {
  /** Drafts among them: they carry its prefix already. */
  hasInvoices: boolean;
  hasContracts: boolean;
}

export async function findEntityUse(db: TenantDb, id: string): Promise<EntityUse> {
  const [found] = await db.sql<[EntityUse]>`
    select
      exists (select from invoice where tenant_id = ${db.tenantId} and billing_entity_id = ${id}) as "hasInvoices",
      exists (select from contract where tenant_id = ${db.tenantId} and billing_entity_id = ${id}) as "hasContracts"`;
  return found;
}

export interface BillingEntityFilter {
  /** A part of the name or of the number prefix. */
  search?: string;
}

/** Where a page begins: next to this entity. */
export interface BillingEntityPlace {
  name: string;
  id: string;
  isBackwards: boolean;
}

/** A page of entities by name, one row more than `limit` if there are more; backwards the nearest first. */
export async function listBillingEntitiesFrom(
  db: TenantDb,
  filter: BillingEntityFilter,
  limit: number,
  place?: BillingEntityPlace,
): Promise<WholeBillingEntity[]> {
  const direction = place?.isBackwards ? "desc" : "asc";
  const query = wholeEntities(db).where(matches(filter))
    .orderBy("name", direction).orderBy("id", direction).limit(limit + 1);
  if (!place) return await query.execute();
  const sign = sql.raw(place.isBackwards ? "<" : ">");
  return await query.where(sql<boolean>`(name, id) ${sign} (${place.name}, ${place.id}::uuid)`).execute();
}

/** How many there are, counted no further than `limit`. */
export async function countBillingEntities(
  db: TenantDb,
  filter: BillingEntityFilter,
  limit: number,
): Promise<number> {
  const found = db.query.selectFrom("billing_entity").select("id")
    .where("tenant_id", "=", db.tenantId).where(matches(filter)).limit(limit);
  const { count } = await db.query.selectFrom(found.as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count")).executeTakeFirstOrThrow();
  return Number(count);
}

function matches({ search }: BillingEntityFilter) {
  return ({ eb, or, lit }: ExpressionBuilder<Schema, "billing_entity">): Expression<SqlBool> => {
    if (search === undefined) return lit(true);
    const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
    return or([eb("name", "ilike", part), eb("number_prefix", "ilike", part)]);
  };
}
