/** Commands of usage: a file comes in batch by batch, each saved with its counts or not at all. */
import { actorKey } from "../core/actor.ts";
import { type CommandContext, defineCommand, type JobClaim } from "../core/command.ts";
import { isMilepostError, milepostError, refuseField } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { lookAtFile } from "../imports/file_look.ts";
import { byHand } from "../imports/saved_mappings.ts";
import { findJobByKey, setDeadJobReady, setJobProgress } from "../../db/queries/job.ts";
import { insertQuarantinedRows } from "../../db/queries/quarantined_row.ts";
import {
  insertUsageEvents,
  listEarlierUsageEvents,
  type SendableEvents,
} from "../../db/queries/usage_event.ts";
import { deleteUsageFileParts, insertUsageFilePart } from "../../db/queries/usage_file_part.ts";
import {
  insertUsageImport,
  lockUsageImport,
  setUsageImportColumns,
  setUsageImportFinished,
  setUsageImportProgress,
} from "../../db/queries/usage_import.ts";
import type { TenantDb } from "../../db/tenant.ts";
import {
  type BatchColumns,
  type BatchCounts,
  countsOf,
  isThereBy,
  joinCounts,
  settleBatch,
  type SortedBatch,
} from "./batch.ts";
import { type ChosenMapping, mappingOf, misfitOf } from "./mappings.ts";
import { saveCorrections } from "./steps.ts";
import { readingKind, readingLimits } from "./reading.ts";

const longestFileName = 200;
/** Control characters, and those that turn text around: `fdp.exe` may be read as `exe.pdf` behind one. */
const unshowable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export interface NewUsageImport {
  fileName: string;
  /** Its name; the one that is offered by it, unless the id names one that was made by hand. */
  mapping: string;
  usageMappingId?: string;
  bytesTotal: number | null;
}

/** Opens an import; its batches follow. */
export const startUsageImport = defineCommand<NewUsageImport, { usageImportId: string }>({
  name: "usage_import.start",
  capability: "usage.import",
  subject: (_input, { usageImportId }) => ({ type: "usage_import", id: usageImportId }),
  async run(context, input) {
    const chosen = await mappingOf(context.db, input);
    const usageImportId = await insertImport(context, input, chosen);
    context.emit("usage_import.started", usageImportId, { fileName: input.fileName });
    return { usageImportId };
  },
});

async function insertImport(
  { db, actor }: CommandContext,
  { fileName, mapping, bytesTotal }: NewUsageImport,
  chosen: ChosenMapping | undefined,
  state: "waiting" | "running" = "running",
): Promise<string> {
  if (fileName === "" || fileName.length > longestFileName) {
    refuseField("file", fileName, `Use a file name of 1 to ${longestFileName} characters.`, "trips.csv");
  }
  const shown = fileName.replace(unshowable, "\ufffd").toWellFormed();
  if (shown !== fileName) {
    const rule = "The name of this file has a sign in it that cannot be shown. Give the file another name.";
    refuseField("file", shown, rule, "trips.csv");
  }
  return await insertUsageImport(db, {
    source: chosen?.mapping.source ?? "",
    fileName,
    mapping: chosen?.mapping.name ?? mapping,
    usageMappingId: chosen?.usageMappingId,
    state,
    bytesTotal: bytesTotal === null ? null : BigInt(bytesTotal),
    actor: actorKey(actor),
  });
}

export interface UploadedFile extends NewUsageImport {
  bytesTotal: number;
  /** SHA-256 of the content, in hexadecimal: a repeated idempotency key must come with the same file. */
  sha256: string;
}

/** What became of an upload: it is read, or waits until someone has said what its columns are. */
export type KeptUpload = { usageImportId: string; isWaiting: boolean };

/**
 * Keeps an uploaded file with its import and the job that reads it; without the job where the mapping is made by hand, or
 * does not fit the file. The content is passed beside the input, part by part, because it is too large to be a value.
 * Throws `InvalidInput` for an unknown mapping, and for a file that cannot be mapped by hand.
 */
export function keepUploadedFile(parts: AsyncIterable<Uint8Array>) {
  return defineCommand<UploadedFile, KeptUpload>({
    name: "usage_import.upload",
    capability: "usage.import",
    subject: (_input, { usageImportId }) => ({ type: "usage_import", id: usageImportId }),
    async run(context, input) {
      const { db } = context;
      const iterator = parts[Symbol.asyncIterator]();
      let part = await iterator.next();
      const first: Uint8Array = part.done ? new Uint8Array(0) : part.value;
      const { chosen, isWaiting } = await judge(db, input, first);
      const usageImportId = await insertImport(context, input, chosen, isWaiting ? "waiting" : "running");
      for (let position = 0; !part.done; position++, part = await iterator.next()) {
        await insertUsageFilePart(db, usageImportId, position, part.value);
      }
      if (isWaiting) return { usageImportId, isWaiting };
      await context.enqueue(readingKind, { usageImportId }, { uniqueKey: usageImportId });
      context.emit("usage_import.started", usageImportId, { fileName: input.fileName });
      return { usageImportId, isWaiting };
    },
  });
}

/** Which mapping reads a file, if any does. Throws `InvalidInput`. */
async function judge(
  db: TenantDb,
  input: UploadedFile,
  first: Uint8Array,
): Promise<{ chosen?: ChosenMapping; isWaiting: boolean }> {
  const isWhole = first.length >= input.bytesTotal;
  if (input.mapping !== byHand) {
    const chosen = await mappingOf(db, input);
    return { chosen, isWaiting: misfitOf(chosen.mapping, first, isWhole) !== undefined };
  }
  try {
    lookAtFile(first, isWhole);
  } catch (error) {
    if (isMilepostError(error, "InvalidFile")) refuseField("file", input.fileName, error.message);
    throw error;
  }
  return { isWaiting: true };
}

export interface UsageBatch {
  usageImportId: string;
  source: string;
  columns: BatchColumns;
  /** How the file names its columns; left out for lines of JSON. */
  header?: readonly string[];
  /** How many rows of the file are before this batch: it is refused unless exactly they are saved. */
  rowsBefore: number;
  /** Bytes of the file up to the end of its last row. */
  bytesRead: number;
  sorted: SortedBatch;
  /** The events of `sorted`, ready to be sent. */
  sendable: SendableEvents;
  /** The job that reads the file: its lease is renewed, and without it nothing is saved. */
  job?: JobClaim;
}

/** Saves a batch of rows with its counts, all or nothing, and only right after the batch before it. */
export const importUsageBatch = defineCommand<UsageBatch, BatchCounts>({
  name: "usage_import.batch",
  capability: "usage.import",
  subject: ({ usageImportId }) => ({ type: "usage_import", id: usageImportId }),
  detail: ({ rowsBefore }, counts) => ({ rowsBefore, ...counts }),
  async run({ db }, batch) {
    await requireTurn(db, batch);
    if (batch.job && !await setJobProgress(db, batch.job, readingLimits)) throw milepostError("LeaseLost");
    if (batch.header && batch.rowsBefore === 0) {
      await setUsageImportColumns(db, batch.usageImportId, batch.header);
    }
    const settled = settleBatch(batch.sorted, isThereBy(await saveEvents(db, batch)), batch.columns);
    const { corrections } = batch.sorted;
    const corrected = await saveCorrections(db, batch.source, batch.usageImportId, corrections);
    await insertQuarantinedRows(db, batch.usageImportId, [...settled.setAside, ...corrected.setAside]);
    const counts = joinCounts(countsOf(settled), countsOf(corrected));
    await setUsageImportProgress(db, batch.usageImportId, { bytesRead: batch.bytesRead, ...counts });
    return counts;
  },
});

/** Two readers of one import, or a batch after one that failed, must not leave a gap or save rows twice. */
async function requireTurn(db: TenantDb, { usageImportId, rowsBefore }: UsageBatch): Promise<void> {
  const locked = await lockUsageImport(db, usageImportId);
  if (!locked) {
    throw milepostError("NotFound", { message: "This import does not exist. Upload the file again." });
  }
  if (locked.state !== "running" || locked.rows !== BigInt(rowsBefore)) {
    throw milepostError("Conflict", {
      message: `This batch starts after row ${rowsBefore}, and the import is ${locked.state} with ` +
        `${locked.rows} rows saved. Another reader went on with it; nothing of this batch was saved.`,
    });
  }
}

/** Saves what is new, and gives the content hashes of the events that were there already. */
async function saveEvents(
  db: TenantDb,
  { source, usageImportId, sorted: { events }, sendable }: UsageBatch,
): Promise<Map<string, string>> {
  const added = events.length === 0 ? 0 : await insertUsageEvents(db, source, usageImportId, sendable);
  if (added === events.length) return new Map();
  return await listEarlierUsageEvents(db, source, events.map(({ event }) => event.id));
}

export interface FinishedImport {
  usageImportId: string;
  /** Why it went no further, as a sentence; null when all of the file was read. */
  failure: string | null;
  bytesRead: number;
}

/** Ends an import and lets go of its file. Finishing it again changes nothing. */
export const finishUsageImport = defineCommand<FinishedImport, { state: string }>({
  name: "usage_import.finish",
  capability: "usage.import",
  subject: ({ usageImportId }) => ({ type: "usage_import", id: usageImportId }),
  async run({ db, emit }, { usageImportId, failure, bytesRead }) {
    const locked = await lockUsageImport(db, usageImportId);
    if (!locked) throw milepostError("NotFound", { message: "This import does not exist." });
    if (locked.state !== "running") return { state: locked.state };
    await setUsageImportFinished(db, usageImportId, failure, bytesRead);
    await deleteUsageFileParts(db, usageImportId);
    const state = failure === null ? "done" : "failed";
    emit("usage_import.finished", usageImportId, { state, rows: Number(locked.rows) });
    return { state };
  },
});

/** How often a file is read on after a person said so. */
const furtherAttempts = 10;

/** Lets an import read on whose job gave up; what is saved stays. */
export const retryUsageImport = defineCommand<{ usageImportId: string }, { isRetried: boolean }>({
  name: "usage_import.retry",
  capability: "jobs.manage",
  subject: ({ usageImportId }) => ({ type: "usage_import", id: usageImportId }),
  async run({ db }, { usageImportId }) {
    const locked = isId(usageImportId) ? await lockUsageImport(db, usageImportId) : undefined;
    if (!locked) throw milepostError("NotFound", { message: "This import does not exist." });
    if (locked.state !== "running") {
      throw milepostError("IllegalTransition", {
        message: locked.state === "waiting"
          ? "This file waits until its columns are chosen."
          : `This import ${locked.state === "done" ? "is done" : "was stopped"}. It stays as it is.`,
      });
    }
    const job = await findJobByKey(db, readingKind, usageImportId);
    return { isRetried: job !== undefined && await setDeadJobReady(db, job.id, furtherAttempts) };
  },
});
