/**
 * How the rows of one kind of file become usage events: a mapping is data, and `mapRow` applies it to one row. A row
 * that cannot be an event says which column is at fault, its value, and why.
 */
import { DECIMAL_LENGTH_MAX, isDecimal } from "../core/decimal.ts";
import { milepostError } from "../core/errors.ts";
import type { ConstantField } from "./constant_lines.ts";
import { instantReader, type ReadInstant, type TimeFormat } from "./instants.ts";

/** Whose event it is: the value of a column, by `slug` if it is a name, with a prefix in front. */
export interface ReferenceRule {
  column: string;
  prefix?: string;
  form?: "as_is" | "slug";
}

/** CSV, or one JSON object on each line. */
export type FileForm = "csv" | "ndjson";

export interface UsageMapping {
  /** As it is chosen: `nyc-taxi`. */
  name: string;
  /** For people. */
  title: string;
  /** Events are unique by source and id. */
  source: string;
  /** What separates the values; a comma if left out. */
  delimiter?: string;
  /** The one form of file that it reads; CSV and lines of JSON if left out. */
  form?: FileForm;
  /** The meter's word for the event, the same for all rows or read from a column. */
  event: string | { column: string };
  at: { column: string; format: TimeFormat };
  /** The reference of the contract, or of the vehicle that has a contract at that time. */
  subject: { contract: ReferenceRule } | { vehicle: ReferenceRule };
  /** The column that names an event this one corrects, by its id; a file may leave it out. */
  corrects?: { column: string };
  /** The column that identifies an event. Without it the row itself does (see `canonicalRow`). */
  id?: { column: string };
  /** Decimal numbers. An empty one is left out, unless it is required of every event or of those named. */
  fields: readonly { name: string; column: string; required?: true | readonly string[] }[];
  /** Words to filter by; an empty one is left out. */
  dimensions: readonly { name: string; column: string }[];
  /** Fields that are the same in every row. */
  constants?: readonly ConstantField[];
}

/** An event before its contract or vehicle is looked up. */
export interface MappedEvent {
  /** From the id column, if the mapping has one. */
  id?: string;
  event: string;
  at: Temporal.Instant;
  /** A void names no one: it is about whom the event is about that it takes out. */
  subject: { kind: "contract" | "vehicle" | "corrected"; reference: string };
  /** The id of the event that this one corrects, in the same source. */
  corrects?: string;
  /** Fields as decimal text and dimensions, in the order of their names. */
  properties: Record<string, string>;
}

export interface Quarantine {
  /** The column at fault, or `wholeRow`. */
  column: string;
  value: string;
  /** What is wrong and what is allowed, as a sentence. */
  reason: string;
}

export type MappedRow = { event: MappedEvent } | { quarantine: Quarantine };

/** Stands for the column where the row itself is at fault. */
export const wholeRow = "whole row";

const longestText = 200;
/** Names that an event has already; see the price case. */
export const reservedNames: ReadonlySet<string> = new Set(["id", "event", "vehicle", "at"]);

/** What Milepost adds to rows that it set aside: no part of the row when the corrected file comes back. */
export const addedColumns: readonly string[] = ["milepost_line", "milepost_reason"];

interface Column {
  name: string;
  index: number;
}

interface PreparedProperty extends Column {
  property: string;
  number: boolean;
  required: true | readonly string[];
  /** Stands for the column, which there is none of. */
  constant?: string;
}

/** A mapping bound to the header of one file. */
export interface PreparedMapping {
  mapping: UsageMapping;
  event: string | Column;
  at: Column;
  readAt: ReadInstant;
  subject: Column & { kind: "contract" | "vehicle"; reference(value: string): string };
  id?: Column;
  corrects?: Column;
  /** Fields and dimensions in the order of their names. */
  properties: readonly PreparedProperty[];
  /** All columns of the file in the order of their names: what makes a canonical row. */
  columns: readonly Column[];
}

/** Finds the columns. Throws `InvalidFile` that names what is missing and what the file has. */
export function prepareMapping(mapping: UsageMapping, header: readonly string[]): PreparedMapping {
  requireColumns(mapping, header);
  const column = (name: string): Column => ({ name, index: header.indexOf(name) });
  const rule = "contract" in mapping.subject ? mapping.subject.contract : mapping.subject.vehicle;
  const properties: PreparedProperty[] = [
    ...mapping.fields.map(({ name, column: from, required = [] }) => ({
      ...column(from),
      property: name,
      number: true,
      required,
    })),
    ...mapping.dimensions.map(({ name, column: from }) => ({
      ...column(from),
      property: name,
      number: false,
      required: [],
    })),
    ...(mapping.constants ?? []).map(({ name, value }) => ({
      ...column(name),
      property: name,
      number: false,
      required: [],
      constant: value,
    })),
  ].sort((a, b) => compareText(a.property, b.property));
  requirePropertyNames(mapping.name, properties.map(({ property }) => property));
  return {
    mapping,
    event: typeof mapping.event === "string" ? mapping.event : column(mapping.event.column),
    at: column(mapping.at.column),
    readAt: instantReader(mapping.at.format),
    subject: {
      ...column(rule.column),
      kind: "contract" in mapping.subject ? "contract" : "vehicle",
      reference: referenceReader(rule),
    },
    ...(mapping.id ? { id: column(mapping.id.column) } : {}),
    ...(mapping.corrects && header.includes(mapping.corrects.column)
      ? { corrects: column(mapping.corrects.column) }
      : {}),
    properties,
    columns: header.filter((name) => !addedColumns.includes(name)).map(column).sort((a, b) =>
      compareText(a.name, b.name)
    ),
  };
}

/** The columns that a mapping reads, each once. */
export function columnsOf(mapping: UsageMapping): string[] {
  const rule = "contract" in mapping.subject ? mapping.subject.contract : mapping.subject.vehicle;
  return [
    ...new Set([
      ...(mapping.id ? [mapping.id.column] : []),
      ...(typeof mapping.event === "string" ? [] : [mapping.event.column]),
      mapping.at.column,
      rule.column,
      ...mapping.fields.map(({ column }) => column),
      ...mapping.dimensions.map(({ column }) => column),
    ]),
  ];
}

/** The columns that a mapping reads and a header does not have. */
export function missingColumns(mapping: UsageMapping, header: readonly string[]): string[] {
  return columnsOf(mapping).filter((name) => !header.includes(name));
}

function requireColumns(mapping: UsageMapping, header: readonly string[]): void {
  const missing = missingColumns(mapping, header);
  if (missing.length === 0) return;
  const separator = [";", "\t", "|"].find((character) =>
    header.length === 1 && header[0].includes(character)
  );
  const hint = separator === undefined
    ? "Choose the mapping that fits this file, or upload another file."
    : `Its values seem to be separated by "${
      separator === "\t" ? "a tab" : separator
    }"; this mapping expects "${mapping.delimiter ?? ","}".`;
  const [columns, are] = missing.length === 1 ? ["column", "is"] : ["columns", "are"];
  throw milepostError("InvalidFile", {
    message:
      `The mapping ${mapping.name} needs the ${columns} ${listed(missing)}, which ${are} not in the file. ` +
      `The file has ${listed(header)}. ${hint}`,
    fields: missing.map((name) => ({ field: name, rule: `The mapping ${mapping.name} needs this column.` })),
  });
}

function requirePropertyNames(mapping: string, names: readonly string[]): void {
  const wrong = names.find((name, index) => reservedNames.has(name) || names[index + 1] === name);
  if (wrong !== undefined) {
    throw new RangeError(`The mapping ${mapping} cannot call a property "${wrong}": the name is taken.`);
  }
}

/** Names in quotes, the first ones of many. */
export function listed(names: readonly string[], most = 30): string {
  const shown = names.slice(0, most).map((name) => `"${name.slice(0, 60)}"`).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The form of a name inside a reference: accents removed, small letters, and every run of other characters than a–z
 * and 0–9 is one hyphen, none at the ends. "Blue Ribbon Taxi Association Inc." is `blue-ribbon-taxi-association-inc`.
 */
export function slug(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** Names repeat from row to row, so the references of a thousand of them are kept. */
function referenceReader({ prefix = "", form = "as_is" }: ReferenceRule): (value: string) => string {
  if (form === "as_is") return (value) => prefix + value;
  const known = new Map<string, string>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const slugged = slug(value);
    const reference = slugged === "" ? "" : prefix + slugged;
    if (known.size < 1_000) known.set(value, reference);
    return reference;
  };
}

/** Applies a mapping to the values of one row. */
export function mapRow(prepared: PreparedMapping, fields: readonly string[]): MappedRow {
  const event = typeof prepared.event === "string" ? prepared.event : valueAt(fields, prepared.event);
  if (event === "" || event.length > longestText) {
    return quarantine(fields, prepared.event as Column, `Name the event in 1 to ${longestText} characters.`);
  }
  const at = prepared.readAt(valueAt(fields, prepared.at));
  if (typeof at === "string") return quarantine(fields, prepared.at, at);
  const { subject } = prepared;
  const corrects = prepared.corrects ? valueAt(fields, prepared.corrects) : "";
  if (event === voidEvent) return mapVoid(prepared, fields, at, corrects);
  if (corrects.length > longestText) {
    return quarantine(fields, prepared.corrects!, `An id has at most ${longestText} characters.`);
  }
  const named = valueAt(fields, subject);
  if (named === "" || named.length > longestText) {
    return quarantine(
      fields,
      subject,
      named === ""
        ? `The row names no ${subject.name}, so it leads to no customer.`
        : `The name is longer than ${longestText} characters.`,
    );
  }
  const reference = subject.reference(named);
  if (reference === "") {
    return quarantine(
      fields,
      subject,
      "The name has no letter a–z and no digit, so no contract can be found by it.",
    );
  }
  let id: string | undefined;
  if (prepared.id) {
    id = valueAt(fields, prepared.id);
    if (id === "" || id.length > longestText) {
      return quarantine(fields, prepared.id, `Give each row an id of 1 to ${longestText} characters.`);
    }
  }
  const properties: Record<string, string> = {};
  for (const column of prepared.properties) {
    const value = column.constant ?? valueAt(fields, column);
    if (value === "") {
      if (column.required !== true && !column.required.includes(event)) continue;
      return quarantine(fields, column, `A ${event} needs a number here, like 12.5.`);
    }
    if (column.number && !isDecimal(value)) return quarantine(fields, column, numberRule);
    properties[column.property] = value;
  }
  const mapped: MappedEvent = {
    event,
    at,
    subject: { kind: subject.kind, reference: subject.reference(named) },
    properties: corrects === "" ? properties : withCorrects(properties, corrects),
    ...(corrects === "" ? {} : { corrects }),
  };
  return { event: id === undefined ? mapped : { id, ...mapped } };
}

/** The event that only takes another one out. */
export const voidEvent = "void";

/** A void has an id, a time, and the id of the event that it takes out; whatever else its row says is not read. */
function mapVoid(
  prepared: PreparedMapping,
  fields: readonly string[],
  at: Temporal.Instant,
  corrects: string,
): MappedRow {
  const column = prepared.corrects ?? prepared.id ?? prepared.at;
  const id = prepared.id ? valueAt(fields, prepared.id) : "";
  if (id === "" || corrects === "" || id.length > longestText || corrects.length > longestText) {
    return quarantine(
      fields,
      column,
      "A void needs an id of its own and, in corrects, the id of the event it takes out.",
    );
  }
  const subject = { kind: "corrected" as const, reference: corrects };
  return { event: { id, event: voidEvent, at, subject, corrects, properties: { corrects } } };
}

/** In the order of the names, as everywhere. */
export function withCorrects(properties: Record<string, string>, corrects: string): Record<string, string> {
  const entries = Object.entries({ ...properties, corrects });
  return Object.fromEntries(entries.sort(([left], [right]) => compareText(left, right)));
}

const numberRule =
  `Write a decimal number like 12.5: digits and a point, at most 12 decimals and ${DECIMAL_LENGTH_MAX} characters, no thousands separator.`;

function valueAt(fields: readonly string[], column: Column): string {
  return fields[column.index].trim();
}

function quarantine(fields: readonly string[], column: Column, reason: string): MappedRow {
  return { quarantine: { column: column.name, value: fields[column.index], reason } };
}

/**
 * What identifies a row that has no id: its values without outer spaces, each after the name of its column, in the order
 * of those names, empty ones left out. So a file with its columns moved, or with another empty one, has the same rows.
 */
export function canonicalRow(prepared: PreparedMapping, fields: readonly string[]): string {
  const parts: string[] = [];
  for (const column of prepared.columns) {
    const value = valueAt(fields, column);
    if (value !== "") parts.push(column.name, value);
  }
  return JSON.stringify(parts);
}
