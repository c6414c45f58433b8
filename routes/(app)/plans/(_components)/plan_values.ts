/** The whole form of a plan: read from what was sent, changed by its buttons without saving, and its faults beside their fields. */
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import type { NewCharge } from "../../../../db/queries/rate_plan.ts";
import type { FieldProblem, MilepostError } from "../../../../lib/core/errors.ts";
import {
  chargeOf,
  type ChargeValues,
  emptyCharge,
  emptyTier,
  figureNames,
  figures,
  isTiered,
  rateUnits,
  rowNames,
  type TierValues,
} from "./charge_values.ts";

export interface PlanValues {
  reference: string;
  name: string;
  currency: string;
  taxInclusive: boolean;
  charges: ChargeValues[];
}

/** More than any price list has; what is beyond is not read. */
const chargesMost = 40;
const tiersMost = 20;

/** The values of a sent form. */
export function readPlanValues(field: (name: string) => string): PlanValues {
  const charges: ChargeValues[] = [];
  while (charges.length < chargesMost && field(`charge-${charges.length + 1}-kind`) !== "") {
    charges.push(readCharge((name) => field(`charge-${charges.length + 1}-${name}`)));
  }
  return {
    reference: field("reference"),
    name: field("name"),
    currency: field("currency").trim().toUpperCase(),
    taxInclusive: field("taxInclusive") !== "",
    charges,
  };
}

function readCharge(field: (name: string) => string): ChargeValues {
  const text = (name: string) => field(name).trim();
  const tiers: TierValues[] = [];
  while (tiers.length < tiersMost && field(`tier-${tiers.length + 1}`) !== "") {
    const tier = `tier-${tiers.length + 1}`;
    const names = Object.keys(emptyTier) as (keyof TierValues)[];
    tiers.push({
      ...emptyTier,
      ...Object.fromEntries(names.map((name) => [name, text(`${tier}-${name}`)])),
    });
  }
  return {
    reference: text("reference"),
    name: text("name"),
    kind: text("kind"),
    per: text("per"),
    proration: text("proration") || emptyCharge.proration,
    timing: text("timing") || emptyCharge.timing,
    event: text("event"),
    aggregate: text("aggregate") || emptyCharge.aggregate,
    field: text("field"),
    where: field("where").trim(),
    // no choice of the form's is another one
    model: Object.hasOwn(figures, text("model")) ? text("model") : emptyCharge.model,
    figures: Object.fromEntries(
      figureNames.map((name) => [name, text(`price-${name}`)]).filter(([, value]) => value !== ""),
    ),
    tiers: tiers.length === 0 ? [emptyTier] : tiers,
    flatFeeOnZero: field("flatFeeOnZero") !== "",
    json: field("json").trim(),
    taxCategory: text("taxCategory"),
    taxPercent: text("taxPercent"),
  };
}

/** The charges to be saved, and what of them cannot be read. */
export function chargesOf(values: PlanValues): { charges: NewCharge[]; problems: FieldProblem[] } {
  const read = values.charges.map(chargeOf);
  return { charges: read.map(({ charge }) => charge), problems: read.flatMap(({ problems }) => problems) };
}

/**
 * The form after one of its buttons: `add_charge`, `remove_charge 2`, `add_tier 1`, `remove_tier 1 3`, numbered from 1. Any
 * other word only shows the form again, with the fields that fit what was chosen.
 */
export function changed(values: PlanValues, change: string): PlanValues {
  const [verb, first, second] = change.split(" ");
  const place = Number(first) - 1;
  const withCharges = (charges: ChargeValues[]) => ({ ...values, charges });
  const withTiers = (tiers: (tiers: TierValues[]) => TierValues[]) =>
    withCharges(
      values.charges.map((charge, index) =>
        index === place ? { ...charge, tiers: tiers(charge.tiers) } : charge
      ),
    );
  switch (verb) {
    case "add_charge":
      return withCharges([...values.charges, nextCharge(values.charges)].slice(0, chargesMost));
    case "remove_charge":
      return withCharges(values.charges.filter((_, index) => index !== place));
    case "add_tier":
      return withTiers((tiers) => [...tiers, emptyTier].slice(0, tiersMost));
    case "remove_tier":
      return withTiers((tiers) => tiers.filter((_, index) => index !== Number(second) - 1));
    default:
      return values;
  }
}

/** Most plans tax all of their charges alike. */
function nextCharge(charges: readonly ChargeValues[]): ChargeValues {
  const last = charges.at(-1);
  return last ? { ...emptyCharge, taxCategory: last.taxCategory, taxPercent: last.taxPercent } : emptyCharge;
}

/** What the rules refused, each beside the field of the form that it is about. */
export function planErrors(error: MilepostError, values: PlanValues): FormError[] {
  if (error.fields.length === 0) return [{ message: error.message }];
  return error.fields.map((problem) => {
    const place = /^charges\[(\d+)\]\.(.+)$/.exec(problem.field ?? "");
    if (!place) return { field: knownField(problem.field), message: sentenceOf(problem, error.message) };
    const index = Number(place[1]);
    const { field, label } = chargeField(place[2], values.charges[index]);
    const within = field === "json" ? place[2].replace(/^price\.?/, "") : "";
    const sentence = sentenceOf(problem, error.message);
    return {
      field: `charge-${index + 1}-${field}`,
      label: `Charge ${index + 1}, ${label}`,
      message: within === "" ? sentence : `${within}: ${sentence}`,
    };
  });
}

/** Only what the form has can be linked to. */
function knownField(field: string | undefined): string | undefined {
  return field !== undefined && ["reference", "name", "currency"].includes(field) ? field : undefined;
}

/** The form's name for a path within a charge, and its label in the summary. */
function chargeField(path: string, charge: ChargeValues | undefined): { field: string; label: string } {
  const words = (name: string) => name.replace(/([A-Z])/g, " $1").toLowerCase();
  const [, section, rest = ""] = /^(\w+)(?:\.(.+))?$/.exec(path) ?? [path, path];
  if (section === "meter") {
    const name = rest.split(/[.[]/)[0] || "event";
    return { field: name, label: words(name) };
  }
  if (section !== "price") return { field: section, label: words(section) };
  if (charge === undefined || charge.model === "json") return { field: "json", label: "price as JSON" };
  const row = /^(?:tiers|bands)\[(\d+)\](?:\.(\w+))?/.exec(rest);
  if (row && isTiered(charge.model)) {
    const number = Number(row[1]) + 1, [first] = rowNames(charge.model), name = row[2] ?? first;
    const noun = charge.model === "time_of_use" ? "band" : "tier";
    return { field: `tier-${number}-${name}`, label: `${noun} ${number}, ${words(name)}` };
  }
  const within = figureWithin(rest, charge);
  if (within) return { field: `price-${within}`, label: words(within) };
  if (figureNames.includes(rest)) return { field: `price-${rest}`, label: words(rest) };
  return { field: "model", label: "price" };
}

/** The figure of the form for a member of a price that lies deeper. */
function figureWithin(path: string, { figures: typed }: ChargeValues): string | undefined {
  if (path === "overage.unit") return "overageUnit";
  if (path === "otherwise.unit") return "otherwiseUnit";
  const [, place] = /^units(?:\[(\d+)\])?/.exec(path) ?? [];
  if (!path.startsWith("units")) return undefined;
  const per = rateUnits.filter((unit) => typed[`${unit}Price`])[Number(place ?? 0)] ?? rateUnits[0];
  return `${per}Price`;
}

/** The rules speak of JSON; a form has no quotes to type. */
function sentenceOf({ rule, value, example }: FieldProblem, otherwise: string): string {
  if (value === '""' || value === "missing" && rule?.includes("this field is required")) {
    return "Fill this in.";
  }
  const text = (rule ?? otherwise).replaceAll(" in quotes", "");
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return example === undefined ? sentence : `${sentence} For example ${example}`;
}
