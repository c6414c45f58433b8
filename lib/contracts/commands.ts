/** Contracts: a customer on a plan version with vehicles, billed by an entity from a day on; and what becomes of them later. */
import { insertContract, setContractEnd, setContractPlanVersion } from "../../db/queries/contract.ts";
import {
  findLastStay,
  insertStays,
  listStaysBeyond,
  listStaysOfVehicles,
  type NamedStay,
  setStaysEnd,
} from "../../db/queries/contract_vehicle.ts";
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import { findCustomer } from "../../db/queries/customer.ts";
import { findVersionCurrency } from "../../db/queries/rate_plan.ts";
import { lockVehicles } from "../../db/queries/vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readDate } from "../core/input.ts";
import { showDate } from "../pricing/words.ts";
import { requireUnbilled, requireWithin } from "./change_rules.ts";
import {
  type ContractFacts,
  type ContractInput,
  type PlanFacts,
  readContract,
  readEnd,
  requirePlanFor,
} from "./contract_input.ts";
import { lockToChange } from "./locked_contract.ts";
import { requireNoOverlap, type VehicleStay } from "./stays.ts";

export type { ContractInput };

export const createContract = defineCommand<ContractInput, { contractId: string }>({
  name: "contract.create",
  capability: "contracts.write",
  subject: (_input, { contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, input) {
    const { contract, stays } = readContract(input, await loadContractFacts(db, input));
    const { reference } = contract;
    await requireFree(db, stays);
    const contractId = await insertContract(db, contract);
    if (contractId === undefined) {
      const rule = `Another contract has the reference ${reference}. Choose another one.`;
      throw milepostError("AlreadyExists", {
        message: rule,
        fields: [{ field: "reference", value: reference, rule }],
      });
    }
    await insertStays(db, stays.map((stay) => ({ ...stay, contractId })));
    emit("contract.created", contractId, { reference });
    return { contractId };
  },
});

/** `[fromDate, toDate)`; open if `toDate` is left out. */
export interface AssignmentInput {
  contractId: string;
  vehicleId: string;
  fromDate: string;
  toDate?: string | null;
}

/** Puts a vehicle on a contract. */
export const assignVehicle = defineCommand<AssignmentInput, { vehicleId: string }>({
  name: "contract.assign_vehicle",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, { contractId, vehicleId, fromDate, toDate }) {
    const { contract, lastBilled } = await lockToChange(db, contractId);
    const from = readDate("fromDate", fromDate);
    requireWithin("fromDate", from, contract);
    requireUnbilled("fromDate", from, lastBilled);
    const to = readEnd("toDate", toDate, from) ?? contract.endDate;
    if (to !== null) requireWithin("toDate", to, contract, { mayBeEnd: true });
    const stay = { vehicleId, from, to };
    await requireFree(db, [stay], "vehicle");
    await insertStays(db, [{ ...stay, contractId }]);
    emit("contract.vehicle_assigned", contractId, { vehicleId, from: from.toString() });
    return { vehicleId };
  },
});

/** `toDate` is the first day on which the vehicle is no longer on the contract. */
export interface EndAssignmentInput {
  contractId: string;
  vehicleId: string;
  toDate: string;
}

/** Ends the last stay of a vehicle on a contract, or moves its end. */
export const endAssignment = defineCommand<EndAssignmentInput, { vehicleId: string }>({
  name: "contract.end_assignment",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, { contractId, vehicleId, toDate }) {
    const { contract, lastBilled } = await lockToChange(db, contractId);
    const stay = await requireStay(db, contractId, vehicleId);
    const to = readEnd("toDate", toDate, stay.from);
    if (to === null) {
      return refuseField("toDate", toDate, "Choose the first day off the contract.", "2024-05-01");
    }
    requireWithin("toDate", to, contract, { mayBeEnd: true });
    requireUnbilled("toDate", earlier(to, stay.to), lastBilled);
    await requireFree(db, [{ vehicleId, from: stay.from, to }], "toDate", stay);
    await setStaysEnd(db, [stay.id], to);
    emit("contract.assignment_ended", contractId, { vehicleId, to: to.toString() });
    return { vehicleId };
  },
});

export interface SwapInput {
  contractId: string;
  vehicleOffId: string;
  vehicleOnId: string;
  /** The first day of the one and the first day without the other. */
  date: string;
}

/** Takes one vehicle off and puts another in its place on the same day, for as long as the first one would have stayed. */
export const swapVehicle = defineCommand<SwapInput, { vehicleOnId: string }>({
  name: "contract.swap_vehicle",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, { contractId, vehicleOffId, vehicleOnId, date }) {
    const { contract, lastBilled } = await lockToChange(db, contractId);
    const stay = await requireStay(db, contractId, vehicleOffId, "vehicleOff");
    const day = readDate("date", date);
    requireWithin("date", day, contract);
    requireUnbilled("date", day, lastBilled);
    if (Temporal.PlainDate.compare(day, stay.from) <= 0) {
      const rule = `Vehicle ${stay.vehicle} comes on ${showDate(stay.from)}. Choose a later day.`;
      refuseField("date", date, rule, stay.from.add({ days: 1 }).toString());
    }
    if (stay.to !== null && Temporal.PlainDate.compare(day, stay.to) >= 0) {
      const last = stay.to.subtract({ days: 1 });
      const rule = `The last day of vehicle ${stay.vehicle} is ${
        showDate(last)
      }. Choose that day or an earlier one.`;
      refuseField("date", date, rule, last.toString());
    }
    const replacement = { vehicleId: vehicleOnId, from: day, to: stay.to };
    await requireFree(db, [replacement], "vehicleOn");
    await setStaysEnd(db, [stay.id], day);
    await insertStays(db, [{ ...replacement, contractId }]);
    emit("contract.vehicle_swapped", contractId, { vehicleOffId, vehicleOnId, date: day.toString() });
    return { vehicleOnId };
  },
});

/** `endDate` is the day after the last one. */
export interface EndContractInput {
  contractId: string;
  endDate: string;
}

/** Ends a contract, or moves its end; vehicles that would stay longer end with it. */
export const endContract = defineCommand<EndContractInput, { contractId: string }>({
  name: "contract.end",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, { contractId, endDate }) {
    const { contract, lastBilled } = await lockToChange(db, contractId);
    const end = readEnd("endDate", endDate, contract.startDate);
    if (end === null) {
      return refuseField("endDate", endDate, "Choose the day after the last one.", "2024-07-01");
    }
    requireUnbilled("endDate", earlier(end, contract.endDate), lastBilled);
    const stays = await listStaysBeyond(db, contractId, end);
    const late = stays.find(({ from }) => Temporal.PlainDate.compare(from, end) >= 0);
    if (late) {
      const rule = `Vehicle ${late.vehicle} comes on ${showDate(late.from)}. Choose a day after that.`;
      refuseField("endDate", endDate, rule, late.from.add({ days: 1 }).toString());
    }
    await setStaysEnd(db, stays.map(({ id }) => id), end);
    await setContractEnd(db, contractId, end);
    emit("contract.ended", contractId, { endDate: end.toString() });
    return { contractId };
  },
});

export interface ChangePlanInput {
  contractId: string;
  ratePlanVersionId: string;
}

/** Puts a contract on another plan version: every period that is not billed yet is priced by it. */
export const changePlan = defineCommand<ChangePlanInput, { contractId: string }>({
  name: "contract.change_plan",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, { contractId, ratePlanVersionId }) {
    const { contract } = await lockToChange(db, contractId);
    requirePlanFor(contract.billingEntityId, ratePlanVersionId, await loadPlanFacts(db, ratePlanVersionId));
    if (contract.ratePlanVersionId === ratePlanVersionId) {
      const rule = "The contract is on this version already. Choose another one.";
      refuseField("ratePlanVersionId", ratePlanVersionId, rule);
    }
    await setContractPlanVersion(db, contractId, ratePlanVersionId);
    emit("contract.plan_changed", contractId, { from: contract.ratePlanVersionId, to: ratePlanVersionId });
    return { contractId };
  },
});

/** The last stay of a vehicle on a contract. */
async function requireStay(
  db: TenantDb,
  contractId: string,
  vehicleId: string,
  field = "vehicle",
): Promise<NamedStay> {
  const stay = isId(vehicleId) ? await findLastStay(db, contractId, vehicleId) : undefined;
  return stay ?? refuseField(field, vehicleId, "Choose a vehicle that is on this contract.");
}

function earlier(left: Temporal.PlainDate, right: Temporal.PlainDate | null): Temporal.PlainDate {
  return right !== null && Temporal.PlainDate.compare(right, left) < 0 ? right : left;
}

/** Facts of what a contract names. */
async function loadContractFacts(db: TenantDb, input: ContractInput): Promise<ContractFacts> {
  const [customer, plan] = await Promise.all([
    findCustomer(db, input.customerId),
    loadPlanFacts(db, input.ratePlanVersionId),
  ]);
  return { customerIds: new Set(customer ? [customer.id] : []), ...plan };
}

async function loadPlanFacts(db: TenantDb, ratePlanVersionId: string): Promise<PlanFacts> {
  const [entities, currency] = await Promise.all([
    listBillingEntities(db),
    findVersionCurrency(db, ratePlanVersionId),
  ]);
  return { entities, currencies: new Map(currency === undefined ? [] : [[ratePlanVersionId, currency]]) };
}

/**
 * The vehicles exist and are on no contract on those days, `except` for a stay that is about to change; they stay locked until
 * the commit.
 */
async function requireFree(
  db: TenantDb,
  stays: readonly VehicleStay[],
  field = "vehicles",
  except?: NamedStay,
): Promise<void> {
  const ids = [...new Set(stays.map(({ vehicleId }) => vehicleId))];
  const known = new Map(
    (await lockVehicles(db, ids.filter(isId))).map(({ id, reference }) => [id, reference]),
  );
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) refuseField(field, missing, "Choose a vehicle that there is.");
  const existing = (await listStaysOfVehicles(db, ids)).filter(({ id }) => id !== except?.id);
  requireNoOverlap(stays, existing, known, field);
}
