/**
 * Brings a file of customers, vehicles, contracts, plans or entities in: reads it whole, then saves it in batches, each in one
 * transaction. A dry run is the same command over all rows, rolled back, so that rows which depend on earlier ones are judged as they will be.
 */
import { createHash } from "node:crypto";
import { requireCapability } from "../auth/policy.ts";
import type { Actor } from "../core/actor.ts";
import { type Command, type Environment, execute } from "../core/command.ts";
import { isMilepostError, milepostError, publicError } from "../core/errors.ts";
import { type RecordBatch, type RecordBatchResult, togetherBy } from "./record_batch.ts";
import { readRecordFile, type RecordFile, type RecordForm, type RefusedRow } from "./record_file.ts";

export interface RecordKind {
  form: RecordForm;
  command: Command<RecordBatch, RecordBatchResult>;
}

export interface RecordImport {
  tenantId: string;
  actor: Actor;
  fileName: string;
  content: ReadableStream<Uint8Array>;
  /** Does everything, tells what would become of each row, and keeps nothing. */
  dryRun?: boolean;
  /** The same key and the same file give the same answer again instead of a second effect. */
  key?: string;
  onProgress?(rows: number, rowsTotal: number): void;
}

export interface RecordReport {
  /** = events + duplicates + quarantined, always. */
  rows: number;
  /** Rows that became something new. */
  events: number;
  /** Rows that are there already, with the same content. */
  duplicates: number;
  quarantined: number;
  /** The rows that were not taken, by line. */
  refused: RefusedRow[];
  /** Columns of the file that nobody knows. */
  unknownColumns: string[];
  /** Of the file's bytes. */
  sha256: string;
  /** What is wrong with the file as a whole, so that nothing of it was used; null when it could be read. */
  failure: string | null;
}

/** Rows of one transaction: enough to make a commit cheap, few enough to make it short. */
const batchRows = 500;
/** When someone else adds the same records at the same moment, a batch looks again and finds them there. */
const attempts = 3;

/**
 * A file at fault gives a report with `failure`. Throws `NotPermitted`, and what stops the database, with what is saved in
 * the message.
 */
export async function importRecords(
  environment: Environment,
  { form, command }: RecordKind,
  file: RecordImport,
): Promise<RecordReport> {
  requireCapability(file.actor, command.capability);
  const hash = createHash("sha256");
  const hashing = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      hash.update(chunk);
      controller.enqueue(chunk);
    },
  });
  let read: RecordFile;
  try {
    read = await readRecordFile(file.content.pipeThrough(hashing), form);
  } catch (error) {
    if (!isMilepostError(error, "InvalidFile") && !isMilepostError(error, "TooLarge")) throw error;
    return failed(`${error.message} Nothing was imported.`);
  }
  const sha256 = hash.digest("hex");
  const { rows, refused, unknownColumns } = read;
  const report: RecordReport = {
    rows: rows.length + refused.length,
    events: 0,
    duplicates: 0,
    quarantined: refused.length,
    refused,
    unknownColumns,
    sha256,
    failure: null,
  };
  const size = file.dryRun ? Math.max(1, rows.length) : batchRows;
  let from = 0;
  for (const taken of togetherBy(form.parts?.of, rows, size)) {
    const batch = { fileName: file.fileName, sha256, rows: taken };
    try {
      count(report, await executeBatch(environment, command, file, batch, from));
    } catch (error) {
      throw explainStop(error, file.dryRun ? 0 : from);
    }
    from += taken.length;
    file.onProgress?.(from, rows.length);
  }
  report.refused.sort((left, right) => left.line - right.line);
  return report;
}

async function executeBatch(
  environment: Environment,
  command: RecordKind["command"],
  { tenantId, actor, dryRun, key }: RecordImport,
  batch: RecordBatch,
  from: number,
): Promise<RecordBatchResult> {
  const execution = { tenantId, actor, dryRun, key: key && batchKey(key, batch, from) };
  for (let attempt = 1;; attempt++) {
    try {
      return await execute(environment, command, execution, batch);
    } catch (error) {
      if (!isMilepostError(error, "Conflict") || attempt === attempts) throw error;
    }
  }
}

function batchKey(key: string, { fileName, sha256 }: RecordBatch, from: number): string {
  return createHash("sha256").update(JSON.stringify([key, fileName, sha256, from])).digest("hex");
}

function count(report: RecordReport, { added, known, refused }: RecordBatchResult): void {
  report.events += added;
  report.duplicates += known;
  report.quarantined += refused.length;
  report.refused.push(...refused);
}

function failed(failure: string): RecordReport {
  const none = { rows: 0, events: 0, duplicates: 0, quarantined: 0 };
  return { ...none, refused: [], unknownColumns: [], sha256: "", failure };
}

/** What stopped the import, with exactly how far it came. */
function explainStop(error: unknown, rowsSaved: number): unknown {
  const known = publicError(error);
  if (known.status !== 503) return error;
  const saved = rowsSaved === 0
    ? "Nothing is saved for certain."
    : `The first ${rowsSaved.toLocaleString("en-GB")} rows are saved.`;
  return milepostError(known.name, {
    message: `The database stopped answering during the import. ${saved} ` +
      "Import the same file again when it answers: rows that are saved count as duplicates.",
    cause: error,
  });
}
