/** Which vehicle is on which contract, from a day up to another, `[from, to)`. */
import { sql } from "kysely";
import type { TenantDb } from "../tenant.ts";

export interface NewStay {
  contractId: string;
  vehicleId: string;
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
}

export async function insertStays(db: TenantDb, stays: readonly NewStay[]): Promise<void> {
  if (stays.length === 0) return;
  await db.query.insertInto("contract_vehicle").values(stays.map((stay) => ({
    tenant_id: db.tenantId,
    contract_id: stay.contractId,
    vehicle_id: stay.vehicleId,
    from_date: stay.from,
    to_date: stay.to,
  }))).execute();
}

/** A stay with the names of what it joins. */
export interface NamedStay {
  contractId: string;
  contract: string;
  vehicleId: string;
  vehicle: string;
  plate: string;
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
}

function namedStays(db: TenantDb) {
  return db.query.selectFrom("contract_vehicle as stay")
    .innerJoin(
      "contract",
      (join) =>
        join.onRef("contract.tenant_id", "=", "stay.tenant_id").onRef("contract.id", "=", "stay.contract_id"),
    )
    .innerJoin(
      "vehicle",
      (join) =>
        join.onRef("vehicle.tenant_id", "=", "stay.tenant_id").onRef("vehicle.id", "=", "stay.vehicle_id"),
    )
    .select([
      "stay.contract_id as contractId",
      "contract.reference as contract",
      "stay.vehicle_id as vehicleId",
      "vehicle.reference as vehicle",
      "vehicle.plate",
      "stay.from_date as from",
      "stay.to_date as to",
    ])
    .where("stay.tenant_id", "=", db.tenantId);
}

/** All stays of these vehicles, on whatever contract. */
export async function listStaysOfVehicles(db: TenantDb, vehicleIds: readonly string[]): Promise<NamedStay[]> {
  if (vehicleIds.length === 0) return [];
  return await namedStays(db)
    .where("stay.vehicle_id", "=", sql<string>`any(${[...vehicleIds]}::uuid[])`)
    .orderBy("stay.from_date").orderBy("contract.reference").execute();
}

/** The vehicles of a contract, by reference and day, after one of them. */
export async function listStaysOfContract(
  db: TenantDb,
  contractId: string,
  limit: number,
  after?: { vehicle: string; from: Temporal.PlainDate },
): Promise<NamedStay[]> {
  let query = namedStays(db).where("stay.contract_id", "=", contractId)
    .orderBy("vehicle.reference").orderBy("stay.from_date").limit(limit);
  if (after) {
    query = query.where(
      sql<boolean>`(vehicle.reference, stay.from_date) > (${after.vehicle}::text, ${after.from}::date)`,
    );
  }
  return await query.execute();
}

export async function countStaysOfContract(db: TenantDb, contractId: string): Promise<bigint> {
  const { count } = await db.query.selectFrom("contract_vehicle")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).where("contract_id", "=", contractId).executeTakeFirstOrThrow();
  return count;
}

/** When a vehicle can have billable usage: its stays within the dates of their contracts, as instants in the entity's zone. */
export interface BillableStay {
  reference: string;
  vehicleId: string;
  /** Null where the vehicle has no stay at all. */
  from: Temporal.Instant | null;
  to: Temporal.Instant | null;
}

/** The stays of the vehicles that have these references; one row without days for a vehicle that has none. */
export async function listBillableStays(
  db: TenantDb,
  references: readonly string[],
): Promise<BillableStay[]> {
  return await db.sql<BillableStay[]>`
    select vehicle.reference, vehicle.id as "vehicleId",
      greatest(stay.from_date, contract.start_date)::timestamp at time zone entity.zone as "from",
      least(stay.to_date, contract.end_date)::timestamp at time zone entity.zone as "to"
    from vehicle
    left join contract_vehicle stay on stay.tenant_id = vehicle.tenant_id and stay.vehicle_id = vehicle.id
    left join contract on contract.tenant_id = stay.tenant_id and contract.id = stay.contract_id
    left join billing_entity entity
      on entity.tenant_id = contract.tenant_id and entity.id = contract.billing_entity_id
    where vehicle.tenant_id = ${db.tenantId} and vehicle.reference = any(${[...references]}::text[])`;
}
