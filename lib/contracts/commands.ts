/** Contracts: a customer on a plan version with vehicles, billed by an entity from a day on; and the vehicles that come and go. */
import { insertContract } from "../../db/queries/contract.ts";
import { findLastStay, insertStays, type NamedStay, setStaysEnd } from "../../db/queries/contract_vehicle.ts";
import { findCustomer } from "../../db/queries/customer.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type CommandContext, defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readDate } from "../core/input.ts";
import { showDate } from "../pricing/words.ts";
import { addAmendment } from "./add_amendment.ts";
import { requireWithin } from "./change_rules.ts";
import { type ContractFacts, type ContractInput, readContract, readEnd } from "./contract_input.ts";
import { type Effect, withEffect } from "./effect.ts";
import {
  type BillableContract,
  earlier,
  loadPlanFacts,
  lockToChange,
  requireFree,
} from "./locked_contract.ts";

export type { ContractInput };

/** What a vehicle that comes or goes changes in the period in which it does. */
export type VehicleResult = { vehicleId: string; effect: Effect };

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
export const assignVehicle = defineCommand<AssignmentInput, VehicleResult>({
  name: "contract.assign_vehicle",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run(context, { contractId, vehicleId, fromDate, toDate }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const { contract } = locked;
    const from = readDate("fromDate", fromDate);
    requireWithin("fromDate", from, contract);
    const to = readEnd("toDate", toDate, from) ?? contract.endDate;
    if (to !== null) requireWithin("toDate", to, contract, { mayBeEnd: true });
    const stay = { vehicleId, from, to };
    await requireFree(db, [stay], "vehicle");
    const effect = await withEffect(db, locked, from, () => insertStays(db, [{ ...stay, contractId }]));
    await noteBilledDays(context, contractId, from, locked);
    emit("contract.vehicle_assigned", contractId, { vehicleId, from: from.toString() });
    return { vehicleId, effect };
  },
});

/** `toDate` is the first day on which the vehicle is no longer on the contract. */
export interface EndAssignmentInput {
  contractId: string;
  vehicleId: string;
  toDate: string;
}

/** Ends the last stay of a vehicle on a contract, or moves its end. */
export const endAssignment = defineCommand<EndAssignmentInput, VehicleResult>({
  name: "contract.end_assignment",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run(context, { contractId, vehicleId, toDate }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const { contract } = locked;
    const stay = await requireStay(db, contractId, vehicleId);
    const to = readEnd("toDate", toDate, stay.from);
    if (to === null) {
      return refuseField("toDate", toDate, "Choose the first day off the contract.", "2024-05-01");
    }
    requireWithin("toDate", to, contract, { mayBeEnd: true });
    const changed = earlier(to, stay.to);
    await requireFree(db, [{ vehicleId, from: stay.from, to }], "toDate", [stay]);
    const effect = await withEffect(db, locked, changed, () => setStaysEnd(db, [stay.id], to));
    await noteBilledDays(context, contractId, changed, locked);
    emit("contract.assignment_ended", contractId, { vehicleId, to: to.toString() });
    return { vehicleId, effect };
  },
});

export interface SwapInput {
  contractId: string;
  vehicleOffId: string;
  vehicleOnId: string;
  /** The first day of the one and the first day without the other. */
  date: string;
}

/** Takes one vehicle off and puts another in its place on the same day, for as long as the first one would have stayed; gives the other's id. */
export const swapVehicle = defineCommand<SwapInput, VehicleResult>({
  name: "contract.swap_vehicle",
  capability: "contracts.write",
  subject: ({ contractId }) => ({ type: "contract", id: contractId }),
  async run(context, { contractId, vehicleOffId, vehicleOnId, date }) {
    const { db, emit } = context;
    const locked = await lockToChange(db, contractId);
    const { contract } = locked;
    const stay = await requireStay(db, contractId, vehicleOffId, "vehicleOff");
    const day = readDate("date", date);
    requireWithin("date", day, contract);
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
    const effect = await withEffect(db, locked, day, async () => {
      await setStaysEnd(db, [stay.id], day);
      await insertStays(db, [{ ...replacement, contractId }]);
    });
    await noteBilledDays(context, contractId, day, locked);
    emit("contract.vehicle_swapped", contractId, { vehicleOffId, vehicleOnId, date: day.toString() });
    return { vehicleId: vehicleOnId, effect };
  },
});

/** A stay does not say when it was written; the amendment does, so that the next run derives the billed days again. */
async function noteBilledDays(
  context: CommandContext,
  contractId: string,
  date: Temporal.PlainDate,
  { billedUntil }: BillableContract,
): Promise<void> {
  if (!billedUntil || Temporal.PlainDate.compare(date, billedUntil) >= 0) return;
  const reason = "It reaches into days that were billed";
  await addAmendment(context, { contractId, kind: "vehicles", effectiveDate: date, reason });
}

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

/** Facts of what a contract names. */
async function loadContractFacts(db: TenantDb, input: ContractInput): Promise<ContractFacts> {
  const [customer, plan] = await Promise.all([
    findCustomer(db, input.customerId),
    loadPlanFacts(db, input.ratePlanVersionId),
  ]);
  return { customerIds: new Set(customer ? [customer.id] : []), ...plan };
}
