/**
 * Reads lines of JSON (NDJSON) as rows of a table: the names of an object's members are the columns. Numbers keep the
 * digits that stand in the file, so none is rounded. What is wrong with one line is said on that line.
 */
import { milepostError } from "../core/errors.ts";
import { isStorable, storableRule } from "../core/stored_text.ts";
import type { CsvRow, RowReader } from "./csv.ts";
import { defaultRowLimitBytes } from "./csv.ts";

const lineFeed = 0x0a;

/** Takes bytes and gives a row for each line that is not empty, its values in the order of `header`. */
export class NdjsonReader implements RowReader {
  readonly header: string[];
  readonly hasHeaderRow = false;
  fault: RowReader["fault"];

  readonly #rowLimitBytes: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** The bytes of a line whose end has not come yet. */
  #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #line = 1;
  #offset = 0;

  constructor(columns: readonly string[], rowLimitBytes = defaultRowLimitBytes) {
    this.header = [...columns];
    this.#rowLimitBytes = rowLimitBytes;
  }

  push(bytes: Uint8Array): CsvRow[] {
    const rows: CsvRow[] = [];
    let from = 0;
    while (!this.fault) {
      const end = bytes.indexOf(lineFeed, from);
      this.#keep(bytes.subarray(from, end < 0 ? bytes.length : end));
      if (end < 0) break;
      if (!this.fault) this.#finishLine(1, rows);
      from = end + 1;
    }
    return rows;
  }

  end(): CsvRow[] {
    const rows: CsvRow[] = [];
    if (!this.fault && this.#unreadBytes > 0) this.#finishLine(0, rows);
    return rows;
  }

  #keep(bytes: Uint8Array): void {
    this.#unread.push(bytes.slice()); // the chunk belongs to the stream
    this.#unreadBytes += bytes.length;
    if (this.#unreadBytes <= this.#rowLimitBytes) return;
    this.fault = milepostError("InvalidFile", {
      message:
        `Line ${this.#line} is longer than ${this.#rowLimitBytes.toLocaleString("en-GB")} bytes, which no ` +
        "event is. Write one JSON object on each line and upload the file again.",
      fields: [{ field: `line ${this.#line}`, rule: `Byte ${this.#offset + 1} of the file.` }],
    });
  }

  #finishLine(endBytes: number, rows: CsvRow[]): void {
    const bytes = this.#unread.length === 1 ? this.#unread[0] : joined(this.#unread, this.#unreadBytes);
    this.#offset += bytes.length + endBytes;
    const place = { line: this.#line, endOffset: this.#offset };
    this.#line++;
    this.#unread = [];
    this.#unreadBytes = 0;
    const raw = this.#decode(bytes);
    if (raw === undefined) {
      const fault = "This line is not UTF-8. Write the file in UTF-8.";
      rows.push({ ...place, fields: [], raw: new TextDecoder().decode(bytes), fault });
    } else if (raw.trim() !== "") {
      rows.push({ ...place, raw, ...this.#readFields(raw) });
    }
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes).replace(/\r$/, "");
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  #readFields(raw: string): { fields: string[]; fault?: string } {
    let value: unknown;
    try {
      value = JSON.parse(raw, keepDigits);
    } catch (error) {
      // the way through lists in lists is on the stack, whose end is a RangeError
      if (error instanceof RangeError) {
        return { fields: [], fault: "This line has too many lists and objects inside one another." };
      }
      if (!(error instanceof SyntaxError)) throw error;
      return { fields: [], fault: `This line is not JSON: ${error.message}. Correct it there.` };
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { fields: [], fault: 'Write one object on each line, such as {"id": "e1", "event": "trip"}.' };
    }
    const members = value as Record<string, unknown>;
    const nested = this.header.find((name) => typeof members[name] === "object" && members[name] !== null);
    if (nested !== undefined) {
      return { fields: [], fault: `"${nested}" holds a list or an object. Use a text or a number.` };
    }
    const fields = this.header.map((name) => textOf(members[name]));
    const unstorable = fields.findIndex((field) => !isStorable(field));
    if (unstorable >= 0) {
      return { fields: [], fault: `"${this.header[unstorable]}" is not text. ${storableRule}` };
    }
    return { fields };
  }
}

/** The source text of a number instead of the nearest double (ECMA-262, JSON.parse with source text access). */
function keepDigits(_name: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? context?.source ?? String(value) : value;
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
