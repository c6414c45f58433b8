/** Which vehicle is on which contract, from a day up to another, `[from, to)`. */
import { sql } from "kysely";
import type { Cursor } from "../../lib/core/cursor_page.ts";
import type { TenantDb } from "../tenant.ts";

export interface NewStay {
  contractId: string;
  vehicleId: string;
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
}

/** A statement takes 65,535 parameters at most. */
const staysPerStatement = 5_000;

export async function insertStays(db: TenantDb, stays: readonly NewStay[]): Promise<void> {
  for (let from = 0; from < stays.length; from += staysPerStatement) {
    const some = stays.slice(from, from + staysPerStatement);
    await db.query.insertInto("contract_vehicle").values(some.map((stay) => ({
      tenant_id: db.tenantId,
      contract_id: stay.contractId,
      vehicle_id: stay.vehicleId,
      from_date: stay.from,
      to_date: stay.to,
    }))).execute();
  }
}

/** A stay with the names of what it joins. */
export interface NamedStay {
  id: string;
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
      "stay.id",
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

/** All stays on these contracts. */
export async function listStaysOfContracts(
  db: TenantDb,
  contractIds: readonly string[],
): Promise<NamedStay[]> {
  if (contractIds.length === 0) return [];
  return await namedStays(db)
    .where("stay.contract_id", "=", sql<string>`any(${[...contractIds]}::uuid[])`).execute();
}

/**
 * The vehicles of a contract by reference and day from a cursor (the id of a stay) on, one row more than `limit` if there are
 * more; before a cursor the nearest first.
 */
export async function listStaysOfContract(
  db: TenantDb,
  contractId: string,
  limit: number,
  cursor?: Cursor,
): Promise<NamedStay[]> {
  const isBackwards = cursor !== undefined && "before" in cursor;
  const direction = isBackwards ? "desc" : "asc";
  let query = namedStays(db).where("stay.contract_id", "=", contractId)
    .orderBy("vehicle.reference", direction).orderBy("stay.from_date", direction).limit(limit + 1);
  if (cursor) {
    const place = sql`(
      select vehicle.reference, stay.from_date from contract_vehicle stay
      join vehicle on vehicle.tenant_id = stay.tenant_id and vehicle.id = stay.vehicle_id
      where stay.tenant_id = ${db.tenantId} and stay.id = ${isBackwards ? cursor.before : cursor.after})`;
    query = query.where(
      isBackwards
        ? sql<boolean>`(vehicle.reference, stay.from_date) < ${place}`
        : sql<boolean>`(vehicle.reference, stay.from_date) > ${place}`,
    );
  }
  return await query.execute();
}

/** The last stay of a vehicle on a contract, if it was ever on it. */
export async function findLastStay(
  db: TenantDb,
  contractId: string,
  vehicleId: string,
): Promise<NamedStay | undefined> {
  return await namedStays(db).where("stay.contract_id", "=", contractId)
    .where("stay.vehicle_id", "=", vehicleId)
    .orderBy("stay.from_date", "desc").limit(1).executeTakeFirst();
}

/** Stays on a contract that last beyond a day, or have no end. */
export async function listStaysBeyond(
  db: TenantDb,
  contractId: string,
  date: Temporal.PlainDate,
): Promise<NamedStay[]> {
  return await namedStays(db).where("stay.contract_id", "=", contractId)
    .where(({ eb, or }) => or([eb("stay.to_date", "is", null), eb("stay.to_date", ">", date)]))
    .orderBy("stay.from_date", "desc").orderBy("vehicle.reference").execute();
}

/** Ends these stays on a day, the first one off the contract, or opens their end. */
export async function setStaysEnd(
  db: TenantDb,
  ids: readonly string[],
  to: Temporal.PlainDate | null,
): Promise<void> {
  if (ids.length === 0) return;
  await db.query.updateTable("contract_vehicle").set({ to_date: to })
    .where("tenant_id", "=", db.tenantId).where("id", "=", sql<string>`any(${[...ids]}::uuid[])`).execute();
}

export async function countStaysOfContract(db: TenantDb, contractId: string): Promise<bigint> {
  const { count } = await db.query.selectFrom("contract_vehicle")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("tenant_id", "=", db.tenantId).where("contract_id", "=", contractId).executeTakeFirstOrThrow();
  return count;
}

/** A stay of a vehicle, with the dates of its contract and the zone of the contract's billing entity. */
export interface ContractStay {
  vehicleId: string;
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
  contractFrom: Temporal.PlainDate;
  contractTo: Temporal.PlainDate | null;
  zone: string;
}

/**
 * The stays of vehicles. In two questions that each start from ids: as one, for a business whose rows no statistics know yet,
 * it may compare every vehicle with every stay.
 */
export async function listContractStays(
  db: TenantDb,
  vehicleIds: readonly string[],
): Promise<ContractStay[]> {
  const stays = await db.query.selectFrom("contract_vehicle")
    .select(["vehicle_id as vehicleId", "contract_id as contractId", "from_date as from", "to_date as to"])
    .where("tenant_id", "=", db.tenantId)
    .where("vehicle_id", "=", sql<string>`any(${[...vehicleIds]}::uuid[])`).execute();
  const contractIds = [...new Set(stays.map(({ contractId }) => contractId))];
  const contracts = await db.query.selectFrom("contract")
    .innerJoin("billing_entity as entity", (join) =>
      join.onRef("entity.tenant_id", "=", "contract.tenant_id")
        .onRef("entity.id", "=", "contract.billing_entity_id"))
    .select(["contract.id", "contract.start_date", "contract.end_date", "entity.zone"])
    .where("contract.tenant_id", "=", db.tenantId)
    .where("contract.id", "=", sql<string>`any(${contractIds}::uuid[])`).execute();
  const byId = new Map(contracts.map((contract) => [contract.id, contract]));
  return stays.map(({ contractId, ...stay }) => {
    const { start_date, end_date, zone } = byId.get(contractId)!;
    return { ...stay, contractFrom: start_date, contractTo: end_date, zone };
  });
}
