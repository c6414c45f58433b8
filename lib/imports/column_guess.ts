/** Guesses what the columns of a file are: by their names, and the time and the numbers by the first values. */
import { isDecimal } from "../core/decimal.ts";
import type { ColumnChoice, Use } from "./column_choice.ts";
import { writeConstantLines } from "./constant_lines.ts";
import type { FileLook } from "./file_look.ts";
import { instantReader, type TimeFormat } from "./instants.ts";
import type { MappingTerms } from "./column_choice.ts";

/** Names of columns without signs and capitals, the likeliest first. */
const names = {
  id: ["eventid", "tripid", "tripno", "id", "transactionid", "uuid", "guid", "recordid", "rowid"],
  event: ["event", "eventtype", "eventkind", "kind", "type", "category"],
  vehicle: [
    "vehicle",
    "vehicleid",
    "vehiclereference",
    "plate",
    "numberplate",
    "registration",
    "reg",
    "regno",
    "car",
    "van",
    "truck",
    "unit",
    "asset",
    "assetid",
    "fleetnumber",
    "kennzeichen",
  ],
  contract: ["contract", "contractid", "contractreference", "agreement", "account", "customer"],
  time: [
    "at",
    "time",
    "timestamp",
    "datetime",
    "startedat",
    "starttime",
    "start",
    "pickupdatetime",
    "eventtime",
    "occurredat",
    "when",
    "date",
    "datum",
  ],
  corrects: ["corrects", "replaces", "correctsid"],
};
const quantities =
  /^(?:km|kilometres?|kilometers?|miles?|mileage|distance|odometer|litres?|liters?|gallons?|kwh|energy|fuel|hours?|minutes?|seconds?|duration|cost|price|amount|fare|tip|tips|toll|tolls|total|fee|charge|quantity|qty|weight|passengers?|stops?|days)|(?:km|miles|cost|amount|seconds|minutes|hours|litres|kwh)$/;
const words =
  /^(?:purpose|driver|depot|region|zone|product|fueltype|paymenttype|color|colour|note|costcentre)$/;

/** What is preselected when nobody has chosen yet; `zone` is the business's own. */
export function guessChoice(look: FileLook, zone: string): ColumnChoice {
  const taken = new Set<string>();
  const take = (part: keyof typeof names): string => {
    const known = new Map(look.columns.map((column) => [bare(column), column]));
    const found = names[part].map((name) => known.get(name)).find((column) => column && !taken.has(column)) ??
      "";
    taken.add(found);
    return found;
  };
  const [id, corrects, event, vehicle] = [take("id"), take("corrects"), take("event"), take("vehicle")];
  const contract = vehicle === "" ? take("contract") : "";
  const time = take("time");
  return {
    id,
    event,
    eventKind: event === "" ? "trip" : "",
    vehicle,
    contract,
    time,
    ...guessTime(valuesOf(look, time)),
    zone,
    corrects: id === "" ? "" : corrects,
    source: "files",
    others: look.columns.map((column) => ({
      column,
      use: taken.has(column) ? "left_out" : guessUse(column, valuesOf(look, column)),
      name: fieldName(column),
    })),
    constants: "",
  };
}

/** The choice that a mapping came from, on other columns: what changes it begins with. */
export function choiceOf(mapping: MappingTerms, columns: readonly string[]): ColumnChoice {
  const { format } = mapping.at;
  const used = new Map<string, { use: Use; name: string }>([
    ...mapping.fields.map(({ name, column, required }) =>
      [column, { use: required ? "required_quantity" : "quantity", name }] as const
    ),
    ...mapping.dimensions.map(({ name, column }) => [column, { use: "word", name }] as const),
  ]);
  return {
    source: mapping.source,
    id: mapping.id?.column ?? "",
    event: typeof mapping.event === "string" ? "" : mapping.event.column,
    eventKind: typeof mapping.event === "string" ? mapping.event : "",
    vehicle: "vehicle" in mapping.subject ? mapping.subject.vehicle.column : "",
    contract: "contract" in mapping.subject ? mapping.subject.contract.column : "",
    time: mapping.at.column,
    timeForm: format.form === "local" && format.pattern !== undefined ? "pattern" : format.form,
    timePattern: format.form === "local" ? format.pattern ?? "" : "",
    zone: format.form === "local" ? format.zone : "",
    corrects: mapping.corrects?.column ?? "",
    others: columns.map((column) => ({
      column,
      use: "left_out",
      name: fieldName(column),
      ...used.get(column),
    })),
    constants: writeConstantLines(mapping.constants ?? []),
  };
}

function valuesOf({ columns, rows }: FileLook, column: string): string[] {
  const place = columns.indexOf(column);
  return place < 0 ? [] : rows.map((row) => row[place]).filter((value) => value !== "");
}

function bare(column: string): string {
  return column.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** As a meter can name it: "Distance (km)" is `distance_km`. */
function fieldName(column: string): string {
  const name = column.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "_").replace(
    /^_+|_+$/g,
    "",
  );
  const small = /^[A-Z0-9_]+$/.test(name) || /[^A-Za-z0-9_]/.test(column) ? name.toLowerCase() : name;
  return (/^[0-9]/.test(small) ? `_${small}` : small).slice(0, 63);
}

function guessUse(column: string, values: readonly string[]): Use {
  if (quantities.test(bare(column)) && (values.length === 0 || values.some(isDecimal))) return "quantity";
  return words.test(bare(column)) ? "word" : "left_out";
}

const dayFirst = ["DD/MM/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "D/M/YYYY", "D.M.YYYY"];
const monthFirst = ["MM/DD/YYYY", "MM-DD-YYYY", "M/D/YYYY"];
const clocks = ["HH:mm:ss", "HH:mm", "H:mm:ss", "H:mm", "h:mm:ss A", "h:mm A"];
const patternsOf = (days: readonly string[]) =>
  days.flatMap((day) => clocks.map((clock) => `${day} ${clock}`));

/** Where the day could as well be the month, nothing is guessed: a bill of the wrong month is worse than a question. */
function guessTime(values: readonly string[]): { timeForm: string; timePattern: string } {
  const reads = (format: TimeFormat) =>
    values.every((value) => typeof instantReader(format)(value) !== "string");
  const plain = { timePattern: "" };
  if (values.length === 0 || reads({ form: "rfc3339" })) return { timeForm: "rfc3339", ...plain };
  if (values.every((value) => /^\d{13}$/.test(value))) return { timeForm: "unix_milliseconds", ...plain };
  if (values.every((value) => /^\d{9,10}$/.test(value))) return { timeForm: "unix_seconds", ...plain };
  if (reads({ form: "local", zone: "UTC" })) return { timeForm: "local", ...plain };
  const fitting = (patterns: readonly string[]) =>
    patterns.find((pattern) => reads({ form: "local", zone: "UTC", pattern }));
  const [day, month] = [fitting(patternsOf(dayFirst)), fitting(patternsOf(monthFirst))];
  const only = day && month ? undefined : day ?? month;
  return { timeForm: "pattern", timePattern: only ?? "" };
}
