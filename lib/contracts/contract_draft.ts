/** A contract as people write it, parties and vehicles by reference, and the command's input that is made of it. */
import { listBillingEntities } from "../../db/queries/billing_entity.ts";
import { findCustomerId, listVehicleIds } from "../../db/queries/contract_choice.ts";
import { findRatePlan } from "../../db/queries/rate_plan.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type FieldProblem, isMilepostError, milepostError } from "../core/errors.ts";
import { readDate, readInteger, readText } from "../core/input.ts";
import type { ContractInput } from "./commands.ts";
import { readStayLines } from "./stay_lines.ts";

/** As typed. */
export interface ContractDraft {
  reference: string;
  /** The customer's reference. */
  customer: string;
  /** The number prefix of the billing entity. */
  entity: string;
  /** The plan's reference; its newest version is meant. */
  plan: string;
  startDate: string;
  endDate: string;
  anchorDay: string;
  /** One vehicle a line. */
  vehicles: string;
}

/** Throws `InvalidInput` with everything that is wrong at once. */
export async function readContractDraft(db: TenantDb, draft: ContractDraft): Promise<ContractInput> {
  const problems: FieldProblem[] = [
    ...problemsOf(() => readText("reference", draft.reference, "K-118", 100)),
    ...problemsOf(() => readDate("startDate", draft.startDate)),
    ...(draft.endDate === "" ? [] : problemsOf(() => readDate("endDate", draft.endDate))),
    ...problemsOf(() => readInteger("anchorDay", Number(draft.anchorDay || "1"), 1, 31)),
  ];
  const lines = readStayLines(draft.vehicles, draft.startDate);
  problems.push(...lines.problems);
  const [customerId, entities, plan, vehicleIds] = await Promise.all([
    findCustomerId(db, draft.customer),
    listBillingEntities(db),
    findRatePlan(db, { reference: draft.plan }),
    listVehicleIds(db, lines.stays.map(({ reference }) => reference)),
  ]);
  const entity = entities.find(({ numberPrefix }) => numberPrefix === draft.entity);
  const refuse = (field: string, value: string, what: string) => {
    const rule = value === "" ? `Choose a ${what}.` : `No ${what} has the reference “${value}”.`;
    problems.push({ field, value, rule });
  };
  if (customerId === undefined) refuse("customer", draft.customer, "customer");
  if (entity === undefined) refuse("entity", draft.entity, "billing entity");
  if (plan === undefined) refuse("plan", draft.plan, "plan");
  for (const { reference } of lines.stays) {
    if (!vehicleIds.has(reference)) refuse("vehicles", reference, "vehicle");
  }
  if (problems.length > 0) throw milepostError("InvalidInput", { fields: problems });
  return {
    reference: draft.reference,
    customerId: customerId!,
    billingEntityId: entity!.id,
    ratePlanVersionId: plan!.versionId,
    startDate: draft.startDate,
    endDate: draft.endDate === "" ? null : draft.endDate,
    anchorDay: Number(draft.anchorDay || "1"),
    vehicles: lines.stays.map(({ reference, fromDate, toDate }) => {
      return { vehicleId: vehicleIds.get(reference)!, fromDate, toDate };
    }),
  };
}

function problemsOf(read: () => unknown): readonly FieldProblem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error;
    return error.fields;
  }
}
