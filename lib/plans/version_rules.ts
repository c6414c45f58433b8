/** Whether the charges of a plan version can be priced: they are read by the rules of a price case, before they are kept. */
import type { NewCharge } from "../../db/queries/rate_plan.ts";
import { milepostError } from "../core/errors.ts";
import { parsePriceCase } from "../pricing/price_case.ts";
import { PriceCaseError } from "../pricing/price_case_error.ts";

export interface VersionInput {
  currency: string;
  taxInclusive: boolean;
  charges: readonly NewCharge[];
}

/** A price case of this version without vehicles or usage; pricing reads each charge from it exactly as it will from a real one. */
function caseOf({ currency, taxInclusive, charges }: VersionInput) {
  const taxed = charges.filter(({ taxCategory }) => taxCategory !== null);
  const rates = new Map(
    taxed.map(({ taxCategory, taxPercent }) => [`${taxCategory} ${taxPercent}`, {
      id: `${taxCategory} ${taxPercent}`,
      category: taxCategory,
      percent: taxPercent,
    }]),
  );
  return {
    currency,
    zone: "UTC",
    period: { start: "2024-01-01", end: "2024-02-01" },
    charges: charges.map((charge) => ({
      id: charge.reference,
      kind: charge.kind,
      per: charge.per,
      ...(charge.kind === "recurring" ? { proration: charge.proration } : {}),
      ...(charge.kind === "one_time" ? { on: "2024-01-01" } : {}),
      ...(charge.meter === null ? {} : { meter: charge.meter }),
      price: charge.price,
      ...(charge.taxCategory === null ? {} : {
        taxCategory: charge.taxCategory,
        taxRate: `${charge.taxCategory} ${charge.taxPercent}`,
      }),
    })),
    ...(rates.size > 0 ? { tax: { inclusive: taxInclusive, rates: [...rates.values()] } } : {}),
  };
}

/** Throws `InvalidInput` that names each fault by its path, or names an index that the charge needs values of. */
export function requirePriceable(version: VersionInput): void {
  try {
    parsePriceCase(caseOf(version));
  } catch (error) {
    if (!(error instanceof PriceCaseError)) throw error;
    throw milepostError("InvalidInput", {
      message: error.faults[0].message,
      fields: error.faults.map(({ path, value, message }) => ({
        field: path.replace(/^\$\./, ""),
        value,
        rule: message,
      })),
    });
  }
}
