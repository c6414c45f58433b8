/**
 * What becomes of rows of customers, vehicles, contracts, plans or entities: new, there already with the same content, or not
 * taken, with every reason. A row is measured against what is there and against the rows before it.
 */
import { isMilepostError, type MilepostError, milepostError } from "../core/errors.ts";
import type { CellProblem, RecordColumn, RecordRow, RefusedRow } from "./record_file.ts";

/** The input of a command that imports: rows of one file, which is named by its hash. */
export type RecordBatch = { fileName: string; sha256: string; rows: readonly RecordRow[] };

/** Of a command that imports; every row is in one of them. */
export type RecordBatchResult = { added: number; known: number; refused: RefusedRow[] };

/** How the rows of one slice are read, with the facts they need loaded beforehand. */
export interface RecordRules<Value extends { reference: string }> {
  noun: string;
  columns: readonly RecordColumn<Value>[];
  /** In which column a field of the rules stands, where the two have different names. */
  columnOf: Readonly<Record<string, string>>;
  /** The rules for one row, the same as for one form. Throws `InvalidInput`. */
  read(values: RecordRow["values"]): Value;
  /** What is there already, by reference. */
  there: ReadonlyMap<string, Value>;
  /** Refuses a new record that does not go with those before it, and otherwise counts it as there. Throws `MilepostError`. */
  admit?(record: Value): void;
}

export interface RecordStore<Value extends { reference: string }> {
  prepare(rows: readonly RecordRow[]): Promise<RecordRules<Value>>;
  /** Throws `Conflict` where someone else has added one of them meanwhile. */
  add(records: readonly Value[]): Promise<void>;
}

/** Rows whose facts are loaded and whose records are written together. */
export const sliceRows = 500;

/** At most so many rows at a time, but those that share a value of `column` stay together, wherever they stand. */
export function togetherBy(
  column: string | undefined,
  rows: readonly RecordRow[],
  most: number,
): RecordRow[][] {
  const groups = column === undefined
    ? rows.map((row) => [row])
    : Map.groupBy(rows, ({ values }) => values[column].trim()).values();
  const slices: RecordRow[][] = [];
  let last: RecordRow[] | undefined;
  for (const group of groups) {
    if (last === undefined || last.length + group.length > most) slices.push(last = []);
    last.push(...group);
  }
  return slices;
}

/** Takes the rows in their order. Throws `Conflict` where someone else adds the same at the same moment. */
export async function takeRecords<Value extends { reference: string }>(
  rows: readonly RecordRow[],
  store: RecordStore<Value>,
): Promise<RecordBatchResult> {
  const result: RecordBatchResult = { added: 0, known: 0, refused: [] };
  const addedOn = new Map<string, number>();
  for (let from = 0; from < rows.length; from += sliceRows) {
    const slice = rows.slice(from, from + sliceRows);
    const settled = settleRows(slice, await store.prepare(slice), addedOn);
    await store.add(settled.added);
    result.added += settled.added.length;
    result.known += settled.known;
    result.refused.push(...settled.refused);
  }
  return result;
}

interface SettledRows<Value> {
  added: Value[];
  known: number;
  refused: RefusedRow[];
}

/** `addedOn` remembers from slice to slice on which line a reference was added. */
export function settleRows<Value extends { reference: string }>(
  rows: readonly RecordRow[],
  rules: RecordRules<Value>,
  addedOn: Map<string, number>,
): SettledRows<Value> {
  const settled: SettledRows<Value> = { added: [], known: 0, refused: [] };
  const there = new Map(rules.there);
  for (const row of rows) {
    try {
      const record = rules.read(row.values);
      const existing = there.get(record.reference);
      if (existing === undefined) {
        rules.admit?.(record);
        there.set(record.reference, record);
        addedOn.set(record.reference, row.line);
        settled.added.push(record);
        continue;
      }
      const differing = differences(row, record, existing, rules.columns);
      if (differing.length === 0) settled.known++;
      else {
        const problem = differsFrom(record.reference, differing, rules.noun, addedOn.get(record.reference));
        settled.refused.push({ line: row.line, problems: [problemAt(differing[0].name, row, problem)] });
      }
    } catch (error) {
      if (!isMilepostError(error)) throw error;
      settled.refused.push({ line: row.line, problems: problemsOf(error, row, rules.columnOf) });
    }
  }
  return settled;
}

/** The columns of the file in which two records differ. What the file does not say is not compared. */
function differences<Value>(
  { values }: RecordRow,
  left: Value,
  right: Value,
  columns: readonly RecordColumn<Value>[],
): RecordColumn<Value>[] {
  return columns.filter(({ name, emptyIsAny, value }) => {
    const isSaid = name in values && !(emptyIsAny && values[name].trim() === "");
    return isSaid && String(value(left) ?? "") !== String(value(right) ?? "");
  });
}

function differsFrom(
  reference: string,
  differing: readonly { about: string }[],
  noun: string,
  line: number | undefined,
): string {
  const what = differing.map(({ about }) => about).join(" and ");
  return line === undefined
    ? `There is already a ${noun} ${reference}. It differs in ${what}. Change it on its page.`
    : `Line ${line} has the ${noun} ${reference} already. It differs in ${what}. Keep one of the two rows.`;
}

function problemsOf(
  error: MilepostError,
  row: RecordRow,
  columnOf: RecordRules<never>["columnOf"],
): CellProblem[] {
  return error.fields.map(({ field = "", rule = error.message, example }) =>
    problemAt(columnOf[field] ?? field, row, example === undefined ? rule : `${rule} For example ${example}.`)
  );
}

export function problemAt(column: string, { values }: RecordRow, reason: string): CellProblem {
  return { column, value: values[column] ?? "", reason };
}

/** In one order for all, so that two imports at the same moment wait for each other in line and not in a ring. */
export function inOrder<Value extends { reference: string }>(records: readonly Value[]): Value[] {
  return records.toSorted((left, right) =>
    left.reference < right.reference ? -1 : left.reference > right.reference ? 1 : 0
  );
}

/** The id of a record that was written. Throws `Conflict` where someone else took its reference meanwhile. */
export function requireWritten(ids: ReadonlyMap<string, string>, reference: string): string {
  const id = ids.get(reference);
  if (id !== undefined) return id;
  throw milepostError("Conflict", {
    message: `Someone else added ${reference} at the same moment. Import the file again.`,
    fields: [{ field: "reference", value: reference }],
  });
}

/** For the audit trail: how many, and not which. */
export function describeBatch(
  { fileName, rows }: RecordBatch,
  { added, known, refused }: RecordBatchResult,
): { fileName: string; rows: number; added: number; known: number; refused: number } {
  return { fileName, rows: rows.length, added, known, refused: refused.length };
}
