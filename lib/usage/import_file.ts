/**
 * Brings a file of usage in: reads it as a stream, and saves it in batches while it reads on. Whatever stops it, what is
 * saved is whole batches with their counts, and the report or the error says exactly how much.
 */
import type { Actor } from "../core/actor.ts";
import { type Environment, execute, type JobClaim } from "../core/command.ts";
import { isMilepostError, milepostError, publicError } from "../core/errors.ts";
import { requireCapability } from "../auth/policy.ts";
import { readRows } from "../imports/csv.ts";
import { prepareMapping, type UsageMapping } from "../imports/mapping.ts";
import { UsageRowReader } from "../imports/row_reader.ts";
import { makeSendable, type SendableEvents } from "../../db/queries/usage_event.ts";
import { lockUsageImport } from "../../db/queries/usage_import.ts";
import { withTenant } from "../../db/tenant.ts";
import { type BatchColumns, type BatchCounts, sortBatch, type SortedBatch } from "./batch.ts";
import { finishUsageImport, importUsageBatch, startUsageImport } from "./commands.ts";
import { DryRun } from "./dry_run.ts";
import { type IdentifiedRow, RowIdentifier } from "./identity.ts";
import { findSubjectFacts } from "./steps.ts";

export interface UsageFile {
  tenantId: string;
  actor: Actor;
  mapping: UsageMapping;
  /** Of a mapping that was made by hand. */
  usageMappingId?: string;
  fileName: string;
  content: ReadableStream<Uint8Array>;
  /** If it is known beforehand. */
  bytesTotal: number | null;
  /** Looks everything up and saves nothing; the report is the same. */
  dryRun?: boolean;
  /** Goes on with an import that is open: the rows it has saved are read, but not saved again. */
  resume?: { usageImportId: string; saved: BatchCounts };
  /** The job that reads it: each batch renews its lease, and without the lease nothing is saved. */
  job?: JobClaim;
  onProgress?(counts: BatchCounts): void;
}

export interface ImportReport extends BatchCounts {
  /** Null for a dry run, and where the file was refused before anything was saved. */
  usageImportId: string | null;
  /** What is wrong with the file as a whole, and what is saved all the same; null when all of it was read. */
  failure: string | null;
}

/** Rows of a batch: enough to make a commit cheap, few enough that its transaction is short. */
const batchRows = 2_000;
/** A batch of long rows ends earlier. */
const batchCharacters = 4_000_000;
/** One batch is on its way into the tables while the next one is made ready. */
const batchesInFlight = 2;
/** After the database stopped: how often, and how long apart, it is asked what it has. */
const looksAfterStop = 4;
const lookAgainMs = 400;

interface Batch {
  rowsBefore: number;
  bytesRead: number;
  sorted: SortedBatch;
}

/** Takes batches in the order of the file. */
interface BatchTaker {
  readonly usageImportId: string | null;
  take(batch: Batch, sendable: SendableEvents): Promise<BatchCounts>;
}

/**
 * Imports a file. A file that is at fault gives a report with `failure`; a database that stopped, a missing right or
 * another reader of the same import throws, with what is saved in the message.
 */
export async function importUsageFile(environment: Environment, file: UsageFile): Promise<ImportReport> {
  requireCapability(file.actor, "usage.import");
  const run = new FileImport(environment, file);
  let failure: string | null = null;
  try {
    await run.readAll();
  } catch (error) {
    if (!isMilepostError(error, "InvalidFile")) throw await run.explainStop(error);
    failure = error.message;
  }
  return await run.finish(failure);
}

class FileImport {
  readonly #environment: Environment;
  readonly #file: UsageFile;
  readonly #counts: BatchCounts;
  readonly #inFlight: Promise<void>[] = [];
  #taker: BatchTaker | undefined;
  #batch: IdentifiedRow[] = [];
  #batchCharacters = 0;
  #rowsTaken = 0;
  #bytesRead = 0;

  constructor(environment: Environment, file: UsageFile) {
    this.#environment = environment;
    this.#file = file;
    this.#counts = { ...(file.resume?.saved ?? { rows: 0, events: 0, duplicates: 0, quarantined: 0 }) };
  }

  /** Throws `InvalidFile` after all rows before the fault are saved. */
  async readAll(): Promise<void> {
    const { mapping, content, resume } = this.#file;
    const reader = new UsageRowReader(mapping);
    let identifier: RowIdentifier | undefined;
    let toSkip = resume?.saved.rows ?? 0;
    try {
      for await (const rows of readRows(content, reader)) {
        identifier ??= new RowIdentifier(prepareMapping(mapping, reader.header!));
        this.#taker ??= await this.#open(reader.hasHeaderRow ? reader.header : undefined);
        for (const row of rows) {
          const identified = identifier.identify(row);
          this.#rowsTaken++;
          this.#bytesRead = row.endOffset;
          if (toSkip > 0) toSkip--;
          else await this.#add(identified);
        }
      }
    } catch (error) {
      // the rows before a fault of the file are good
      if (isMilepostError(error, "InvalidFile")) await this.#flush();
      await this.#drain();
      throw error;
    }
    await this.#flush();
    await this.#drain();
  }

  async #open(header: readonly string[] | undefined): Promise<BatchTaker> {
    const { mapping, usageMappingId, tenantId, actor, fileName, bytesTotal, dryRun, resume, job } =
      this.#file;
    const columns = columnsAtFault(mapping);
    if (dryRun) {
      const dry = new DryRun(this.#environment.database, tenantId, mapping.source, columns);
      return { usageImportId: null, take: (batch) => dry.take(batch.sorted) };
    }
    const { usageImportId } = resume ?? await execute(
      this.#environment,
      startUsageImport,
      { tenantId, actor },
      { fileName, mapping: mapping.name, usageMappingId, bytesTotal },
    );
    return {
      usageImportId,
      take: (batch, sendable) =>
        execute(this.#environment, importUsageBatch, { tenantId, actor }, {
          usageImportId,
          source: mapping.source,
          columns,
          header,
          ...batch,
          sendable,
          ...(job ? { job } : {}),
        }),
    };
  }

  async #add(row: IdentifiedRow): Promise<void> {
    this.#batch.push(row);
    this.#batchCharacters += row.raw.length;
    if (this.#batch.length >= batchRows || this.#batchCharacters >= batchCharacters) await this.#flush();
  }

  async #flush(): Promise<void> {
    const rows = this.#batch;
    if (rows.length === 0) return;
    this.#batch = [];
    this.#batchCharacters = 0;
    const place = { rowsBefore: this.#rowsTaken - rows.length, bytesRead: this.#bytesRead };
    while (this.#inFlight.length >= batchesInFlight) await this.#inFlight.shift();
    const saving = this.#save(rows, place, this.#inFlight.at(-1));
    saving.catch(() => {}); // Told to whoever awaits its turn.
    this.#inFlight.push(saving);
  }

  /** Makes a batch ready while the one before it is on its way, and sends it when that one is saved. */
  async #save(
    rows: IdentifiedRow[],
    place: { rowsBefore: number; bytesRead: number },
    before: Promise<void> | undefined,
  ): Promise<void> {
    const { tenantId, mapping } = this.#file;
    const facts = await withTenant(
      this.#environment.database,
      tenantId,
      (db) => findSubjectFacts(db, rows),
      { readOnly: true },
    );
    const sorted = sortBatch(rows, facts, columnsAtFault(mapping));
    const sendable = makeSendable(sorted.events.map(({ event }) => event));
    await before;
    const counts = await this.#taker!.take({ ...place, sorted }, sendable);
    for (const name of ["rows", "events", "duplicates", "quarantined"] as const) {
      this.#counts[name] += counts[name];
    }
    this.#file.onProgress?.({ ...this.#counts });
  }

  /** Waits for every batch on its way, and throws what stopped the first one. */
  async #drain(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#inFlight.splice(0));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** Ends the import and says what became of it. */
  async finish(failure: string | null): Promise<ImportReport> {
    const { tenantId, actor, resume, dryRun, bytesTotal, job } = this.#file;
    const usageImportId = dryRun ? null : this.#taker?.usageImportId ?? resume?.usageImportId ?? null;
    const { rows } = this.#counts;
    const told = failure === null || dryRun ? failure : `${failure} ${savedBefore(rows)}`;
    if (usageImportId !== null) {
      const bytesRead = failure === null ? bytesTotal ?? this.#bytesRead : this.#bytesRead;
      try {
        await execute(
          this.#environment,
          finishUsageImport,
          { tenantId, actor, ...(job ? { job } : {}) },
          { usageImportId, failure: told, bytesRead },
        );
      } catch (error) {
        throw await this.explainStop(error);
      }
    }
    return { ...this.#counts, usageImportId, failure: told };
  }

  /** What stopped the import, with exactly what is saved. */
  async explainStop(error: unknown): Promise<unknown> {
    const usageImportId = this.#taker?.usageImportId;
    const known = publicError(error);
    if (!usageImportId || known.status !== 503) return error;
    const saved = await this.#findSaved(usageImportId);
    const { rows } = this.#counts;
    const sentence = saved !== undefined
      ? `${counted(saved)} saved, the rest is not.`
      : `${counted(rows)} saved for certain; up to ${
        counted(batchRows * batchesInFlight, "more")
      } saved as well.`;
    return milepostError(known.name, {
      message: `The database stopped answering during the import. ${sentence} ` +
        "Import the same file again when it answers: rows that are saved count as duplicates.",
      cause: error,
    });
  }

  /**
   * How many rows are saved, if the database says so within a moment. The lock waits for a batch whose commit was on its
   * way when the connection ended.
   */
  async #findSaved(usageImportId: string): Promise<number | undefined> {
    const { database } = this.#environment;
    for (let attempt = 1; attempt <= looksAfterStop; attempt++) {
      try {
        const found = await withTenant(
          database,
          this.#file.tenantId,
          (db) => lockUsageImport(db, usageImportId),
        );
        return found && Number(found.rows);
      } catch (error) {
        if (publicError(error).status !== 503) throw error;
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
    }
  }
}

/** Which columns the reasons name for which rows of a mapping are set aside. */
export function columnsAtFault({ subject, id }: UsageMapping): BatchColumns {
  const { column } = "contract" in subject ? subject.contract : subject.vehicle;
  return { subject: column, ...(id ? { id: id.column } : {}) };
}

function counted(rows: number, kind = ""): string {
  const number = rows.toLocaleString("en-GB");
  return kind === "more" ? `${number} more may be` : rows === 1 ? "1 row is" : `${number} rows are`;
}

function savedBefore(rows: number): string {
  if (rows === 0) return "Nothing was saved.";
  return `${counted(rows)} saved; when you import the corrected file, they count as duplicates.`;
}
