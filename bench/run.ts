/** An invoice run from preparation to checked books, invoices of ten lines, beside the same rows put into the same tables raw. */
import process from "node:process";
import { approveRun, itemsPerChunk, prepareRun } from "../lib/invoicing/run/commands.ts";
import { driveRun } from "../tools/run_month.ts";
import { type BenchDatabase, benchDatabase } from "./support/database.ts";
import { approver, BenchFleet, streamOf, year } from "./support/fleet.ts";
import { writeAgain } from "./support/invoice_rows.ts";
import { type BenchOutcome, median, rounded, say, type Size } from "./support/outcome.ts";
import { charges, linesEach, usageLines, vehiclesEach } from "./support/ten_lines.ts";

/** Each month bills every contract once; the first one is not counted. */
const sizes: Record<Size, { contracts: number; months: number }> = {
  tiny: { contracts: 60, months: 1 },
  usual: { contracts: 600, months: 3 },
  long: { contracts: 5_000, months: 3 },
};
/** As many writers as the run has jobs at a time. */
const rawWidth = 3;

export async function run(size: Size): Promise<BenchOutcome> {
  const bench = await benchDatabase();
  try {
    const months = await runMonths(bench, sizes[size]);
    const middle = (pick: (month: Month) => number) => rounded(median(months.map(pick)));
    const figures = {
      preview_invoices_per_second: middle(({ preview }) => preview),
      issue_invoices_per_second: middle(({ issue }) => issue),
      check_invoices_per_second: middle(({ check }) => check),
      whole_invoices_per_second: middle(({ whole }) => whole),
      raw_invoices_per_second: middle(({ raw }) => raw),
      issue_own_cpu_ms: middle(({ issueCpuMs }) => issueCpuMs),
    };
    return {
      figures,
      ratios: {
        issue_of_raw: rounded(median(months.map(({ issue, raw }) => issue / raw))),
        whole_of_raw: rounded(median(months.map(({ whole, raw }) => whole / raw))),
      },
    };
  } finally {
    await bench.drop();
  }
}

/** Invoices a second of each stage; the time of this process for each invoice that was issued. */
interface Month {
  preview: number;
  issue: number;
  check: number;
  whole: number;
  raw: number;
  issueCpuMs: number;
}

async function runMonths(
  bench: BenchDatabase,
  { contracts, months }: { contracts: number; months: number },
): Promise<Month[]> {
  const fleet = await BenchFleet.setUp(bench.database, { entities: 1, contracts, vehiclesEach }, charges);
  const report = await fleet.import(streamOf(usageLines(fleet.vehicles, months + 1)));
  if (report.failure || report.quarantined > 0) throw new Error(`The import failed: ${report.failure}`);
  const measured: Month[] = [];
  for (let month = 1; month <= months + 1; month++) {
    // Postgres plans for tables of some size, as it does for a business that has billed before.
    await bench.admin`vacuum analyze`;
    const found = await runMonth(bench, fleet, month);
    if (month > 1) measured.push(found);
  }
  return measured;
}

async function runMonth(bench: BenchDatabase, fleet: BenchFleet, month: number): Promise<Month> {
  const { environment, tenantId } = fleet;
  const label = Temporal.PlainYearMonth.from({ year, month: 1 }).add({ months: month - 1 }).toString();
  const startMs = Date.now();
  const input = { billingEntityId: fleet.contracts[0].billingEntityId, month: label };
  const { runId, items } = await fleet.execute(prepareRun, input);
  const { run: { resultHash } } = await driveRun(environment, tenantId, runId);
  const approvedMs = Date.now();
  const before = process.cpuUsage();
  await fleet.execute(approveRun, { runId, resultHash: resultHash!.toHex() }, approver);
  const { run, counts } = await driveRun(environment, tenantId, runId);
  const endMs = Date.now();
  const { user, system } = process.cpuUsage(before);
  if (run.state !== "done" || counts.issued !== items) {
    throw new Error(`A run of ${items} invoices was expected to be done, not ${JSON.stringify(run.state)}.`);
  }
  const { issuedMs, invoiceIds } = await readIssue(bench, runId);
  const raw = await writeAgain(bench, invoiceIds, { width: rawWidth, perTransaction: itemsPerChunk });
  const perSecond = (from: number, to: number) => items * 1000 / (to - from);
  const found: Month = {
    preview: perSecond(startMs, approvedMs),
    issue: perSecond(approvedMs, issuedMs),
    check: perSecond(issuedMs, endMs),
    whole: perSecond(startMs, endMs),
    raw,
    issueCpuMs: (user + system) / 1000 / items,
  };
  const texts = Object.entries(found).map(([name, value]) => `${name} ${rounded(value)}`);
  say(`${label}, ${items} invoices: ${texts.join(", ")}`);
  return found;
}

/** When the last number was given, and the invoices in the order of their numbers. */
async function readIssue({ admin }: BenchDatabase, runId: string) {
  const [{ issuedMs }] = await admin<{ issuedMs: number }[]>`
    select (extract(epoch from at) * 1000)::float8 as "issuedMs" from audit_event
    where command = 'invoice_run.end_issue' and subject_id = ${runId}`;
  const rows = await admin<{ id: string; lines: number }[]>`
    select item.invoice_id as id, item.line_count as lines from invoice_run_item item
    where item.invoice_run_id = ${runId} order by item.position`;
  if (rows.some(({ lines }) => lines !== linesEach)) throw new Error(`Invoices have ${linesEach} lines.`);
  return { issuedMs, invoiceIds: rows.map(({ id }) => id) };
}
