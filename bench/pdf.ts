/** PDFs of invoices of ten lines, read from the database and set by two threads, beside sheets without lines set by the same. */
import process from "node:process";
import { withTenant } from "../db/tenant.ts";
import type { DocumentContent } from "../lib/documents/content.ts";
import { openTypesetter, type Typesetter } from "../lib/documents/typesetter.ts";
import { invoiceDocument } from "../lib/documents/views.ts";
import { issueInvoice } from "../lib/invoicing/commands.ts";
import { benchDatabase } from "./support/database.ts";
import { BenchFleet, streamOf, year } from "./support/fleet.ts";
import { type BenchOutcome, mapWide, median, rounded, say, secondsOf, type Size } from "./support/outcome.ts";
import { charges, linesEach, usageLines, vehiclesEach } from "./support/ten_lines.ts";

const sizes: Record<Size, { invoices: number; repeats: number }> = {
  tiny: { invoices: 8, repeats: 1 },
  usual: { invoices: 60, repeats: 3 },
  long: { invoices: 500, repeats: 5 },
};
const threads = 2;
/** More than there are threads, so that none waits for the next. */
const width = 8;

export async function run(size: Size): Promise<BenchOutcome> {
  const { invoices, repeats } = sizes[size];
  const bench = await benchDatabase();
  const typesetter = openTypesetter({ threads });
  try {
    const fleet = await BenchFleet.setUp(
      bench.database,
      { entities: 1, contracts: invoices, vehiclesEach },
      charges,
    );
    await fleet.import(streamOf(usageLines(fleet.vehicles, 1)));
    const ids = await issueJanuary(fleet);
    const read = (id: string) =>
      withTenant(bench.database, fleet.tenantId, (db) => invoiceDocument(db, fleet.environment, id), {
        readOnly: true,
      });
    const contents = (await mapWide(ids, width, read)).map(({ content }) => content);
    const sheets = contents.map((content) => ({ ...content, sections: [], appendix: null }));
    await setAll(typesetter, contents); // not counted: the threads start
    const whole: number[] = [], set: number[] = [], cpuMs: number[] = [], floor: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      whole.push(
        ids.length /
          await secondsOf(() =>
            mapWide(ids, width, async (id) => await typesetter.pdf((await read(id)).content))
          ),
      );
      const before = process.cpuUsage();
      set.push(await setAll(typesetter, contents));
      const { user, system } = process.cpuUsage(before);
      cpuMs.push((user + system) / 1000 / contents.length);
      floor.push(await setAll(typesetter, sheets));
    }
    const [wholes, sets, floors] = [median(whole), median(set), median(floor)];
    const bytes = await typesetter.pdf(contents[0]);
    say(
      `${wholes.toFixed(0)} PDFs/s from the database, ${sets.toFixed(0)} set, ` +
        `${floors.toFixed(0)} sheets without lines; ` +
        `${median(cpuMs).toFixed(1)} ms of processor time and ${bytes.length} bytes each`,
    );
    return {
      figures: {
        read_and_set_per_second: rounded(wholes),
        set_per_second: rounded(sets),
        sheets_without_lines_per_second: rounded(floors),
        set_own_cpu_ms: rounded(median(cpuMs)),
        one_bytes: bytes.length,
      },
      ratios: {
        set_of_sheets_without_lines: rounded(sets / floors),
        read_and_set_of_set: rounded(wholes / sets),
      },
    };
  } finally {
    await typesetter.close();
    await bench.drop();
  }
}

async function issueJanuary(fleet: BenchFleet): Promise<string[]> {
  const period = { periodStart: `${year}-01-01`, periodEnd: `${year}-02-01` };
  return await mapWide(fleet.contracts, width, async ({ contractId }) => {
    const result = await fleet.execute(issueInvoice, { contractId, ...period });
    if (result.outcome !== "issued" || result.lines !== linesEach) {
      throw new Error(`An invoice of ${linesEach} lines was expected: ${JSON.stringify(result)}`);
    }
    return result.invoiceId;
  });
}

/** How many a second. */
async function setAll(typesetter: Typesetter, contents: readonly DocumentContent[]): Promise<number> {
  return contents.length /
    await secondsOf(() => mapWide(contents, width, (content) => typesetter.pdf(content)));
}
