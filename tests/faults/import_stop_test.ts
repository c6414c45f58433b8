/** Postgres stops, or the importing process dies, in the middle of an import: what is said is what is saved, and a repeat completes it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { type Database, openDatabase } from "../../db/database.ts";
import { type EmbeddedServer, startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { withTenant } from "../../db/tenant.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import { fleetUsage } from "../../lib/imports/mappings/fleet_usage.ts";
import { type ImportReport, importUsageFile, type UsageFile } from "../../lib/usage/import_file.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  perMile,
} from "../support/billing.ts";
import { testActor, testEnvironment, until } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { testSecrets } from "../support/environment.ts";
import { inherited, milepost, settingsOf } from "../support/milepost.ts";

const rowCount = 20_000;
const file = "id,event,vehicle,at,km,cost,purpose\n" +
  Array.from({ length: rowCount }, (_, index) => `t-${index},trip,V-1,2024-01-15T12:00:00Z,${index}.5,,\n`)
    .join("");

async function newTenant(database: Database): Promise<string> {
  const business = await insertTestBusiness(database);
  await withTenant(database, business.tenantId, async (db) => {
    const plan = await insertTestPlan(db, [perMile]);
    const { contractId } = await insertTestContract(db, business, plan);
    await insertTestVehicle(db, contractId, "V-1");
  });
  return business.tenantId;
}

function importIt(
  database: Database,
  tenantId: string,
  options: Partial<UsageFile> = {},
): Promise<ImportReport> {
  return importUsageFile(testEnvironment(database), {
    tenantId,
    actor: testActor(),
    mapping: fleetUsage,
    fileName: "usage.csv",
    content: new Blob([file]).stream(),
    bytesTotal: file.length,
    ...options,
  });
}

/** Events and what the import says of them. */
async function saved(database: Database, tenantId: string) {
  return await withTenant(database, tenantId, async (db) => {
    const { count } = await db.query.selectFrom("usage_event").select(({ fn }) =>
      fn.countAll<bigint>().as("count")
    )
      .executeTakeFirstOrThrow();
    const imports = await db.query.selectFrom("usage_import").select(["state", "event_count", "row_count"])
      .orderBy("started_at").execute();
    return {
      events: Number(count),
      imports: imports.map((row) => [row.state, Number(row.event_count), Number(row.row_count)]),
    };
  });
}

async function stopAtOnce({ dataDirectory }: EmbeddedServer): Promise<void> {
  const pid = Number((await Deno.readTextFile(join(dataDirectory, "postmaster.pid"))).split("\n")[0]);
  Deno.kill(pid, "SIGQUIT");
}

Deno.test("Postgres stops during an import: the error says what is saved, and importing again completes it", async () => {
  const directory = await Deno.makeTempDir({ prefix: "milepost-stop-" });
  const start = () => startEmbedded({ name: "test", directory });
  let server = await start();
  try {
    await migrate(server.ownerUrl);
    const database = await openDatabase({ ...server, secrets: testSecrets });
    const tenantId = await newTenant(database);
    let acknowledged = 0;
    let stopping: Promise<void> | undefined;
    const stopped = importIt(database, tenantId, {
      onProgress({ rows }) {
        acknowledged = rows;
        if (rows >= 6_000) stopping ??= stopAtOnce(server);
      },
    });
    let message = "";
    await assert.rejects(stopped, (error) => {
      assert.ok(isMilepostError(error), String(error));
      assert.equal(error.status, 503);
      message = error.message;
      return true;
    });
    assert.match(
      message,
      /^The database stopped answering during the import\. [\d,]+ rows are saved for certain; up to 4,000 more may be saved as well\. Import the same file again/,
    );
    const certain = Number(/([\d,]+) rows are saved for certain/.exec(message)![1].replaceAll(",", ""));
    assert.equal(certain, acknowledged);
    await database.close();

    await server.stop();
    server = await start();
    const reopened = await openDatabase({ ...server, secrets: testSecrets });
    const found = await saved(reopened, tenantId);
    assert.ok(
      found.events >= certain && found.events <= certain + 4_000,
      `${found.events} events, ${certain} certain`,
    );
    assert.equal(found.events % 2_000, 0);
    assert.deepEqual(found.imports, [["running", found.events, found.events]]);
    const again = await importIt(reopened, tenantId);
    assert.deepEqual([again.rows, again.events, again.duplicates], [
      rowCount,
      rowCount - found.events,
      found.events,
    ]);
    assert.equal((await saved(reopened, tenantId)).events, rowCount);
    await reopened.close();
  } finally {
    await server.stop();
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("connections are lost during an import: the error counts exactly what is saved", async () => {
  const { database, adminUrl, drop } = await testDatabase();
  const admin = postgres(adminUrl, { max: 1 });
  try {
    const tenantId = await newTenant(database);
    let cut: Promise<unknown> | undefined;
    const stopped = importIt(database, tenantId, {
      onProgress({ rows }) {
        if (rows < 4_000) return;
        cut ??= admin`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`.execute();
      },
    });
    const message = await stopped.then(() => "it was not stopped", (error) => String(error.message));
    await cut;
    assert.match(
      message,
      /^The database stopped answering during the import\. [\d,]+ rows are saved, the rest is not\./,
    );
    const said = Number(/([\d,]+) rows are saved/.exec(message)![1].replaceAll(",", ""));
    assert.equal((await saved(database, tenantId)).events, said);
    const again = await importIt(database, tenantId);
    assert.deepEqual([again.events, again.duplicates], [rowCount - said, said]);
  } finally {
    await admin.end();
    await drop();
  }
});

Deno.test("the importing process is killed: whole batches are there, and importing again completes them", async () => {
  const test = await testDatabase();
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, file);
    const tenantId = await newTenant(test.database);
    const words = ["import", "usage", path, "--tenant", tenantId, "--map", "fleet-usage"];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-check", "tools/milepost.ts", ...words],
      clearEnv: true,
      env: { ...inherited(), ...settingsOf(test) },
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until(async () => (await saved(test.database, tenantId)).events > 0);
    child.kill("SIGKILL");
    await child.status;
    const found = await saved(test.database, tenantId);
    assert.ok(found.events % 2_000 === 0 && found.events < rowCount, `${found.events} events`);
    assert.deepEqual(found.imports, [["running", found.events, found.events]]);
    const { code, output } = await milepost(words, { settings: settingsOf(test) });
    assert.equal(code, 0);
    const { seconds: _seconds, ...counts } = JSON.parse(output);
    assert.deepEqual(counts, {
      rows: rowCount,
      events: rowCount - found.events,
      duplicates: found.events,
      quarantined: 0,
    });
  } finally {
    await Deno.remove(path);
    await test.drop();
  }
});
