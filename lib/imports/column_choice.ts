/** A mapping made by hand: what a person chose for each part of an event, read into a mapping or refused field by field. */
import { refuseField } from "../core/errors.ts";
import { readAll } from "../core/input.ts";
import { isTimeZone } from "../core/period.ts";
import type { TimeFormat } from "./instants.ts";
import { constantExample, type ConstantField, readConstantLines } from "./constant_lines.ts";
import { type FileForm, listed, reservedNames, type UsageMapping } from "./mapping.ts";
import { readTimePattern } from "./time_pattern.ts";

/** What a column beside the main ones becomes. */
export const uses = ["left_out", "quantity", "required_quantity", "word"] as const;
export type Use = typeof uses[number];

export const timeForms = ["rfc3339", "unix_seconds", "unix_milliseconds", "local", "pattern"] as const;

/** What was chosen, as a form sends it; columns by their names, "" for none. */
export type ColumnChoice = {
  source: string;
  id: string;
  /** The column, or the one kind that all rows are. */
  event: string;
  eventKind: string;
  vehicle: string;
  contract: string;
  time: string;
  timeForm: string;
  timePattern: string;
  zone: string;
  corrects: string;
  /** In the order of the file's columns. */
  others: readonly { column: string; use: string; name: string }[];
  /** Fields that are the same in every row, a line each. */
  constants: string;
};

/** The file, or the mapping that is changed, whose columns may be chosen. */
export interface ChoosableColumns {
  form: FileForm;
  delimiter: string;
  columns: readonly string[];
}

/** A mapping without the name by which it may be chosen later. */
export type MappingTerms = Omit<UsageMapping, "name" | "title">;

/** The fields of the form by the part of an event that they choose, and what those are called. */
export const choiceFields = {
  id: "id_column",
  event: "event_column",
  vehicle: "vehicle_column",
  contract: "contract_column",
  time: "time_column",
  corrects: "corrects_column",
} as const;
type Part = keyof typeof choiceFields;
const partWords: Record<Part, string> = {
  id: "the event id",
  event: "the kind of event",
  vehicle: "the vehicle",
  contract: "the contract",
  time: "the time",
  corrects: "the id of the corrected event",
};

const longestKind = 60;

/** The fields of a column that is none of the main ones, by its place from 1. */
export const useField = (place: number): string => `use-${place}`;
export const nameField = (place: number): string => `name-${place}`;

/** Throws `InvalidInput` that names every field at fault. */
export function readColumnChoice(choice: ColumnChoice, file: ChoosableColumns): MappingTerms {
  const taken = new Map<string, string>();
  const named = new Map<string, string>();
  const column = (part: Part) => readColumn(part, choice[part], file.columns, taken);
  // in the order of the form, so that the first of two choices stands
  const read = readAll({
    id: () => column("id"),
    isNamed: () => requireId(choice, file.form),
    event: () => column("event") ?? readKind(choice.eventKind),
    subject: () => readSubject(choice, column),
    time: () =>
      column("time") ?? refuseField(choiceFields.time, "", "Choose the column that says when.", "at"),
    format: () => readTimeFormat(choice),
    corrects: () => readCorrects(choice, column),
    source: () => readSource(choice.source),
    others: () => readOthers(choice, file.columns, taken, named),
    constants: () => readConstants(choice, named),
  });
  const { id, event, subject, time, format, corrects, source, others, constants } = read;
  return {
    source,
    form: file.form,
    ...(file.form === "csv" ? { delimiter: file.delimiter } : {}),
    event: typeof event === "string" ? event : { column: event.column },
    at: { column: time.column, format },
    subject,
    ...(id ? { id } : {}),
    ...(corrects ? { corrects } : {}),
    fields: others.filter(({ use }) => use !== "word").map(({ name, column, use }) =>
      use === "required_quantity" ? { name, column, required: true as const } : { name, column }
    ),
    dimensions: others.filter(({ use }) => use === "word").map(({ name, column }) => ({ name, column })),
    ...(constants.length > 0 ? { constants } : {}),
  };
}

interface Chosen {
  column: string;
}

/** The chosen column, which is then taken; nothing where none was chosen. */
function readColumn(
  part: Part,
  column: string,
  columns: readonly string[],
  taken: Map<string, string>,
): Chosen | undefined {
  if (column === "") return undefined;
  requireFree(choiceFields[part], column, partWords[part], columns, taken);
  return { column };
}

function requireFree(
  field: string,
  column: string,
  what: string,
  columns: readonly string[],
  taken: Map<string, string>,
): void {
  if (!columns.includes(column)) {
    refuseField(
      field,
      column,
      `There is no column “${column.slice(0, 60)}”. There is ${listed(columns)}.`,
      columns[0],
    );
  }
  const other = taken.get(column);
  if (other !== undefined) {
    const free = columns.find((name) => !taken.has(name));
    refuseField(
      field,
      column,
      `The column “${column}” is chosen for ${other} already. Choose another one.`,
      free,
    );
  }
  taken.set(column, what);
}

/** Rows of CSV are known by all their values; lines of JSON may have fields that nothing reads. */
function requireId({ id }: ColumnChoice, form: FileForm): true {
  if (id === "" && form === "ndjson") {
    refuseField(
      choiceFields.id,
      id,
      "Choose the field that tells one event from another: lines of JSON need one.",
      "id",
    );
  }
  return true;
}

function readKind(value: string): string {
  const kind = value.trim();
  if (kind !== "" && kind.length <= longestKind && /^[\p{L}\p{N}_.:-]+$/u.test(kind) && kind !== "void") {
    return kind;
  }
  const rule = kind === ""
    ? "Name the kind of event as the meters of your plans do, or choose the column that has it."
    : kind === "void"
    ? "A void takes one event out, so not all rows can be voids. Name another kind, or choose a column."
    : `Use letters, digits and . : _ - for the kind of event, up to ${longestKind}.`;
  return refuseField("event_kind", value, rule, "trip");
}

function readSubject(
  { vehicle, contract }: ColumnChoice,
  column: (part: Part) => Chosen | undefined,
): UsageMapping["subject"] {
  if (vehicle !== "" && contract !== "") {
    const rule = "A row is about a vehicle or about a contract. Choose one column, and none for the other.";
    refuseField(choiceFields.contract, contract, rule);
  }
  const ofVehicle = column("vehicle");
  if (ofVehicle) return { vehicle: ofVehicle };
  const ofContract = column("contract");
  if (ofContract) return { contract: ofContract };
  return refuseField(
    choiceFields.vehicle,
    vehicle,
    "Choose the column that names the vehicle, or the one that names the contract.",
    "vehicle",
  );
}

function readTimeFormat({ timeForm, timePattern, zone }: ColumnChoice): TimeFormat {
  switch (timeForm) {
    case "rfc3339":
    case "unix_seconds":
    case "unix_milliseconds":
      return { form: timeForm };
    case "local":
      return { form: "local", zone: readZone(zone) };
    case "pattern": {
      const read = readAll({
        pattern: () => readTimePattern("time_pattern", timePattern),
        zone: () => readZone(zone),
      });
      return { form: "local", ...read };
    }
    default:
      return refuseField("time_form", timeForm, `Choose one of ${timeForms.join(", ")}.`, timeForms[0]);
  }
}

function readZone(value: string): string {
  const zone = value.trim();
  if (isTimeZone(zone)) return zone;
  return refuseField(
    "zone",
    value,
    zone === ""
      ? "Local time needs the name of its time zone: region, slash, city."
      : `“${zone.slice(0, 60)}” is no time zone. Use its name: region, slash, city.`,
    "Europe/London",
  );
}

function readCorrects(choice: ColumnChoice, column: (part: Part) => Chosen | undefined): Chosen | undefined {
  if (choice.corrects !== "" && choice.id === "") {
    const rule = "A correction names another event by its id, so choose the column of the event id, too.";
    refuseField(choiceFields.corrects, choice.corrects, rule);
  }
  return column("corrects");
}

/** The same rule as for programs that send events. */
function readSource(value: string): string {
  const source = value.trim();
  if (/^[A-Za-z0-9][\w.:-]{0,59}$/.test(source)) return source;
  return refuseField("source", value, "Use 1 to 60 letters, digits and . : _ -", "telematics");
}

interface Other extends Chosen {
  use: Exclude<Use, "left_out">;
  name: string;
}

function readOthers(
  { others }: ColumnChoice,
  columns: readonly string[],
  taken: Map<string, string>,
  named: Map<string, string>,
): Other[] {
  const read = readAll(Object.fromEntries(
    others.map((other, index) => [
      String(index),
      () => other.use === "left_out" ? undefined : readOther(other, index + 1, columns, taken, named),
    ]),
  ));
  return others.flatMap((_, index) => read[String(index)] ?? []);
}

function readOther(
  { column, use, name }: ColumnChoice["others"][number],
  place: number,
  columns: readonly string[],
  taken: Map<string, string>,
  named: Map<string, string>,
): Other {
  if (use !== "quantity" && use !== "required_quantity" && use !== "word") {
    return refuseField(useField(place), use, `Choose one of ${uses.join(", ")}.`, uses[0]);
  }
  requireFree(useField(place), column, `the field “${name}”`, columns, taken);
  const field = name.trim();
  const fault = faultOfName(field, named);
  if (fault !== undefined) refuseField(nameField(place), name, fault, "km");
  named.set(field, `The column “${column}”`);
  return { column, use, name: field };
}

/** What is wrong with the name of a field, as a sentence; `named` says who has each name already. */
function faultOfName(field: string, named: ReadonlyMap<string, string>): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(field)) {
    return "Name the field with letters, digits and _, up to 63, as the meters of your plans do.";
  }
  if (reservedNames.has(field) || field === "corrects") {
    return `“${field}” has a meaning of its own in every event. Use another name.`;
  }
  const other = named.get(field);
  return other && `${other} has this name already. Use another one.`;
}

function readConstants({ constants }: ColumnChoice, named: Map<string, string>): ConstantField[] {
  const read = readConstantLines("constants", constants);
  for (const { name, value } of read) {
    const fault = faultOfName(name, named);
    if (fault !== undefined) {
      refuseField("constants", constants, `${name.slice(0, 60)}: ${fault}`, constantExample);
    }
    named.set(name, `The line “${name}: ${value.slice(0, 60)}”`);
  }
  return read;
}
