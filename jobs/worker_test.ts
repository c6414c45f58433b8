/** The worker: what is due runs once, in order, a few at a time; failures wait and end as dead letters. */
import assert from "node:assert/strict";
import { listDeadJobs, setDeadJobReady } from "../db/queries/job.ts";
import { withSystem } from "../db/system.ts";
import { withTenant } from "../db/tenant.ts";
import { jobActor } from "../lib/core/actor.ts";
import { execute } from "../lib/core/command.ts";
import {
  insertTestJob,
  insertTestTenant,
  readTraces,
  registerVehicle,
  testActor,
  testEnvironment,
  until,
} from "../tests/support/command.ts";
import { testDatabase } from "../tests/support/database.ts";
import type { JobHandler } from "./handler.ts";
import { openQueue } from "./queue.ts";
import type { Report } from "./report.ts";
import { startWorker, type WorkerOptions } from "./worker.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);

function handler(kind: string, run: JobHandler["run"], more: Partial<JobHandler> = {}): JobHandler {
  return { kind, maxAttempts: 3, leaseMs: 10_000, backOff: { firstMs: 1, longestMs: 1 }, run, ...more };
}

/** A worker whose reports are kept, and that looks often. */
function start(handlers: JobHandler[], more: Partial<WorkerOptions> = {}) {
  const reports: Report[] = [];
  const report = (one: Report) => void reports.push(one);
  return { reports, worker: startWorker({ environment, handlers, sweepEveryMs: 20, report, ...more }) };
}

async function jobsOf(tenantId: string) {
  return (await readTraces(database, tenantId)).jobs;
}

async function statesOf(tenantId: string): Promise<string[]> {
  return (await jobsOf(tenantId)).map(({ state }) => state);
}

Deno.test("a job runs in its tenant, and is done together with the effects of its command", async () => {
  const [one, other] = [await insertTestTenant(database), await insertTestTenant(database)];
  for (const tenantId of [one, other]) {
    await insertTestJob(database, tenantId, {
      kind: "vehicle.add",
      payload: { reference: `of ${tenantId}` },
    });
  }
  const { worker } = start([handler("vehicle.add", async (given, job) => {
    const { reference } = job.payload as { reference: string };
    const actor = jobActor("vehicle.add");
    await execute(given, registerVehicle, { tenantId: job.tenantId, actor, job }, { reference });
    const [state] = await statesOf(job.tenantId);
    assert.equal(state, "done", "settled by the command, before the handler has returned");
  })]);
  await until(async () => (await statesOf(other))[0] === "done" && (await statesOf(one))[0] === "done");
  await worker.stop();
  for (const tenantId of [one, other]) {
    const traces = await readTraces(database, tenantId);
    assert.deepEqual([traces.vehicles, traces.audited], [[`of ${tenantId}`], [`of ${tenantId}`]]);
  }
});

Deno.test("a job that was enqueued by a command is woken through the queue, without the sweep", async () => {
  const tenantId = await insertTestTenant(database);
  const queue = await openQueue(":memory:");
  const { worker } = start([handler("vehicle.check", () => Promise.resolve())], {
    queue,
    sweepEveryMs: 3_600_000,
  });
  await insertTestJob(database, tenantId, { kind: "vehicle.check" });
  worker.wake();
  await until(async () => (await statesOf(tenantId))[0] === "done"); // The sweep at the start is over.
  await execute({ ...environment, wake: queue.wake.bind(queue) }, registerVehicle, {
    tenantId,
    actor: testActor(),
  }, { reference: "A", jobKind: "vehicle.check" });
  await until(async () => (await statesOf(tenantId))[1] === "done");
  await worker.stop();
  await queue.close();
});

Deno.test("without a queue the sweep finds what is due", async () => {
  const tenantId = await insertTestTenant(database);
  const { worker } = start([handler("vehicle.check", () => Promise.resolve())]);
  await execute(environment, registerVehicle, { tenantId, actor: testActor() }, {
    reference: "A",
    jobKind: "vehicle.check",
  });
  await until(async () => (await statesOf(tenantId))[0] === "done");
  await worker.stop();
});

Deno.test("a failed job waits longer each time and then becomes a dead letter with its error", async () => {
  const tenantId = await insertTestTenant(database);
  const id = await insertTestJob(database, tenantId, { kind: "always.fails" });
  const waits: number[] = [];
  const failing = handler("always.fails", () => Promise.reject(new Error("no luck")), {
    backOff: { firstMs: 600_000, longestMs: 36_000_000 },
  });
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { worker, reports } = start([failing]);
    await until(() => reports.some(({ what }) => what === "job_failed"));
    await worker.stop();
    waits.push(await waitOf(id));
    assert.deepEqual(await statesOf(tenantId), ["ready"]);
    await withSystem(
      database,
      (db) =>
        db.query.updateTable("job").set({ run_after: Temporal.Instant.from("2024-01-01T00:00:00Z") })
          .where("id", "=", id).execute(),
    );
  }
  assert.ok(waits[0] > 200 && waits[0] <= 600, `first wait ${waits[0]} s`);
  assert.ok(waits[1] > 500 && waits[1] <= 1_200, `second wait ${waits[1]} s`);
  const { worker, reports } = start([failing]);
  await until(() => reports.some(({ what }) => what === "job_dead"));
  await worker.stop();
  const dead = await withTenant(database, tenantId, (db) => listDeadJobs(db, 25));
  assert.deepEqual(dead.map(({ kind, attempt, lastError }) => [kind, attempt, lastError]), [
    ["always.fails", 3, "Error: no luck"],
  ]);
});

async function waitOf(id: string): Promise<number> {
  const row = await withSystem(
    database,
    (db) => db.query.selectFrom("job").select("run_after").where("id", "=", id).executeTakeFirstOrThrow(),
  );
  return row.run_after.since(Temporal.Now.instant()).total("seconds");
}

Deno.test("a dead letter can be given more attempts, and then runs", async () => {
  const tenantId = await insertTestTenant(database);
  const id = await insertTestJob(database, tenantId, { kind: "sometimes.fails", maxAttempts: 1 });
  let mended = false;
  const { worker, reports } = start([
    handler("sometimes.fails", () => mended ? Promise.resolve() : Promise.reject(new Error("not yet"))),
  ]);
  await until(() => reports.some(({ what }) => what === "job_dead"));
  mended = true;
  assert.ok(await withTenant(database, tenantId, (db) => setDeadJobReady(db, id, 1)));
  await until(async () => (await statesOf(tenantId))[0] === "done");
  await worker.stop();
  assert.deepEqual((await jobsOf(tenantId)).map(({ attempt, lastError }) => [attempt, lastError]), [[
    2,
    null,
  ]]);
  assert.ok(
    !await withTenant(database, tenantId, (db) => setDeadJobReady(db, id, 1)),
    "it is not dead any more",
  );
});

Deno.test("never more jobs at a time than allowed, the urgent ones first", async () => {
  const tenantId = await insertTestTenant(database);
  for (let number = 0; number < 12; number++) {
    await insertTestJob(database, tenantId, { kind: "slow", payload: number, priority: number % 3 });
  }
  let running = 0, most = 0;
  const begun: number[] = [];
  const { worker } = start([handler("slow", async (_, { payload }) => {
    begun.push(payload as number % 3);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 10));
    running--;
  })], { concurrency: 2 });
  await until(async () => (await statesOf(tenantId)).every((state) => state === "done"));
  await worker.stop();
  assert.equal(most, 2);
  assert.deepEqual(begun, begun.toSorted((left, right) => right - left));
});

Deno.test("a kind without a handler stays for a worker that has one", async () => {
  const tenantId = await insertTestTenant(database);
  await insertTestJob(database, tenantId, { kind: "of.tomorrow" });
  await insertTestJob(database, tenantId, { kind: "of.today" });
  const { worker } = start([handler("of.today", () => Promise.resolve())]);
  await until(async () => (await statesOf(tenantId))[1] === "done");
  await worker.stop();
  assert.deepEqual(await statesOf(tenantId), ["ready", "done"]);
});

Deno.test("stopping takes no more jobs and waits for those that run", async () => {
  const tenantId = await insertTestTenant(database);
  for (let number = 0; number < 3; number++) await insertTestJob(database, tenantId, { kind: "held" });
  const begun = Promise.withResolvers<void>(), mayEnd = Promise.withResolvers<void>();
  const { worker } = start([handler("held", async () => {
    begun.resolve();
    await mayEnd.promise;
  })], { concurrency: 1 });
  await begun.promise;
  let stopped = false;
  const stopping = worker.stop().then(() => stopped = true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(stopped, false);
  mayEnd.resolve();
  await stopping;
  assert.deepEqual((await statesOf(tenantId)).sort(), ["done", "ready", "ready"]);
});

Deno.test("two handlers of one kind are refused", () => {
  const one = handler("twice", () => Promise.resolve());
  assert.throws(() => startWorker({ environment, handlers: [one, one] }), TypeError);
});
