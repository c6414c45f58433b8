/** Invoices of ten lines from usage to number and postings, beside the same rows put into the same tables raw. */
import process from "node:process";
import type postgres from "postgres";
import { issueInvoice, type IssueResult } from "../lib/invoicing/commands.ts";
import type { RatePlanInput } from "../lib/plans/commands.ts";
import { type BenchDatabase, benchDatabase } from "./support/database.ts";
import { type BenchContract, BenchFleet, header, streamOf, year } from "./support/fleet.ts";
import { type BenchOutcome, mapWide, median, rounded, say, secondsOf, type Size } from "./support/outcome.ts";

/** Each width bills `repeats` months of all contracts, in turn with the others, after one month that is not counted. */
const sizes: Record<Size, { contractsEach: number; widths: number[]; repeats: number }> = {
  tiny: { contractsEach: 8, widths: [1, 8], repeats: 1 },
  usual: { contractsEach: 80, widths: [1, 2, 4, 8], repeats: 3 },
  long: { contractsEach: 400, widths: [1, 2, 4, 8], repeats: 3 },
};
const manySeries = 8;
const vehiclesEach = 4;
const linesEach = 10;

const taxed = { taxCategory: "S", taxPercent: "20", proration: "day" } as const;
const meter = (event: string, field: string) => ({ event, aggregate: "sum", field });

/** Four vehicles make four lines of lease and four of distance; fuel and tolls are one line each. */
const charges: RatePlanInput["charges"] = [
  {
    ...taxed,
    reference: "lease",
    name: "Lease",
    kind: "recurring",
    per: "vehicle",
    meter: null,
    price: { model: "flat", amount: "412.00" },
  },
  {
    ...taxed,
    reference: "distance",
    name: "Distance",
    kind: "usage",
    per: "vehicle",
    meter: meter("trip", "km"),
    price: { model: "graduated", tiers: [{ upTo: "200", unit: "0.15" }, { upTo: null, unit: "0.11" }] },
  },
  {
    ...taxed,
    reference: "fuel",
    name: "Fuel cards, cost plus 2%",
    kind: "usage",
    per: "contract",
    meter: meter("fuel", "cost"),
    price: { model: "pass_through", field: "cost", markupPercent: "2" },
  },
  {
    ...taxed,
    reference: "tolls",
    name: "Road tolls, passed on at cost",
    kind: "usage",
    per: "contract",
    meter: meter("toll", "cost"),
    price: { model: "pass_through", field: "cost" },
    taxCategory: "E",
    taxPercent: "0",
  },
];

/** Twelve rows of each vehicle a month: ten trips, one tank and one toll. Month 13 is the next year's first. */
function* usageLines(vehicles: readonly string[], months: number): Generator<string> {
  yield header;
  for (let month = 1; month <= months; month++) {
    for (const vehicle of vehicles) {
      const date = (day: number) => new Date(Date.UTC(year, month - 1, day, 9)).toISOString();
      for (let day = 2; day <= 20; day += 2) {
        yield `${vehicle}-${month}-t${day},trip,${vehicle},${date(day)},${day * 3}.5,,business`;
      }
      yield `${vehicle}-${month}-f,fuel,${vehicle},${date(11)},,6${month % 10}.20,`;
      yield `${vehicle}-${month}-o,toll,${vehicle},${date(12)},,4.${month % 10}0,`;
    }
  }
}

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
      raw.push(await writeAgain(bench, month.invoiceIds, width));
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

/** What issuing one invoice writes, each with the condition that finds its rows. Parents first. */
const written: readonly [table: string, condition: string][] = [
  ["invoice", "id = $1"],
  ["invoice_document", "invoice_id = $1"],
  ["invoice_line", "invoice_id = $1"],
  ["invoice_line_trace", "invoice_line_id in (select id from invoice_line where invoice_id = $1)"],
  ["invoice_tax", "invoice_id = $1"],
  ["invoice_transition", "invoice_id = $1"],
  ["ledger_transaction", "invoice_id = $1"],
  ["ledger_entry", "ledger_transaction_id in (select id from ledger_transaction where invoice_id = $1)"],
  ["audit_event", "subject_type = 'invoice' and subject_id = $1::text"],
  ["outbox", "subject_id = $1::text"],
];

/**
 * Takes the rows out and puts them back: a transaction for each invoice with one statement for each table, all sent
 * together, and the counter of the series last. Without row security, audit or thought: nothing that issues is faster.
 */
async function writeAgain({ admin }: BenchDatabase, ids: string[], width: number): Promise<number> {
  const kept = await mapWide(ids, 4, async (id) => {
    const texts = await Promise.all(
      written.map(([table, condition]) =>
        admin.unsafe<{ rows: string }[]>(
          `select array_agg(t)::text as rows from ${table} t where ${condition}`,
          [id],
          { prepare: true },
        )
      ),
    );
    const [{ tenant_id, billing_entity_id }] = await admin`
      select tenant_id, billing_entity_id from invoice where id = ${id}`;
    return { texts: texts.map(([{ rows }]) => rows), series: [tenant_id, billing_entity_id] };
  });
  await deleteInvoices(admin, ids);
  const seconds = await secondsOf(() =>
    mapWide(kept, width, ({ texts, series }) =>
      admin.begin(async (sql) => {
        await Promise.all([
          ...written.map(([table], index) =>
            sql.unsafe(
              `insert into ${table} select * from unnest($1::text::${table}[])`,
              [texts[index]],
              { prepare: true },
            )
          ),
          sql.unsafe(
            `update number_series set last_number = last_number + 0 where tenant_id = $1 and billing_entity_id = $2`,
            series,
            { prepare: true },
          ),
        ]);
      }))
  );
  return ids.length / seconds;
}

/** Deletes children first, with the guards of the schema set aside. */
async function deleteInvoices(admin: postgres.Sql, ids: string[]): Promise<void> {
  await admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    for (const [table, condition] of written.toReversed()) {
      const anyOf = condition.replace("= $1::text", "= any ($1::text[])").replace(
        "= $1",
        "= any ($1::uuid[])",
      );
      await sql.unsafe(`delete from ${table} where ${anyOf}`, [`{${ids.join(",")}}`]);
    }
  });
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
