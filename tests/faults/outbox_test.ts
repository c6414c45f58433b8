/** Many writers commit in any order while readers follow: nobody misses an event, and nobody sees one twice. */
import assert from "node:assert/strict";
import { listenToOutbox } from "../../db/outbox_listener.ts";
import { insertOutboxEvents, type OutboxEvent, outboxStart } from "../../db/queries/outbox.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { execute } from "../../lib/core/command.ts";
import { startAnnouncer } from "../../jobs/announcer.ts";
import { followOutbox, watchOutbox } from "../../jobs/outbox.ts";
import type { Report } from "../../jobs/report.ts";
import { insertTestTenant, registerVehicle, testActor, testEnvironment, until } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { pause, type Random, seededRandom } from "../support/random.ts";

const { database, systemUrl, drop } = await testDatabase({ poolSize: 12, systemPoolSize: 6 });
Deno.test.afterAll(drop);

const writers = 8;
const transactionsEach = Deno.env.get("MILEPOST_TEST_FAULTS") === "long" ? 400 : 30;

/** Writes events in transactions that wait a random while before they commit or, one in five, roll back; gives what committed. */
async function writeEvents(tenantId: string, random: Random, name: string): Promise<string[]> {
  const committed: string[] = [];
  for (let number = 0; number < transactionsEach; number++) {
    const subjects = Array.from({ length: random.between(1, 4) }, (_, index) => `${name}-${number}-${index}`);
    const rollsBack = random.chance(0.2);
    const work = withTenant(database, tenantId, async (db) => {
      for (const subjectId of subjects) {
        await insertOutboxEvents(db, [{ event: "test.happened", subjectId, payload: null }]);
        await pause(random.between(0, 8));
      }
      if (rollsBack) throw new Error("rolled back on purpose");
    });
    await work.then(() => committed.push(...subjects), (error) => {
      if (!rollsBack) throw error;
    });
  }
  return committed;
}

function inOrder(events: readonly OutboxEvent[]): void {
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (!before) continue;
    const rises = BigInt(before.xid) < BigInt(event.xid) ||
      (before.xid === event.xid && before.id < event.id);
    assert.ok(rises, `${event.xid} ${event.id} came after ${before.xid} ${before.id}`);
  }
}

/** The wrong way, as a control: by id alone. */
async function listById(db: SystemDb, afterId: string): Promise<{ id: string; subject_id: string }[]> {
  return await db.query.selectFrom("outbox").select(["id", "subject_id"])
    .where("id", ">", afterId).orderBy("id").execute();
}

Deno.test("a watcher sees every event of concurrent writers once and in order", async () => {
  const random = seededRandom("concurrent writers");
  const tenantId = await insertTestTenant(database);
  const seen: OutboxEvent[] = [];
  const watcher = watchOutbox(database, outboxStart, (events) => void seen.push(...events), {
    pollEveryMs: 2,
    batchSize: 7,
  });
  const seenById: string[] = [];
  let lastId = outboxStart.id, writing = true;
  const control = (async () => {
    while (writing) {
      const rows = await withSystem(database, (db) => listById(db, lastId));
      seenById.push(...rows.map(({ subject_id }) => subject_id));
      lastId = rows.at(-1)?.id ?? lastId;
      await pause(2);
    }
  })();
  const committed = (await Promise.all(
    Array.from({ length: writers }, (_, index) => writeEvents(tenantId, random, `w${index}`)),
  )).flat();
  writing = false;
  await control;
  await until(() => seen.length >= committed.length);
  await pause(50);
  await watcher.stop();
  inOrder(seen);
  assert.deepEqual(seen.map(({ subjectId }) => subjectId).sort(), committed.toSorted());
  const missed = new Set(committed).difference(new Set(seenById)).size;
  console.info(`by id alone, a reader missed ${missed} of ${committed.length} events`);
});

Deno.test("an older transaction that commits late is not passed by; by id alone it would be lost", async () => {
  const tenantId = await insertTestTenant(database);
  const events: OutboxEvent[] = [];
  const watcher = watchOutbox(database, "newest", (taken) => void events.push(...taken), { pollEveryMs: 5 });
  await pause(100);
  const idBefore = await withSystem(database, async (db) => (await listById(db, outboxStart.id)).at(-1)?.id);
  const written = Promise.withResolvers<void>(), mayCommit = Promise.withResolvers<void>();
  const late = withTenant(database, tenantId, async (db) => {
    await insertOutboxEvents(db, [{ event: "test.happened", subjectId: "late", payload: null }]);
    written.resolve();
    await mayCommit.promise;
  });
  await written.promise;
  await pause(5);
  await withTenant(
    database,
    tenantId,
    (db) => insertOutboxEvents(db, [{ event: "test.happened", subjectId: "early", payload: null }]),
  );
  const first = await withSystem(database, (db) => listById(db, idBefore ?? outboxStart.id));
  assert.deepEqual(first.map(({ subject_id }) => subject_id), ["early"]);
  await pause(60);
  assert.deepEqual(events, [], "the watcher waits for the older transaction");
  mayCommit.resolve();
  await late;
  const second = await withSystem(database, (db) => listById(db, first[0].id));
  assert.deepEqual(second, [], "the control: by id alone, the late event is never seen");
  await until(() => events.length === 2);
  await watcher.stop();
  assert.deepEqual(events.map(({ subjectId }) => subjectId), ["late", "early"]);
});

Deno.test("a consumer with a stored place counts each event once over failures, restarts and a twin", async () => {
  const random = seededRandom("failing consumer");
  const tenantId = await insertTestTenant(database);
  const troubles: Report[] = [];
  const consumer = {
    name: "test",
    start: "oldest" as const,
    /** One vehicle per event; a second one with the same reference would be refused. */
    async handle(events: readonly OutboxEvent[], db: SystemDb) {
      const own = events.filter((event) => event.tenantId === tenantId);
      if (own.length === 0) return;
      await db.query.insertInto("vehicle")
        .values(own.map(({ subjectId }) => ({ tenant_id: tenantId, reference: subjectId, plate: "" })))
        .execute();
      if (random.chance(0.3)) throw new Error("failed on purpose");
    },
  };
  const options = { pollEveryMs: 2, batchSize: 5, report: (report: Report) => void troubles.push(report) };
  const start = () => followOutbox(database, consumer, options);
  const twin = start();
  let follower = start();
  const writing = Promise.all([writeEvents(tenantId, random, "a"), writeEvents(tenantId, random, "b")]);
  for (let restart = 0; restart < 4; restart++) {
    await pause(random.between(20, 80));
    await follower.stop();
    follower = start();
  }
  const committed = (await writing).flat();
  const references = async () =>
    (await withSystem(
      database,
      (db) => db.query.selectFrom("vehicle").select("reference").where("tenant_id", "=", tenantId).execute(),
    ))
      .map(({ reference }) => reference);
  await until(async () => (await references()).length >= committed.length);
  await Promise.all([follower.stop(), twin.stop()]);
  assert.deepEqual((await references()).sort(), committed.toSorted());
  const messages = new Set(troubles.map((report) => "error" in report ? report.error : ""));
  assert.deepEqual(messages, new Set(["Error: failed on purpose"]));
});

Deno.test("a consumer that begins with what comes leaves out what was", async () => {
  const tenantId = await insertTestTenant(database);
  const environment = testEnvironment(database);
  const actor = testActor();
  await execute(environment, registerVehicle, { tenantId, actor }, { reference: "before" });
  const seen: string[] = [];
  const consumer = {
    name: "newest",
    start: "newest" as const,
    handle: (events: readonly OutboxEvent[]) => {
      seen.push(...events.map(({ payload }) => (payload as { reference: string }).reference));
      return Promise.resolve();
    },
  };
  const follower = followOutbox(database, consumer, { pollEveryMs: 5 });
  await until(async () =>
    (await withSystem(
      database,
      (db) => db.query.selectFrom("outbox_cursor").select("id").where("consumer", "=", "newest").execute(),
    )).length > 0
  );
  await execute(environment, registerVehicle, { tenantId, actor }, { reference: "after" });
  await until(() => seen.length > 0);
  await follower.stop();
  assert.deepEqual(seen, ["after"]);
});

Deno.test("after a commit every process hears of it, and one that polls rarely looks at once", async () => {
  const tenantId = await insertTestTenant(database);
  const announcer = startAnnouncer(database);
  const environment = { ...testEnvironment(database), announce: announcer.announce };
  const seen: string[] = [];
  const watcher = watchOutbox(
    database,
    "newest",
    (events) => void seen.push(...events.map(({ subjectId }) => subjectId)),
    { pollEveryMs: 3_600_000 },
  );
  const heard: (string | null)[] = [];
  const listener = await listenToOutbox(systemUrl, (tenant) => {
    heard.push(tenant);
    watcher.wake();
  });
  assert.deepEqual(heard, [null]);
  const vehicles = [];
  for (let number = 0; number < 20; number++) {
    vehicles.push(
      execute(environment, registerVehicle, { tenantId, actor: testActor() }, { reference: `v${number}` }),
    );
  }
  const ids = (await Promise.all(vehicles)).map(({ id }) => id);
  await until(() => seen.length >= ids.length);
  await announcer.close();
  await Promise.all([watcher.stop(), listener.close()]);
  assert.deepEqual(seen.toSorted(), ids.toSorted());
  assert.ok(heard.length < ids.length, `${heard.length} notifications for ${ids.length} commits`);
  assert.deepEqual(new Set(heard), new Set([null, tenantId]));
});
