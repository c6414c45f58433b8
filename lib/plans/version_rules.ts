/** Whether the charges of a plan version can be priced: they are read by the rules of a price case, before they are kept. */
import type { NewCharge } from "../../db/queries/rate_plan.ts";
import { type FieldProblem, milepostError } from "../core/errors.ts";
import { taxSupplies } from "../core/tax_facts.ts";
import { parsePriceCase } from "../pricing/price_case.ts";
import { PriceCaseError, type PriceCaseFault } from "../pricing/price_case_error.ts";

export interface VersionInput {
  currency: string;
  taxInclusive: boolean;
  charges: readonly NewCharge[];
  /** The references of the indexes that charges may name, each with a value that stands for those to come. */
  indexes: ReadonlyMap<string, string>;
}

/** The longest name of a charge that an invoice line has room for. */
const longestName = 200;

/** Each category and percentage in use, once, in the order in which the charges bring them. */
function ratesOf(charges: readonly NewCharge[]) {
  const rates = new Map<string, { id: string; category: string; percent: string | null }>();
  for (const charge of charges) {
    const { taxCategory: category, taxPercent: percent } = charge;
    if (category === null) continue;
    const id = rateId(charge);
    if (!rates.has(id)) rates.set(id, { id, category, percent });
  }
  return [...rates.values()];
}

function rateId({ taxCategory, taxPercent }: NewCharge): string {
  return `${taxCategory} ${taxPercent}`;
}

/** A price case of this version for January 2024, without vehicles or usage; pricing reads each charge from it exactly as it will from a real one. */
export function caseOf({ currency, taxInclusive, charges, indexes }: VersionInput) {
  const rates = ratesOf(charges);
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
      ...(charge.taxCategory === null ? {} : { taxCategory: charge.taxCategory, taxRate: rateId(charge) }),
    })),
    ...(rates.length > 0 ? { tax: { inclusive: taxInclusive, rates } } : {}),
    indexes: Object.fromEntries(
      [...indexes].map(([reference, value]) => [reference, [{ from: "2024-01-01", value }]]),
    ),
  };
}

/** Throws `InvalidInput` that names each fault by its path (`charges[1].price.tiers[0].upTo`). */
export function requirePriceable(version: VersionInput): void {
  const problems = [...nameProblems(version), ...taxProblems(version)];
  let message = problems[0]?.rule;
  try {
    parsePriceCase(caseOf(version));
  } catch (error) {
    if (!(error instanceof PriceCaseError)) throw error;
    message = error.faults[0].message;
    const told = new Set(problems.map(({ field }) => field));
    problems.push(
      ...error.faults.map((fault) => problemOf(fault, version)).filter(({ field }) => !told.has(field)),
    );
  }
  if (problems.length > 0) throw milepostError("InvalidInput", { message, fields: problems });
}

function nameProblems({ charges }: VersionInput): FieldProblem[] {
  return charges.flatMap(({ name }, index) => {
    const field = `charges[${index}].name`;
    if (name === "") {
      const rule = "Give the charge a name. It stands on the invoice.";
      return [{ field, value: name, rule, example: "Distance" }];
    }
    if (name.length <= longestName) return [];
    return [{ field, value: name, rule: `Use at most ${longestName} characters; this has ${name.length}.` }];
  });
}

/** Next to taxed charges, one without a category would silently get theirs; and the rules tax all charges of a plan, or none. */
function taxProblems({ charges }: VersionInput): FieldProblem[] {
  if (charges.some(({ taxSupply = null }) => taxSupply !== null)) return supplyProblems(charges);
  if (charges.every(({ taxCategory }) => taxCategory === null)) return [];
  const rule = "Other charges of this plan are taxed. Choose a category; Z, E and O stand for no tax.";
  return charges.flatMap(({ taxCategory }, index) =>
    taxCategory === null ? [{ field: `charges[${index}].taxCategory`, value: "none", rule }] : []
  );
}

function supplyProblems(charges: readonly NewCharge[]): FieldProblem[] {
  return charges.flatMap(({ taxSupply = null, taxCategory, taxPercent }, index): FieldProblem[] => {
    const field = `charges[${index}].taxCategory`;
    if (taxSupply === null) {
      const rule = "Other charges of this plan are taxed by the rules. Choose what this one supplies.";
      return [{ field, value: taxCategory ?? "none", rule }];
    }
    if (!taxSupplies.includes(taxSupply)) {
      return [{ field, value: String(taxSupply), rule: `Use one of ${taxSupplies.join(", ")}.` }];
    }
    if (taxCategory === null && taxPercent === null) return [];
    return [{
      field,
      value: taxCategory ?? "none",
      rule: "The rules decide the rate. Leave category and rate out.",
    }];
  });
}

/** The fault without its path, which the field names, in the words of a plan. */
function problemOf(
  { path, value, message }: PriceCaseFault,
  { charges, indexes }: VersionInput,
): FieldProblem {
  if (path.endsWith(".price.index") && message.includes("unknown index")) {
    const known = [...indexes.keys()].join(", ");
    const rule = known === ""
      ? "There is no index yet. Add one under Indexes, then name it here."
      : `There is no such index. These are there: ${known}.`;
    return { field: path.replace(/^\$\./, ""), value, rule };
  }
  const rule = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  const rate = /^\$\.tax\.rates\[(\d+)\]/.exec(path);
  if (rate) {
    const { id } = ratesOf(charges)[Number(rate[1])];
    const owner = charges.findIndex((charge) => charge.taxCategory !== null && rateId(charge) === id);
    return {
      field: `charges[${owner}].${path.endsWith(".category") ? "taxCategory" : "taxPercent"}`,
      value,
      rule,
    };
  }
  const field = path.replace(/^\$\./, "").replace(/^(charges\[\d+\])\.id$/, "$1.reference");
  return { field, value, rule };
}
