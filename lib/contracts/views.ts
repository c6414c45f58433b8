/** Contracts as people read them: the list by cursor, and one contract with its vehicles. */
import {
  type Contract,
  type ContractFilter,
  countContracts,
  findContract as findRow,
  findLastBilledPeriod,
  listContracts as listRows,
  type ListedContract,
} from "../../db/queries/contract.ts";
import {
  countStaysOfContract,
  findLastStay,
  listStaysOfContract,
  type NamedStay,
} from "../../db/queries/contract_vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";

/** Rows on a page, of contracts and of vehicles. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

export interface ContractPage extends CursorPage<ListedContract> {
  /** How many match, up to `countedMost`; one more if there are more. */
  found: number;
}

/** A page of the list, by reference. */
export async function listContracts(
  db: TenantDb,
  filter: ContractFilter,
  now: Temporal.Instant,
  cursor?: Cursor,
  limit = rowsPerPage,
): Promise<ContractPage> {
  const [read, found] = await Promise.all([
    listRows(db, filter, now, limit, cursor),
    countContracts(db, filter, countedMost + 1),
  ]);
  return { ...cutPage(read, limit, cursor, ({ reference }) => reference), found };
}

/** The first contracts of a customer, by reference. */
export function listContractsOfCustomer(
  db: TenantDb,
  customerId: string,
  now: Temporal.Instant,
  cursor?: Cursor,
): Promise<ContractPage> {
  return listContracts(db, { customerId }, now, cursor);
}

export interface ContractDetail {
  contract: Contract;
  /** By vehicle and day. */
  stays: CursorPage<NamedStay>;
  stayCount: bigint;
  /** What is billed or drafted last, if anything is. */
  lastBilled?: { start: Temporal.PlainDate; end: Temporal.PlainDate };
}

/** A contract with a page of its vehicles. Throws `NotFound`. */
export async function findContract(db: TenantDb, id: string, cursor?: Cursor): Promise<ContractDetail> {
  if (!isId(id)) throw noContract(id);
  const [contract, read, stayCount, lastBilled] = await Promise.all([
    findRow(db, id),
    listStaysOfContract(db, id, rowsPerPage, cursor),
    countStaysOfContract(db, id),
    findLastBilledPeriod(db, id),
  ]);
  if (!contract) throw noContract(id);
  return { contract, stays: cutPage(read, rowsPerPage, cursor, (stay) => stay.id), stayCount, lastBilled };
}

/** The last stay of a vehicle on a contract. Throws `NotFound`. */
export async function findStay(db: TenantDb, contractId: string, vehicleId: string): Promise<NamedStay> {
  const stay = isId(contractId) && isId(vehicleId)
    ? await findLastStay(db, contractId, vehicleId)
    : undefined;
  if (stay) return stay;
  throw milepostError("NotFound", {
    message: "This vehicle was never on this contract. Go back to the contract to see its vehicles.",
    fields: [{ field: "vehicleId", value: vehicleId }],
  });
}

function noContract(id: string): Error {
  return milepostError("NotFound", {
    message: "There is no such contract, or it belongs to another company. Find it in the list of contracts.",
    fields: [{ field: "contractId", value: id }],
  });
}
