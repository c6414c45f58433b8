/** A look at the beginning of a file whose mapping is not known yet: its form, its columns, and its first rows. */
import { milepostError } from "../core/errors.ts";
import { isStorable } from "../core/stored_text.ts";
import { CsvReader, type CsvRow, type RowReader } from "./csv.ts";
import { addedColumns, type FileForm } from "./mapping.ts";
import { NdjsonReader } from "./ndjson.ts";
import { formOf } from "./row_reader.ts";

/** What may stand between the values of a CSV file. */
export const delimiters = [",", ";", "\t", "|"] as const;

export interface FileLook {
  form: FileForm;
  /** Of CSV; a comma for lines of JSON, which have none. */
  delimiter: string;
  /** The columns that can be chosen, in the order of the file. */
  columns: string[];
  /** The values of the first rows that can be read, in the order of `columns`. */
  rows: string[][];
}

const rowsShown = 5;
/** Lines of JSON name their columns row by row. */
const linesRead = 200;
const mostColumns = 100;

/**
 * Looks at the first bytes of a file, `isWhole` if there are no more. The delimiter is the one that stands in the first
 * line most often unless it is given. Throws `InvalidFile` for what no mapping could read.
 */
export function lookAtFile(first: Uint8Array, isWhole: boolean, delimiter?: string): FileLook {
  return formOf(first) === "ndjson"
    ? lookAtLines(first, isWhole)
    : lookAtCsv(first, isWhole, delimiter ?? likelyDelimiter(first));
}

function lookAtCsv(first: Uint8Array, isWhole: boolean, delimiter: string): FileLook {
  const reader = new CsvReader({ delimiter });
  const rows = readSome(reader, first, isWhole);
  const { header } = reader;
  if (!header) {
    throw reader.fault ?? milepostError("InvalidFile", {
      message: "The first line is too long to be the names of columns. Check the line ends of the file.",
    });
  }
  const columns = header.filter((name) => name !== "" && !addedColumns.includes(name));
  if (columns.length < 2) {
    throw milepostError("InvalidFile", {
      message:
        `The first line names one column, “${(columns[0] ?? "").slice(0, 60)}”. Usage needs two at least: ` +
        "who did it, and when. Separate the values by a comma, a semicolon, a tab or a bar.",
    });
  }
  requireFewColumns(columns);
  return { form: "csv", delimiter, columns, rows: valuesOf(rows, header, columns) };
}

function lookAtLines(first: Uint8Array, isWhole: boolean): FileLook {
  const columns = namesInLines(first);
  requireFewColumns(columns);
  const rows = readSome(new NdjsonReader(columns), first, isWhole);
  return { form: "ndjson", delimiter: ",", columns, rows: valuesOf(rows, columns, columns) };
}

/** The names of the members of the first lines, as they come; not those that hold a list or an object. */
function namesInLines(first: Uint8Array): string[] {
  const names = new Map<string, boolean>();
  const lines = new TextDecoder().decode(first).split("\n", linesRead);
  for (const line of lines) {
    for (const [name, value] of Object.entries(objectIn(line))) {
      const isPlain = typeof value !== "object" || value === null;
      names.set(name, isPlain && names.get(name) !== false);
    }
  }
  const plain = [...names].filter(([name, isPlain]) =>
    isPlain && name.trim() === name && name !== "" && isStorable(name)
  );
  if (plain.length < 2) {
    throw milepostError("InvalidFile", {
      message:
        "The first lines hold no JSON object with two fields or more. Write one object on each line, " +
        'such as {"id": "e1", "vehicle": "V-1", "at": "2024-01-31T09:30:00Z"}.',
    });
  }
  return plain.map(([name]) => name);
}

/** Nothing where a line is none: its row says so. */
function objectIn(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return {};
    throw error;
  }
}

function requireFewColumns(columns: readonly string[]): void {
  if (columns.length <= mostColumns) return;
  throw milepostError("InvalidFile", {
    message:
      `The file has ${columns.length} columns. At most ${mostColumns} can be mapped by hand: leave out ` +
      "those that no bill needs.",
  });
}

function readSome(reader: RowReader, first: Uint8Array, isWhole: boolean): CsvRow[] {
  const rows = reader.push(first);
  return isWhole ? [...rows, ...reader.end()] : rows;
}

function valuesOf(
  rows: readonly CsvRow[],
  header: readonly string[],
  columns: readonly string[],
): string[][] {
  const places = columns.map((name) => header.indexOf(name));
  return rows.filter(({ fault }) => fault === undefined).slice(0, rowsShown)
    .map(({ fields }) => places.map((place) => fields[place].trim()));
}

function likelyDelimiter(first: Uint8Array): string {
  const [line] = new TextDecoder().decode(first.subarray(0, 65_536)).replace(/"[^"]*"/g, "").split("\n", 1);
  const counted = delimiters.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counted.reduce((best, each) => each.count > best.count ? each : best).delimiter;
}
