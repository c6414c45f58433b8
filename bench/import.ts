/** From a CSV file to committed usage events, beside the same rows copied into the same table by COPY alone. */
import { Buffer } from "node:buffer";
import type postgres from "postgres";
import { type BenchDatabase, benchDatabase } from "./support/database.ts";
import { BenchFleet, chunksOf, tripLines } from "./support/fleet.ts";
import { PeakMemory } from "./support/memory.ts";
import { type BenchOutcome, median, rounded, say, secondsOf, type Size } from "./support/outcome.ts";

const sizes: Record<Size, { rows: number; repeats: number; memoryRows: number[] }> = {
  tiny: { rows: 3_000, repeats: 1, memoryRows: [2_500] },
  usual: { rows: 200_000, repeats: 3, memoryRows: [100_000] },
  long: { rows: 200_000, repeats: 5, memoryRows: [100_000, 1_000_000] },
};

/** All of an event but `xid`, which a new transaction fills in anew. */
const columns =
  "tenant_id, source, event_id, event, contract_id, vehicle_id, at, properties, content_hash, usage_import_id";

const perKilometre = {
  reference: "distance",
  name: "Distance",
  kind: "usage",
  per: "vehicle",
  proration: "day",
  meter: { event: "trip", aggregate: "sum", field: "km" },
  price: { model: "per_unit", unit: "0.15" },
  taxCategory: "S",
  taxPercent: "20",
} as const;

export async function run(size: Size): Promise<BenchOutcome> {
  const { rows, repeats, memoryRows } = sizes[size];
  const bench = await benchDatabase();
  const folder = await Deno.makeTempDir();
  try {
    const fleet = await BenchFleet.setUp(
      bench.database,
      { entities: 1, contracts: 40, vehiclesEach: 10 },
      [perKilometre],
    );
    const figures: Record<string, number> = {};
    // Smaller files first: a process hardly ever gives memory back.
    for (const count of memoryRows) {
      const { seconds, peakMegabytes } = await importOnce(bench, fleet, folder, count);
      say(`${count} rows: ${Math.round(count / seconds)} rows/s, ${Math.round(peakMegabytes)} MB at most`);
      figures[`peak_memory_of_${count}_rows_mb`] = rounded(peakMegabytes);
      figures[`import_of_${count}_rows_per_second`] = rounded(count / seconds);
    }
    const imported: number[] = [], copied: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { seconds } = await importOnce(bench, fleet, folder, rows);
      imported.push(rows / seconds);
      copied.push(rows / await copyAgain(bench.admin, rows));
      say(`${rows} rows: import ${Math.round(imported[repeat])}, COPY ${Math.round(copied[repeat])} rows/s`);
    }
    figures.import_rows_per_second = rounded(median(imported));
    figures.worst_import_rows_per_second = rounded(Math.min(...imported));
    figures.copy_rows_per_second = rounded(median(copied));
    return { figures, ratios: { import_of_copy: rounded(median(imported) / median(copied)) } };
  } finally {
    await Deno.remove(folder, { recursive: true });
    await bench.drop();
  }
}

/** Imports a file of new events into a table that is empty but for its indexes. */
async function importOnce(bench: BenchDatabase, fleet: BenchFleet, folder: string, count: number) {
  const path = `${folder}/${count}.csv`;
  const lines = ReadableStream.from(chunksOf(tripLines(fleet.vehicles, count, "b")));
  await Deno.writeTextFile(path, lines);
  await bench.admin`truncate usage_event, usage_correction`;
  await bench.admin`checkpoint`;
  const file = await Deno.open(path);
  const memory = new PeakMemory();
  let events = 0;
  const seconds = await secondsOf(async () => {
    const report = await fleet.import(file.readable);
    if (report.failure) throw new Error(report.failure);
    events = report.events;
  });
  if (events !== count) throw new Error(`${events} of ${count} rows became events.`);
  return { seconds, peakMegabytes: memory.stop() };
}

/** Takes the rows out, empties the table, and puts them back in one COPY whose text is ready beforehand. */
async function copyAgain(admin: postgres.Sql, rows: number): Promise<number> {
  const parts = await copyOut(admin);
  await admin`truncate usage_event, usage_correction`;
  await admin`checkpoint`;
  const seconds = await secondsOf(async () => {
    const into = await admin.unsafe(`copy usage_event (${columns}) from stdin`).writable();
    const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
    into.on("finish", resolve).on("error", reject);
    for (const part of parts) {
      if (!into.write(part)) await new Promise((drained) => into.once("drain", () => drained(null)));
    }
    into.end();
    await finished;
  });
  const [{ count }] = await admin<{ count: number }[]>`select count(*)::int as count from usage_event`;
  if (count !== rows) throw new Error(`COPY wrote ${count} of ${rows} rows.`);
  return seconds;
}

const partBytes = 65_536;

/** The rows as COPY writes them, in parts of a good size to send. */
async function copyOut(admin: postgres.Sql): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let part: Uint8Array[] = [], length = 0;
  const cut = () => {
    parts.push(Buffer.concat(part));
    [part, length] = [[], 0];
  };
  const rows = await admin.unsafe(`copy usage_event (${columns}) to stdout`).readable();
  // Read by its events: read by `for await`, postgres.js leaves the socket of the connection paused.
  await new Promise((resolve, reject) =>
    rows.on("data", (row: Uint8Array) => {
      part.push(row);
      length += row.length;
      if (length >= partBytes) cut();
    }).on("end", resolve).on("error", reject)
  );
  if (length > 0) cut();
  return parts;
}
