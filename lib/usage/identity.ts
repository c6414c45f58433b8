/**
 * What makes a usage event the same event: its id within its source, and a digest of its content. Without an id column
 * the id is a digest of the row and of its occurrence number in the file, so that a file uploaded again adds nothing.
 */
import { hash } from "node:crypto";
import { canonicalRow, mapRow, type PreparedMapping, type Quarantine } from "../imports/mapping.ts";
import type { MappedEvent } from "../imports/mapping.ts";
import type { CsvRow } from "../imports/csv.ts";
import { wholeRow } from "../imports/mapping.ts";
import { DigestCounter } from "./digest_counter.ts";

/** A row of a file that is an event with its id, or is set aside with a reason. */
export type IdentifiedRow =
  & { line: number; raw: string }
  & ({ event: MappedEvent & { id: string } } | { quarantine: Quarantine });

/** Maps the rows of one file in their order, and gives each event its id. */
export class RowIdentifier {
  readonly #prepared: PreparedMapping;
  readonly #occurrences = new DigestCounter();

  constructor(prepared: PreparedMapping) {
    this.#prepared = prepared;
  }

  /** Every row must pass here, also one that is saved already: the occurrence numbers of later ones depend on it. */
  identify(row: CsvRow): IdentifiedRow {
    const { line, raw } = row;
    if (row.fault !== undefined) {
      return { line, raw, quarantine: { column: wholeRow, value: raw, reason: row.fault } };
    }
    const mapped = mapRow(this.#prepared, row.fields);
    if ("quarantine" in mapped) return { line, raw, ...mapped };
    const id = mapped.event.id ?? this.#idByContent(canonicalRow(this.#prepared, row.fields));
    return { line, raw, event: { ...mapped.event, id } };
  }

  #idByContent(canonical: string): string {
    const first = digestOfOccurrence(canonical, 1);
    const occurrence = this.#occurrences.count(first);
    return occurrence === 1 ? first : digestOfOccurrence(canonical, occurrence);
  }
}

/** SHA-256 of the canonical row, a line feed and the occurrence number; in hexadecimal. */
function digestOfOccurrence(canonical: string, occurrence: number): string {
  return hash("sha256", `${canonical}\n${occurrence}`, "hex");
}

/** What two events with one id must have in common to be the same event. */
export interface EventContent {
  event: string;
  contractId: string | null;
  vehicleId: string | null;
  at: Temporal.Instant;
  properties: Record<string, string>;
}

/** SHA-256 over the content of an event, in hexadecimal; properties must come in the order of their names. */
export function contentHash({ event, contractId, vehicleId, at, properties }: EventContent): string {
  return hash("sha256", JSON.stringify([event, contractId, vehicleId, at, properties]), "hex");
}
