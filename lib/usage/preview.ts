/** Tells what the beginning of a file would become by a mapping: the reader, the look-ups and the rules of the import, and nothing saved. */
import type { Database } from "../../db/database.ts";
import { withTenant } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import type { CsvRow } from "../imports/csv.ts";
import { type ColumnChoice, readColumnChoice } from "../imports/column_choice.ts";
import type { FileLook } from "../imports/file_look.ts";
import { prepareMapping, type UsageMapping } from "../imports/mapping.ts";
import { UsageRowReader } from "../imports/row_reader.ts";
import { byHand } from "../imports/saved_mappings.ts";
import {
  type BatchCounts,
  countsOf,
  joinCounts,
  type ReadyEvent,
  type SetAside,
  sortBatch,
} from "./batch.ts";
import { DryRun } from "./dry_run.ts";
import { RowIdentifier } from "./identity.ts";
import { columnsAtFault } from "./import_file.ts";
import { findSubjectFacts } from "./steps.ts";

/** Rows that are looked at: as many as one batch of an import. */
const mostRows = 2_000;

export interface PreviewedEvent {
  line: number;
  event: ReadyEvent;
  /** The contract or vehicle as the row names it, or the event that it corrects. */
  subject: string;
}

export interface UsagePreview {
  /** Of the rows that were looked at. */
  counts: BatchCounts;
  /** The file has no other rows. */
  isWhole: boolean;
  /** In the order of the file, as many as were asked for. */
  events: PreviewedEvent[];
  setAside: SetAside[];
  /** What ends the file behind those rows, as a sentence. */
  fault?: string;
}

/** Throws `InvalidFile` where not even the first line can be read. */
export async function previewUsage(
  database: Database,
  tenantId: string,
  mapping: UsageMapping,
  { first, isWhole }: { first: Uint8Array; isWhole: boolean },
  shown: number,
): Promise<UsagePreview> {
  const reader = new UsageRowReader(mapping);
  const read: CsvRow[] = reader.push(first);
  if (isWhole && !reader.fault) read.push(...reader.end());
  if (!reader.header) throw reader.fault ?? milepostError("InvalidFile");
  const identifier = new RowIdentifier(prepareMapping(mapping, reader.header));
  const rows = read.slice(0, mostRows).map((row) => identifier.identify(row));
  const facts = await withTenant(database, tenantId, (db) => findSubjectFacts(db, rows), { readOnly: true });
  const columns = columnsAtFault(mapping);
  const { settled, corrected } = await new DryRun(database, tenantId, mapping.source, columns)
    .settle(sortBatch(rows, facts, columns));
  const subjects = new Map(rows.map((row) => [row.line, "event" in row ? row.event.subject.reference : ""]));
  const byLine = (left: { line: number }, right: { line: number }) => left.line - right.line;
  const isAll = read.length <= mostRows;
  return {
    counts: joinCounts(countsOf(settled), countsOf(corrected)),
    isWhole: isWhole && isAll,
    events: [...settled.added, ...corrected.added].sort(byLine).slice(0, shown)
      .map(({ line, event }) => ({ line, event, subject: subjects.get(line) ?? "" })),
    setAside: [...settled.setAside, ...corrected.setAside].sort(byLine).slice(0, shown),
    ...(reader.fault && isAll ? { fault: reader.fault.message } : {}),
  };
}

/** The same by what was chosen for the columns. Throws `InvalidInput` too. */
export async function previewChoice(
  database: Database,
  tenantId: string,
  choice: ColumnChoice,
  look: FileLook,
  beginning: { first: Uint8Array; isWhole: boolean },
  shown: number,
): Promise<UsagePreview> {
  const mapping = { name: byHand, title: "Mapped by hand", ...readColumnChoice(choice, look) };
  return await previewUsage(database, tenantId, mapping, beginning, shown);
}
