/** Schedules insert what is due once, however often and from however many processes they tick; retention deletes only what is old. */
import assert from "node:assert/strict";
import { type SystemDb, withSystem } from "../db/system.ts";
import { FixedClock } from "../lib/core/clock.ts";
import { execute } from "../lib/core/command.ts";
import {
  insertTestTenant,
  readTraces,
  registerVehicle,
  testActor,
  testEnvironment,
} from "../tests/support/command.ts";
import { testDatabase } from "../tests/support/database.ts";
import { retention } from "./handlers/retention.ts";
import { type Schedule, schedules, startSchedule, tick } from "./schedule.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

function environmentAt(now: string) {
  return { ...testEnvironment(database), clock: new FixedClock(now) };
}

Deno.test("twenty ticks of two processes at the same moment are one job", async () => {
  const tenantId = await insertTestTenant(database);
  const nightly: Schedule = {
    name: "nightly",
    cron: "0 * * * *",
    findDue: (_db, now) =>
      Promise.resolve([{
        tenantId,
        kind: "night.report",
        uniqueKey: now.toString().slice(0, 10),
        payload: null,
      }]),
  };
  const environment = environmentAt("2024-01-31T23:30:00Z");
  const counts = await Promise.all(Array.from({ length: 20 }, () => tick(environment, nightly)));
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 1);
  const { jobs } = await readTraces(database, tenantId);
  assert.deepEqual(jobs.map(({ kind }) => kind), ["night.report"]);
  assert.deepEqual(environment.woken, [{ tenantId, jobId: jobs[0].id }]);
  assert.equal(await tick(environmentAt("2024-02-01T00:30:00Z"), nightly), 1, "the next day is due anew");
});

/** Makes the tenant's keys or events as old as `days`. */
async function age(
  db: SystemDb,
  table: "idempotency_key" | "outbox",
  tenantId: string,
  days: number,
): Promise<void> {
  if (table === "outbox") {
    await db
      .sql`update outbox set at = at - make_interval(days => ${days}::int) where tenant_id = ${tenantId}`;
  } else {
    await db.sql`update idempotency_key set created_at = created_at - make_interval(days => ${days}::int)
      where tenant_id = ${tenantId}`;
  }
}

async function tenantWithHistory(keyDays: number, eventDays: number): Promise<string> {
  const tenantId = await insertTestTenant(database);
  const execution = { tenantId, actor: testActor(), key: "k" };
  await execute(testEnvironment(database), registerVehicle, execution, { reference: "A" });
  await withSystem(database, async (db) => {
    await age(db, "idempotency_key", tenantId, keyDays);
    await age(db, "outbox", tenantId, eventDays);
  });
  return tenantId;
}

async function prune(tenantId: string): Promise<{ keys: string[]; emitted: string[]; audited: string[] }> {
  await retention.run(testEnvironment(database), { tenantId, id: "", attempt: 1, payload: null });
  return await readTraces(database, tenantId);
}

Deno.test("keys go after 30 days, events after 7, audit rows never", async () => {
  const [young, oldEvents, old] = [
    await tenantWithHistory(29, 6),
    await tenantWithHistory(29, 8),
    await tenantWithHistory(31, 8),
  ];
  const environment = environmentAt("2024-02-01T03:17:00Z");
  const found = schedules.find(({ name }) => name === "retention")!;
  const due = await withSystem(database, (db) => found.findDue(db, environment.clock.now(), environment));
  assert.deepEqual(due.map(({ tenantId }) => tenantId).sort(), [oldEvents, old].sort());
  assert.deepEqual(new Set(due.map(({ uniqueKey }) => uniqueKey)), new Set(["2024-02-01"]));
  const kept = (
    { keys, emitted, audited }: { keys: string[]; emitted: string[]; audited: string[] },
  ) => [keys, emitted, audited];
  assert.deepEqual(kept(await prune(young)), [["k"], ["A"], ["A"]]);
  assert.deepEqual(kept(await prune(oldEvents)), [["k"], [], ["A"]]);
  assert.deepEqual(kept(await prune(old)), [[], [], ["A"]]);
});

Deno.test("an old event that a consumer has not read is kept", async () => {
  const tenantId = await tenantWithHistory(0, 8);
  const setCursor = (xid: string) =>
    withSystem(
      database,
      (db) =>
        db.sql`insert into outbox_cursor values ('slow', ${xid}::text::xid8, ${"00000000-0000-0000-0000-000000000000"})
        on conflict (consumer) do update set xid = excluded.xid`,
    );
  await setCursor("0");
  assert.deepEqual((await prune(tenantId)).emitted, ["A"]);
  await setCursor("18446744073709551615");
  assert.deepEqual((await prune(tenantId)).emitted, []);
});

Deno.test("tries to sign in are forgotten when they count for nothing", async () => {
  const found = schedules.find(({ name }) => name === "sign-in")!;
  const count = () =>
    withSystem(
      database,
      async (db) => (await db.query.selectFrom("sign_in_attempt").select("id").execute()).length,
    );
  await withSystem(database, (db) =>
    db.query.insertInto("sign_in_attempt").values(
      ["2024-01-01T00:00:00Z", "2024-03-01T00:00:00Z"].map((at) => ({
        email_hash: new Uint8Array([1]),
        address: "192.0.2.1",
        succeeded: true,
        at: Temporal.Instant.from(at),
      })),
    ).execute());
  await tick(environmentAt("2024-03-31T00:00:00Z"), found);
  assert.equal(await count(), 2);
  await tick(environmentAt("2024-04-02T00:00:00Z"), found);
  assert.equal(await count(), 1);
});

Deno.test("the schedule ticks at its start, and stops", async () => {
  const tenantId = await tenantWithHistory(31, 0);
  const schedule = startSchedule(testEnvironment(database));
  await schedule.stop();
  const { jobs } = await readTraces(database, tenantId);
  assert.deepEqual(jobs.map(({ kind }) => kind), ["retention.prune"]);
});
