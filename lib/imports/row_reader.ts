/** Tells from its first bytes whether a file of usage is lines of JSON or CSV, and reads it as that. */
import type { MilepostError } from "../core/errors.ts";
import { CsvReader, type CsvRow, type RowReader } from "./csv.ts";
import { columnsOf, type UsageMapping } from "./mapping.ts";
import { NdjsonReader } from "./ndjson.ts";

const openingBrace = 0x7b;
const blank = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Reads as CSV unless the first character that is no space is `{`: no column has such a name. */
export class UsageRowReader implements RowReader {
  readonly #mapping: UsageMapping;
  #reader: RowReader | undefined;
  /** Blank bytes that came before anything else. */
  #blank: Uint8Array[] = [];

  constructor(mapping: UsageMapping) {
    this.#mapping = mapping;
  }

  get header(): string[] | undefined {
    return this.#reader?.header;
  }

  get hasHeaderRow(): boolean {
    return this.#reader?.hasHeaderRow ?? false;
  }

  get fault(): MilepostError | undefined {
    return this.#reader?.fault;
  }

  push(bytes: Uint8Array): CsvRow[] {
    if (this.#reader) return this.#reader.push(bytes);
    const first = bytes.find((byte) => !blank.has(byte));
    if (first === undefined) {
      this.#blank.push(bytes.slice());
      return [];
    }
    this.#choose(first);
    return [...this.#blank.splice(0), bytes].flatMap((part) => this.#reader!.push(part));
  }

  end(): CsvRow[] {
    if (!this.#reader) this.#choose(undefined);
    return [...this.#blank.splice(0).flatMap((part) => this.#reader!.push(part)), ...this.#reader!.end()];
  }

  #choose(first: number | undefined): void {
    this.#reader = first === openingBrace
      ? new NdjsonReader([
        ...columnsOf(this.#mapping),
        ...(this.#mapping.corrects ? [this.#mapping.corrects.column] : []),
      ])
      : new CsvReader({ delimiter: this.#mapping.delimiter });
  }
}
