/** Vehicles: what is driven and billed. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";

export interface NewVehicle {
  reference: string;
  plate: string;
  vin: string | null;
  class: string | null;
  fuelType: string | null;
}

/** The id of the new vehicle, or `undefined` when the reference is taken. */
export async function insertVehicle(db: TenantDb, vehicle: NewVehicle): Promise<string | undefined> {
  const inserted = await db.query.insertInto("vehicle").values({
    tenant_id: db.tenantId,
    reference: vehicle.reference,
    plate: vehicle.plate,
    vin: vehicle.vin,
    class: vehicle.class,
    fuel_type: vehicle.fuelType,
  }).onConflict((conflict) => conflict.columns(["tenant_id", "reference"]).doNothing())
    .returning("id").executeTakeFirst();
  return inserted?.id;
}

export interface Vehicle extends NewVehicle {
  id: string;
}

function vehicles(db: TenantDb) {
  return db.query.selectFrom("vehicle")
    .select(["id", "reference", "plate", "vin", "class", "fuel_type as fuelType"])
    .where("tenant_id", "=", db.tenantId);
}

export async function findVehicle(db: TenantDb, id: string): Promise<Vehicle | undefined> {
  return await vehicles(db).where("id", "=", id).executeTakeFirst();
}

/** Vehicles by reference, after one of them. */
export async function listVehicles(db: TenantDb, limit: number, after?: string): Promise<Vehicle[]> {
  const query = vehicles(db).orderBy("reference").limit(limit);
  return await (after === undefined ? query : query.where("reference", ">", after)).execute();
}

export async function countVehicles(db: TenantDb): Promise<bigint> {
  const { count } = await db.query.selectFrom("vehicle")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).executeTakeFirstOrThrow();
  return count;
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
