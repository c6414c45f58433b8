/** Invoices of ten lines from usage to number and postings, beside the same rows put into the same tables raw. */
import process from "node:process";
import type postgres from "postgres";
import { issueInvoice, type IssueResult } from "../lib/invoicing/commands.ts";
import { type BenchDatabase, benchDatabase } from "./support/database.ts";
import { type BenchContract, BenchFleet, streamOf, year } from "./support/fleet.ts";
import { writeAgain } from "./support/invoice_rows.ts";
import { type BenchOutcome, mapWide, median, rounded, say, secondsOf, type Size } from "./support/outcome.ts";
import { charges, linesEach, usageLines, vehiclesEach } from "./support/ten_lines.ts";

/** Each width bills `repeats` months of all contracts, in turn with the others, after one month that is not counted. */
const sizes: Record<Size, { contractsEach: number; widths: number[]; repeats: number }> = {
  tiny: { contractsEach: 8, widths: [1, 8], repeats: 1 },
  usual: { contractsEach: 80, widths: [1, 2, 4, 8], repeats: 3 },
  long: { contractsEach: 400, widths: [1, 2, 4, 8], repeats: 3 },
};
const manySeries = 8;

export async function run(size: Size): Promise<BenchOutcome> {
  const bench = await benchDatabase();
  try {
    const figures: Record<string, number> = {}, ratios: Record<string, number> = {};
    for (const entities of [1, manySeries]) {
      for (const { width, issued, raw, ownCpuMs } of await issueYear(bench, entities, size)) {
        const name = `${entities === 1 ? "one_series" : "eight_series"}_${width}_at_a_time`;
        figures[`${name}_invoices_per_second`] = rounded(issued);
        figures[`${name}_raw_per_second`] = rounded(raw);
        figures[`${name}_own_cpu_ms`] = rounded(ownCpuMs);
        ratios[`${name}_of_raw`] = rounded(issued / raw);
        say(
          `${name}: ${Math.round(issued)} invoices/s, raw ${Math.round(raw)}/s, ` +
            `${ownCpuMs.toFixed(1)} ms of this process's time each`,
        );
      }
    }
    figures.smallest_commits_per_second = rounded(await commitsPerSecond(bench.admin, size));
    return { figures, ratios };
  } finally {
    await bench.drop();
  }
}

/** Medians for each width. */
async function issueYear(bench: BenchDatabase, entities: number, size: Size) {
  const { contractsEach, widths, repeats } = sizes[size];
  const fleet = await BenchFleet.setUp(
    bench.database,
    { entities, contracts: contractsEach, vehiclesEach },
    charges,
  );
  const report = await fleet.import(streamOf(usageLines(fleet.vehicles, 1 + widths.length * repeats)));
  if (report.failure || report.quarantined > 0) throw new Error(`The import failed: ${report.failure}`);
  await issueMonth(fleet, 1, Math.max(...widths));
  // Postgres plans for tables of some size, as it does for a business that has billed before.
  await bench.admin`vacuum analyze`;
  const measured = widths.map((width) => ({
    width,
    issued: [] as number[],
    raw: [] as number[],
    cpuMs: [] as number[],
  }));
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [index, { width, issued, raw, cpuMs }] of measured.entries()) {
      const month = await issueMonth(fleet, 2 + repeat * widths.length + index, width);
      issued.push(month.perSecond);
      cpuMs.push(month.cpuMs);
      raw.push(await writeAgain(bench, month.invoiceIds, { width }));
    }
  }
  return measured.map(({ width, issued, raw, cpuMs }) => {
    return { width, issued: median(issued), raw: median(raw), ownCpuMs: median(cpuMs) };
  });
}

async function issueMonth(fleet: BenchFleet, month: number, width: number) {
  const start = Temporal.PlainDate.from({ year, month: 1, day: 1 }).add({ months: month - 1 });
  const period = { periodStart: `${start}`, periodEnd: `${start.add({ months: 1 })}` };
  const invoices: IssueResult[] = [];
  const before = process.cpuUsage();
  const seconds = await secondsOf(async () => {
    const issue = ({ contractId }: BenchContract) => fleet.execute(issueInvoice, { contractId, ...period });
    invoices.push(...await mapWide(fleet.contracts, width, issue));
  });
  const invoiceIds = invoices.map((invoice) => {
    if (invoice.outcome !== "issued" || invoice.lines !== linesEach) {
      throw new Error(`An invoice of ${linesEach} lines was expected: ${JSON.stringify(invoice)}`);
    }
    return invoice.invoiceId;
  });
  const { user, system } = process.cpuUsage(before);
  return {
    invoiceIds,
    perSecond: invoices.length / seconds,
    cpuMs: (user + system) / 1000 / invoices.length,
  };
}

/** What the disk allows one writer: transactions of one small record, each safe on the disk before the next. */
async function commitsPerSecond(admin: postgres.Sql, size: Size): Promise<number> {
  const count = size === "tiny" ? 20 : 500;
  const seconds = await secondsOf(async () => {
    for (let number = 0; number < count; number++) {
      await admin`select pg_logical_emit_message(true, ${"bench"}, ${""})`;
    }
  });
  return count / seconds;
}
