/** Tests of a database that answers late, drops connections or goes away: every failure is told in one sentence. */
import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import postgres from "postgres";
import { type TestDatabase, testDatabase } from "../tests/support/database.ts";
import { type DatabaseOptions, openDatabase, refusalOf } from "./database.ts";
import { ConnectionLost, DatabaseBusy, DatabaseUnavailable } from "./errors.ts";
import { withSystem } from "./system.ts";
import { withTenant } from "./tenant.ts";

const test: TestDatabase = await testDatabase({ poolSize: 1, systemPoolSize: 1 });
const admin = postgres(test.adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await test.drop();
});
const tenant = "00000000-0000-7000-8000-000000000001";

async function opening(changes: Partial<DatabaseOptions>): Promise<string> {
  const error = await openDatabase({ ...test, ...changes }).then(
    () => assert.fail("the database was opened"),
    (error) => error,
  );
  assert.ok(error instanceof DatabaseUnavailable, String(error));
  return error.message;
}

function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

Deno.test("a Postgres that does not run is told with its address", async () => {
  const { port } = new URL(test.appUrl);
  const appUrl = changed(test.appUrl, (url) => url.port = "1");
  assert.equal(
    await opening({ appUrl }),
    "No Postgres answers at 127.0.0.1:1. Start it, or correct DATABASE_URL.",
  );
  assert.notEqual(port, "1");
});

Deno.test("a wrong password is told with the role, and without the password", async () => {
  const message = await opening({ appUrl: changed(test.appUrl, (url) => url.password = "wrong-secret") });
  assert.match(message, /refused the password of "milepost_app". Correct DATABASE_URL/);
  assert.doesNotMatch(message, /wrong-secret/);
});

Deno.test("a database that is not there is told by its name", async () => {
  const message = await opening({ appUrl: changed(test.appUrl, (url) => url.pathname = "/elsewhere") });
  assert.match(message, /has no database "elsewhere"/);
});

Deno.test("a program that listens but is no Postgres is told after a while", async () => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  try {
    const appUrl = changed(test.appUrl, (url) => url.port = String(port));
    assert.match(await opening({ appUrl, connectTimeoutMs: 300 }), /did not answer in time/);
  } finally {
    server.close();
  }
});

Deno.test("a superuser, a role with BYPASSRLS, and an owner of tables may not serve", async () => {
  const role = `bypass_${crypto.randomUUID().slice(0, 8)}`;
  await admin.unsafe(`create role ${role} login bypassrls password 'p'; grant milepost_owner to ${role}`);
  try {
    assert.match(
      await opening({ appUrl: test.adminUrl }),
      /"postgres" of DATABASE_URL is a superuser, so row security/,
    );
    assert.match(await opening({ appUrl: test.ownerUrl }), /"milepost_owner" of DATABASE_URL owns the table/);
    assert.match(await opening({ systemUrl: test.ownerUrl }), /of DATABASE_SYSTEM_URL owns the table/);
    const appUrl = changed(test.appUrl, (url) => (url.username = role, url.password = "p"));
    assert.match(await opening({ appUrl }), /has BYPASSRLS/);
  } finally {
    await admin.unsafe(`drop role ${role}`);
  }
});

Deno.test("a server older than 18 is refused", () => {
  const facts = { role: "milepost_app", version: 170_004, superuser: false, bypass: false, owned: null };
  assert.equal(
    refusalOf(facts, "DATABASE_URL"),
    "Milepost needs Postgres 18 or newer, and DATABASE_URL names a Postgres 17. Upgrade the server, or name another one.",
  );
  assert.equal(refusalOf({ ...facts, version: 180_000 }, "DATABASE_URL"), null);
});

Deno.test("when all connections stay busy a caller is told so, and the next one gets through", async () => {
  const database = await openDatabase({ ...test, poolSize: 1, waitTimeoutMs: 1_500 });
  try {
    const hold = Promise.withResolvers<void>();
    const first = withTenant(database, tenant, () => hold.promise);
    await assert.rejects(
      withTenant(database, tenant, () => Promise.resolve()),
      (error) => error instanceof DatabaseBusy,
    );
    hold.resolve();
    await first;
    assert.equal(await withTenant(database, tenant, () => Promise.resolve("through")), "through");
  } finally {
    await database.close();
  }
});

Deno.test("callers get the connection in the order in which they came", async () => {
  const order: number[] = [];
  await Promise.all([1, 2, 3, 4].map((number) =>
    withTenant(test.database, tenant, () => {
      order.push(number);
      return Promise.resolve();
    })
  ));
  assert.deepEqual(order, [1, 2, 3, 4]);
});

Deno.test("the limits of time hold on every connection, also where the pooler in between takes no parameters", async () => {
  for (const prepare of [true, false]) {
    const database = await openDatabase({
      ...test,
      prepare,
      statementTimeoutMs: 7_000,
      transactionTimeoutMs: 9_000,
    });
    try {
      const [limits] = await withTenant(database, tenant, (db) =>
        db.sql`
        select current_setting('statement_timeout') as statement, current_setting('transaction_timeout') as transaction,
          current_setting('idle_in_transaction_session_timeout') as idle, ${[1n]}::bigint[] as list`);
      assert.deepEqual({ ...limits }, { statement: "7s", transaction: "9s", idle: "10s", list: [1n] });
    } finally {
      await database.close();
    }
  }
});

/** A cable between us and Postgres that can be cut in the two ways in which cables are cut. */
async function cable(): Promise<{ appUrl: string; reset(): void; freeze(): void; close(): void }> {
  const pairs: [near: Socket, far: Socket][] = [];
  const server = createServer((near) => {
    const far = connect(Number(new URL(test.appUrl).port), "127.0.0.1");
    near.on("error", () => {}).on("close", () => far.destroy()).pipe(far);
    far.on("error", () => {}).on("close", () => near.destroy()).pipe(near);
    pairs.push([near, far]);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  return {
    appUrl: changed(test.appUrl, (url) => url.port = String(port)),
    reset: () => pairs.splice(0).forEach(([near]) => near.resetAndDestroy()),
    freeze: () => pairs.forEach(([near, far]) => (near.unpipe(far), far.unpipe(near))),
    close: () => (pairs.forEach(([near]) => near.destroy()), server.close()),
  };
}

Deno.test("a connection that is reset fails its transaction, and the pool opens another", async () => {
  const line = await cable();
  const database = await openDatabase({ ...test, appUrl: line.appUrl, poolSize: 1 });
  try {
    const work = withTenant(database, tenant, async (db) => {
      await db.sql`select 1`;
      line.reset();
      await db.sql`select 1`.catch(() => {});
    });
    await assert.rejects(work, (error) => error instanceof ConnectionLost && error.outcome === "rolled_back");
    const [{ answer }] = await withTenant(database, tenant, (db) => db.sql`select 1 as answer`);
    assert.equal(answer, 1);
  } finally {
    await database.close();
    line.close();
  }
});

Deno.test("a peer that falls silent is given up when the transaction's time is over", async () => {
  const line = await cable();
  const database = await openDatabase({ ...test, appUrl: line.appUrl, poolSize: 1, silenceGraceMs: 100 });
  try {
    const work = withTenant(database, tenant, async (db) => {
      await db.sql`select 1`;
      line.freeze();
      await db.sql`select 1`;
    }, { timeoutMs: 200 });
    await assert.rejects(work, (error) => error instanceof ConnectionLost && error.outcome === "rolled_back");
    const [{ answer }] = await withTenant(database, tenant, (db) => db.sql`select 1 as answer`);
    assert.equal(answer, 1);
  } finally {
    await database.close();
    line.close();
  }
});

Deno.test("closing waits for the transaction that runs, and refuses the next", async () => {
  const database = await openDatabase({ ...test, poolSize: 1 });
  const hold = Promise.withResolvers<void>();
  const events: string[] = [];
  const running = withSystem(database, () => hold.promise).then(() => events.push("transaction"));
  const closing = database.close().then(() => events.push("closed"));
  await assert.rejects(withSystem(database, () => Promise.resolve()), /The database was closed/);
  hold.resolve();
  await Promise.all([running, closing]);
  assert.deepEqual(events, ["transaction", "closed"]);
});
