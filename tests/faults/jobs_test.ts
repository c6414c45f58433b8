/** Jobs under faults of delivery: doubled, dropped or lost wake-ups and a poison job change nothing in what is reached. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { withTenant } from "../../db/tenant.ts";
import type { JobHandler } from "../../jobs/handler.ts";
import { openQueue, type Queue } from "../../jobs/queue.ts";
import type { Report } from "../../jobs/report.ts";
import { startWorker } from "../../jobs/worker.ts";
import { jobActor } from "../../lib/core/actor.ts";
import { execute } from "../../lib/core/command.ts";
import {
  insertTestJob,
  insertTestTenant,
  readTraces,
  registerVehicle,
  testActor,
  testEnvironment,
  until,
} from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { type Random, seededRandom } from "../support/random.ts";

const { database, drop } = await testDatabase({ systemPoolSize: 6 });
Deno.test.afterAll(drop);

/** What every run of the same commands must reach: each vehicle, and the inspection that its job adds. */
const names = Array.from({ length: 40 }, (_, number) => `v${number}`);
const reached = names.flatMap((name) => [name, `inspected ${name}`]).sort();

/** Adds an inspection for the vehicle of the job; `suffix` would tell a second one apart. */
function inspection(suffix: () => string): JobHandler {
  return {
    kind: "vehicle.inspect",
    maxAttempts: 8,
    leaseMs: 10_000,
    backOff: { firstMs: 1, longestMs: 1 },
    async run(environment, job) {
      const { reference } = await readVehicle(job.tenantId, (job.payload as { vehicleId: string }).vehicleId);
      const execution = { tenantId: job.tenantId, actor: jobActor("vehicle.inspect"), job };
      await execute(environment, registerVehicle, execution, {
        reference: `inspected ${reference}${suffix()}`,
      });
    },
  };
}

async function readVehicle(tenantId: string, id: string): Promise<{ reference: string }> {
  return await withTenant(
    database,
    tenantId,
    (db) => db.query.selectFrom("vehicle").select("reference").where("id", "=", id).executeTakeFirstOrThrow(),
  );
}

/** Runs the commands and waits until every job has ended; `between` is called after each command. */
async function runAll(
  tenantId: string,
  queue: Queue,
  handlers: JobHandler[],
  between: (index: number) => Promise<void> | void = () => {},
) {
  const reports: Report[] = [];
  const environment = { ...testEnvironment(database), wake: queue.wake.bind(queue) };
  const common = {
    environment,
    handlers,
    sweepEveryMs: 100,
    report: (one: Report) => void reports.push(one),
  };
  const workers = [startWorker({ ...common, queue }), startWorker(common)];
  for (const [index, reference] of names.entries()) {
    await execute(environment, registerVehicle, { tenantId, actor: testActor() }, {
      reference,
      jobKind: "vehicle.inspect",
    });
    await between(index);
  }
  await until(async () => (await readTraces(database, tenantId)).jobs.every(({ state }) => state === "done"));
  await Promise.all(workers.map((worker) => worker.stop()));
  await queue.close();
  return reports;
}

/** Drops one wake-up in ten, and sends the others twice. */
function faulty(queue: Queue, random: Random): Queue {
  return {
    wake(jobs) {
      const sent = jobs.filter(() => !random.chance(0.1));
      queue.wake(sent);
      queue.wake(sent);
    },
    listen: queue.listen.bind(queue),
    check: queue.check.bind(queue),
    close: queue.close.bind(queue),
  };
}

Deno.test("every job delivered twice and one wake-up in ten dropped end in the same state as none", async () => {
  const random = seededRandom("doubled and dropped");
  const [calm, faultyTenant] = [await insertTestTenant(database), await insertTestTenant(database)];
  await runAll(calm, await openQueue(":memory:"), [inspection(() => "")]);
  let runs = 0, refusals = 0;
  const once = inspection(() => ` (run ${++runs})`);
  const twice: JobHandler = {
    ...once,
    async run(environment, job) {
      const outcomes = await Promise.allSettled([once.run(environment, job), once.run(environment, job)]);
      const failures = outcomes.filter(({ status }) => status === "rejected");
      refusals += failures.length;
      if (failures.length !== 1) throw new Error(`${failures.length} of two deliveries were refused.`);
    },
  };
  await runAll(faultyTenant, faulty(await openQueue(":memory:"), random), [twice]);
  const [expected, found] = [await readTraces(database, calm), await readTraces(database, faultyTenant)];
  assert.deepEqual(expected.vehicles, reached);
  const vehicles = found.vehicles.map((reference) => reference.replace(/ \(run \d+\)$/, "")).sort();
  assert.deepEqual(vehicles, expected.vehicles);
  assert.equal(found.audited.length, expected.audited.length);
  assert.equal(found.emitted.length, expected.emitted.length);
  assert.deepEqual(found.jobs.map(({ state, attempt }) => [state, attempt]), names.map(() => ["done", 1]));
  assert.equal(refusals, names.length);
});

Deno.test("a poison job is put aside with its error while the others proceed", async () => {
  const tenantId = await insertTestTenant(database);
  const poison = await insertTestJob(database, tenantId, { kind: "poison", priority: 9 });
  const good = 20;
  for (let number = 0; number < good; number++) await insertTestJob(database, tenantId, { kind: "good" });
  const reports: Report[] = [];
  const common = { maxAttempts: 3, leaseMs: 10_000, backOff: { firstMs: 1, longestMs: 1 } };
  const worker = startWorker({
    environment: testEnvironment(database),
    sweepEveryMs: 20,
    concurrency: 1,
    report: (one) => void reports.push(one),
    handlers: [
      { ...common, kind: "poison", run: () => Promise.reject(new TypeError("it is what it is")) },
      { ...common, kind: "good", run: () => Promise.resolve() },
    ],
  });
  await until(async () =>
    (await readTraces(database, tenantId)).jobs.every(({ state }) => state === "done" || state === "dead")
  );
  await worker.stop();
  const { jobs } = await readTraces(database, tenantId);
  const dead = jobs.filter(({ state }) => state === "dead");
  assert.deepEqual(dead.map(({ id, attempt, lastError }) => [id, attempt, lastError]), [
    [poison, 3, "TypeError: it is what it is"],
  ]);
  assert.equal(jobs.filter(({ state }) => state === "done").length, good);
  assert.equal(reports.filter(({ what }) => what === "job_dead").length, 1);
});

async function emptyFolder(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) await Deno.remove(join(folder, name));
}

Deno.test("the queue file deleted in the middle of a run changes nothing in what is reached", async () => {
  const tenantId = await insertTestTenant(database);
  const folder = await Deno.makeTempDir();
  const queue = await openQueue(join(folder, "queue.kv"));
  await runAll(tenantId, queue, [inspection(() => "")], async (index) => {
    if (index === 10 || index === 25) await emptyFolder(folder);
  });
  assert.deepEqual((await readTraces(database, tenantId)).vehicles, reached);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("jobs whose wake-ups were lost with the file run after a restart, and a broken queue fails no command", async () => {
  const tenantId = await insertTestTenant(database);
  const folder = await Deno.makeTempDir();
  const path = join(folder, "queue.kv");
  const reports: Report[] = [];
  const before = await openQueue(path, (one) => void reports.push(one));
  const environment = { ...testEnvironment(database), wake: before.wake.bind(before) };
  for (const [index, reference] of names.entries()) {
    if (index === 20) await before.close();
    await execute(environment, registerVehicle, { tenantId, actor: testActor() }, {
      reference,
      jobKind: "vehicle.inspect",
    });
  }
  await until(() => reports.length > 0);
  await emptyFolder(folder);
  const queue = await openQueue(path);
  const worker = startWorker({ environment, queue, handlers: [inspection(() => "")], sweepEveryMs: 100 });
  await until(async () => (await readTraces(database, tenantId)).jobs.every(({ state }) => state === "done"));
  await worker.stop();
  await queue.close();
  assert.deepEqual((await readTraces(database, tenantId)).vehicles, reached);
  await Deno.remove(folder, { recursive: true });
});
