/** A charge as it stands in the form, every value as typed, and as it is saved; each is made from the other. */
import type { NewCharge } from "../../../../db/queries/rate_plan.ts";
import type { FieldProblem } from "../../../../lib/core/errors.ts";
import { isDeepStrictEqual as isDeepEqual } from "node:util";
import { taxSupplies } from "../../../../lib/core/tax_facts.ts";
import type { MeterTerms, PriceTerms } from "../../../../lib/plans/terms.ts";
import {
  readWhereLines,
  type Where,
  whereExample,
  writeWhereLines,
} from "../../../../lib/plans/where_lines.ts";

/** The models that have fields of their own; every other price is written as JSON. */
export const models = [
  "flat",
  "per_unit",
  "graduated",
  "volume",
  "package",
  "stairstep",
  "percentage",
  "pass_through",
  "active_vehicle",
  "best_rate",
  "pooled",
  "indexed",
  "time_of_use",
] as const;
export type FormModel = (typeof models)[number] | "json";

/** The members of a price that are single figures, by model; those with a question mark may be left out. */
export const figures: Record<FormModel, readonly string[]> = {
  flat: ["amount"],
  per_unit: ["unit"],
  graduated: [],
  volume: [],
  package: ["size", "price", "free?"],
  stairstep: [],
  percentage: [
    "field",
    "percent",
    "perEvent?",
    "freeEvents?",
    "freeAmount?",
    "minPerEvent?",
    "maxPerEvent?",
  ],
  pass_through: ["field", "markupPercent?", "markupPerEvent?"],
  active_vehicle: ["amount"],
  best_rate: ["startField", "endField", "hourPrice?", "dayPrice?", "weekPrice?", "monthPrice?"],
  pooled: ["includedPerVehicle", "overageUnit"],
  indexed: ["base", "index", "baseIndex", "step", "change", "floor?", "ceiling?"],
  time_of_use: ["otherwiseUnit"],
  json: [],
};

/** The name of a figure without its question mark. */
export function figureName(figure: string): string {
  return figure.replace("?", "");
}

/** Every name once, for what is typed under one model and kept while another is looked at. */
export const figureNames: readonly string[] = [...new Set(Object.values(figures).flat().map(figureName))];

/** Whether the price has rows: tiers, steps, or bands of the day. */
export function isTiered(model: string): boolean {
  return model === "graduated" || model === "volume" || model === "stairstep" || model === "time_of_use";
}

/** A row of a price; each model shows some of it. */
export interface TierValues {
  upTo: string;
  unit: string;
  flat: string;
  amount: string;
  name: string;
  /** "mon tue"; empty for every day. */
  days: string;
  from: string;
  to: string;
}

export interface ChargeValues {
  reference: string;
  name: string;
  kind: string;
  per: string;
  proration: string;
  timing: string;
  event: string;
  aggregate: string;
  field: string;
  /** One "field = value" a line. */
  where: string;
  model: string;
  figures: Record<string, string>;
  tiers: TierValues[];
  flatFeeOnZero: boolean;
  json: string;
  /** What is supplied, where the rules decide the tax. */
  taxCategory: string;
  taxPercent: string;
}

/** The members of a row that a model shows, in their order. */
export function rowNames(model: string): readonly (keyof TierValues)[] {
  if (model === "stairstep") return ["upTo", "amount"];
  return model === "time_of_use" ? ["name", "days", "from", "to", "unit"] : ["upTo", "unit", "flat"];
}

export const emptyTier: TierValues = {
  upTo: "",
  unit: "",
  flat: "",
  amount: "",
  name: "",
  days: "",
  from: "",
  to: "",
};

export const emptyCharge: ChargeValues = {
  reference: "",
  name: "",
  kind: "recurring",
  per: "vehicle",
  proration: "day",
  timing: "arrears",
  event: "",
  aggregate: "sum",
  field: "",
  where: "",
  model: "flat",
  figures: {},
  tiers: [emptyTier],
  flatFeeOnZero: false,
  json: "",
  taxCategory: "S",
  taxPercent: "",
};

/** A saved charge in the form. A price that the fields cannot show whole is shown as JSON. */
export function valuesOf(charge: NewCharge): ChargeValues {
  const { reference, name, kind, per, proration, timing = "arrears", taxCategory, taxPercent, taxSupply } =
    charge;
  const meter = charge.meter as MeterTerms | null;
  return {
    ...emptyCharge,
    reference,
    name,
    kind,
    per,
    proration,
    timing,
    ...(meter && {
      event: meter.event,
      aggregate: meter.aggregate,
      field: meter.field ?? "",
      where: writeWhereLines(meter.where ?? {}),
    }),
    ...priceValues(charge.price as Record<string, unknown>),
    taxCategory: taxSupply ?? taxCategory ?? "",
    taxPercent: taxPercent ?? "",
  };
}

function priceValues(price: Record<string, unknown>): Partial<ChargeValues> {
  const model = models.find((name) => name === price.model);
  const values = model === undefined ? undefined : fieldsOf(price as PriceTerms);
  // Only what comes back the same from the fields is shown in them.
  const read = values && priceOf({ ...emptyCharge, ...values }, () => {});
  return isDeepEqual(read, price) ? values! : { model: "json", json: JSON.stringify(price, null, 2) };
}

function fieldsOf(price: PriceTerms): Partial<ChargeValues> {
  const { model } = price;
  switch (price.model) {
    case "best_rate":
      return { model, figures: bestRateFigures(price) };
    case "pooled": {
      const { includedPerVehicle, overage } = price;
      return {
        model,
        figures: { includedPerVehicle, overageUnit: overage.model === "per_unit" ? overage.unit : "" },
      };
    }
    case "time_of_use":
      return {
        model,
        figures: { otherwiseUnit: price.otherwise.unit },
        tiers: price.bands.map(({ name, days = everyDay, from, to, unit }) => ({
          ...emptyTier,
          name,
          days: days.length === everyDay.length ? "" : days.join(" "),
          from,
          to,
          unit,
        })),
      };
    case "graduated":
    case "volume":
    case "stairstep":
      return {
        model,
        flatFeeOnZero: price.flatFeeOnZero === true,
        tiers: price.tiers.map(({ upTo, ...rest }) => ({ ...emptyTier, ...rest, upTo: upTo ?? "" })),
      };
    default: {
      const names = figures[price.model].map(figureName);
      const given = Object.entries(price).filter(([name, value]) =>
        names.includes(name) && typeof value === "string"
      );
      return { model, figures: Object.fromEntries(given) };
    }
  }
}

export const rateUnits = ["hour", "day", "week", "month"] as const;

function bestRateFigures(
  { startField, endField, units }: Extract<PriceTerms, { model: "best_rate" }>,
): Record<string, string> {
  const prices = units.map(({ per, price }) => [`${per}Price`, price] as const);
  return { startField, endField, ...Object.fromEntries(prices) };
}

/** The charge to be saved, and what cannot be read at all; the rules of prices find the rest. `index` counts from 0. */
export function chargeOf(
  values: ChargeValues,
  index: number,
): { charge: NewCharge; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const refuse = (field: string, value: string, rule: string, example: string) => {
    problems.push({ field: `charges[${index}].${field}`, value, rule, example });
  };
  const { kind, taxCategory } = values;
  const taxSupply = taxSupplies.find((supply) => supply === taxCategory) ?? null;
  const isTaxed = taxCategory !== "" && taxSupply === null;
  const charge = {
    reference: values.reference,
    name: values.name,
    kind: kind as NewCharge["kind"],
    per: values.per as NewCharge["per"],
    proration: kind === "recurring" ? values.proration as NewCharge["proration"] : "day",
    timing: kind === "recurring" ? values.timing as NewCharge["timing"] : "arrears",
    meter: kind === "usage" ? meterOf(values, refuse) : null,
    price: priceOf(values, refuse),
    taxCategory: isTaxed ? taxCategory : null,
    taxPercent: isTaxed ? percentOf(values) : null,
    ...(taxSupply === null ? {} : { taxSupply }),
  };
  return { charge, problems };
}

/** Categories without tax have no percentage to type. */
function percentOf({ taxCategory, taxPercent }: ChargeValues): string | null {
  if (taxPercent !== "") return taxPercent;
  return ["S", "L", "M"].includes(taxCategory) ? null : "0";
}

type Refuse = (field: string, value: string, rule: string, example: string) => void;

function meterOf({ event, aggregate, field, where }: ChargeValues, refuse: Refuse): unknown {
  const conditions = readWhere(where, refuse);
  return {
    event,
    aggregate,
    ...(field === "" || aggregate === "count" ? {} : { field }),
    ...(Object.keys(conditions).length === 0 ? {} : { where: conditions }),
  };
}

function readWhere(text: string, refuse: Refuse): Where {
  const { where, faulty } = readWhereLines(text);
  for (const line of faulty) {
    refuse("meter.where", line, `“${line}” is not a field and its value.`, whereExample);
  }
  return where;
}

function priceOf(
  { model, figures: typed, tiers, flatFeeOnZero, json }: ChargeValues,
  refuse: Refuse,
): unknown {
  if (model === "json") {
    try {
      return JSON.parse(json);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      refuse("price", json, "This is not JSON.", '{ "model": "flat", "amount": "99.00" }');
      return { model: "flat", amount: "0" };
    }
  }
  switch (model) {
    case "best_rate":
      return {
        model,
        startField: typed.startField ?? "",
        endField: typed.endField ?? "",
        units: rateUnits.flatMap((per) => typed[`${per}Price`] ? [{ per, price: typed[`${per}Price`] }] : []),
      };
    case "pooled":
      return {
        model,
        ...given({ includedPerVehicle: typed.includedPerVehicle ?? "" }),
        overage: { model: "per_unit", ...given({ unit: typed.overageUnit ?? "" }) },
      };
    case "time_of_use":
      return {
        model,
        bands: dropEmptyEnd(tiers).map((band) => bandOf(band)),
        otherwise: given({ unit: typed.otherwiseUnit ?? "" }),
      };
  }
  if (!isTiered(model)) {
    const names = (figures[model as FormModel] ?? []).map(figureName);
    return { model, ...given(Object.fromEntries(names.map((name) => [name, typed[name] ?? ""]))) };
  }
  return {
    model,
    tiers: dropEmptyEnd(tiers).map(({ upTo, unit, flat, amount }) => ({
      upTo: upTo === "" ? null : upTo,
      ...given(model === "stairstep" ? { amount } : { unit, flat }),
    })),
    ...(flatFeeOnZero ? { flatFeeOnZero: true } : {}),
  };
}

const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Days are names of three letters, in any case, with anything between them; "mon-fri" is a span. */
function bandOf({ name, days, from, to, unit }: TierValues): Record<string, unknown> {
  const words = days.toLowerCase().replaceAll(/\s*[-–]\s*/g, "-").split(/[\s,;]+/).filter((word) =>
    word !== ""
  );
  const named = words.flatMap((word) => {
    const [first, last] = word.split("-").map((day) => everyDay.indexOf(day.slice(0, 3)));
    if (first < 0 || last === undefined || last < 0) return [first < 0 ? word : everyDay[first]];
    return first <= last
      ? everyDay.slice(first, last + 1)
      : [...everyDay.slice(first), ...everyDay.slice(0, last + 1)];
  });
  return { ...given({ name }), days: named.length === 0 ? everyDay : named, ...given({ from, to, unit }) };
}

/** A row added and left empty is no tier, but for the only one. */
function dropEmptyEnd(tiers: readonly TierValues[]): readonly TierValues[] {
  const last = tiers.findLastIndex((tier) => Object.values(tier).some((value) => value !== ""));
  return tiers.slice(0, Math.max(last, 0) + 1);
}

function given(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}
