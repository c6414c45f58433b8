/** Importing files on a real database: counts that add up, nothing twice, nothing half, and what is said when it goes wrong. */
import assert from "node:assert/strict";
import { testDatabase } from "../../tests/support/database.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  perMile,
  type TestBusiness,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { makeSendable } from "../../db/queries/usage_event.ts";
import { withTenant } from "../../db/tenant.ts";
import { execute } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { fleetUsage } from "../imports/mappings/fleet_usage.ts";
import type { UsageMapping } from "../imports/mapping.ts";
import { finishUsageImport, importUsageBatch, startUsageImport } from "./commands.ts";
import { type ImportReport, importUsageFile, type UsageFile } from "./import_file.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);
const actor = testActor();

const header = "id,event,vehicle,at,km,cost,purpose\n";
/** Rows of its own for each number; every fourth of them names a vehicle that is not there. */
const rowOf = (number: number) =>
  `t-${number},trip,${number % 4 === 3 ? "V-none" : "V-1"},2024-01-15T12:00:00Z,${number}.5,,business\n`;
const fileOf = (numbers: number[]) => header + numbers.map(rowOf).join("");
const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

/** A business with the vehicle V-1 on a contract since 1 January 2024. */
async function newBusiness(): Promise<TestBusiness> {
  const business = await insertTestBusiness(database);
  await withTenant(database, business.tenantId, async (db) => {
    const plan = await insertTestPlan(db, [perMile]);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1" });
    await insertTestVehicle(db, contractId, "V-1");
  });
  return business;
}

function streamOf(...parts: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new Blob(parts as BlobPart[]).stream();
}

async function importText(
  { tenantId }: TestBusiness,
  content: string | ReadableStream<Uint8Array>,
  options: Partial<UsageFile> = {},
): Promise<ImportReport> {
  return await importUsageFile(environment, {
    tenantId,
    actor,
    mapping: fleetUsage,
    fileName: "usage.csv",
    content: typeof content === "string" ? streamOf(content) : content,
    bytesTotal: null,
    ...options,
  });
}

/** What the tables hold, counted by other means than the importer's. */
async function stored({ tenantId }: TestBusiness) {
  return await withTenant(database, tenantId, async (db) => {
    const count = async (table: "usage_event" | "quarantined_row" | "audit_event" | "outbox") =>
      Number(
        (await db.query.selectFrom(table).select(({ fn }) => fn.countAll().as("count"))
          .executeTakeFirstOrThrow()).count,
      );
    const imports = await db.query.selectFrom("usage_import").selectAll().orderBy("started_at").execute();
    return {
      events: await count("usage_event"),
      quarantined: await count("quarantined_row"),
      audited: await count("audit_event"),
      imports: imports.map((row) => ({
        state: row.state,
        failure: row.failure,
        rows: Number(row.row_count),
        events: Number(row.event_count),
        duplicates: Number(row.duplicate_count),
        quarantined: Number(row.quarantined_count),
        bytesRead: Number(row.bytes_read),
      })),
    };
  });
}

const countsOf = ({ rows, events, duplicates, quarantined }: ImportReport) => ({
  rows,
  events,
  duplicates,
  quarantined,
});

Deno.test("a file becomes events and set-aside rows, and its counts are the tables' counts", async () => {
  const business = await newBusiness();
  const file = fileOf(range(5_000));
  const seen: number[] = [];
  const report = await importText(business, file, {
    bytesTotal: file.length,
    onProgress: ({ rows, events, duplicates, quarantined }) => {
      assert.equal(rows, events + duplicates + quarantined);
      seen.push(rows);
    },
  });
  assert.deepEqual(countsOf(report), { rows: 5_000, events: 3_750, duplicates: 0, quarantined: 1_250 });
  assert.equal(report.failure, null);
  assert.deepEqual(seen, [2_000, 4_000, 5_000]);
  const { events, quarantined, audited, imports } = await stored(business);
  assert.deepEqual({ events, quarantined }, { events: 3_750, quarantined: 1_250 });
  assert.deepEqual(imports, [
    { state: "done", failure: null, ...countsOf(report), bytesRead: file.length },
  ]);
  // one row for the start, one for each of three batches, one for the end
  assert.equal(audited, 5);
});

Deno.test("events keep what the row said, and set-aside rows their place and text", async () => {
  const business = await newBusiness();
  await importText(
    business,
    `${header}a,fuel,V-1,2024-01-15T12:00:00+02:00,,-12.40,private\nb,trip,V-1,never,1,,\n`,
  );
  await withTenant(database, business.tenantId, async (db) => {
    const event = await db.query.selectFrom("usage_event").selectAll().executeTakeFirstOrThrow();
    assert.deepEqual(
      {
        source: event.source,
        id: event.event_id,
        event: event.event,
        at: event.at.toString(),
        properties: event.properties,
      },
      {
        source: "fleet",
        id: "a",
        event: "fuel",
        at: "2024-01-15T10:00:00Z",
        properties: { cost: "-12.40", purpose: "private" },
      },
    );
    const row = await db.query.selectFrom("quarantined_row").selectAll().executeTakeFirstOrThrow();
    assert.deepEqual(
      { line: row.line, column: row.column, value: row.value, raw: row.raw },
      { line: 3n, column: "at", value: "never", raw: "b,trip,V-1,never,1,," },
    );
    assert.match(row.reason, /with its offset/);
  });
});

Deno.test("a second upload gives only duplicates, and set-aside rows are set aside again", async () => {
  const business = await newBusiness();
  await importText(business, fileOf(range(4_100)));
  const again = await importText(business, fileOf(range(4_100)));
  assert.deepEqual(countsOf(again), { rows: 4_100, events: 0, duplicates: 3_075, quarantined: 1_025 });
  assert.equal((await stored(business)).events, 3_075);
});

Deno.test("two imports of one file at the same time save each event once", async () => {
  const business = await newBusiness();
  const reports = await Promise.all([
    importText(business, fileOf(range(6_000))),
    importText(business, fileOf(range(6_000).reverse())),
  ]);
  for (const report of reports) {
    assert.equal(report.rows, report.events + report.duplicates + report.quarantined);
  }
  assert.equal(reports[0].events + reports[1].events, 4_500);
  assert.equal(reports[0].duplicates + reports[1].duplicates, 4_500);
  assert.equal((await stored(business)).events, 4_500);
});

Deno.test("the same id with other content is set aside, in the same batch, the same file and the next file", async () => {
  const business = await newBusiness();
  const first = await importText(
    business,
    fileOf([1, 2]) + rowOf(1).replace("1.5", "9.9") + fileOf(range(2_100, 10)).slice(header.length) +
      rowOf(2).replace("2.5", "9.9") + rowOf(2),
  );
  assert.deepEqual(countsOf(first), { rows: 2_105, events: 1_577, duplicates: 1, quarantined: 527 });
  const next = await importText(business, header + rowOf(1) + rowOf(2).replace("2.5", "7.7"));
  assert.deepEqual(countsOf(next), { rows: 2, events: 0, duplicates: 1, quarantined: 1 });
  await withTenant(database, business.tenantId, async (db) => {
    const conflicts = await db.query.selectFrom("quarantined_row").select(["line", "value", "reason"])
      .where("column", "=", "id").orderBy("usage_import_id").orderBy("line").execute();
    assert.deepEqual(conflicts.map(({ line, value }) => [Number(line), value]), [[4, "t-1"], [2_105, "t-2"], [
      3,
      "t-2",
    ]]);
    assert.match(conflicts[0].reason, /this id and other content, which stays/);
  });
});

/** Without an id column: rows that are equal are told apart by their number. */
const withoutIds: UsageMapping = { ...fleetUsage, id: undefined, source: "without-ids" };

Deno.test("equal rows without an id are events of their own, across batches, and duplicates the next time", async () => {
  const business = await newBusiness();
  const row = ",trip,V-1,2024-01-15T12:00:00Z,5,,\n";
  const file = header + row + range(2_500).map((number) => rowOf(number * 4)).join("") + row + row;
  const first = await importText(business, file, { mapping: withoutIds });
  assert.deepEqual(countsOf(first), { rows: 2_503, events: 2_503, duplicates: 0, quarantined: 0 });
  const again = await importText(business, file, { mapping: withoutIds });
  assert.deepEqual(countsOf(again), { rows: 2_503, events: 0, duplicates: 2_503, quarantined: 0 });
  const longer = await importText(business, header + row.repeat(4), { mapping: withoutIds });
  assert.deepEqual(countsOf(longer), { rows: 4, events: 1, duplicates: 3, quarantined: 0 });
});

Deno.test("a dry run reports what the import then does, and leaves nothing behind", async () => {
  const business = await newBusiness();
  await importText(business, fileOf(range(50)));
  const before = await stored(business);
  const conflict = rowOf(60).replace("60.5", "1.1");
  const file = fileOf(range(2_200)) + rowOf(2_000) + rowOf(60) + conflict + conflict +
    rowOf(4).replace("4.5", "1.1") +
    `${header.replaceAll(/\w+/g, "x").slice(0, -1)}\n`;
  const dry = await importText(business, file, { dryRun: true });
  assert.deepEqual(await stored(business), before);
  assert.equal(dry.usageImportId, null);
  const real = await importText(business, file);
  assert.deepEqual(countsOf(dry), countsOf(real));
  assert.ok(real.duplicates > 30 && real.quarantined > 550);
});

Deno.test("a file that breaks off keeps its whole rows, and says how many and what to do", async () => {
  const business = await newBusiness();
  const file = fileOf(range(2_501));
  const report = await importText(business, file.slice(0, -20));
  assert.match(
    report.failure!,
    /ends in the middle of a row \(4 of 7 values\) on line 2502: it was cut off.*2,500 rows are saved; when you import the corrected file, they count as duplicates/,
  );
  assert.equal(report.rows, 2_500);
  const [saved] = (await stored(business)).imports;
  assert.deepEqual({ state: saved.state, failure: saved.failure, rows: saved.rows }, {
    state: "failed",
    failure: report.failure,
    rows: 2_500,
  });
  const whole = await importText(business, file);
  assert.deepEqual(countsOf(whole), { rows: 2_501, events: 1, duplicates: 1_875, quarantined: 625 });
});

Deno.test("wrong encodings and endless rows end the import at their place", async () => {
  const business = await newBusiness();
  const rows = new TextEncoder().encode(fileOf(range(3)));
  const latin = await importText(business, streamOf(rows, new Uint8Array([0x4d, 0xfc]), "ller\n"));
  assert.match(latin.failure!, /Line 5 is not UTF-8: byte \d+ of the file is FC.*3 rows are saved/);
  const endless = await importText(business, streamOf(rows, "x".repeat(2_000_000)));
  assert.match(endless.failure!, /row that starts on line 5 .* longer than 1 MB.*3 rows are saved/);
  assert.deepEqual((await stored(business)).imports.map(({ state, rows }) => [state, rows]), [["failed", 3], [
    "failed",
    3,
  ]]);
});

Deno.test("of a row of 2 GB no more than its limit is taken in", async () => {
  const business = await newBusiness();
  const megabyte = new Uint8Array(1_000_000).fill(0x78);
  let sent = 0;
  const content = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= 2_000) return controller.close();
      controller.enqueue(sent++ === 0 ? new TextEncoder().encode(fileOf(range(3))) : megabyte);
    },
  });
  const report = await importText(business, content);
  assert.match(report.failure!, /row that starts on line 5 .* longer than 1 MB.*3 rows are saved/);
  assert.ok(sent < 6, `${sent} MB were taken in`);
});

Deno.test("a wrong mapping, a wrong encoding from the start and an empty file leave nothing behind", async () => {
  const business = await newBusiness();
  const wrongMapping = await importText(business, "VendorID,trip_distance\n1,2\n");
  assert.match(
    wrongMapping.failure!,
    /mapping fleet-usage needs the columns "id".*The file has "VendorID".*Nothing was saved/,
  );
  const wide = await importText(business, streamOf(new Uint8Array([0xff, 0xfe, 0x69, 0, 0x64, 0])));
  assert.match(wide.failure!, /UTF-16.*Nothing was saved/);
  assert.match((await importText(business, "")).failure!, /file is empty.*Nothing was saved/);
  assert.deepEqual(await stored(business), { events: 0, quarantined: 0, audited: 0, imports: [] });
});

Deno.test("a file with a header alone is an import of no rows", async () => {
  const business = await newBusiness();
  const report = await importText(business, header);
  assert.deepEqual({ ...countsOf(report), failure: report.failure }, {
    rows: 0,
    events: 0,
    duplicates: 0,
    quarantined: 0,
    failure: null,
  });
  assert.equal((await stored(business)).imports[0].state, "done");
});

Deno.test("who may not import is told so, and nothing is read", async () => {
  const business = await newBusiness();
  const viewer = testActor(new Set(["read"] as const));
  for (const dryRun of [false, true]) {
    await assert.rejects(
      () => importText(business, fileOf(range(3)), { actor: viewer, dryRun }),
      (error) => isMilepostError(error, "NotPermitted") && /import usage/.test(error.message),
    );
  }
  assert.deepEqual((await stored(business)).imports, []);
});

Deno.test("a batch is refused unless exactly the rows before it are saved, and after the end", async () => {
  const { tenantId } = await newBusiness();
  const { usageImportId } = await execute(environment, startUsageImport, { tenantId, actor }, {
    fileName: "usage.csv",
    mapping: "fleet-usage",
    bytesTotal: null,
  });
  const setAside = [{ line: 2, raw: "x", column: "at", value: "x", reason: "No." }];
  const batch = {
    usageImportId,
    source: "fleet",
    columns: { subject: "vehicle" },
    bytesRead: 10,
    sorted: { events: [], repeats: [], corrections: [], setAside },
    sendable: makeSendable([]),
  };
  const send = (rowsBefore: number) =>
    execute(environment, importUsageBatch, { tenantId, actor }, { ...batch, rowsBefore });
  await assert.rejects(() => send(1), /starts after row 1, and the import is running with 0 rows saved/);
  assert.equal((await send(0)).quarantined, 1);
  await assert.rejects(() => send(0), /starts after row 0, and the import is running with 1 rows saved/);
  await execute(environment, finishUsageImport, { tenantId, actor }, {
    usageImportId,
    failure: null,
    bytesRead: 10,
  });
  await assert.rejects(() => send(1), /the import is done with 1 rows saved/);
  // to finish it again, even with a failure, changes nothing
  const again = await execute(environment, finishUsageImport, { tenantId, actor }, {
    usageImportId,
    failure: "late",
    bytesRead: 0,
  });
  assert.equal(again.state, "done");
});

Deno.test("an import goes on where it stopped: counts as if it had never stopped", async () => {
  const business = await newBusiness();
  const file = header + ",trip,V-1,2024-01-15T12:00:00Z,5,,\n".repeat(5_000);
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => stop = () => reject(new Error("stopped by the test")));
  stopped.catch(() => {});
  let sent = 0;
  const breaking = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent >= file.length) return await stopped;
      controller.enqueue(new TextEncoder().encode(file.slice(sent, sent += 65_536)));
    },
  });
  await assert.rejects(
    () =>
      importText(business, breaking, {
        mapping: withoutIds,
        onProgress: ({ rows }) => rows === 4_000 && stop(),
      }),
    /stopped by the test/,
  );
  const [half] = (await stored(business)).imports;
  assert.deepEqual([half.state, half.rows, half.events], ["running", 4_000, 4_000]);
  const usageImportId = await withTenant(
    database,
    business.tenantId,
    async (db) => (await db.query.selectFrom("usage_import").select("id").executeTakeFirstOrThrow()).id,
  );
  const saved = { rows: 4_000, events: 4_000, duplicates: 0, quarantined: 0 };
  const report = await importText(business, file, { mapping: withoutIds, resume: { usageImportId, saved } });
  assert.deepEqual(countsOf(report), { rows: 5_000, events: 5_000, duplicates: 0, quarantined: 0 });
  const [whole] = (await stored(business)).imports;
  assert.deepEqual([whole.state, whole.rows, whole.events], ["done", 5_000, 5_000]);
});

Deno.test("the same usage as lines of JSON is the same events", async () => {
  const business = await newBusiness();
  const lines = range(8).map((number) =>
    JSON.stringify({
      id: `t-${number}`,
      event: "trip",
      vehicle: number % 4 === 3 ? "V-none" : "V-1",
      at: "2024-01-15T12:00:00Z",
      purpose: "business",
    }).replace("}", `,"km":${number}.5}`)
  ).join("\n");
  const { usageImportId: _, ...first } = await importText(business, `\n${lines}`);
  assert.deepEqual(first, { rows: 8, events: 6, duplicates: 0, quarantined: 2, failure: null });
  const again = await importText(business, fileOf(range(8)));
  assert.deepEqual([again.events, again.duplicates, again.quarantined], [0, 6, 2]);
});
