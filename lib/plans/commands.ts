/** Price lists: a rate plan and the first version of its charges. A version never changes. */
import { insertRatePlan, insertRatePlanVersion, type NewCharge } from "../../db/queries/rate_plan.ts";
import { defineCommand } from "../core/command.ts";
import { milepostError, refuseField } from "../core/errors.ts";
import { readText } from "../core/input.ts";
import { requirePriceable } from "./version_rules.ts";

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
      const reference = readText("reference", input.reference, "lease-gbp", 100);
      const name = readText("name", input.name, "Lease with mileage");
      const { currency, taxInclusive = false, charges } = input;
      if (charges.length === 0) refuseField("charges", "none", "Add at least one charge to the plan.");
      const named = charges.map((charge) => ({
        ...charge,
        name: readText(`name of ${charge.reference}`, charge.name, "Distance"),
      }));
      requirePriceable({ currency, taxInclusive, charges: named });
      const ratePlanId = await insertRatePlan(db, { reference, name });
      if (ratePlanId === undefined) {
        const rule = `Another plan has the reference ${reference}. Choose another one.`;
        throw milepostError("AlreadyExists", {
          message: rule,
          fields: [{ field: "reference", value: reference, rule }],
        });
      }
      const version = { ratePlanId, version: 1, currency, taxInclusive };
      const ratePlanVersionId = await insertRatePlanVersion(db, version, named);
      emit("rate_plan.created", ratePlanId, { reference, version: 1 });
      return { ratePlanId, ratePlanVersionId };
    },
  },
);
