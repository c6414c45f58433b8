/** Price lists: a rate plan and the versions of its charges. A version never changes; other charges are a new version. */
import {
  findRatePlan,
  insertRatePlan,
  insertRatePlanVersion,
  lockRatePlan,
  type NewCharge,
} from "../../db/queries/rate_plan.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readAll, readText } from "../core/input.ts";
import { requirePriceable, type VersionInput } from "./version_rules.ts";
import { indexesToName } from "./views.ts";

export interface RatePlanInput {
  reference: string;
  name: string;
  currency: string;
  taxInclusive?: boolean;
  charges: readonly NewCharge[];
}

/** Writes a plan with version 1 of its charges, each read by the rules of a price case first. */
export const createRatePlan = defineCommand<RatePlanInput, { ratePlanId: string; ratePlanVersionId: string }>(
  {
    name: "rate_plan.create",
    capability: "plans.write",
    subject: (_input, { ratePlanId }) => ({ type: "rate_plan", id: ratePlanId }),
    async run({ db, emit }, input) {
      const { currency, taxInclusive = false } = input;
      const indexes = await indexesToName(db);
      const { name, reference, charges } = readAll({
        name: () => readText("name", input.name, "Lease with mileage"),
        reference: () => readText("reference", input.reference, "lease-gbp", 100),
        charges: () => readCharges({ currency, taxInclusive, charges: input.charges, indexes }),
      });
      const ratePlanId = await insertRatePlan(db, { reference, name });
      if (ratePlanId === undefined) {
        const rule = `Another plan has the reference ${reference}. Choose another one.`;
        throw milepostError("AlreadyExists", {
          message: rule,
          fields: [{ field: "reference", value: reference, rule }],
        });
      }
      const version = { ratePlanId, version: 1, currency, taxInclusive };
      const ratePlanVersionId = await insertRatePlanVersion(db, version, charges);
      emit("rate_plan.created", ratePlanId, { reference, version: 1 });
      return { ratePlanId, ratePlanVersionId };
    },
  },
);

export interface RatePlanVersionInput {
  ratePlanId: string;
  /** The version that this one was made from, which must still be the newest. */
  afterVersion: number;
  taxInclusive?: boolean;
  charges: readonly NewCharge[];
}

/** Writes the next version of a plan, in the plan's currency. Contracts stay on theirs until they are moved. */
export const createRatePlanVersion = defineCommand<
  RatePlanVersionInput,
  { ratePlanVersionId: string; version: number }
>({
  name: "rate_plan_version.create",
  capability: "plans.write",
  subject: (_input, { ratePlanVersionId }) => ({ type: "rate_plan_version", id: ratePlanVersionId }),
  async run({ db, emit }, input) {
    const plan = isId(input.ratePlanId) ? await lockRatePlan(db, input.ratePlanId) : undefined;
    const newest = plan && await findRatePlan(db, { id: plan.id });
    if (!newest) throw noPlan(input.ratePlanId);
    if (newest.version !== input.afterVersion) {
      throw milepostError("Conflict", {
        message:
          `Version ${newest.version} of this plan was saved meanwhile. Look at it, and start again from it.`,
      });
    }
    const { currency } = newest;
    const { taxInclusive = newest.taxInclusive } = input;
    const indexes = await indexesToName(db);
    const charges = readCharges({ currency, taxInclusive, charges: input.charges, indexes });
    const version = newest.version + 1;
    const ratePlanVersionId = await insertRatePlanVersion(
      db,
      { ratePlanId: newest.id, version, currency, taxInclusive },
      charges,
    );
    emit("rate_plan_version.created", ratePlanVersionId, { reference: newest.reference, version });
    return { ratePlanVersionId, version };
  },
});

/** The charges without outer spaces, once they are read by the rules of a price case. */
function readCharges({ charges, ...version }: VersionInput): NewCharge[] {
  if (charges.length === 0) refuseField("charges", "none", "Add at least one charge to the plan.");
  const trimmed = charges.map((charge) => ({
    ...charge,
    reference: charge.reference.trim(),
    name: charge.name.trim(),
  }));
  requirePriceable({ ...version, charges: trimmed });
  return trimmed;
}

function noPlan(ratePlanId: string): Error {
  return milepostError("NotFound", {
    message: "There is no such plan, or it belongs to another company. Find it in the list of plans.",
    fields: [{ field: "ratePlanId", value: ratePlanId }],
  });
}
