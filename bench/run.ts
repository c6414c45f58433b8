/** An invoice run from preparation to checked books, invoices of ten lines, beside the same rows put into the same tables raw. */
import process from "node:process";
import { itemsPerChunk } from "../lib/invoicing/run/begin_run.ts";
import { approveRun, prepareRun } from "../lib/invoicing/run/commands.ts";
import { driveRun } from "../tools/run_month.ts";
import { type BenchDatabase, benchDatabase } from "./support/database.ts";
import { approver, BenchFleet, streamOf, year } from "./support/fleet.ts";
import { writeAgain } from "./support/invoice_rows.ts";
import { eventsEach, LargeFleet } from "./support/large_fleet.ts";
import { PeakMemory } from "./support/memory.ts";
import { type BenchOutcome, median, rounded, say, type Size } from "./support/outcome.ts";
import { charges, linesEach, usageLines, vehiclesEach } from "./support/ten_lines.ts";

/** One run of each number of many contracts; then each month bills every contract once, the first one not counted. */
const sizes: Record<Size, { contracts: number; months: number; memoryContracts: number[] }> = {
  tiny: { contracts: 60, months: 1, memoryContracts: [10] },
  usual: { contracts: 600, months: 3, memoryContracts: [5_000] },
  long: { contracts: 600, months: 6, memoryContracts: [5_000, 50_000] },
};
/** As many writers as the run has jobs at a time. */
const rawWidth = 3;

export async function run(size: Size): Promise<BenchOutcome> {
  const bench = await benchDatabase();
  try {
    // First, because a process hardly ever gives memory back.
    const large = await runLarge(bench, sizes[size].memoryContracts);
    const months = await runMonths(bench, sizes[size]);
    const middle = (pick: (month: Month) => number) => rounded(median(months.map(pick)));
    const figures = {
      preview_invoices_per_second: middle(({ preview }) => preview),
      draft_invoices_per_second: middle(({ draft }) => draft),
      number_invoices_per_second: middle(({ number }) => number),
      issue_invoices_per_second: middle(({ issue }) => issue),
      check_invoices_per_second: middle(({ check }) => check),
      whole_invoices_per_second: middle(({ whole }) => whole),
      raw_invoices_per_second: middle(({ raw }) => raw),
      issue_own_cpu_ms: middle(({ issueCpuMs }) => issueCpuMs),
      ...large,
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
interface Stages {
  preview: number;
  draft: number;
  number: number;
  /** From the approval to the last number. */
  issue: number;
  check: number;
  whole: number;
  issueCpuMs: number;
}

interface Month extends Stages {
  raw: number;
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
  const { stages, invoiceIds } = await runStages(bench, fleet, fleet.contracts[0].billingEntityId, month);
  const raw = await writeAgain(bench, invoiceIds, { width: rawWidth, perTransaction: itemsPerChunk });
  const found: Month = { ...stages, raw };
  say(`${labelOf(month)}, ${invoiceIds.length} invoices: ${wordsOf(found)}`);
  return found;
}

/** Larger and larger runs: what they take of memory, and whether they stay as fast. */
async function runLarge(bench: BenchDatabase, counts: readonly number[]): Promise<Record<string, number>> {
  const large = await LargeFleet.setUp(bench);
  const runMonthOf = async (count: number, month: number) => {
    await large.growTo(count);
    await large.drive(month);
    return await runStages(bench, large.fleet, large.billingEntityId, month);
  };
  await runMonthOf(Math.min(counts[0], 600), 1); // on empty tables Postgres plans for empty tables
  const figures: Record<string, number> = {};
  for (const [index, count] of counts.entries()) {
    const memory = new PeakMemory();
    const { stages } = await runMonthOf(count, index + 2);
    const megabytes = memory.stop();
    const events = count * eventsEach;
    say(`${events} usage events: ${Math.round(megabytes)} MB at most, ${wordsOf(stages)}`);
    figures[`peak_memory_of_${events}_events_mb`] = rounded(megabytes);
    figures[`issue_of_${events}_events_invoices_per_second`] = rounded(stages.issue);
    figures[`whole_of_${events}_events_invoices_per_second`] = rounded(stages.whole);
  }
  return figures;
}

/** One run of a month by the workers of this process, from its preparation to its checked books. */
async function runStages(
  bench: BenchDatabase,
  fleet: BenchFleet,
  billingEntityId: string,
  month: number,
): Promise<{ stages: Stages; invoiceIds: string[] }> {
  const { environment, tenantId } = fleet;
  const startMs = Date.now();
  const input = { billingEntityId, month: labelOf(month), sendsInvoices: false };
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
  const { draftedMs, issuedMs, invoiceIds } = await readIssue(bench, runId);
  const perSecond = (from: number, to: number) => items * 1000 / (to - from);
  const stages: Stages = {
    preview: perSecond(startMs, approvedMs),
    draft: perSecond(approvedMs, draftedMs),
    number: perSecond(draftedMs, issuedMs),
    issue: perSecond(approvedMs, issuedMs),
    check: perSecond(issuedMs, endMs),
    whole: perSecond(startMs, endMs),
    issueCpuMs: (user + system) / 1000 / items,
  };
  return { stages, invoiceIds };
}

/** `2024-01`; month 13 is the next year's first. */
function labelOf(month: number): string {
  return Temporal.PlainYearMonth.from({ year, month: 1 }).add({ months: month - 1 }).toString();
}

function wordsOf(found: Stages): string {
  return Object.entries(found).map(([name, value]) => `${name} ${rounded(value)}`).join(", ");
}

/** When the last draft was made and the last number given, and the invoices in the order of their numbers. */
async function readIssue({ admin }: BenchDatabase, runId: string) {
  const [times] = await admin<{ draftedMs: number; issuedMs: number }[]>`
    select (extract(epoch from max(at) filter (where command = 'invoice_run.draft_chunk')) * 1000)::float8 as "draftedMs",
      (extract(epoch from max(at) filter (where command = 'invoice_run.end_issue')) * 1000)::float8 as "issuedMs"
    from audit_event where subject_type = 'invoice_run' and subject_id = ${runId}`;
  const rows = await admin<{ id: string; lines: number }[]>`
    select item.invoice_id as id, item.line_count as lines from invoice_run_item item
    where item.invoice_run_id = ${runId} order by item.position`;
  if (rows.some(({ lines }) => lines !== linesEach)) throw new Error(`Invoices have ${linesEach} lines.`);
  return { ...times, invoiceIds: rows.map(({ id }) => id) };
}
