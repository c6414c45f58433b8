/** Writes CSV (RFC 4180) row by row, so that a file of any length is sent as it is read, and no value becomes a formula. */

/** What a spreadsheet would take for the start of a formula; behind apostrophes too, so that each value has a form of its own. */
const formulaStart = /^'*[=+\-@\t\r]/;
/** Begins like a formula and is none. */
const number = /^-\d+(\.\d+)?$/;
const guardedStart = /^'+[=+\-@\t\r]/;

/**
 * One line with its line end. A value that a spreadsheet would run as a formula gets an apostrophe in front, and is then
 * text there.
 */
export function csvLine(values: readonly (string | number | bigint | null)[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

function field(value: string | number | bigint | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = formulaStart.test(value) && !number.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The value that `csvLine` wrote: without the apostrophe that it puts before a formula, and with every other one. */
export function withoutGuard(text: string): string {
  return guardedStart.test(text) ? text.slice(1) : text;
}

/** A file: the names of the columns, then a line for each row of the batches that `read` gives until it gives none. */
export async function* csvFile<Row>(
  columns: readonly { name: string; value: (row: Row) => string | number | bigint | null }[],
  read: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<string, void, void> {
  yield csvLine(columns.map(({ name }) => name));
  let last: Row | undefined;
  while (true) {
    const rows = await read(last);
    if (rows.length === 0) return;
    yield rows.map((row) => csvLine(columns.map(({ value }) => value(row)))).join("");
    last = rows[rows.length - 1];
  }
}

/** What a browser needs to keep the answer as a file of this name. */
export function csvHeaders(fileName: string): Record<string, string> {
  return {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${fileName}"`,
    "cache-control": "no-store",
  };
}
