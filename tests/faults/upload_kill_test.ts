/** SIGKILL of workers that read an uploaded file: whoever goes on, goes on where the last one stopped, and the end is the same. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { execute } from "../../lib/core/command.ts";
import { keepUploadedFile } from "../../lib/usage/commands.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  perMile,
} from "../support/billing.ts";
import { mapUsageImport } from "../../lib/usage/mapping_commands.ts";
import { guessChoice } from "../../lib/imports/column_guess.ts";
import { lookAtUpload } from "../../lib/usage/waiting_file.ts";
import { testActor, testEnvironment, until } from "../support/command.ts";
import { startCommandProcess } from "../support/command_process.ts";
import { testDatabase } from "../support/database.ts";
import { pause, seededRandom } from "../support/random.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);

const long = Deno.env.get("MILEPOST_TEST_FAULTS") === "long";
const kills = long ? 50 : 5;
const rowCount = long ? 120_000 : 30_000;

/** Every tenth row names a vehicle that is not there, every hundredth repeats the one before it. */
function fileOf(rows: number): Uint8Array {
  const lines = Array.from({ length: rows }, (_, number) => {
    const id = number % 100 === 99 ? number - 1 : number;
    return `t-${id},trip,${id % 10 === 7 ? "V-none" : "V-1"},2024-01-15T12:00:00Z,${id}.5,,business\n`;
  });
  return new TextEncoder().encode(`id,event,vehicle,at,km,cost,purpose\n${lines.join("")}`);
}

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 100_000) yield bytes.subarray(from, from + 100_000);
}

/** A business of its own that has uploaded the file; nobody has read it yet. */
async function uploaded(bytes: Uint8Array, mapping = "fleet-usage") {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [perMile]);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1" });
    await insertTestVehicle(db, contractId, "V-1");
  });
  const { usageImportId } = await execute(
    environment,
    keepUploadedFile(partsOf(bytes)),
    { tenantId, actor: testActor() },
    {
      fileName: "usage.csv",
      mapping,
      bytesTotal: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    },
  );
  return { tenantId, usageImportId };
}

interface State {
  state: string;
  rows: number;
  jobState: string;
}

async function stateOf(tenantId: string): Promise<State> {
  const [state] = await withSystem(database, (db) =>
    db.sql<State[]>`
    select usage_import.state, row_count::int as rows, job.state as "jobState"
    from usage_import join job on job.tenant_id = usage_import.tenant_id
      and job.unique_key = usage_import.id::text
    where usage_import.tenant_id = ${tenantId}`);
  return state;
}

/** All that an import leaves behind, but for the ids of a tenant and the times of its rows. */
async function outcomeOf(tenantId: string) {
  return await withSystem(database, async (db) => ({
    counts: [
      ...await db.sql`
      select state, row_count, event_count, duplicate_count, quarantined_count, bytes_read from usage_import
      where tenant_id = ${tenantId}`,
    ],
    events: [
      ...await db.sql`
      select count(*), md5(string_agg(event_id || at || properties, '' order by event_id))
      from usage_event where tenant_id = ${tenantId}`,
    ],
    quarantined: [
      ...await db.sql`
      select count(*), md5(string_agg(line || raw || reason, '' order by line))
      from quarantined_row where tenant_id = ${tenantId}`,
    ],
    parts: [...await db.sql`select count(*) from usage_file_part where tenant_id = ${tenantId}`],
  }));
}

/** A worker would wait for the lease of one that was killed; the test lets it run out at once. */
async function endLease(tenantId: string): Promise<void> {
  await withSystem(database, (db) =>
    db.sql`
    update job set lease_until = clock_timestamp() where tenant_id = ${tenantId} and state = 'leased'`);
}

/** Only attempts that save nothing count, so that one is enough for any number of kills between batches. */
async function allowOneAttempt(tenantId: string): Promise<void> {
  await withSystem(database, (db) => db.sql`update job set max_attempts = 1 where tenant_id = ${tenantId}`);
}

async function finish(tenantId: string): Promise<void> {
  const process = startCommandProcess({ appUrl, systemUrl, productWorker: true });
  await until(async () => (await stateOf(tenantId)).jobState === "done");
  await process.end();
}

Deno.test(`${kills} kills of the worker that reads an upload: the outcome is that of an undisturbed one`, async () => {
  const random = seededRandom("killed uploads");
  const bytes = fileOf(rowCount);
  const disturbed = await uploaded(bytes);
  await allowOneAttempt(disturbed.tenantId);
  let fell = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = await stateOf(disturbed.tenantId);
    if (before.state !== "running") break;
    const process = startCommandProcess({ appUrl, systemUrl, productWorker: true });
    await until(async () => {
      const { rows, state } = await stateOf(disturbed.tenantId);
      return state !== "running" || rows > before.rows;
    });
    await pause(random.between(0, 80));
    process.signal("SIGKILL");
    await process.end();
    if ((await stateOf(disturbed.tenantId)).state === "running") fell++;
    await endLease(disturbed.tenantId);
  }
  assert.ok(fell >= 2, `only ${fell} kills fell in the middle of the file`);
  await finish(disturbed.tenantId);
  const undisturbed = await uploaded(bytes);
  await finish(undisturbed.tenantId);
  assert.deepEqual(await outcomeOf(disturbed.tenantId), await outcomeOf(undisturbed.tenantId));
});

Deno.test("a file that waits for its columns outlives its process, and is read once they are chosen", async () => {
  const bytes = fileOf(2_000);
  const { tenantId, usageImportId } = await uploaded(bytes, "by-hand");
  const before = await outcomeOf(tenantId);
  // something else to do shows that the worker works before it is killed
  const other = await uploaded(fileOf(10));
  const process = startCommandProcess({ appUrl, systemUrl, productWorker: true });
  await until(async () => (await stateOf(other.tenantId)).jobState === "done");
  process.signal("SIGKILL");
  await process.end();
  assert.deepEqual(await outcomeOf(tenantId), before);
  const { look } = await withTenant(database, tenantId, (db) => lookAtUpload(db, usageImportId, ""));
  const choice = { ...guessChoice(look, "UTC"), corrects: "" };
  const confirm = () =>
    execute(environment, mapUsageImport, { tenantId, actor: testActor() }, {
      usageImportId,
      delimiter: look.delimiter,
      choice,
      name: "",
    });
  await confirm();
  await assert.rejects(confirm(), /chosen before/);
  await finish(tenantId);
  const known = await uploaded(bytes);
  await finish(known.tenantId);
  assert.deepEqual((await outcomeOf(tenantId)).counts, (await outcomeOf(known.tenantId)).counts);
});
