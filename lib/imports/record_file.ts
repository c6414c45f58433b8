/**
 * A CSV file of customers, vehicles, contracts, plans or entities: its columns are found by name in any order, and its
 * rows come out as values by column. A file that cannot be read to its end is no file: nothing of it is used.
 */
import { type MilepostError, milepostError } from "../core/errors.ts";
import { CsvReader, type CsvRow, readRows } from "./csv.ts";
import { withoutGuard } from "./csv_writer.ts";
import { wholeRow } from "./mapping.ts";

/** One column, as an export writes it and an import takes it. */
export interface RecordColumn<Value> {
  name: string;
  /** In the words of a sentence: "days to pay". */
  about: string;
  /** What to write, in one sentence. */
  help: string;
  example: string;
  /** A file without it is refused. */
  required?: true;
  /** An empty cell takes whatever is there already. */
  emptyIsAny?: true;
  value: (record: Value) => string | number | null;
}

/** What a kind of file is called and which columns it has. */
export interface RecordForm {
  /** "billing entity" */
  noun: string;
  /** "billing entities" */
  nouns: string;
  /** What the file and the list of what is there are called in addresses: "entities". */
  file: string;
  columns: readonly Omit<RecordColumn<never>, "value">[];
  /** Where a record has several rows: what each one is, and the column whose value they share. */
  parts?: { noun: string; nouns: string; of: string };
  /** Columns of the export that repeat what stands elsewhere; an import passes them over. */
  repeats: readonly string[];
}

/** What one row of a file is called, and several. */
export function rowNouns({ noun, nouns, parts }: RecordForm): { noun: string; nouns: string } {
  return parts ?? { noun, nouns };
}

/** A row as values by column, for the columns that the file has. */
export type RecordRow = { line: number; values: Record<string, string> };

/** What is wrong in one cell. */
export type CellProblem = {
  column: string;
  value: string;
  /** What is wrong and what is allowed, as sentences. */
  reason: string;
};

/** A row that is not taken. */
export type RefusedRow = { line: number; problems: CellProblem[] };

export interface RecordFile {
  rows: RecordRow[];
  /** Rows that cannot be told apart into values. */
  refused: RefusedRow[];
  /** Columns that nobody knows. */
  unknownColumns: string[];
}

/** All of a file is held in memory and checked as one transaction, so that a check tells just what an import would do. */
export const mostRows = 20_000;
export const largestMegabytes = 16;

/** Throws `InvalidFile` for a file at fault, and `TooLarge`; their sentences say what to do. */
export async function readRecordFile(
  content: ReadableStream<Uint8Array>,
  form: RecordForm,
): Promise<RecordFile> {
  const reader = new CsvReader();
  const file: RecordFile = { rows: [], refused: [], unknownColumns: [] };
  let columns: Column[] | undefined;
  for await (const rows of readRows(content, reader)) {
    columns ??= findColumns(reader.header!, form, file);
    for (const row of rows) takeRow(row, columns, file);
    const isLarge = (rows.at(-1)?.endOffset ?? 0) > largestMegabytes * 1_000_000;
    if (isLarge || file.rows.length + file.refused.length > mostRows) throw tooLarge(form);
  }
  if (!columns) findColumns(reader.header!, form, file);
  if (form.parts && file.refused.length > 0) throw unreadableRows(form, file.refused);
  return file;
}

/** Nobody knows to which record such a row belongs, and a record is taken whole or not at all. */
function unreadableRows({ noun }: RecordForm, refused: readonly RefusedRow[]): MilepostError {
  const shown = refused.slice(0, 10).map(({ line, problems: [{ reason }] }) => `Line ${line}: ${reason}`);
  const others = refused.length > shown.length ? ` ${refused.length - shown.length} more such lines.` : "";
  return milepostError("InvalidFile", {
    message: `${shown.join(" ")}${others} A ${noun} is taken whole, so every line must be readable.`,
  });
}

interface Column {
  name: string;
  index: number;
}

function findColumns(header: readonly string[], { nouns, columns, repeats }: RecordForm, file: RecordFile) {
  const missing = columns.filter(({ name, required }) => required && !header.includes(name))
    .map(({ name }) => name);
  if (missing.length > 0) throw missingColumns(nouns, missing, header);
  const known = new Set(columns.map(({ name }) => name));
  file.unknownColumns = header.filter((name) => !known.has(name) && !repeats.includes(name));
  return header.flatMap((name, index): Column[] => known.has(name) ? [{ name, index }] : []);
}

function missingColumns(nouns: string, missing: readonly string[], header: readonly string[]): MilepostError {
  const separator = [";", "\t", "|"].find((sign) => header.length === 1 && header[0].includes(sign));
  const hint = separator === undefined
    ? "The first line of the file must name the columns."
    : `Its values seem to be separated by ${
      separator === "\t" ? "tabs" : `“${separator}”`
    }. Save it with commas.`;
  const [columns, are] = missing.length === 1 ? ["column", "is"] : ["columns", "are"];
  return milepostError("InvalidFile", {
    message: `A file of ${nouns} needs the ${columns} ${listed(missing)}, which ${are} not in this one. ` +
      `It has ${listed(header)}. ${hint}`,
    fields: missing.map((field) => ({ field, rule: `A file of ${nouns} needs this column.` })),
  });
}

function takeRow({ line, fields, raw, fault }: CsvRow, columns: readonly Column[], file: RecordFile): void {
  if (fault !== undefined) {
    file.refused.push({ line, problems: [{ column: wholeRow, value: raw, reason: fault }] });
    return;
  }
  const values = columns.map(({ name, index }) => [name, withoutGuard(fields[index])]);
  file.rows.push({ line, values: Object.fromEntries(values) });
}

function tooLarge({ nouns }: RecordForm): MilepostError {
  const rule = `A file of ${nouns} has at most ${mostRows.toLocaleString("en-GB")} rows and ` +
    `${largestMegabytes} MB. Split it and import the parts one by one.`;
  return milepostError("TooLarge", { message: rule, fields: [{ field: "file", rule }] });
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => `“${name.slice(0, 60)}”`).join(", ");
  return names.length > 30 ? `${shown} and ${names.length - 30} more` : shown;
}
