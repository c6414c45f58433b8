/** The worked example beside the fields of a plan: what its charges come to as they stand, before anything is saved. */
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import type { NewCharge } from "../../../../db/queries/rate_plan.ts";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { listPriceIndexes } from "../../../../lib/indexes/views.ts";
import {
  type Example,
  exampleDays,
  exampleQuantity,
  exampleUnit,
  priceExample,
} from "../../../../lib/plans/example_case.ts";
import { requirePriceable } from "../../../../lib/plans/version_rules.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";
import { chargesOf, type PlanValues } from "./plan_values.ts";

export interface PlanExample {
  currency: string;
  taxInclusive: boolean;
  charges: NewCharge[];
  days: string;
  /** One for each charge for usage that can be read. */
  quantities: { id: string; label: string; unit: string; value: string }[];
  errors: FormError[];
  /** Nothing while the charges cannot be priced. */
  example?: Example;
}

/** `typed` reads the figures of the example from a sent form; without it they are the usual ones. */
export async function readPlanExample(
  { state, values, currency, typed = () => "" }: {
    state: State;
    values: PlanValues;
    currency: string;
    typed?: (name: string) => string;
  },
): Promise<PlanExample> {
  const { charges, problems } = chargesOf(values);
  const { taxInclusive } = values;
  const days = typed("days").trim() || String(exampleDays);
  const found = { currency, taxInclusive, charges, days, quantities: [], errors: [] };
  if (problems.length > 0) return found;
  const indexes = await withTenant(
    state.environment.database,
    signedIn(state).tenantId,
    listPriceIndexes,
    { readOnly: true },
  );
  const newest = indexes.flatMap(({ reference, newest }) =>
    newest ? [[reference, newest.value] as const] : []
  );
  // A charge may name an index before its values are known.
  const named = new Map([...indexes.map(({ reference }) => [reference, "1"] as const), ...newest]);
  if (refusalOf(() => requirePriceable({ currency, taxInclusive, charges, indexes: named }))) return found;
  const figures = charges.map((charge, index) =>
    typed(`quantity-${index + 1}`).trim() || (charge.kind === "usage" ? exampleQuantity(charge) : "0")
  );
  const quantities = charges.flatMap((charge, index) => {
    if (charge.kind !== "usage") return [];
    const id = `quantity-${index + 1}`;
    return [{ id, label: charge.name, unit: exampleUnit(charge), value: figures[index] }];
  });
  const priced = { currency, taxInclusive, charges, indexes: new Map(newest) };
  let example: Example | undefined;
  const refusal = refusalOf(() => example = priceExample(priced, { days, quantities: figures }));
  return { ...found, quantities, errors: refusal ? formErrors(refusal) : [], example };
}

function refusalOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error;
    return error;
  }
}
