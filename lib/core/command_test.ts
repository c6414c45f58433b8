/** The runner of commands on a real database: all or nothing, once per key, previews that leave no trace. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { testDatabase } from "../../tests/support/database.ts";
import {
  insertTestTenant,
  readTraces,
  registerVehicle,
  testActor,
  testEnvironment,
} from "../../tests/support/command.ts";
import type { Actor, Capability } from "./actor.ts";
import { FixedClock } from "./clock.ts";
import { defineCommand, execute } from "./command.ts";
import { type ErrorName, isMilepostError } from "./errors.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const actor = testActor();
const environment = testEnvironment(database);
const nothing = { vehicles: [], audited: [], emitted: [], jobs: [], keys: [] };

async function refused(work: Promise<unknown>, name: ErrorName): Promise<string> {
  let message = "";
  await assert.rejects(work, (error) => {
    message = (error as Error).message;
    return isMilepostError(error, name);
  });
  return message;
}

Deno.test("a command leaves its effect, an audit row, its events and its jobs, all or none", async () => {
  const tenantId = await insertTestTenant(database);
  const result = await execute(environment, registerVehicle, { tenantId, actor }, {
    reference: "B-MW 1",
    jobKind: "vehicle.check",
  });
  const traces = await readTraces(database, tenantId);
  assert.equal(result.reference, "B-MW 1");
  assert.deepEqual([traces.vehicles, traces.audited, traces.emitted], [["B-MW 1"], ["B-MW 1"], ["B-MW 1"]]);
  assert.deepEqual(traces.jobs.map(({ kind, state }) => [kind, state]), [["vehicle.check", "ready"]]);
  assert.deepEqual(environment.woken.at(-1), { tenantId, jobId: traces.jobs[0].id });
  assert.equal(environment.announced.at(-1), tenantId);
});

const failAfterWriting = defineCommand({
  name: "vehicle.fail",
  capability: "vehicles.write",
  subject: () => ({ type: "vehicle", id: "none" }),
  async run(context, input: { reference: string; jobKind?: string }) {
    await registerVehicle.run(context, input);
    throw new Error("after the write");
  },
});

Deno.test("a command that fails leaves nothing, no key and no wake-up", async () => {
  const tenantId = await insertTestTenant(database);
  const input = { reference: "A", jobKind: "vehicle.check" };
  const told = environment.woken.length;
  await assert.rejects(
    execute(environment, failAfterWriting, { tenantId, actor, key: "once" }, input),
    /after the write/,
  );
  assert.deepEqual(await readTraces(database, tenantId), nothing);
  assert.equal(environment.woken.length, told);
});

Deno.test("the same key and input give the stored answer, and one effect", async () => {
  const tenantId = await insertTestTenant(database);
  const first = await execute(environment, registerVehicle, { tenantId, actor, key: "k" }, {
    reference: "A",
  });
  const second = await execute(environment, registerVehicle, { tenantId, actor, key: "k" }, {
    reference: "A",
  });
  assert.deepEqual(second, first);
  const traces = await readTraces(database, tenantId);
  assert.deepEqual(traces, { ...nothing, vehicles: ["A"], audited: ["A"], emitted: ["A"], keys: ["k"] });
});

Deno.test("the same key with other input is refused", async () => {
  const tenantId = await insertTestTenant(database);
  await execute(environment, registerVehicle, { tenantId, actor, key: "k" }, { reference: "A" });
  await refused(
    execute(environment, registerVehicle, { tenantId, actor, key: "k" }, { reference: "B" }),
    "KeyReused",
  );
  assert.deepEqual((await readTraces(database, tenantId)).vehicles, ["A"]);
});

Deno.test("a key belongs to its tenant, actor and command", async () => {
  const [one, other] = [await insertTestTenant(database), await insertTestTenant(database)];
  await execute(environment, registerVehicle, { tenantId: one, actor, key: "k" }, { reference: "A" });
  await execute(environment, registerVehicle, { tenantId: other, actor, key: "k" }, { reference: "B" });
  const colleague = testActor(actor.capabilities, "colleague");
  await execute(environment, registerVehicle, { tenantId: one, actor: colleague, key: "k" }, {
    reference: "C",
  });
  for (const [who, reference] of [[actor, "A"], [colleague, "C"]] as const) {
    const again = await execute(environment, registerVehicle, { tenantId: one, actor: who, key: "k" }, {
      reference,
    });
    assert.equal(again.reference, reference);
  }
  assert.deepEqual((await readTraces(database, one)).vehicles, ["A", "C"]);
  assert.deepEqual((await readTraces(database, other)).vehicles, ["B"]);
});

Deno.test("fifty at once with one key are one execution and fifty equal answers", async () => {
  const tenantId = await insertTestTenant(database);
  const answers = await Promise.all(
    Array.from(
      { length: 50 },
      () => execute(environment, registerVehicle, { tenantId, actor, key: "k" }, { reference: "A" }),
    ),
  );
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  const traces = await readTraces(database, tenantId);
  assert.deepEqual(traces, { ...nothing, vehicles: ["A"], audited: ["A"], emitted: ["A"], keys: ["k"] });
});

Deno.test("a dry run gives the result, leaves nothing, stores no key and reads none", async () => {
  const tenantId = await insertTestTenant(database);
  const execution = { tenantId, actor, key: "k", dryRun: true };
  const told = [environment.woken.length, environment.announced.length];
  const input = { reference: "A", jobKind: "vehicle.check" };
  const preview = await execute(environment, registerVehicle, execution, input);
  assert.equal(preview.reference, "A");
  assert.deepEqual(await readTraces(database, tenantId), nothing);
  assert.deepEqual([environment.woken.length, environment.announced.length], told);
  await execute(environment, registerVehicle, { tenantId, actor, key: "k" }, { reference: "B" });
  assert.equal((await execute(environment, registerVehicle, execution, input)).reference, "A");
});

const unbalanced = defineCommand({
  name: "ledger.unbalance",
  capability: "entities.write",
  subject: (_input: null, id: string) => ({ type: "ledger_transaction", id }),
  async run({ db }) {
    const entity = await db.query.insertInto("billing_entity")
      .values({
        tenant_id: db.tenantId,
        name: "Testwagen AG",
        country: "DE",
        currency: "EUR",
        zone: "Europe/Berlin",
        number_prefix: "TW",
      }).returning("id").executeTakeFirstOrThrow();
    const posted = await db.query.insertInto("ledger_transaction")
      .values({
        tenant_id: db.tenantId,
        billing_entity_id: entity.id,
        kind: "adjustment",
        posted_on: Temporal.PlainDate.from("2024-01-31"),
        description: "One-sided",
      }).returning("id").executeTakeFirstOrThrow();
    return posted.id;
  },
});

Deno.test("a dry run is refused by the guards that wait for the commit", async () => {
  const tenantId = await insertTestTenant(database);
  await assert.rejects(
    execute(environment, unbalanced, { tenantId, actor, dryRun: true }, null),
    /does not balance/,
  );
});

Deno.test("permission comes before everything: no key is read or written, no input looked at", async () => {
  const tenantId = await insertTestTenant(database);
  await execute(environment, registerVehicle, { tenantId, actor, key: "k" }, { reference: "A" });
  const viewer = testActor(new Set<Capability>(["read"]));
  const message = await refused(
    execute(environment, registerVehicle, { tenantId, actor: viewer, key: "k" }, { reference: "A" }),
    "NotPermitted",
  );
  assert.match(message, /You cannot add or change vehicles/);
  await refused(
    execute(environment, registerVehicle, { tenantId: "nowhere", actor: viewer, key: "" }, {
      reference: "B",
    }),
    "NotPermitted",
  );
});

Deno.test("a key of no or more than 255 characters is refused", async () => {
  const tenantId = await insertTestTenant(database);
  for (const key of ["", "k".repeat(256)]) {
    await refused(
      execute(environment, registerVehicle, { tenantId, actor, key }, { reference: "A" }),
      "InvalidInput",
    );
  }
  assert.deepEqual(await readTraces(database, tenantId), nothing);
});

const nesting = defineCommand({
  name: "vehicle.nest",
  capability: "vehicles.write",
  subject: (_input: string, reference: string) => ({ type: "vehicle", id: reference }),
  async run({ db }, reference) {
    await execute(environment, registerVehicle, { tenantId: db.tenantId, actor }, { reference });
    return reference;
  },
});

Deno.test("a command inside a command is refused, one after the other is not", async () => {
  const tenantId = await insertTestTenant(database);
  const message = await refused(
    execute(environment, nesting, { tenantId, actor }, "A"),
    "NestedCommand",
  );
  assert.match(message, /vehicle\.register was started inside vehicle\.nest/);
  assert.deepEqual(await readTraces(database, tenantId), nothing);
  await execute(environment, registerVehicle, { tenantId, actor }, { reference: "B" });
});

const tellTime = defineCommand({
  name: "time.tell",
  capability: "read",
  subject: (_input: { secret: string }, id: string) => ({ type: "time", id }),
  detail: () => ({ secret: "left out" }),
  async run({ now, db, enqueue }) {
    const later = now.add({ hours: 1 });
    const first = await enqueue("time.ring", null, { uniqueKey: "noon", runAfter: later });
    const second = await enqueue("time.ring", null, { uniqueKey: "noon", runAfter: later });
    const row = await db.query.selectFrom("job").select("run_after").where("id", "=", first)
      .executeTakeFirstOrThrow();
    return first === second ? `${now} ${row.run_after}` : "two jobs";
  },
});

Deno.test("business time comes from the clock, a unique job is one job, and one of later wakes nobody", async () => {
  const tenantId = await insertTestTenant(database);
  const noon = "2024-02-29T12:00:00Z";
  const woken: unknown[] = [];
  const calm = {
    ...environment,
    clock: new FixedClock(noon),
    wake: (jobs: unknown) => void woken.push(jobs),
  };
  const told = await execute(calm, tellTime, { tenantId, actor }, { secret: "1234" });
  assert.equal(told, "2024-02-29T12:00:00Z 2024-02-29T13:00:00Z");
  assert.deepEqual(woken, []);
});

Deno.test("an audit row keeps what the command says of it, and of large input only the hash", async () => {
  const tenantId = await insertTestTenant(database);
  const read = defineCommand({
    name: "vehicle.read",
    capability: "read",
    subject: (_input: { text: string }, result: null) => ({ type: "vehicle", id: String(result) }),
    run: () => Promise.resolve(null),
  });
  await execute(environment, tellTime, { tenantId, actor }, { secret: "1234" });
  await execute(environment, read, { tenantId, actor }, { text: "short" });
  await execute(environment, read, { tenantId, actor }, { text: "long ".repeat(10_000) });
  const details = await auditDetails(tenantId);
  assert.deepEqual(details.slice(0, 2), [{ secret: "left out" }, { text: "short" }]);
  assert.deepEqual(Object.keys(details[2] as object).sort(), ["characters", "sha256"]);
});

async function auditDetails(tenantId: string): Promise<unknown[]> {
  return await withSystem(database, async (db) => {
    const rows = await db.query.selectFrom("audit_event").select("detail")
      .where("tenant_id", "=", tenantId).orderBy("xid").execute();
    return rows.map(({ detail }) => detail);
  });
}

const weighty = defineCommand({
  ...registerVehicle,
  name: "vehicle.weigh",
  confirmed: true,
});

Deno.test("a weighty command asks a user again 15 minutes after the last proof, and nobody else; a preview needs none", async () => {
  const clock = new FixedClock("2024-03-01T09:15:00Z");
  const tenantId = await insertTestTenant(database);
  const at = { ...environment, clock };
  const run = (given: Partial<Actor>, dryRun = false) =>
    execute(at, weighty, { tenantId, actor: { ...actor, kind: "user", ...given }, dryRun }, {
      reference: crypto.randomUUID(),
    });
  const proved = (time: string) => ({ authenticatedAt: Temporal.Instant.from(`2024-03-01T${time}Z`) });
  await refused(run(proved("09:00:00")), "ConfirmationNeeded");
  await refused(run({}), "ConfirmationNeeded");
  assert.deepEqual(await readTraces(database, tenantId), nothing);
  await run(proved("09:00:00"), true);
  await run(proved("09:00:01"));
  for (const kind of ["api_key", "cli", "job", "system"] as const) await run({ kind });
  assert.equal((await readTraces(database, tenantId)).vehicles.length, 5);
});

Deno.test("who may not do it at all is told so, and not asked to confirm", async () => {
  const tenantId = await insertTestTenant(database);
  const viewer = { ...testActor(new Set(["read"])), kind: "user" as const };
  await refused(
    execute(environment, weighty, { tenantId, actor: viewer }, { reference: "A" }),
    "NotPermitted",
  );
});
