/** Vehicles as people read them: the list by cursor, one vehicle with where it was and what it did, and all of them for a file. */
import { listStaysOfVehicles, type NamedStay } from "../../db/queries/contract_vehicle.ts";
import { listUsageEventsOfVehicle, type UsageEventOfVehicle } from "../../db/queries/usage_event.ts";
import {
  countVehicles,
  findContractToday,
  findVehicle as findRow,
  type ListedVehicle,
  listVehicles as listByReference,
  listVehiclesFrom,
  type Vehicle,
  type VehicleFilter,
} from "../../db/queries/vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

export type { ListedVehicle, NamedStay, UsageEventOfVehicle, Vehicle };

/** Vehicles on a page, and stays of one vehicle. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

export interface VehiclePage extends CursorPage<ListedVehicle> {
  /** How many match, up to `countedMost`; one more if there are more. */
  found: number;
}

/** A page of the list, by reference. */
export async function listVehicles(
  db: TenantDb,
  filter: VehicleFilter,
  now: Temporal.Instant,
  cursor?: Cursor,
): Promise<VehiclePage> {
  const [read, found] = await Promise.all([
    listVehiclesFrom(db, filter, now, rowsPerPage, cursor),
    countVehicles(db, filter, countedMost + 1),
  ]);
  return { ...cutPage(read, rowsPerPage, cursor, ({ reference }) => reference), found };
}

/** Throws `NotFound`. */
export async function findVehicle(db: TenantDb, id: string): Promise<Vehicle> {
  const vehicle = isId(id) ? await findRow(db, id) : undefined;
  if (vehicle) return vehicle;
  throw milepostError("NotFound", {
    message: "There is no such vehicle, or it belongs to another company. Find it in the list of vehicles.",
    fields: [{ field: "vehicleId", value: id }],
  });
}

export interface VehicleDetail {
  vehicle: Vehicle;
  /** The reference of the one it is on, if any. */
  contractToday?: string;
  /** On which contracts it was, the latest first, at most `rowsPerPage`. */
  stays: NamedStay[];
  stayCount: number;
  /** Newest first. */
  usage: UsageEventOfVehicle[];
}

const eventsShown = 10;

/** A vehicle with its contracts and its newest usage. Throws `NotFound`. */
export async function findVehicleDetail(
  db: TenantDb,
  id: string,
  now: Temporal.Instant,
): Promise<VehicleDetail> {
  const vehicle = await findVehicle(db, id);
  const [contractToday, stays, usage] = await Promise.all([
    findContractToday(db, id, now),
    listStaysOfVehicles(db, [id]),
    listUsageEventsOfVehicle(db, id, eventsShown),
  ]);
  return {
    vehicle,
    contractToday,
    stays: stays.toReversed().slice(0, rowsPerPage),
    stayCount: stays.length,
    usage,
  };
}

const rowsAtATime = 1_000;

/** Some vehicles by reference, after another one: all of them, called until none comes. */
export async function listVehiclesAfter(db: TenantDb, last: Vehicle | undefined): Promise<Vehicle[]> {
  return await listByReference(db, rowsAtATime, last?.reference);
}
