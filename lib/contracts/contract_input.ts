/** What a contract may be, whether one form says it or a row of a file. */
import type { BillingEntity } from "../../db/queries/billing_entity.ts";
import type { NewContract } from "../../db/queries/contract.ts";
import { refuseField } from "../core/errors.ts";
import { readDate, readInteger, readText } from "../core/input.ts";
import type { VehicleStay } from "./stays.ts";

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

/** What is there to bill by. */
export interface PlanFacts {
  entities: readonly Pick<BillingEntity, "id" | "name" | "currency">[];
  /** Of plan versions, by id. */
  currencies: ReadonlyMap<string, string>;
}

/** What is there of all that a contract names, but for its vehicles. */
export interface ContractFacts extends PlanFacts {
  customerIds: ReadonlySet<string>;
}

/** Throws `InvalidInput`. Whether the vehicles are free is another question. */
export function readContract(
  input: ContractInput,
  facts: ContractFacts,
): { contract: NewContract; stays: VehicleStay[] } {
  const reference = readText("reference", input.reference, "K-118", 100);
  const startDate = readDate("startDate", input.startDate);
  const endDate = readEnd("endDate", input.endDate, startDate);
  const { customerId, billingEntityId, ratePlanVersionId } = input;
  if (!facts.customerIds.has(customerId)) {
    refuseField("customerId", customerId, "Choose a customer from the list.");
  }
  requirePlanFor(billingEntityId, ratePlanVersionId, facts);
  const stays = input.vehicles.map(({ vehicleId, fromDate, toDate }): VehicleStay => {
    const from = readDate("fromDate", fromDate);
    // A stay without an end would keep the vehicle from every other contract, also after this one.
    return { vehicleId, from, to: readEnd("toDate", toDate, from) ?? endDate };
  });
  const anchorDay = readInteger("anchorDay", input.anchorDay ?? 1, 1, 31);
  return {
    contract: { reference, customerId, billingEntityId, ratePlanVersionId, startDate, endDate, anchorDay },
    stays,
  };
}

/** The entity and the plan exist, and the plan is in the entity's currency. */
export function requirePlanFor(
  billingEntityId: string,
  ratePlanVersionId: string,
  { entities, currencies }: PlanFacts,
): void {
  const entity = entities.find(({ id }) => id === billingEntityId);
  if (!entity) refuseField("billingEntityId", billingEntityId, "Choose a billing entity from the list.");
  const currency = currencies.get(ratePlanVersionId);
  if (currency === undefined) {
    refuseField("ratePlanVersionId", ratePlanVersionId, "Choose a plan from the list.");
  }
  if (currency !== entity.currency) {
    refuseField(
      "ratePlanVersionId",
      currency,
      `The plan is in ${currency} and ${entity.name} bills in ${entity.currency}. Choose a plan in ${entity.currency}.`,
    );
  }
}

/** The first day after something, or null where none is said. Throws `InvalidInput` for one that is not after its start. */
export function readEnd(
  field: string,
  value: string | null | undefined,
  start: Temporal.PlainDate,
): Temporal.PlainDate | null {
  if (value === null || value === undefined || value.trim() === "") return null;
  const end = readDate(field, value);
  if (Temporal.PlainDate.compare(end, start) > 0) return end;
  return refuseField(field, value, `Choose a day after ${start}.`, start.add({ days: 1 }).toString());
}
