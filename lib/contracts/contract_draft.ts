/** A contract as people write it, parties and vehicles by reference, and the command's input that is made of it. */
import { type BillingEntity, listBillingEntities } from "../../db/queries/billing_entity.ts";
import {
  listCustomerIds,
  listVehicleIds,
  listVersionsOfPlans,
  type PlanVersion,
} from "../../db/queries/contract_choice.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type FieldProblem, isMilepostError, milepostError } from "../core/errors.ts";
import { readDate, readText } from "../core/input.ts";
import { type ContractInput, readCycle } from "./contract_input.ts";
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
  /** Empty is monthly. */
  cadence: string;
  anchorDay: string;
  anchorDate: string;
  /** One vehicle a line. */
  vehicles: string;
}

/** As a file says it. */
export interface VersionedDraft extends ContractDraft {
  /** The number of a version of the plan; the newest if left out or empty. */
  planVersion?: string;
}

/** What the references of drafts stand for. */
export interface DraftChoices {
  customerIds: ReadonlyMap<string, string>;
  entities: readonly BillingEntity[];
  /** By the reference of their plan, the newest first. */
  versions: ReadonlyMap<string, readonly PlanVersion[]>;
  vehicleIds: ReadonlyMap<string, string>;
}

export async function loadDraftChoices(
  db: TenantDb,
  drafts: readonly ContractDraft[],
): Promise<DraftChoices> {
  const vehicles = drafts.flatMap((draft) => readStayLines(draft.vehicles, draft.startDate).stays);
  const unique = (texts: readonly string[]) => [...new Set(texts)];
  const [customerIds, entities, versions, vehicleIds] = await Promise.all([
    listCustomerIds(db, unique(drafts.map(({ customer }) => customer))),
    listBillingEntities(db),
    listVersionsOfPlans(db, unique(drafts.map(({ plan }) => plan))),
    listVehicleIds(db, unique(vehicles.map(({ reference }) => reference))),
  ]);
  return { customerIds, entities, versions: Map.groupBy(versions, ({ reference }) => reference), vehicleIds };
}

/** Throws `InvalidInput` with everything that is wrong at once. */
export async function readContractDraft(db: TenantDb, draft: ContractDraft): Promise<ContractInput> {
  return resolveDraft(draft, await loadDraftChoices(db, [draft]));
}

/** The same with what is there loaded beforehand. Throws `InvalidInput`. */
export function resolveDraft(draft: VersionedDraft, choices: DraftChoices): ContractInput {
  const problems: FieldProblem[] = [
    ...problemsOf(() => readText("reference", draft.reference, "K-118", 100)),
    ...problemsOf(() => readDate("startDate", draft.startDate)),
    ...(draft.endDate === "" ? [] : problemsOf(() => readDate("endDate", draft.endDate))),
    // the start date is told of above; a cycle never depends on which day it is
    ...problemsOf(() => readCycle(cycleOf(draft), Temporal.PlainDate.from("2024-01-01"))),
  ];
  const lines = readStayLines(draft.vehicles, draft.startDate);
  problems.push(...lines.problems);
  const refuse = (field: string, value: string, what: string) => {
    const rule = value === "" ? `Choose a ${what}.` : `No ${what} has the reference “${value}”.`;
    problems.push({ field, value, rule });
  };
  const customerId = choices.customerIds.get(draft.customer);
  const entity = choices.entities.find(({ numberPrefix }) => numberPrefix === draft.entity);
  const versions = choices.versions.get(draft.plan) ?? [];
  const version = draft.planVersion
    ? versions.find(({ version }) => String(version) === draft.planVersion)
    : versions.at(0);
  if (customerId === undefined) refuse("customer", draft.customer, "customer");
  if (entity === undefined) refuse("entity", draft.entity, "billing entity");
  if (versions.length === 0) refuse("plan", draft.plan, "plan");
  else if (version === undefined) {
    const known = versions.map(({ version }) => version).toReversed().join(", ");
    const rule = `Plan ${draft.plan} has no version “${draft.planVersion}”. It has ${known}.`;
    problems.push({ field: "planVersion", value: draft.planVersion, rule });
  }
  for (const { reference } of lines.stays) {
    if (!choices.vehicleIds.has(reference)) refuse("vehicles", reference, "vehicle");
  }
  if (problems.length > 0) throw milepostError("InvalidInput", { fields: problems });
  return {
    reference: draft.reference,
    customerId: customerId!,
    billingEntityId: entity!.id,
    ratePlanVersionId: version!.versionId,
    startDate: draft.startDate,
    endDate: draft.endDate === "" ? null : draft.endDate,
    ...cycleOf(draft),
    vehicles: lines.stays.map(({ reference, fromDate, toDate }) => {
      return { vehicleId: choices.vehicleIds.get(reference)!, fromDate, toDate };
    }),
  };
}

function cycleOf({ cadence, anchorDay, anchorDate }: ContractDraft) {
  return { cadence, anchorDay: Number(anchorDay || "1"), anchorDate };
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
