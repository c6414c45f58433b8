/** SIGKILL from outside around each commit: what was acknowledged is there, nothing is half-written, and a repeat counts once. */
import assert from "node:assert/strict";
import { insertTestJob, insertTestTenant, readTraces, type Traces, until } from "../support/command.ts";
import { startCommandProcess } from "../support/command_process.ts";
import { testDatabase } from "../support/database.ts";
import { pause, type Random, seededRandom } from "../support/random.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);

const long = Deno.env.get("MILEPOST_TEST_FAULTS") === "long";
const urls = { appUrl, systemUrl };

/** Each effect has its audit row, its event, its job and its key, and the other way round. */
function assertWhole({ vehicles, audited, emitted, jobs, keys }: Traces): void {
  assert.equal(new Set(vehicles).size, vehicles.length);
  assert.deepEqual(audited, vehicles);
  assert.deepEqual(emitted, vehicles);
  assert.equal(jobs.length, vehicles.length);
  assert.deepEqual(keys.map((key) => key.replace("k", "v")), vehicles);
}

/** Runs commands from `from` on, and kills the process in one of them after some were acknowledged. */
async function runAndKill(tenantId: string, from: number, random: Random, acknowledged: Map<number, string>) {
  const process = startCommandProcess({ ...urls, commands: { tenantId, from, to: 1_000_000 } });
  const deadly = from + random.between(2, 12);
  const reading = (async () => {
    for (let line = await process.next(); line !== undefined; line = await process.next()) {
      const [word, number, id] = line.split(" ");
      if (word === "done") acknowledge(acknowledged, Number(number), id);
      if (word === "begun" && Number(number) === deadly) {
        await pause(random.between(0, 60) / 10);
        process.signal("SIGKILL");
      }
    }
  })();
  await reading;
  await process.end();
  return deadly;
}

function acknowledge(acknowledged: Map<number, string>, number: number, id: string): void {
  const before = acknowledged.get(number);
  assert.ok(
    before === undefined || before === id,
    `v${number} was acknowledged as ${before} and then as ${id}`,
  );
  acknowledged.set(number, id);
}

Deno.test("commands killed around their commit are there whole or not at all, and repeated they count once", async () => {
  const random = seededRandom("kill around the commit");
  const tenantId = await insertTestTenant(database);
  const acknowledged = new Map<number, string>();
  const outcome = { committed: 0, rolledBack: 0, acknowledged: 0 };
  let from = 0;
  for (let kill = 0; kill < (long ? 100 : 8); kill++) {
    const deadly = await runAndKill(tenantId, from, random, acknowledged);
    const traces = await readTraces(database, tenantId);
    assertWhole(traces);
    for (const number of acknowledged.keys()) {
      assert.ok(traces.vehicles.includes(`v${number}`), `v${number} is lost`);
    }
    if (acknowledged.has(deadly)) outcome.acknowledged++;
    else if (traces.vehicles.includes(`v${deadly}`)) outcome.committed++;
    else outcome.rolledBack++;
    // The next process repeats the last two that were acknowledged, and the one that may or may not have happened.
    from = Math.max(0, Math.max(...acknowledged.keys()) - 1);
  }
  console.info(
    `the kill fell ${outcome.rolledBack} times before the commit, ${outcome.committed} between commit and answer, ` +
      `${outcome.acknowledged} after the answer`,
  );
  const last = Math.max(...acknowledged.keys()) + 3;
  const process = startCommandProcess({ ...urls, commands: { tenantId, from: 0, to: last } });
  for (let line = await process.next(); line !== undefined; line = await process.next()) {
    const [word, number, id] = line.split(" ");
    if (word === "done") acknowledge(acknowledged, Number(number), id);
  }
  await process.end();
  const traces = await readTraces(database, tenantId);
  assertWhole(traces);
  assert.deepEqual(traces.vehicles, Array.from({ length: last }, (_, number) => `v${number}`).sort());
});

Deno.test("jobs whose worker is killed at any moment have one effect each", async () => {
  const random = seededRandom("killed workers");
  const tenantId = await insertTestTenant(database);
  const names = Array.from({ length: long ? 300 : 24 }, (_, number) => `v${number}`);
  for (const name of names) {
    await insertTestJob(database, tenantId, { kind: "vehicle.add", payload: { name } });
  }
  const ended = async () =>
    (await readTraces(database, tenantId)).jobs.every(({ state }) => state === "done");
  for (let kill = 0; kill < (long ? 30 : 3) && !await ended(); kill++) {
    const process = startCommandProcess({ ...urls, worker: { leaseMs: 600, workMs: 2 } });
    for (let lines = random.between(2, 12); lines > 0; lines--) await process.next();
    await pause(random.between(0, 60) / 10);
    await process.end();
  }
  const process = startCommandProcess({ ...urls, worker: { leaseMs: 600, workMs: 2 } });
  await until(ended);
  await process.end();
  const traces = await readTraces(database, tenantId);
  const added = traces.vehicles.map((reference) => reference.split(" ")[0]);
  assert.deepEqual(added.sort(), names.toSorted());
  assert.deepEqual([traces.audited, traces.emitted], [traces.vehicles, traces.vehicles]);
});

Deno.test("a job that kills its process is a dead letter after its last attempt, and the others proceed", async () => {
  const tenantId = await insertTestTenant(database);
  const poison = await insertTestJob(database, tenantId, { kind: "process.kill", priority: 1 });
  const others = ["a", "b", "c", "d"];
  for (const name of others) {
    await insertTestJob(database, tenantId, { kind: "vehicle.add", payload: { name } });
  }
  const isDead = async () =>
    (await readTraces(database, tenantId)).jobs.find(({ id }) => id === poison)?.state === "dead";
  const deaths: string[] = [];
  for (let life = 0; life < 4 && !await isDead(); life++) {
    const process = startCommandProcess({ ...urls, worker: { leaseMs: 600, workMs: 0 } });
    const reading = (async () => {
      for (let line = await process.next(); line !== undefined; line = await process.next()) {
        if (line.startsWith("dying")) deaths.push(line);
      }
      return true;
    })();
    let over = false;
    reading.then(() => over = true);
    await until(async () => over || await isDead());
    if (!over) {
      const done = async () =>
        (await readTraces(database, tenantId)).jobs.every(({ state }) =>
          state === "done" || state === "dead"
        );
      await until(done);
    }
    await process.end();
    await reading;
  }
  const traces = await readTraces(database, tenantId);
  assert.deepEqual(deaths, [`dying ${poison} 1`, `dying ${poison} 2`]);
  assert.match(traces.jobs.find(({ id }) => id === poison)!.lastError!, /lease ran out/);
  assert.deepEqual(traces.vehicles.map((reference) => reference.split(" ")[0]), others);
});
