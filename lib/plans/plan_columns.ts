/** The columns of a file of plans, a charge on each row, and what the cells of a row say. */
import type { NewCharge } from "../../db/queries/rate_plan.ts";
import type { PlanCharge } from "../../db/queries/plan_charge.ts";
import { type FieldProblem, isMilepostError, refuseField } from "../core/errors.ts";
import { readText } from "../core/input.ts";
import { taxSupplies } from "../core/tax_facts.ts";
import type { RecordColumn, RecordRow } from "../imports/record_file.ts";
import { priceExample, readPriceText, writePriceText } from "./price_text.ts";
import type { MeterTerms } from "./terms.ts";
import { readWhereLines, type Where, whereExample, writeWhereLines } from "./where_lines.ts";

/** One row: a charge, with the plan and the version that it belongs to. */
export interface PlanRecord {
  reference: string;
  name: string;
  version: number;
  currency: string;
  taxInclusive: boolean;
  charge: NewCharge;
}

const meterOf = ({ charge }: PlanRecord) => charge.meter as MeterTerms | null;

export const planColumns: readonly RecordColumn<PlanRecord>[] = [
  {
    name: "reference",
    about: "reference",
    help: "Your own name for the plan, the same on each of its rows.",
    example: "lease-gbp",
    required: true,
    value: ({ reference }) => reference,
  },
  {
    name: "name",
    about: "name",
    help: "As it stands in lists. Needed on the first row of the plan only.",
    example: "Lease with mileage",
    required: true,
    value: ({ name }) => name,
  },
  {
    name: "version",
    about: "version",
    help: "1 for the first charges of the plan, 2 for those that replace them; 1 if empty.",
    example: "1",
    value: ({ version }) => version,
  },
  {
    name: "currency",
    about: "currency",
    help: "Three letters. Needed on the first row of the plan only.",
    example: "GBP",
    required: true,
    value: ({ currency }) => currency,
  },
  {
    name: "tax_inclusive",
    about: "whether prices hold the tax",
    help: "yes or no; no if empty. Needed on the first row of the version only.",
    example: "no",
    value: ({ taxInclusive }) => taxInclusive ? "yes" : "no",
  },
  {
    name: "charge",
    about: "reference of the charge",
    help: "Names the charge within its version.",
    example: "km",
    required: true,
    value: ({ charge }) => charge.reference,
  },
  {
    name: "charge_name",
    about: "name of the charge",
    help: "As it stands on the invoice.",
    example: "Distance",
    required: true,
    value: ({ charge }) => charge.name,
  },
  {
    name: "kind",
    about: "kind",
    help: "recurring, usage or one_time.",
    example: "usage",
    required: true,
    value: ({ charge }) => charge.kind,
  },
  {
    name: "per",
    about: "whom it is counted for",
    help: "vehicle or contract; contract if empty.",
    example: "vehicle",
    value: ({ charge }) => charge.per,
  },
  {
    name: "proration",
    about: "proration",
    help: "Of a recurring charge: day, second, fixed30 or none; day if empty.",
    example: "day",
    value: ({ charge }) => charge.kind === "recurring" ? charge.proration : null,
  },
  {
    name: "event",
    about: "event",
    help: "Of a usage charge: the kind of event that its meter counts.",
    example: "trip",
    value: (record) => meterOf(record)?.event ?? null,
  },
  {
    name: "aggregate",
    about: "way of counting",
    help: "Of a usage charge: sum, count, max, unique, last_minus_first or time_weighted.",
    example: "sum",
    value: (record) => meterOf(record)?.aggregate ?? null,
  },
  {
    name: "field",
    about: "field",
    help: "Of a usage charge: the field that is counted; empty for a count.",
    example: "km",
    value: (record) => meterOf(record)?.field ?? null,
  },
  {
    name: "where",
    about: "conditions",
    help: "Of a usage charge: what a field must hold for the event to count, a line each.",
    example: whereExample,
    value: (record) => writeWhereLines(meterOf(record)?.where ?? {}),
  },
  {
    name: "price",
    about: "price",
    help: "The model with its figures, or as JSON with tiers and bands, as a price case has it.",
    example: priceExample,
    required: true,
    value: ({ charge }) => writePriceText(charge.price),
  },
  {
    name: "tax_category",
    about: "tax category",
    help: "S, Z, E, AE, G, K, O, L or M; empty where no charge of the plan is taxed.",
    example: "S",
    value: ({ charge }) => charge.taxCategory,
  },
  {
    name: "tax_percent",
    about: "tax rate",
    help: "In per cent; 0 if the category has no tax.",
    example: "20",
    value: ({ charge }) => charge.taxPercent,
  },
  {
    name: "timing",
    about: "timing",
    help: "Of a recurring charge: arrears or advance, billed after or before its period; arrears if empty.",
    example: "arrears",
    value: ({ charge }) => charge.kind === "recurring" ? charge.timing ?? "arrears" : null,
  },
  {
    name: "tax_supply",
    about: "what is supplied",
    help:
      "In place of category and rate, for tax by the rules: vehicle_hire, service, goods or disbursement.",
    example: "vehicle_hire",
    value: ({ charge }) => charge.taxSupply ?? null,
  },
];

/** A row of the file for a charge that is there. */
export function recordOf(
  { planReference, planName, version, currency, taxInclusive, position: _, ...charge }: PlanCharge,
): PlanRecord {
  return { reference: planReference, name: planName, version, currency, taxInclusive, charge };
}

/**
 * What the cells of a row say, and what is wrong with them, each problem with the name of its column. A cell at fault is
 * replaced by a harmless value, so that the rules of prices find the other faults.
 */
export function readCells(values: RecordRow["values"]): { record: PlanRecord; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const attempt = <Value>(read: () => Value, harmless: Value): Value => {
    try {
      return read();
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      problems.push(...error.fields);
      return harmless;
    }
  };
  const cell = (column: string) => values[column]?.trim() ?? "";
  const kind = cell("kind"), taxCategory = cell("tax_category");
  const where = attempt(() => readWhereCell(cell("where")), {});
  const record = {
    reference: attempt(() => readText("reference", cell("reference"), "lease-gbp", 100), "-"),
    name: attempt(() => readText("name", cell("name"), "Lease with mileage"), "-"),
    version: attempt(() => readVersion(cell("version")), 1),
    currency: cell("currency").toUpperCase(),
    taxInclusive: attempt(() => readYesOrNo("tax_inclusive", cell("tax_inclusive")), false),
    charge: {
      reference: attempt(() => readText("charge", cell("charge"), "km"), "-"),
      name: attempt(() => readText("charge_name", cell("charge_name"), "Distance"), "-"),
      kind: kind as NewCharge["kind"],
      per: (cell("per") || "contract") as NewCharge["per"],
      proration: attempt(() => readProration(kind, cell("proration")), "day"),
      timing: attempt(() => readTiming(kind, cell("timing")), "arrears"),
      meter: attempt(() => readMeterCells(kind, cell, where), null),
      price: attempt(() => readPriceText("price", cell("price")), { model: "flat", amount: "0" }),
      taxCategory: taxCategory === "" ? null : taxCategory,
      taxPercent: attempt(() => readPercent(taxCategory, cell("tax_percent")), null),
      taxSupply: attempt(() => readSupply(taxCategory, cell("tax_supply")), null),
    },
  };
  return { record, problems };
}

function readVersion(text: string): number {
  if (text === "") return 1;
  return /^[1-9]\d{0,3}$/.test(text)
    ? Number(text)
    : refuseField("version", text, "Use a whole number from 1 to 9999.", "1");
}

function readYesOrNo(field: string, text: string): boolean {
  const word = text.toLowerCase();
  return word === "yes" || word !== "" && word !== "no" && refuseField(field, text, "Write yes or no.", "no");
}

function readProration(kind: string, text: string): NewCharge["proration"] {
  if (kind === "recurring" || text === "") return (text || "day") as NewCharge["proration"];
  return refuseField("proration", text, "Only a recurring charge is prorated. Leave it empty.");
}

function readTiming(kind: string, text: string): NewCharge["timing"] {
  if (text === "" || text === "arrears") return "arrears";
  if (kind !== "recurring") {
    return refuseField("timing", text, "Only a recurring charge is billed in advance. Leave it empty.");
  }
  return text === "advance" ? text : refuseField("timing", text, "Use arrears or advance.", "arrears");
}

function readSupply(category: string, text: string): NewCharge["taxSupply"] {
  if (text === "") return null;
  if (category !== "") {
    return refuseField(
      "tax_supply",
      text,
      "The rules decide the category. Leave tax_category empty, or this.",
    );
  }
  return taxSupplies.find((supply) => supply === text) ??
    refuseField("tax_supply", text, `Use one of ${taxSupplies.join(", ")}.`, "vehicle_hire");
}

const meterColumns = ["event", "aggregate", "field", "where"] as const;

/** Nothing for a charge without a meter, whose cells must be empty then. */
function readMeterCells(kind: string, cell: (column: string) => string, where: Where): unknown {
  if (kind === "usage") {
    const [event, aggregate, field] = meterColumns.map(cell);
    return {
      event,
      aggregate,
      ...(field === "" ? {} : { field }),
      ...(Object.keys(where).length === 0 ? {} : { where }),
    };
  }
  const column = meterColumns.find((name) => cell(name) !== "");
  return column === undefined
    ? null
    : refuseField(column, cell(column), "Only a usage charge has a meter. Leave it empty.");
}

function readWhereCell(text: string): Where {
  const { where, faulty } = readWhereLines(text);
  if (faulty.length === 0) return where;
  return refuseField("where", text, `“${faulty[0]}” is not a field and its value.`, whereExample);
}

/** Categories without tax have no percentage to write. */
function readPercent(category: string, percent: string): string | null {
  if (category === "") {
    return percent === "" ? null : refuseField(
      "tax_percent",
      percent,
      "A rate belongs to a tax category. Fill in tax_category, or leave this empty.",
    );
  }
  if (percent !== "") return percent;
  return ["S", "L", "M"].includes(category) ? null : "0";
}
