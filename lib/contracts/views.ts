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
  listStaysBeyond,
  listStaysOfContract,
  listStaysOfContracts,
  type NamedStay,
} from "../../db/queries/contract_vehicle.ts";
import { listAmendments } from "../../db/queries/contract_amendment.ts";
import { type ContractTerm, listTermsOfContracts } from "../../db/queries/contract_term.ts";
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import {
  listCustomerReferences,
  listFreeVehicles,
  listVehicleIds,
  type NamedReference,
} from "../../db/queries/contract_choice.ts";
import { findRatePlan, listRatePlans } from "../../db/queries/rate_plan.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type Cursor, type CursorPage, cutPage } from "../core/cursor_page.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { type Pause, pausesOf } from "./timeline.ts";

/** Rows on a page, of contracts and of vehicles. */
export const rowsPerPage = 25;
/** Counting further would cost more than anyone reads from it. */
export const countedMost = 1000;

/** With the days on which it stands still. */
export interface PausableContract extends ListedContract {
  pauses: Pause[];
}

export interface ContractPage extends CursorPage<PausableContract> {
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
  const cut = cutPage(read, limit, cursor, ({ reference }) => reference);
  const amendments = await listAmendments(db, cut.rows.map(({ id }) => id));
  return {
    ...cut,
    rows: cut.rows.map((row) => ({ ...row, pauses: pausesOf(amendments.get(row.id) ?? []) })),
    found,
  };
}

export type { ListedContract };

/** With its vehicles on every day and what is agreed beside its plan, for a file. */
export interface WholeContract extends ListedContract {
  stays: NamedStay[];
  terms: ContractTerm[];
}

/** A contract may have vehicles by the thousand. */
const rowsAtATime = 200;

/** Some contracts by reference, after another one: all of them, called until none comes. */
export async function listContractsAfter(
  db: TenantDb,
  now: Temporal.Instant,
  last: WholeContract | undefined,
): Promise<WholeContract[]> {
  const read = await listRows(db, {}, now, rowsAtATime, last && { after: last.reference });
  const rows = read.slice(0, rowsAtATime);
  const ids = rows.map(({ id }) => id);
  const [stays, terms] = await Promise.all([listStaysOfContracts(db, ids), listTermsOfContracts(db, ids)]);
  const staysOf = Map.groupBy(stays, ({ contractId }) => contractId);
  const termsOf = Map.groupBy(terms, ({ contractId }) => contractId);
  return rows.map((row) => ({ ...row, stays: staysOf.get(row.id) ?? [], terms: termsOf.get(row.id) ?? [] }));
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

/** What can be chosen by reference: the first ones, and whether there are more than a list of choices can hold. */
export interface Choices {
  first: NamedReference[];
  andMore: boolean;
}

export interface ContractChoices {
  customers: Choices;
  /** By number prefix; a tenant has a handful. */
  entities: NamedReference[];
  plans: Choices;
}

/** The longest list that people still choose from. */
const choicesMost = 50;

export async function listContractChoices(db: TenantDb): Promise<ContractChoices> {
  const [customers, entities, plans] = await Promise.all([
    listCustomerReferences(db, choicesMost + 1),
    listBillingEntities(db),
    listPlanChoices(db),
  ]);
  return {
    customers: choicesOf(customers),
    entities: entities.map(({ name, numberPrefix, currency }) => {
      return { reference: numberPrefix, name: `${name}, ${currency}` };
    }),
    plans,
  };
}

/** Plans by reference, each with its newest version and currency. */
export async function listPlanChoices(db: TenantDb): Promise<Choices> {
  const plans = await listRatePlans(db, {}, choicesMost);
  return choicesOf(plans.map(({ reference, name, version, currency }) => {
    return { reference, name: `${name}, version ${version}, ${currency}` };
  }));
}

/** Vehicles that no contract holds for good, to be put on one. */
export async function listVehicleChoices(db: TenantDb): Promise<NamedReference[]> {
  return await listFreeVehicles(db, choicesMost);
}

/** Vehicles of a contract that are on it on a day or later, to be taken off. */
export async function listVehiclesOn(
  db: TenantDb,
  contractId: string,
  date: Temporal.PlainDate,
): Promise<NamedReference[]> {
  const stays = await listStaysBeyond(db, contractId, date);
  return stays.slice(0, choicesMost).map(({ vehicle, plate }) => ({ reference: vehicle, name: plate }));
}

/** The newest version of a plan. Throws `InvalidInput` for a reference that none has. */
export async function findNewestVersionId(db: TenantDb, field: string, reference: string): Promise<string> {
  const plan = await findRatePlan(db, { reference });
  const rule = reference === "" ? "Choose a plan." : `No plan has the reference “${reference}”.`;
  return plan?.versionId ?? refuseField(field, reference, rule, "lease-gbp");
}

function choicesOf(found: NamedReference[]): Choices {
  return { first: found.slice(0, choicesMost), andMore: found.length > choicesMost };
}

/** The id of a vehicle. Throws `InvalidInput` for a reference that none has. */
export async function findVehicleId(db: TenantDb, field: string, reference: string): Promise<string> {
  const id = (await listVehicleIds(db, [reference])).get(reference);
  const rule = reference === ""
    ? "Type the reference of a vehicle."
    : `No vehicle has the reference “${reference}”. The list of vehicles has them all.`;
  return id ?? refuseField(field, reference, rule, "V-0042");
}

function noContract(id: string): Error {
  return milepostError("NotFound", {
    message: "There is no such contract, or it belongs to another company. Find it in the list of contracts.",
    fields: [{ field: "contractId", value: id }],
  });
}
