/** Plans from a file, a charge on each row: the command that takes them, and the rows that the download writes. */
import { listChargesOfPlans, listPlanChargesAfter, type PlanCharge } from "../../db/queries/plan_charge.ts";
import { insertRatePlans, insertRatePlanVersions } from "../../db/queries/rate_plan.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { type CommandContext, defineCommand } from "../core/command.ts";
import type { RecordKind } from "../imports/import_records.ts";
import {
  describeBatch,
  inOrder,
  type RecordBatch,
  type RecordBatchResult,
  requireWritten,
  sliceRows,
  togetherBy,
} from "../imports/record_batch.ts";
import type { RecordRow } from "../imports/record_file.ts";
import { planColumns, type PlanRecord, recordOf } from "./plan_columns.ts";
import { type NewPlan, settlePlan } from "./plan_rows.ts";
import { indexesToName } from "./views.ts";

const rowsAtATime = 500;

/** The charges of every version of every plan, some after another one: all of them, called until none comes. */
export function listPlanRows(db: TenantDb, last: PlanCharge | undefined): Promise<PlanCharge[]> {
  return listPlanChargesAfter(db, rowsAtATime, last);
}

/** The columns of the download, which an import takes. */
export const planFileColumns = planColumns.map(({ name, value }) => ({
  name,
  value: (charge: PlanCharge) => value(recordOf(charge)),
}));

/** Adds the plans that are new. Throws `Conflict` where someone else adds one of them at the same moment. */
export const importPlans = defineCommand<RecordBatch, RecordBatchResult>({
  name: "rate_plan.import",
  capability: "plans.write",
  subject: ({ sha256 }) => ({ type: "rate_plan_file", id: sha256 }),
  detail: describeBatch,
  async run(context, { rows }) {
    const result: RecordBatchResult = { added: 0, known: 0, refused: [] };
    const indexes = await indexesToName(context.db);
    for (const slice of togetherBy("reference", rows, sliceRows)) {
      const plans = Map.groupBy(slice, referenceOf);
      const there = await listThere(context.db, [...plans.keys()]);
      const settled = [...plans].map(([reference, rows]) =>
        settlePlan(rows, there.get(reference) ?? [], indexes)
      );
      const added = settled.flatMap((plan) => plan.added ?? []);
      await addPlans(context, inOrder(added));
      result.added += added.flatMap(({ versions }) => versions.flatMap(({ charges }) => charges)).length;
      for (const { known, refused } of settled) {
        result.known += known;
        result.refused.push(...refused);
      }
    }
    return result;
  },
});

function referenceOf({ values }: RecordRow): string {
  return values.reference.trim();
}

async function listThere(db: TenantDb, references: readonly string[]): Promise<Map<string, PlanRecord[]>> {
  const charges = await listChargesOfPlans(db, references);
  return Map.groupBy(charges.map(recordOf), ({ reference }) => reference);
}

async function addPlans({ db, emit }: CommandContext, plans: readonly NewPlan[]): Promise<void> {
  if (plans.length === 0) return;
  const planIds = await insertRatePlans(db, plans);
  const versions = plans.flatMap(({ reference, currency, versions }) =>
    versions.map((version) => ({
      ...version,
      ratePlanId: requireWritten(planIds, reference),
      reference,
      currency,
    }))
  );
  const versionIds = await insertRatePlanVersions(db, versions);
  for (const [index, { ratePlanId, reference, version }] of versions.entries()) {
    if (version === 1) emit("rate_plan.created", ratePlanId, { reference, version });
    else emit("rate_plan_version.created", versionIds[index], { reference, version });
  }
}

export const planFile: RecordKind = {
  form: {
    noun: "plan",
    nouns: "plans",
    file: "plans",
    columns: planColumns,
    parts: { noun: "plan charge", nouns: "plan charges", of: "reference" },
    repeats: [],
  },
  command: importPlans,
};
