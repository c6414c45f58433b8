/**
 * Reads CSV (RFC 4180) from a stream of bytes: strict UTF-8, exact places, and never more than one row in memory. The
 * first row names the columns. What is wrong with one row is said on that row; what is wrong with the file ends it.
 */
import { type MilepostError, milepostError } from "../core/errors.ts";
import { describeBinary } from "./file_signature.ts";
import { findInvalidUtf8, unfinishedBytes, utf8Length } from "./utf8.ts";

export interface CsvRow {
  /** Line of the file on which the row starts; the header is line 1. */
  line: number;
  /** Bytes of the file up to the end of this row, its line end included. */
  endOffset: number;
  fields: string[];
  /** The row as it stands in the file, without its line end. */
  raw: string;
  /** Why this row cannot be used, as a sentence; the other rows can. */
  fault?: string;
}

export interface CsvOptions {
  /** One character; a comma if left out. */
  delimiter?: string;
  /** A longer row ends the file, so that a file without line ends is never read into memory. 1 MiB if left out. */
  rowLimitBytes?: number;
}

export const defaultRowLimitBytes = 1_048_576;

/** Bytes are taken in slices of this size, so that a large chunk makes no large string. */
const sliceBytes = 262_144;
const shownCharacters = 60;

/** What takes the bytes of a file and gives its rows, whatever form they are written in. */
export interface RowReader {
  /** The names of the columns, once they are known. */
  readonly header: string[] | undefined;
  /** Whether the header stands in the file, as in CSV, and not beside each value, as in lines of JSON. */
  readonly hasHeaderRow: boolean;
  /** Set when the file has ended with an error; the rows before it are good. */
  readonly fault: MilepostError | undefined;
  push(bytes: Uint8Array): CsvRow[];
  /** Says that no bytes follow, and gives what is left. */
  end(): CsvRow[];
}

/** A record with a quote in it, read with care; `undefined` where it needs bytes that have not come yet. */
interface QuotedRecord {
  fields: string[];
  /** Where the record ends, and where the next one starts. */
  end: number;
  next: number;
  fault?: string;
}

/**
 * Takes bytes and gives rows. `push` and `end` return the rows that are complete; when `fault` is set the file has
 * ended with that error, and the rows before it are good.
 */
export class CsvReader implements RowReader {
  /** The names of the columns, once the first row is read. */
  header: string[] | undefined;
  readonly hasHeaderRow = true;
  fault: MilepostError | undefined;

  readonly #delimiter: string;
  readonly #rowLimitBytes: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #unread: Uint8Array = new Uint8Array(0);
  #started = false;
  #pending = "";
  #pendingIsAscii = true;
  #line = 1;
  /** Bytes up to the start of `#pending`, and bytes decoded in all. */
  #offset = 0;
  #decodedOffset = 0;

  constructor(options: CsvOptions = {}) {
    this.#delimiter = options.delimiter ?? ",";
    this.#rowLimitBytes = options.rowLimitBytes ?? defaultRowLimitBytes;
    if (this.#delimiter.length !== 1 || '"\r\n'.includes(this.#delimiter)) {
      throw new RangeError(
        `A delimiter is one character and no quote or line end, not "${this.#delimiter}".`,
      );
    }
  }

  push(bytes: Uint8Array): CsvRow[] {
    const rows: CsvRow[] = [];
    for (let from = 0; from < bytes.length && !this.fault; from += sliceBytes) {
      this.#take(bytes.subarray(from, from + sliceBytes), false, rows);
    }
    return rows;
  }

  /** Says that no bytes follow, and gives the last row if it has no line end. */
  end(): CsvRow[] {
    const rows: CsvRow[] = [];
    if (!this.fault) this.#take(new Uint8Array(0), true, rows);
    if (!this.fault && !this.header) {
      this.fault = fileFault("The file is empty. Its first line must name the columns.", 1, 0);
    }
    return rows;
  }

  #take(slice: Uint8Array, final: boolean, rows: CsvRow[]): void {
    let bytes = join(this.#unread, slice);
    // the first bytes tell the encoding, so wait until there are enough of them
    if (!this.#started) {
      if (bytes.length < 4 && !final) {
        this.#unread = bytes;
        return;
      }
      this.#started = true;
      bytes = this.#skipByteOrderMark(bytes);
      if (this.fault) return;
    }
    const unfinished = final ? 0 : unfinishedBytes(bytes);
    this.#unread = bytes.slice(bytes.length - unfinished);
    this.#read(bytes.subarray(0, bytes.length - unfinished), final, rows);
  }

  #skipByteOrderMark(bytes: Uint8Array): Uint8Array {
    const [first, second, third] = bytes;
    const binary = describeBinary(bytes);
    if (binary !== undefined) {
      this.fault = fileFault(binary, 1, 0);
      return bytes;
    }
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      this.fault = fileFault(
        "The file is in UTF-16, not in UTF-8. Save it as CSV in UTF-8 and upload it again.",
        1,
        0,
      );
      return bytes;
    }
    if (first !== 0xef || second !== 0xbb || third !== 0xbf) return bytes;
    this.#offset = this.#decodedOffset = 3;
    return bytes.subarray(3);
  }

  /** Decodes what is text, reads its rows, and only then says that the rest is none. */
  #read(bytes: Uint8Array, final: boolean, rows: CsvRow[]): void {
    const zero = bytes.indexOf(0);
    let text = zero < 0 ? this.#decode(bytes) : undefined;
    if (text === undefined) {
      const invalid = findInvalidUtf8(bytes);
      // with no invalid byte found, what is wrong is a sequence that the end of the file cuts off
      const unfinishedAt = bytes.length - unfinishedBytes(bytes);
      const bad = Math.min(...[zero, invalid, unfinishedAt].filter((at) => at >= 0));
      const valid = bytes.subarray(0, bad);
      text = this.#decode(valid) ?? "";
      this.#readRecords(text, valid.length, false, rows);
      this.fault ??= final && bad === unfinishedAt
        ? this.#cutFault("in the middle of a character")
        : this.#encodingFault(bytes[bad], this.#decodedOffset);
      return;
    }
    this.#readRecords(text, bytes.length, final, rows);
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  #encodingFault(byte: number, offset: number): MilepostError {
    const line = this.#line + count(this.#pending, "\n");
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    const near = this.#pending.length > 0 ? `, after "${this.#pending.slice(-20)}"` : "";
    const said = byte === 0
      ? `Line ${line} holds a zero byte (byte ${offset + 1} of the file): this is UTF-16 or no text file.`
      : `Line ${line} is not UTF-8: byte ${
        offset + 1
      } of the file is ${hex}${near}. The file may be in Latin-1 or Windows-1252.`;
    return fileFault(`${said} Save it as CSV in UTF-8 and upload it again.`, line, offset, hex);
  }

  #readRecords(decoded: string, byteLength: number, final: boolean, rows: CsvRow[]): void {
    this.#decodedOffset += byteLength;
    let text = this.#pending.length > 0 ? this.#pending + decoded : decoded;
    if (final && text.endsWith("\r")) text += "\n"; // cut between CR and LF, which loses nothing
    const isAscii = this.#pendingIsAscii && decoded.length === byteLength;
    let at = 0;
    let quote = text.indexOf('"');
    while (at < text.length && !this.fault) {
      const newline = text.indexOf("\n", at);
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
      if (newline < 0 && !final) break;
      const lineEnd = newline < 0 ? text.length : newline;
      if (quote < 0 || quote > lineEnd) {
        const end = newline > at && text.charCodeAt(newline - 1) === 13 ? newline - 1 : lineEnd;
        const next = newline < 0 ? text.length : newline + 1;
        const raw = text.slice(at, end);
        this.#accept(text, at, { fields: raw.split(this.#delimiter), end, next }, isAscii, 1, rows);
        at = next;
        continue;
      }
      const record = readQuotedRecord(text, at, this.#delimiter, final);
      if (!record) {
        if (final) this.fault = this.#cutFault("inside a quoted value that starts");
        break;
      }
      const lines = count(text.slice(at, record.next), "\n");
      this.#accept(text, at, record, isAscii, lines, rows);
      at = record.next;
    }
    this.#pending = at === 0 ? text : text.slice(at);
    this.#pendingIsAscii = this.#pending.length === 0 || isAscii;
    if (!this.fault && this.#pending.length > this.#rowLimitBytes) this.fault = this.#longRowFault();
  }

  /** Counts a record and its place, and passes it on as header or row. */
  #accept(
    text: string,
    start: number,
    { fields, end, next, fault }: QuotedRecord,
    isAscii: boolean,
    lines: number,
    rows: CsvRow[],
  ): void {
    const length = isAscii ? next - start : utf8Length(text.slice(start, next));
    if (length > this.#rowLimitBytes) {
      this.fault = this.#longRowFault();
      return;
    }
    const row: CsvRow = {
      line: this.#line,
      endOffset: Math.min(this.#offset + length, this.#decodedOffset),
      fields,
      raw: text.slice(start, end),
    };
    const terminated = next > end;
    if (fault !== undefined) row.fault = fault;
    if (row.raw === "" && terminated) {
      // a blank line is no row
    } else if (!this.header) {
      this.#readHeader(row);
    } else if (fields.length < this.header.length && !terminated && fault === undefined) {
      this.fault = this.#cutFault(
        `in the middle of a row (${fields.length} of ${this.header.length} values)`,
      );
    } else {
      if (fields.length !== this.header.length) {
        row.fault ??= `The row has ${values(fields.length)}, and the header names ${this.header.length}.`;
      }
      rows.push(row);
    }
    this.#offset += length;
    this.#line += lines;
  }

  #readHeader(row: CsvRow): void {
    const names = row.fields.map((name) => name.trim());
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    const where = [row.line, 0] as const;
    if (row.fault !== undefined) {
      this.fault = fileFault(
        `The header cannot be read. ${row.fault} Correct line ${row.line} and upload the file again.`,
        ...where,
      );
    } else if (row.raw.includes("\r")) {
      this.fault = fileFault(
        "The lines of the file end in a carriage return alone. Save it as CSV with line ends LF or CRLF.",
        ...where,
      );
    } else if (repeated !== undefined) {
      const said = repeated === "" ? "Two columns have no name." : `Two columns are called "${repeated}".`;
      this.fault = fileFault(
        `${said} Give each column a name of its own and upload the file again.`,
        ...where,
        repeated,
      );
    } else {
      this.header = names;
    }
  }

  #cutFault(how: string): MilepostError {
    return fileFault(
      `The file ends ${how} on line ${this.#line}: it was cut off. Get the whole file and upload it again.`,
      this.#line,
      this.#offset,
    );
  }

  #longRowFault(): MilepostError {
    const limit = this.#rowLimitBytes % 1_048_576 === 0
      ? `${this.#rowLimitBytes / 1_048_576} MB`
      : `${this.#rowLimitBytes} bytes`;
    return fileFault(
      `The row that starts on line ${this.#line} (byte ${
        this.#offset + 1
      } of the file) is longer than ${limit}. ` +
        "Check for missing line ends or for a quote that is never closed, and upload the file again.",
      this.#line,
      this.#offset,
    );
  }
}

/**
 * Reads a stream to its end and yields the rows chunk by chunk. Throws `InvalidFile` after the last good row, and lets
 * go of the stream however it ends. `reader` holds the header from the first yield on.
 */
export async function* readRows(
  stream: ReadableStream<Uint8Array>,
  reader: RowReader,
): AsyncGenerator<CsvRow[], void, void> {
  const source = stream.getReader();
  try {
    while (!reader.fault) {
      const { done, value } = await source.read();
      const rows = done ? reader.end() : reader.push(value);
      if (rows.length > 0 || (done && !reader.fault)) yield rows;
      if (done) break;
    }
    if (reader.fault) throw reader.fault;
  } finally {
    await source.cancel();
  }
}

/** Reads a record that holds a quote; `undefined` where the text ends before it can be told where the record ends. */
function readQuotedRecord(
  text: string,
  start: number,
  delimiter: string,
  final: boolean,
): QuotedRecord | undefined {
  const fields: string[] = [];
  let at = start;
  let fault: string | undefined;
  while (true) {
    let value = "";
    const quoted = text[at] === '"';
    if (quoted) {
      const closing = findClosingQuote(text, at);
      if (closing === undefined) return undefined;
      value = text.slice(at + 1, closing).replaceAll('""', '"');
      at = closing + 1;
    }
    const end = findFieldEnd(text, at, delimiter, final);
    if (end === undefined) return undefined;
    const carriageReturn = text[end] === "\n" && end > at && text[end - 1] === "\r";
    const rest = text.slice(at, carriageReturn ? end - 1 : end);
    if (rest !== "" && quoted) {
      fault ??= `A closing quote is followed by "${
        shorten(rest)
      }". Double a quote that belongs to the value.`;
    }
    fields.push(value + rest);
    if (text[end] === delimiter) {
      at = end + 1;
      continue;
    }
    return {
      fields,
      end: carriageReturn ? end - 1 : end,
      next: Math.min(end + 1, text.length),
      ...(fault === undefined ? {} : { fault }),
    };
  }
}

/** Index of the quote that closes a value. At the end of the text it may still be doubled: then no field end follows. */
function findClosingQuote(text: string, opening: number): number | undefined {
  let at = opening + 1;
  while (true) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    if (text[quote + 1] !== '"') return quote;
    at = quote + 2;
  }
}

/** Index of the delimiter or line feed that ends a field, or the length of the text at the end of the file. */
function findFieldEnd(text: string, from: number, delimiter: string, final: boolean): number | undefined {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
  return at < text.length || final ? at : undefined;
}

function fileFault(message: string, line: number, offset: number, value?: string): MilepostError {
  return milepostError("InvalidFile", {
    message,
    fields: [{ field: `line ${line}`, rule: `Byte ${offset + 1} of the file.`, value }],
  });
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found++;
  return found;
}

function shorten(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

function values(number: number): string {
  return number === 1 ? "1 value" : `${number} values`;
}
