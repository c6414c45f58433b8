/** Tests of the walls between tenants, and of transactions that lose their connection. */
import assert from "node:assert/strict";
import { sql } from "kysely";
import postgres from "postgres";
import { type TestDatabase, testDatabase } from "../tests/support/database.ts";
import { ConnectionLost, TransactionEnded } from "./errors.ts";
import { withSystem } from "./system.ts";
import { type TenantDb, withTenant } from "./tenant.ts";

const test: TestDatabase = await testDatabase({ poolSize: 2, systemPoolSize: 1 });
const { database } = test;
const admin = postgres(test.adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await test.drop();
});

const [tenantA, tenantB] = await withSystem(database, async (db) => {
  const rows = await db.query.insertInto("tenant").values([{ name: "A" }, { name: "B" }]).returning("id")
    .execute();
  return rows.map((row) => row.id);
});

function addCustomer(db: TenantDb, values: { tenant_id?: string; name?: string } = {}) {
  const row = { tenant_id: db.tenantId, reference: crypto.randomUUID(), name: "Customer", ...values };
  return db.query.insertInto("customer").values(row).returning("id").executeTakeFirstOrThrow();
}

async function customerNames(name: string): Promise<string[]> {
  const rows = await withSystem(
    database,
    (db) => db.query.selectFrom("customer").select("name").where("name", "like", `${name}%`).execute(),
  );
  return rows.map((row) => row.name);
}

async function code(work: Promise<unknown>): Promise<string | undefined> {
  const error = await work.then(() => assert.fail("nothing was refused"), (error) => error);
  return (error as { code?: string }).code;
}

Deno.test("a tenant sees its own rows and no others", async () => {
  const mine = await withTenant(database, tenantA, (db) => addCustomer(db, { name: "Mine" }));
  const seenBy = (tenant: string) =>
    withTenant(
      database,
      tenant,
      (db) => db.query.selectFrom("customer").select("id").where("name", "=", "Mine").execute(),
    );
  assert.deepEqual(await seenBy(tenantA), [mine]);
  assert.deepEqual(await seenBy(tenantB), []);
});

Deno.test("without a tenant the app role sees nothing and writes nothing, also right after a tenant's commit", async () => {
  const app = postgres(test.appUrl, { max: 1, onnotice: () => {} });
  try {
    await app.begin(async (transaction) => {
      await transaction`select set_config('app.tenant_id', ${tenantA}, true)`;
      await transaction`insert into customer (tenant_id, reference, name) values (${tenantA}, 'r', 'Seen once')`;
    });
    const [{ setting }] = await app`select current_setting('app.tenant_id', true) as setting`;
    assert.equal(setting, "");
    assert.deepEqual([...await app`select name from customer`], []);
    assert.equal(
      await code(app`insert into customer (tenant_id, reference, name) values (${tenantA}, 's', 'x')`),
      "42501",
    );
  } finally {
    await app.end();
  }
});

Deno.test("a row for another tenant is refused", async () => {
  const write = withTenant(database, tenantA, (db) => addCustomer(db, { tenant_id: tenantB }));
  assert.equal(await code(write), "42501");
});

Deno.test("a reference to another tenant's row is refused, though the row exists", async () => {
  const theirs = await withTenant(
    database,
    tenantB,
    (db) =>
      db.query.insertInto("rate_plan").values({ tenant_id: tenantB, reference: "p", name: "Plan" })
        .returning("id").executeTakeFirstOrThrow(),
  );
  const write = (tenant: string) =>
    withTenant(database, tenant, (db) =>
      db.query.insertInto("rate_plan_version")
        .values({ tenant_id: tenant, rate_plan_id: theirs.id, version: 1, currency: "USD" }).execute());
  assert.equal(await code(write(tenantA)), "23503");
  await write(tenantB);
});

Deno.test("what the work throws comes out, and nothing of it is kept", async () => {
  const failure = new Error("no");
  const work = withTenant(database, tenantA, async (db) => {
    await addCustomer(db, { name: "Thrown away" });
    throw failure;
  });
  await assert.rejects(work, failure);
  assert.deepEqual(await customerNames("Thrown away"), []);
});

Deno.test("a swallowed failure of a statement does not pass as a commit", async () => {
  const work = withTenant(database, tenantA, async (db) => {
    await addCustomer(db, { name: "Swallowed" });
    await addCustomer(db, { tenant_id: tenantB }).catch(() => {});
  });
  await assert.rejects(work, (error: Error) => {
    assert.ok(error instanceof TransactionEnded);
    assert.equal((error.cause as { code: string }).code, "42501");
    return true;
  });
  assert.deepEqual(await customerNames("Swallowed"), []);
});

for (
  const [where, ask] of [
    [
      "a builder",
      (db, gone) => db.query.selectFrom("customer").select("id").where("name", "=", gone).execute(),
    ],
    ["a template", (db, gone) => db.sql`select ${gone}::text`],
    ["an array", (db, gone) => db.sql`select ${["a", gone]}::text[]`],
    ["a fragment", (db, gone) => db.sql`select 1 where ${db.sql`${gone}::text`} is null`],
    ["a row", (db, gone) => db.sql`insert into customer ${db.sql({ tenant_id: db.tenantId, name: gone })}`],
    ["text", (db, gone) => db.sql.unsafe("select $1::text", [gone])],
  ] satisfies [string, (db: TenantDb, gone: string) => PromiseLike<unknown>][]
) {
  Deno.test(`undefined in ${where} is refused, and the transaction goes on`, async () => {
    const names = await withTenant(database, tenantA, async (db) => {
      await addCustomer(db, { name: `Beside ${where}` });
      await assert.rejects(async () => await ask(db, undefined as unknown as string), TypeError);
      return await db.sql<{ one: number }[]>`select 1 as one`;
    });
    assert.deepEqual(names.map(({ one }) => one), [1]);
    assert.deepEqual(await customerNames(`Beside ${where}`), [`Beside ${where}`]);
  });
}

Deno.test("an undefined member of JSON is left out of it, whatever its name", async () => {
  const json = await withTenant(database, tenantA, async (db) => {
    const value = { first: { then: undefined }, value: undefined, kept: 1 };
    return (await db.sql`select ${db.sql.json(value as never)}::text as json`)[0].json;
  });
  assert.deepEqual(JSON.parse(json), { first: {}, kept: 1 });
});

Deno.test("a query that nobody awaited is waited for and belongs to the commit", async () => {
  let added: Promise<unknown> | undefined;
  await withTenant(database, tenantA, async (db) => {
    added = addCustomer(db, { name: "Not awaited" });
    await sql`select 1`.execute(db.query);
  });
  await added;
  assert.deepEqual(await customerNames("Not awaited"), ["Not awaited"]);
});

Deno.test("a query after the end of its transaction is refused, however it was made", async () => {
  let kept: TenantDb | undefined;
  let late: PromiseLike<unknown> | undefined;
  await withTenant(database, tenantA, (db) => {
    kept = db;
    late = db.sql`insert into customer (tenant_id, reference, name) values (${tenantA}, 'late', 'Late')`;
    return Promise.resolve();
  });
  await assert.rejects(async () => await late, TransactionEnded);
  await assert.rejects(addCustomer(kept!, { name: "Late" }), TransactionEnded);
  await assert.rejects(async () => await kept!.sql.unsafe("select 1"), TransactionEnded);
  assert.deepEqual(await customerNames("Late"), []);
});

Deno.test("what an unawaited query goes on with does not run behind the commit", async () => {
  let chain: Promise<unknown> | undefined;
  await withTenant(database, tenantA, (db) => {
    const more = addCustomer(db, { name: "Chain 1" }).then(() => addCustomer(db, { name: "Chain 2" }));
    chain = assert.rejects(more, TransactionEnded);
    return Promise.resolve();
  });
  await chain;
  assert.deepEqual(await customerNames("Chain"), ["Chain 1"]);
});

/** Ends the server's side of the transaction's own connection. */
async function terminate(db: TenantDb): Promise<void> {
  const [{ pid }] = await db.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await endBackend(pid);
}

async function endBackend(pid: number): Promise<void> {
  await admin`select pg_terminate_backend(${pid}, 5000)`;
  await new Promise((resolve) => setTimeout(resolve, 50)); // Until our side has read the end.
}

for (const swallows of [false, true]) {
  Deno.test(`after its connection is gone, a transaction reaches no other one, ${swallows ? "also" : "not even"} when it swallows errors`, async () => {
    const single = await testDatabase({ poolSize: 1 });
    try {
      const [a, b] = await withSystem(single.database, async (db) => {
        const rows = await db.query.insertInto("tenant").values([{ name: "A" }, { name: "B" }]).returning(
          "id",
        ).execute();
        return rows.map((row) => row.id);
      });
      const [ended, otherRuns, tried] = [0, 0, 0].map(() => Promise.withResolvers<void>());
      const refusals: unknown[] = [];
      const first = withTenant(single.database, a, async (db) => {
        await terminate(db);
        ended.resolve();
        await otherRuns.promise; // The pool has replaced the connection, and tenant B uses the new one.
        const own = db.sql`nullif(current_setting('app.tenant_id', true), '')::uuid`;
        const write = db
          .sql`insert into outbox (tenant_id, event, subject_id, payload) values (${own}, 'A', 'x', '{}')`;
        const build = db.query.deleteFrom("customer").execute();
        for (const attempt of [write, build]) {
          await Promise.resolve(attempt).catch((error) => refusals.push(error));
        }
        tried.resolve();
        if (!swallows) throw refusals[0];
      });
      const outcome = assert.rejects(
        first,
        (error) => error instanceof ConnectionLost && error.outcome === "rolled_back",
      );
      await ended.promise;
      await withTenant(single.database, b, async () => {
        otherRuns.resolve();
        await tried.promise;
      });
      await outcome;
      assert.deepEqual(refusals.map((error) => error instanceof ConnectionLost), [true, true]);
      const rows = await withSystem(
        single.database,
        (db) => db.query.selectFrom("outbox").select("event").execute(),
      );
      assert.deepEqual(rows, []);
    } finally {
      await single.drop();
    }
  });
}

Deno.test("a connection that ends while the work is idle fails the transaction, though no query follows", async () => {
  const work = withTenant(database, tenantA, async (db) => {
    await addCustomer(db, { name: "Idle" });
    await terminate(db);
  });
  await assert.rejects(work, (error) => error instanceof ConnectionLost && error.outcome === "rolled_back");
  assert.deepEqual(await customerNames("Idle"), []);
});

Deno.test("a connection that ends during COMMIT says that the outcome is unknown", async () => {
  const owner = postgres(test.ownerUrl, { max: 1 });
  await owner.unsafe(`
    create table slow_commit (pid int);
    grant insert on slow_commit to milepost_app;
    create function sleep_at_commit() returns trigger language plpgsql as
      $$ begin perform pg_sleep(20); return null; end $$;
    create constraint trigger sleep_at_commit after insert on slow_commit deferrable initially deferred
      for each row execute function sleep_at_commit();`);
  await owner.end();
  const started = Promise.withResolvers<number>();
  const work = withTenant(database, tenantA, async (db) => {
    const [{ pid }] = await db.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await db.sql`insert into slow_commit values (${pid})`;
    started.resolve(pid);
  });
  const outcome = assert.rejects(
    work,
    (error) => error instanceof ConnectionLost && error.outcome === "unknown",
  );
  const pid = await started.promise;
  while (
    (await admin`select from pg_stat_activity where pid = ${pid} and wait_event = 'PgSleep'`).length === 0
  );
  await endBackend(pid);
  await outcome;
});

Deno.test("a connection that ends during a COPY fails the transaction and nothing else", async () => {
  const work = withTenant(database, tenantA, async (db) => {
    const [{ pid }] = await db.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const copy = await db.sql`copy (select repeat('x', 1000) from generate_series(1, 1000000)) to stdout`
      .readable();
    copy.once("data", () => void endBackend(pid));
    for await (const _ of copy);
  });
  await assert.rejects(work, (error) => error instanceof ConnectionLost && error.outcome === "rolled_back");
});

Deno.test("many rows go in by arrays and come out by COPY, all of one tenant", async () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `Bulk ${index}`);
  const copied = await withTenant(database, tenantA, async (db) => {
    await db.sql`insert into customer (tenant_id, reference, name)
      select ${db.tenantId}, name, name from unnest(${names}::text[]) as name`;
    const copy = await db.sql`copy (select name from customer where name like 'Bulk %') to stdout`.readable();
    let text = "";
    for await (const chunk of copy) text += chunk;
    return text.trimEnd().split("\n");
  });
  assert.deepEqual(copied.toSorted(), names.toSorted());
});

Deno.test("a read-only transaction reads and refuses to write", async () => {
  const rows = await withTenant(
    database,
    tenantA,
    (db) => db.query.selectFrom("tenant").select("id").execute(),
    {
      readOnly: true,
    },
  );
  assert.deepEqual(rows, [{ id: tenantA }]);
  assert.equal(
    await code(withTenant(database, tenantA, (db) => addCustomer(db), { readOnly: true })),
    "25006",
  );
});

Deno.test("repeatable read keeps to one moment", async () => {
  const counts = await withTenant(database, tenantA, async (db) => {
    const count = async () =>
      (await db.sql<{ count: bigint }[]>`select count(*) from customer where name = 'Between'`)[0].count;
    const before = await count();
    await withTenant(database, tenantA, (other) => addCustomer(other, { name: "Between" }));
    return [before, await count()];
  }, { isolation: "repeatable read" });
  assert.deepEqual(counts, [0n, 0n]);
});

Deno.test("a time limit of one's own ends a statement that takes longer", async () => {
  const work = withTenant(database, tenantA, (db) => sql`select pg_sleep(20)`.execute(db.query), {
    timeoutMs: 100,
  });
  await assert.rejects(
    work,
    (error: { code?: string }) => error instanceof ConnectionLost || error.code === "57014",
  );
  const [{ answer }] = await withTenant(database, tenantA, (db) => db.sql`select 1 as answer`);
  assert.equal(answer, 1);
});

Deno.test("a transaction inside the transaction, and an id that is none, are refused", async () => {
  await assert.rejects(
    withTenant(database, tenantA, (db) => db.query.transaction().execute(() => Promise.resolve())),
    /inside a transaction already/,
  );
  await assert.rejects(
    withTenant(database, "1'; drop table x", () => Promise.resolve()),
    /A tenant id is a UUID/,
  );
});
