/** A worker that slept through its lease: its late effects are refused, and whoever took over counts. */
import assert from "node:assert/strict";
import { claimJobs, setExpiredJobsFree } from "../../db/queries/job.ts";
import { withSystem } from "../../db/system.ts";
import { startWorker } from "../../jobs/worker.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import {
  insertTestJob,
  insertTestTenant,
  readTraces,
  registerVehicle,
  testEnvironment,
  until,
} from "../support/command.ts";
import { startCommandProcess } from "../support/command_process.ts";
import { testDatabase } from "../support/database.ts";
import { pause } from "../support/random.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);
const actor = jobActor("vehicle.add");

async function claim(leaseMs: number) {
  const [job] = await withSystem(
    database,
    (db) => claimJobs(db, [{ kind: "vehicle.add", leaseMs, maxAttempts: 8 }], 1),
  );
  return job;
}

async function isRefused(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => isMilepostError(error, "LeaseLost"));
}

Deno.test("of two claims of one job only the later can commit, in whichever order they try", async () => {
  for (const lateFirst of [true, false]) {
    const tenantId = await insertTestTenant(database);
    await insertTestJob(database, tenantId, { kind: "vehicle.add" });
    const first = await claim(20);
    await pause(30);
    assert.deepEqual(await withSystem(database, setExpiredJobsFree), { ready: 1, dead: 0 });
    const second = await claim(60_000);
    assert.deepEqual([first.id, first.attempt, second.id, second.attempt], [first.id, 1, first.id, 2]);
    const late = () =>
      execute(environment, registerVehicle, { tenantId, actor, job: first }, { reference: "late" });
    const current = () =>
      execute(environment, registerVehicle, { tenantId, actor, job: second }, { reference: "current" });
    if (lateFirst) await isRefused(late());
    await current();
    if (!lateFirst) await isRefused(late());
    const traces = await readTraces(database, tenantId);
    assert.deepEqual([traces.vehicles, traces.audited, traces.emitted], [["current"], ["current"], [
      "current",
    ]]);
    assert.deepEqual(traces.jobs.map(({ state, attempt }) => [state, attempt]), [["done", 2]]);
  }
});

Deno.test("a lease that has run out is refused even when nobody has taken over", async () => {
  const tenantId = await insertTestTenant(database);
  await insertTestJob(database, tenantId, { kind: "vehicle.add" });
  const job = await claim(20);
  await pause(30);
  await isRefused(execute(environment, registerVehicle, { tenantId, actor, job }, { reference: "late" }));
  assert.deepEqual((await readTraces(database, tenantId)).vehicles, []);
  await withSystem(database, setExpiredJobsFree);
  await execute(environment, registerVehicle, { tenantId, actor, job: await claim(60_000) }, {
    reference: "A",
  });
});

Deno.test("a job cannot be settled from another tenant, nor twice", async () => {
  const [tenantId, stranger] = [await insertTestTenant(database), await insertTestTenant(database)];
  await insertTestJob(database, tenantId, { kind: "vehicle.add" });
  const job = await claim(60_000);
  await isRefused(
    execute(environment, registerVehicle, { tenantId: stranger, actor, job }, { reference: "A" }),
  );
  await execute(environment, registerVehicle, { tenantId, actor, job }, { reference: "A" });
  await isRefused(execute(environment, registerVehicle, { tenantId, actor, job }, { reference: "B" }));
  assert.deepEqual((await readTraces(database, stranger)).vehicles, []);
  assert.deepEqual((await readTraces(database, tenantId)).vehicles, ["A"]);
});

Deno.test("a worker process stopped past its lease and resumed cannot commit", async () => {
  const tenantId = await insertTestTenant(database);
  const id = await insertTestJob(database, tenantId, { kind: "vehicle.add", payload: { name: "A" } });
  const process = startCommandProcess({ appUrl, systemUrl, worker: { leaseMs: 200, workMs: 100 } });
  assert.equal(await process.next(), `begun ${id} 1`);
  process.signal("SIGSTOP");
  const other = startWorker({
    environment,
    sweepEveryMs: 20,
    report() {},
    handlers: [{
      kind: "vehicle.add",
      maxAttempts: 8,
      leaseMs: 60_000,
      async run(given, job) {
        const execution = { tenantId: job.tenantId, actor, job };
        await execute(given, registerVehicle, execution, { reference: `A ${job.attempt}` });
      },
    }],
  });
  await until(async () => (await readTraces(database, tenantId)).jobs[0].state === "done");
  await other.stop();
  process.signal("SIGCONT");
  assert.equal(await process.next(), `refused ${id} 1 lease_lost`);
  await process.end();
  const traces = await readTraces(database, tenantId);
  assert.deepEqual([traces.vehicles, traces.audited, traces.emitted], [["A 2"], ["A 2"], ["A 2"]]);
});
