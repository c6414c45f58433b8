/** Vehicles: what is driven and billed. */
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from "kysely";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import { isUniqueViolation } from "../errors.ts";
import type { Schema } from "../schema.ts";
import type { TenantDb } from "../tenant.ts";
import { among } from "./among.ts";

export interface NewVehicle {
  reference: string;
  plate: string;
  vin: string | null;
  class: string | null;
  fuelType: string | null;
}

function columnsOf(vehicle: NewVehicle) {
  return {
    reference: vehicle.reference,
    plate: vehicle.plate,
    vin: vehicle.vin,
    class: vehicle.class,
    fuel_type: vehicle.fuelType,
  };
}

/** The id of the new vehicle, or `undefined` when the reference is taken. */
export async function insertVehicle(db: TenantDb, vehicle: NewVehicle): Promise<string | undefined> {
  const inserted = await db.query.insertInto("vehicle")
    .values({ tenant_id: db.tenantId, ...columnsOf(vehicle) })
    .onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

/** The ids of the new vehicles by reference; one whose reference is taken has none. */
export async function insertVehicles(
  db: TenantDb,
  vehicles: readonly NewVehicle[],
): Promise<Map<string, string>> {
  const inserted = await db.query.insertInto("vehicle")
    .values(vehicles.map((vehicle) => ({ tenant_id: db.tenantId, ...columnsOf(vehicle) })))
    .onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning(["reference", "id"]).execute();
  return new Map(inserted.map(({ reference, id }) => [reference, id]));
}

/** The ids of the vehicles that have these references, by reference. */
export async function listVehicleIds(
  db: TenantDb,
  references: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.query.selectFrom("vehicle").select(["reference", "id"])
    .where("tenant_id", "=", db.tenantId).where("reference", "in", among(references)).execute();
  return new Map(rows.map(({ reference, id }) => [reference, id]));
}

/** False when another vehicle has the reference; the transaction can then only be rolled back. */
export async function setVehicle(db: TenantDb, id: string, vehicle: NewVehicle): Promise<boolean> {
  try {
    await db.query.updateTable("vehicle").set(columnsOf(vehicle))
      .where("tenant_id", "=", db.tenantId).where("id", "=", id).execute();
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

export interface Vehicle extends NewVehicle {
  id: string;
  /** Another one after every change. */
  rowVersion: string;
}

function vehicles(db: TenantDb) {
  return db.query.selectFrom("vehicle")
    .select([
      "id",
      "reference",
      "plate",
      "vin",
      "class",
      "fuel_type as fuelType",
      sql<string>`xmin::text`.as("rowVersion"),
    ])
    .where("tenant_id", "=", db.tenantId);
}

export async function findVehicle(db: TenantDb, id: string): Promise<Vehicle | undefined> {
  return await vehicles(db).where("id", "=", id).executeTakeFirst();
}

/** The vehicle, which nobody else changes until the transaction ends. */
export async function lockVehicle(db: TenantDb, id: string): Promise<Vehicle | undefined> {
  return await vehicles(db).where("id", "=", id).forUpdate().executeTakeFirst();
}

/** Vehicles by reference, after one of them. */
export async function listVehicles(db: TenantDb, limit: number, after?: string): Promise<Vehicle[]> {
  const query = vehicles(db).orderBy("reference").limit(limit);
  return await (after === undefined ? query : query.where("reference", ">", after)).execute();
}

/** The vehicles that have these references. */
export async function listVehiclesByReference(
  db: TenantDb,
  references: readonly string[],
): Promise<Vehicle[]> {
  return await vehicles(db).where("reference", "in", among(references)).execute();
}

export interface VehicleFilter {
  /** A part of the reference or of the plate. */
  search?: string;
}

export interface ListedVehicle {
  id: string;
  reference: string;
  plate: string;
  class: string | null;
  fuelType: string | null;
  /** The reference of the contract that it is on today, where its billing entity is. */
  contract: string | null;
}

/** A page of vehicles by reference, one row more than `limit` if there are more; before a cursor the nearest first. */
export async function listVehiclesFrom(
  db: TenantDb,
  filter: VehicleFilter,
  now: Temporal.Instant,
  limit: number,
  cursor?: Cursor,
): Promise<ListedVehicle[]> {
  const isBackwards = cursor !== undefined && "before" in cursor;
  let query = db.query.selectFrom("vehicle")
    .select([
      "id",
      "reference",
      "plate",
      "class",
      "fuel_type as fuelType",
      contractToday(now).as("contract"),
    ])
    .where("tenant_id", "=", db.tenantId).where(matches(filter))
    .orderBy("reference", isBackwards ? "desc" : "asc").limit(limit + 1);
  if (cursor) {
    query = query.where("reference", isBackwards ? "<" : ">", isBackwards ? cursor.before : cursor.after);
  }
  return await query.execute();
}

/** The reference of the contract that a vehicle is on today, if it is on one. */
export async function findContractToday(
  db: TenantDb,
  id: string,
  now: Temporal.Instant,
): Promise<string | undefined> {
  const found = await db.query.selectFrom("vehicle").select(contractToday(now).as("contract"))
    .where("tenant_id", "=", db.tenantId).where("id", "=", id).executeTakeFirst();
  return found?.contract ?? undefined;
}

function contractToday(now: Temporal.Instant) {
  const today = sql`(${now}::timestamptz at time zone entity.zone)::date`;
  return sql<string | null>`(
    select contract.reference from contract_vehicle stay
    join contract on contract.tenant_id = stay.tenant_id and contract.id = stay.contract_id
    join billing_entity entity
      on entity.tenant_id = contract.tenant_id and entity.id = contract.billing_entity_id
    where stay.tenant_id = vehicle.tenant_id and stay.vehicle_id = vehicle.id
      and greatest(contract.start_date, stay.from_date) <= ${today}
      and (contract.end_date is null or contract.end_date > ${today})
      and (stay.to_date is null or stay.to_date > ${today})
    order by stay.from_date desc limit 1)`;
}

/** How many there are, counted no further than `limit`. */
export async function countVehicles(db: TenantDb, filter: VehicleFilter, limit: number): Promise<number> {
  const found = db.query.selectFrom("vehicle").select("id")
    .where("tenant_id", "=", db.tenantId).where(matches(filter)).limit(limit);
  const { count } = await db.query.selectFrom(found.as("counted"))
    .select(({ fn }) => fn.countAll<bigint>().as("count")).executeTakeFirstOrThrow();
  return Number(count);
}

function matches({ search }: VehicleFilter) {
  return ({ eb, or, lit }: ExpressionBuilder<Schema, "vehicle">): Expression<SqlBool> => {
    if (search === undefined) return lit(true);
    const part = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
    return or([eb("vehicle.reference", "ilike", part), eb("vehicle.plate", "ilike", part)]);
  };
}

/** Locks these vehicles, so that two contracts cannot take one at the same moment; gives those that exist. */
export async function lockVehicles(
  db: TenantDb,
  ids: readonly string[],
): Promise<{ id: string; reference: string }[]> {
  return await db.query.selectFrom("vehicle").select(["id", "reference"])
    .where("tenant_id", "=", db.tenantId).where("id", "=", sql<string>`any(${[...ids]}::uuid[])`)
    .orderBy("id").forUpdate().execute();
}
