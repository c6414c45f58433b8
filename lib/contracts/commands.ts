/** Contracts: a customer on a plan version with vehicles, billed by an entity from a day on. */
import { insertContract } from "../../db/queries/contract.ts";
import { insertStays, listStaysOfVehicles } from "../../db/queries/contract_vehicle.ts";
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import { findCustomer } from "../../db/queries/customer.ts";
import { findVersionCurrency } from "../../db/queries/rate_plan.ts";
import { lockVehicles } from "../../db/queries/vehicle.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readDate, readInteger, readText } from "../core/input.ts";
import { firstOverlap, type VehicleStay } from "./stays.ts";

export interface ContractInput {
  reference: string;
  customerId: string;
  billingEntityId: string;
  ratePlanVersionId: string;
  /** First day, YYYY-MM-DD. */
  startDate: string;
  /** The day after the last one; open if left out. */
  endDate?: string | null;
  /** Day of the month on which its periods begin, 1 to 31; the 31st means the last day of a shorter month. 1 if left out. */
  anchorDay?: number;
  vehicles: readonly { vehicleId: string; fromDate: string; toDate?: string | null }[];
}

export const createContract = defineCommand<ContractInput, { contractId: string }>({
  name: "contract.create",
  capability: "contracts.write",
  subject: (_input, { contractId }) => ({ type: "contract", id: contractId }),
  async run({ db, emit }, input) {
    const reference = readText("reference", input.reference, "K-118", 100);
    const startDate = readDate("startDate", input.startDate);
    const endDate = readEnd("endDate", input.endDate, startDate);
    await requireParties(db, input);
    const stays = input.vehicles.map(({ vehicleId, fromDate, toDate }): VehicleStay => {
      const from = readDate("fromDate", fromDate);
      return { vehicleId, from, to: readEnd("toDate", toDate, from) };
    });
    await requireFree(db, stays);
    const contractId = await insertContract(db, {
      reference,
      customerId: input.customerId,
      billingEntityId: input.billingEntityId,
      ratePlanVersionId: input.ratePlanVersionId,
      startDate,
      endDate,
      anchorDay: readInteger("anchorDay", input.anchorDay ?? 1, 1, 31),
    });
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

function readEnd(
  field: string,
  value: string | null | undefined,
  start: Temporal.PlainDate,
): Temporal.PlainDate | null {
  if (value === null || value === undefined || value.trim() === "") return null;
  const end = readDate(field, value);
  if (Temporal.PlainDate.compare(end, start) > 0) return end;
  return refuseField(field, value, `Choose a day after ${start}.`, start.add({ days: 1 }).toString());
}

/** The customer, the entity and the plan exist, and the plan is in the entity's currency. */
async function requireParties(db: TenantDb, input: ContractInput): Promise<void> {
  if (!await findCustomer(db, input.customerId)) {
    refuseField("customerId", input.customerId, "Choose a customer from the list.");
  }
  const entity = (await listBillingEntities(db)).find(({ id }) => id === input.billingEntityId);
  if (!entity) {
    refuseField("billingEntityId", input.billingEntityId, "Choose a billing entity from the list.");
  }
  const currency = await findVersionCurrency(db, input.ratePlanVersionId);
  if (currency === undefined) {
    refuseField("ratePlanVersionId", input.ratePlanVersionId, "Choose a plan from the list.");
  }
  if (currency !== entity.currency) {
    refuseField(
      "ratePlanVersionId",
      currency,
      `The plan is in ${currency} and ${entity.name} bills in ${entity.currency}. Choose a plan in ${entity.currency}.`,
    );
  }
}

/** The vehicles exist and are on no other contract on those days; they stay locked until the commit. */
async function requireFree(db: TenantDb, stays: readonly VehicleStay[]): Promise<void> {
  const ids = [...new Set(stays.map(({ vehicleId }) => vehicleId))];
  const known = new Map((await lockVehicles(db, ids)).map(({ id, reference }) => [id, reference]));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) refuseField("vehicles", missing, "Choose vehicles from the list.");
  const clash = firstOverlap(stays, await listStaysOfVehicles(db, ids));
  if (!clash) return;
  const vehicle = known.get(clash.stay.vehicleId)!;
  const contract = "contract" in clash.with ? `contract ${clash.with.contract}` : "this contract twice";
  const until = clash.with.to === null ? "with no end" : `until ${clash.with.to}`;
  const rule = `Vehicle ${vehicle} is on ${contract} from ${clash.with.from} ${until}. ` +
    "End that stay first, or choose other days.";
  throw milepostError("Conflict", { message: rule, fields: [{ field: "vehicles", value: vehicle, rule }] });
}
