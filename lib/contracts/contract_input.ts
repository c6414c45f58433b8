/** What a contract may be, whether one form says it or a row of a file. */
import type { BillingEntity } from "../../db/queries/billing_entity.ts";
import type { NewContract } from "../../db/queries/contract.ts";
import { refuseField } from "../core/errors.ts";
import { cadenceNames } from "../core/billing_cycle.ts";
import { readDate, readInteger, readText } from "../core/input.ts";
import type { Cadence } from "../core/period.ts";
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
  /** How often it bills; `monthly` if left out. */
  cadence?: string;
  /** Of a monthly one: the day on which its periods begin, 1 to 31; the 31st means the last day of a shorter month. 1 if left out. */
  anchorDay?: number;
  /** Of any other: a day on which a period begins, YYYY-MM-DD; its first day if left out. */
  anchorDate?: string | null;
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
  const cycle = readCycle(input, startDate);
  return {
    contract: { reference, customerId, billingEntityId, ratePlanVersionId, startDate, endDate, ...cycle },
    stays,
  };
}

/** How often a contract bills and from which day on. Throws `InvalidInput`, also for a day that its cadence does not use. */
export function readCycle(
  { cadence: typed, anchorDay: day, anchorDate: date }: Pick<
    ContractInput,
    "cadence" | "anchorDay" | "anchorDate"
  >,
  startDate: Temporal.PlainDate,
): Pick<NewContract, "cadence" | "anchorDay" | "anchorDate"> {
  const cadence = readCadence(typed?.trim() || "monthly");
  const anchorDay = readInteger("anchorDay", day ?? 1, 1, 31);
  const hasDate = date !== undefined && date !== null && date.trim() !== "";
  if (cadence === "monthly") {
    if (!hasDate) return { cadence, anchorDay, anchorDate: null };
    return refuseField("anchorDate", date, "A monthly contract has a billing day instead. Leave this empty.");
  }
  if (anchorDay !== 1) {
    const rule = "Only a monthly contract has a billing day. Choose the first day of a period instead.";
    refuseField("anchorDay", String(anchorDay), rule, "1");
  }
  return { cadence, anchorDay, anchorDate: hasDate ? readDate("anchorDate", date) : startDate };
}

function readCadence(text: string): Cadence {
  const known = Object.keys(cadenceNames) as Cadence[];
  return known.find((cadence) => cadence === text) ??
    refuseField("cadence", text, `Use one of ${known.join(", ")}.`, "quarterly");
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
