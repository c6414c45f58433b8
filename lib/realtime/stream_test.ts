/** Guards the live stream: order, resuming without loss or repeat, who sees what, and what is too old. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { insertOutboxEvents } from "../../db/queries/outbox.ts";
import { insertTestTenant, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { capabilitiesOf } from "../auth/policy.ts";
import { type StreamRequest, tenantEvents } from "./stream.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

/** Adds an event, and waits until no older transaction hides it from readers. */
async function emit(tenantId: string, event: string, subjectId = "s1"): Promise<void> {
  await withTenant(
    database,
    tenantId,
    (db) => insertOutboxEvents(db, [{ event, subjectId, payload: { n: 1 } }]),
  );
  await until(() =>
    withTenant(database, tenantId, async (db) => {
      const [{ hidden }] = await db.sql<{ hidden: boolean }[]>`
        select bool_or(xid >= pg_snapshot_xmin(pg_current_snapshot())) as hidden from outbox`;
      return !hidden;
    })
  );
}

interface Frame {
  id?: string;
  event?: string;
  data?: string;
}

/** The frames of a few looks, without the first one that sets the pause. */
async function framesOf(tenantId: string, request: Partial<StreamRequest> = {}): Promise<Frame[]> {
  const frames: Frame[] = [];
  const stream = tenantEvents({
    database,
    tenantId,
    capabilities: capabilitiesOf(["viewer"]),
    mayRead: () => Promise.resolve(true),
    looks: 1,
    lookEveryMs: 0,
    ...request,
  });
  for await (const text of stream) {
    const lines = text.trimEnd().split("\n").map((line) => line.split(/: ?(.*)/s));
    frames.push(Object.fromEntries(lines.map(([name, value]) => [name, value])));
  }
  return frames.slice(1);
}

const names = (frames: Frame[]) => frames.map(({ event }) => event);
const start = "0.00000000-0000-0000-0000-000000000000";

/** The id before everything that a tenant will emit. */
async function newTenant(): Promise<{ tenantId: string; first: string }> {
  const tenantId = await insertTestTenant(database);
  await emit(tenantId, "tenant.opened");
  const [reset] = await framesOf(tenantId, { lastEventId: start });
  assert.equal(reset.event, "reset");
  return { tenantId, first: reset.id! };
}

Deno.test("a reader goes on after the id it saw last, with nothing lost and nothing twice", async () => {
  const { tenantId, first } = await newTenant();
  for (const event of ["a.one", "a.two", "a.three"]) await emit(tenantId, event);
  const frames = await framesOf(tenantId, { lastEventId: first });
  assert.deepEqual(names(frames), ["a.one", "a.two", "a.three"]);
  assert.equal(JSON.parse(frames[0].data!).subjectId, "s1");
  assert.deepEqual(names(await framesOf(tenantId, { lastEventId: frames[1].id })), ["a.three"]);
  assert.deepEqual(names(await framesOf(tenantId, { lastEventId: frames[2].id })), []);
});

Deno.test("a new reader begins with what comes", async () => {
  const { tenantId } = await newTenant();
  await emit(tenantId, "a.before");
  const stream = framesOf(tenantId, { looks: 40, lookEveryMs: 5 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await emit(tenantId, "a.after");
  assert.deepEqual(names((await stream).filter(({ event }) => event !== undefined)), ["a.after"]);
});

Deno.test("another tenant's events, those of other things, and those one may not see stay out", async () => {
  const { tenantId, first } = await newTenant();
  const other = await newTenant();
  await emit(other.tenantId, "a.foreign");
  await emit(tenantId, "api_key.created");
  await emit(tenantId, "a.mine");
  await emit(tenantId, "a.elsewhere", "s2");
  assert.deepEqual(names(await framesOf(tenantId, { lastEventId: first })), ["a.mine", "a.elsewhere"]);
  assert.deepEqual(names(await framesOf(tenantId, { lastEventId: first, subjectId: "s2" })), ["a.elsewhere"]);
  const admin = { lastEventId: first, capabilities: capabilitiesOf(["admin"]) };
  assert.deepEqual(names(await framesOf(tenantId, admin)), ["api_key.created", "a.mine", "a.elsewhere"]);
});

Deno.test("a change of rights ends the stream before anything later, and its reader comes again behind it", async () => {
  for (const event of ["member.set", "member.removed", "role.updated"]) {
    const { tenantId, first } = await newTenant();
    for (const each of ["a.before", event, "a.after"]) await emit(tenantId, each);
    const frames = await framesOf(tenantId, { lastEventId: first, looks: 3 });
    assert.deepEqual(names(frames), ["a.before", undefined]);
    assert.equal(frames[1].data, undefined, "a viewer learns nothing of it");
    const again = await framesOf(tenantId, { lastEventId: frames[1].id });
    assert.deepEqual(names(again), ["a.after"]);
  }
});

Deno.test("a stream ends when its process begins to end, also in the middle of a wait", async () => {
  const { tenantId } = await newTenant();
  const ending = new AbortController();
  const stream = framesOf(tenantId, { ending: ending.signal, looks: 1_000, lookEveryMs: 3_600_000 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  ending.abort();
  assert.deepEqual(await stream, []);
  assert.deepEqual(await framesOf(tenantId, { ending: ending.signal, looks: 1_000 }), []);
});

Deno.test("an id that is older than what is kept, or none at all, gives a reset", async () => {
  const { tenantId, first } = await newTenant();
  await emit(tenantId, "a.one");
  await withSystem(
    database,
    (db) => db.sql`delete from outbox where tenant_id = ${tenantId} and event <> 'a.one'`,
  );
  for (const lastEventId of [first, "nonsense", "1", `${"9".repeat(30)}.x`]) {
    assert.deepEqual(names(await framesOf(tenantId, { lastEventId })), ["reset"], lastEventId);
  }
});

Deno.test("whoever is signed out meanwhile is sent nothing more", async () => {
  const { tenantId, first } = await newTenant();
  await emit(tenantId, "a.one");
  let isOpen = true;
  const mayRead = () => Promise.resolve(isOpen);
  assert.deepEqual(names(await framesOf(tenantId, { lastEventId: first, mayRead })), ["a.one"]);
  isOpen = false;
  assert.deepEqual(await framesOf(tenantId, { lastEventId: first, mayRead, looks: 3 }), []);
});
