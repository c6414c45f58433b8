/** Tells from its first bytes whether a file of usage is lines of JSON or CSV, and reads it as that. */
import { type MilepostError, milepostError } from "../core/errors.ts";
import { CsvReader, type CsvRow, type RowReader } from "./csv.ts";
import { columnsOf, type FileForm, type UsageMapping } from "./mapping.ts";
import { NdjsonReader } from "./ndjson.ts";

const openingBrace = 0x7b;
const blank = new Set([0x20, 0x09, 0x0a, 0x0d]);
const formWords: Record<FileForm, string> = { csv: "CSV", ndjson: "lines of JSON" };

/** Lines of JSON if the first character that is no space is `{`: no column has such a name. */
export function formOf(bytes: Uint8Array): FileForm {
  return bytes.find((byte) => !blank.has(byte)) === openingBrace ? "ndjson" : "csv";
}

/** Reads a file in the form that it begins in; a mapping may be for one form alone. */
export class UsageRowReader implements RowReader {
  readonly #mapping: UsageMapping;
  #reader: RowReader | undefined;
  #formFault: MilepostError | undefined;
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
    return this.#formFault ?? this.#reader?.fault;
  }

  push(bytes: Uint8Array): CsvRow[] {
    if (this.#reader) return this.#reader.push(bytes);
    if (bytes.every((byte) => blank.has(byte))) {
      this.#blank.push(bytes.slice());
      return [];
    }
    this.#choose(formOf(bytes));
    return [...this.#blank.splice(0), bytes].flatMap((part) => this.#reader!.push(part));
  }

  end(): CsvRow[] {
    if (!this.#reader) this.#choose(this.#mapping.form ?? "csv");
    return [...this.#blank.splice(0).flatMap((part) => this.#reader!.push(part)), ...this.#reader!.end()];
  }

  #choose(form: FileForm): void {
    const mapping = this.#mapping;
    this.#reader = form === "ndjson"
      ? new NdjsonReader([...columnsOf(mapping), ...(mapping.corrects ? [mapping.corrects.column] : [])])
      : new CsvReader({ delimiter: mapping.delimiter });
    if (mapping.form === undefined || mapping.form === form) return;
    this.#formFault = milepostError("InvalidFile", {
      message:
        `The mapping ${mapping.name} reads ${formWords[mapping.form]}, and this file is ${
          formWords[form]
        }. ` +
        "Choose another mapping, or map the columns by hand.",
    });
  }
}
