/** Invoice runs as people read them: the list, and one run with its totals, its exceptions first, and its items by cursor. */
import {
  countInvoiceRuns,
  countWaitingRuns,
  findInvoiceRun,
  type InvoiceRun,
  listInvoiceRuns,
  listRunCoverage,
  type RunCoverage,
} from "../../../db/queries/invoice_run.ts";
import {
  countInvoiceRunItems,
  type ItemCount,
  type ListedItem,
  listInvoiceRunItems,
} from "../../../db/queries/invoice_run_item.ts";
import {
  listCorrectionsOfRun,
  type ListedRunCorrection,
} from "../../../db/queries/invoice_run_correction.ts";
import { countFailedRunJobs, type FailedRunJobs } from "../../../db/queries/invoice_run_job.ts";
import { findInvoiceRunPolicy } from "../../../db/queries/invoice_run_policy.ts";
import { findNewestTenantPosition } from "../../../db/queries/outbox.ts";
import { listActorNames } from "../../../db/queries/user.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { milepostError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { runJobKinds } from "./states.ts";

export {
  countWaitingRuns,
  findInvoiceRunPolicy,
  type InvoiceRun,
  type ListedItem,
  type ListedRunCorrection,
  listRunCoverage,
  type RunCoverage,
};

/** Rows on a page. */
export const rowsPerPage = 25;

export interface RunPage {
  runs: InvoiceRun[];
  count: number;
  /** The id after which the next page begins. */
  next?: string;
}

/** A page of runs, the latest first. */
export async function listRuns(db: TenantDb, after?: string): Promise<RunPage> {
  const [rows, count] = await Promise.all([
    listInvoiceRuns(db, rowsPerPage + 1, after !== undefined && isId(after) ? after : undefined),
    countInvoiceRuns(db),
  ]);
  const runs = rows.slice(0, rowsPerPage);
  return { runs, count, ...(rows.length > rowsPerPage ? { next: runs.at(-1)!.id } : {}) };
}

/** Items by state, and what they come to; minor units of the run's currency. */
export interface RunCounts {
  pending: number;
  previewed: number;
  leftOut: number;
  drafted: number;
  issued: number;
  parked: number;
  exceptions: number;
  /** Of everything that is or will be issued. */
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  /** Of the invoices before, for the same contracts. */
  lastTotal: bigint;
  withLast: number;
  /** Of the credit notes that are or will be issued. */
  creditTotal: bigint;
  /** Of previewed, drafted and issued: those that come to credit notes and no invoice. */
  creditOnly: number;
}

export interface RunDetail {
  run: InvoiceRun;
  /** The last event that the figures include, as `<xid>.<id>`: a live reader goes on after it. */
  lastEvent: string;
  /** Names of those who prepared and approved it, where they are people who are still there. */
  names: ReadonlyMap<string, string>;
  /** Whether whoever prepared it may approve it too. */
  allowsOwnApproval: boolean;
  counts: RunCounts;
  /** Steps of the run that failed and are not done. */
  failedJobs: FailedRunJobs;
  exceptions: ListedItem[];
  /** The place after which the next exceptions begin. */
  nextException?: number;
  items: ListedItem[];
  nextItem?: number;
  /** The earlier periods that it corrects, or cannot. */
  corrections: ListedRunCorrection[];
  /** How many there are in all. */
  correctionCount: number;
}

/** One run, its exceptions and its other items after a place each. Throws `NotFound`. */
export async function findRun(
  db: TenantDb,
  id: string,
  after: { exception?: number; item?: number; correction?: number } = {},
): Promise<RunDetail> {
  const run = await requireRun(db, id);
  const [position, counts, failedJobs, exceptions, items, names, policy, corrections] = await Promise.all([
    findNewestTenantPosition(db),
    countInvoiceRunItems(db, id),
    countFailedRunJobs(db, id, Object.values(runJobKinds)),
    listInvoiceRunItems(db, id, rowsPerPage + 1, { exceptions: true, after: after.exception }),
    listInvoiceRunItems(db, id, rowsPerPage + 1, { exceptions: false, after: after.item }),
    listActorNames(db, [run.preparedBy, ...(run.approvedBy ? [run.approvedBy] : [])]),
    findInvoiceRunPolicy(db),
    listCorrectionsOfRun(db, id, rowsPerPage, after.correction ?? 0),
  ]);
  return {
    run,
    lastEvent: `${position.xid}.${position.id}`,
    names,
    allowsOwnApproval: policy?.allowsOwnApproval ?? false,
    counts: sumCounts(counts),
    failedJobs,
    exceptions: exceptions.slice(0, rowsPerPage),
    ...(exceptions.length > rowsPerPage ? { nextException: exceptions[rowsPerPage - 1].position } : {}),
    items: items.slice(0, rowsPerPage),
    ...(items.length > rowsPerPage ? { nextItem: items[rowsPerPage - 1].position } : {}),
    corrections: corrections.rows,
    correctionCount: corrections.count,
  };
}

/** The run without its items. Throws `NotFound`. */
export async function findRunHead(db: TenantDb, id: string): Promise<InvoiceRun> {
  return await requireRun(db, id);
}

/** The state alone, for who waits for the next one. Throws `NotFound`. */
export async function findRunState(db: TenantDb, id: string): Promise<InvoiceRun["state"]> {
  return (await requireRun(db, id)).state;
}

async function requireRun(db: TenantDb, id: string): Promise<InvoiceRun> {
  const run = isId(id) ? await findInvoiceRun(db, id) : undefined;
  if (run) return run;
  throw milepostError("NotFound", {
    message: "There is no such run, or it belongs to another company. Find it in the list of invoice runs.",
  });
}

const billed = new Set<ItemCount["state"]>(["previewed", "drafted", "issued"]);

function sumCounts(rows: readonly ItemCount[]): RunCounts {
  const count = (state: ItemCount["state"]) => rows.find((row) => row.state === state)?.count ?? 0;
  const sum = (pick: (row: ItemCount) => bigint) =>
    rows.filter(({ state }) => billed.has(state)).reduce((all, row) => all + pick(row), 0n);
  return {
    pending: count("pending"),
    previewed: count("previewed"),
    leftOut: count("left_out"),
    drafted: count("drafted"),
    issued: count("issued"),
    parked: count("parked"),
    exceptions: rows.reduce((all, { exceptions }) => all + exceptions, 0),
    subtotal: sum(({ subtotal }) => subtotal),
    taxTotal: sum(({ taxTotal }) => taxTotal),
    total: sum(({ total }) => total),
    lastTotal: sum(({ lastTotal }) => lastTotal),
    creditTotal: sum(({ creditTotal }) => creditTotal),
    creditOnly: rows.filter(({ state }) => billed.has(state)).reduce((all, row) => all + row.creditOnly, 0),
    withLast: rows.reduce((all, { withLast }) => all + withLast, 0),
  };
}
