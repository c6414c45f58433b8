/** Imports of usage as people read them: the list by cursor, one import with its rows that were set aside, and those rows as a file. */
import { findJobByKey } from "../../db/queries/job.ts";
import { listActorNames } from "../../db/queries/user.ts";
import { listQuarantinedRows, type QuarantinedRow } from "../../db/queries/quarantined_row.ts";
import {
  countUsageImports,
  findUsageImport,
  listUsageImports,
  sumQuarantinedRows,
  type UsageImport,
} from "../../db/queries/usage_import.ts";
import type { TenantDb } from "../../db/tenant.ts";
import { milepostError } from "../core/errors.ts";
import { isId } from "../core/ids.ts";
import { readingKind } from "./reading.ts";

export type { QuarantinedRow, UsageImport };

/** Rows on a page. */
export const rowsPerPage = 25;

export interface UsageImportPage {
  imports: UsageImport[];
  count: number;
  /** The id after which the next page begins. */
  next?: string;
}

/** A page of imports, the latest first. An `after` that is no import begins at the first one. */
export async function usageImports(db: TenantDb, after?: string): Promise<UsageImportPage> {
  const place = after && isId(after) ? await findUsageImport(db, after) : undefined;
  const [rows, count] = await Promise.all([
    listUsageImports(db, rowsPerPage + 1, place),
    countUsageImports(db),
  ]);
  const imports = rows.slice(0, rowsPerPage);
  return { imports, count, ...(rows.length > rowsPerPage ? { next: imports.at(-1)!.id } : {}) };
}

export interface UsageImportDetail {
  usageImport: UsageImport;
  /** Who started it, where that is a person who is still there. */
  startedBy: string | null;
  /** The job that reads it gave up; a person can let it read on. */
  isStandingStill: boolean;
  quarantined: QuarantinedRow[];
  /** Where the next rows begin. */
  next?: { line: bigint; id: string };
}

/** One import with the rows set aside after a place in the file. Throws `NotFound`. */
export async function usageImport(
  db: TenantDb,
  id: string,
  after?: { line: bigint; id: string },
): Promise<UsageImportDetail> {
  const found = isId(id) ? await findUsageImport(db, id) : undefined;
  if (!found) {
    throw milepostError("NotFound", {
      message: "There is no such import, or it belongs to another company. Find it in the list of imports.",
    });
  }
  const [rows, names, job] = await Promise.all([
    listQuarantinedRows(db, id, rowsPerPage + 1, after),
    listActorNames(db, [found.actor]),
    findJobByKey(db, readingKind, id),
  ]);
  const quarantined = rows.slice(0, rowsPerPage);
  const last = quarantined.at(-1);
  return {
    usageImport: found,
    startedBy: names.get(found.actor) ?? null,
    isStandingStill: found.state === "running" && job?.state === "dead",
    quarantined,
    ...(rows.length > rowsPerPage && last ? { next: { line: last.line, id: last.id } } : {}),
  };
}

/** Rows that wait for someone to correct them, over all imports. */
export async function countQuarantinedRows(db: TenantDb): Promise<number> {
  return await sumQuarantinedRows(db);
}

/** All rows that an import set aside, some at a time: to correct and to import again. */
export async function* quarantinedRows(
  read: <Result>(work: (db: TenantDb) => Promise<Result>) => Promise<Result>,
  usageImportId: string,
): AsyncGenerator<QuarantinedRow[], void, void> {
  const atATime = 1_000;
  let after: { line: bigint; id: string } | undefined;
  while (true) {
    const rows = await read((db) => listQuarantinedRows(db, usageImportId, atATime, after));
    if (rows.length > 0) yield rows;
    if (rows.length < atATime) return;
    after = { line: rows[rows.length - 1].line, id: rows[rows.length - 1].id };
  }
}
