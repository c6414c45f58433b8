/** Tests of migrations: whole or not at all, in order, never changed afterwards. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { type TestDatabase, testDatabase } from "../tests/support/database.ts";
import { startEmbedded } from "./embedded.ts";
import { DatabaseUnavailable } from "./errors.ts";
import { migrate, pendingMigrations } from "./migrate.ts";
import { type Migration, migrations } from "./migrations/list.ts";
import { withSystem } from "./system.ts";

const server = await startEmbedded({ name: "test" }); // Held up between the tests.
Deno.test.afterAll(() => server.stop());

/** A throw-away database whose history is as if nothing had run yet; the tables of the product do not disturb. */
async function unmigrated(work: (test: TestDatabase, owner: postgres.Sql) => Promise<void>): Promise<void> {
  const test = await testDatabase({ poolSize: 1, systemPoolSize: 1 });
  const owner = postgres(test.ownerUrl, { max: 1, onnotice: () => {} });
  try {
    await owner`drop table migration`;
    await work(test, owner);
  } finally {
    await owner.end();
    await test.drop();
  }
}

const first: Migration = {
  name: "0001_first",
  statements: "create table first (n int); insert into first values (1);",
};
const second: Migration = { name: "0002_second", statements: "create table second (n int);" };
const broken: Migration = {
  name: "0002_broken",
  statements: "create table half (n int); select no_such_column;",
};

function sentence(pattern: RegExp): (error: Error) => boolean {
  return (error) => {
    assert.ok(error instanceof DatabaseUnavailable);
    assert.match(error.message, pattern);
    return true;
  };
}

Deno.test("each migration runs once, in order", () =>
  unmigrated(async ({ ownerUrl, appUrl }, owner) => {
    assert.deepEqual(await pendingMigrations(ownerUrl, [first, second]), ["0001_first", "0002_second"]);
    assert.deepEqual(await migrate(ownerUrl, [first]), ["0001_first"]);
    assert.deepEqual(await migrate(ownerUrl, [first, second]), ["0002_second"]);
    assert.deepEqual(await migrate(ownerUrl, [first, second]), []);
    assert.deepEqual(await pendingMigrations(appUrl, [first, second]), []);
    assert.deepEqual([...await owner`select n from first`], [{ n: 1 }]);
  }));

Deno.test("processes that start at the same moment do not migrate twice", () =>
  unmigrated(async ({ ownerUrl }, owner) => {
    const ran = await Promise.all([1, 2, 3, 4].map(() => migrate(ownerUrl, [first, second])));
    assert.deepEqual(ran.flat().sort(), ["0001_first", "0002_second"]);
    assert.deepEqual([...await owner`select n from first`], [{ n: 1 }]);
  }));

Deno.test("a migration that fails is undone whole, and those before it stay", () =>
  unmigrated(async ({ ownerUrl }, owner) => {
    await assert.rejects(
      migrate(ownerUrl, [first, broken]),
      sentence(/0002_broken could not run and was undone/),
    );
    const [tables] =
      await owner`select to_regclass('first') is not null as first, to_regclass('half') is not null as half`;
    assert.deepEqual({ ...tables }, { first: true, half: false });
    assert.deepEqual(await pendingMigrations(ownerUrl, [first, second]), ["0002_second"]);
  }));

Deno.test("a migration that was changed after it ran is refused", () =>
  unmigrated(async ({ ownerUrl }) => {
    await migrate(ownerUrl, [first]);
    const changed = { ...first, statements: `${first.statements} -- changed` };
    await assert.rejects(
      migrate(ownerUrl, [changed]),
      sentence(/0001_first was changed after it had run here/),
    );
  }));

Deno.test("a migration that was slipped in before one that ran is refused", () =>
  unmigrated(async ({ ownerUrl }) => {
    await migrate(ownerUrl, [second]);
    await assert.rejects(
      migrate(ownerUrl, [first, second]),
      sentence(/0001_first never ran here, but a later one/),
    );
  }));

Deno.test("a migration does not wait long behind a lock, and says so", () =>
  unmigrated(async ({ ownerUrl }, owner) => {
    await migrate(ownerUrl, [first]);
    const alter: Migration = { name: "0002_alter", statements: "alter table first add column m int" };
    await owner.begin(async (transaction) => {
      await transaction`select n from first`;
      const work = migrate(ownerUrl, [first, alter], { lockTimeoutMs: 50 });
      await assert.rejects(work, sentence(/A lock did not come free in time. Run it again/));
    });
    assert.deepEqual(await migrate(ownerUrl, [first, alter]), ["0002_alter"]);
  }));

Deno.test("a backfill reaches the rows of all tenants by way of the system role", () =>
  unmigrated(async ({ ownerUrl, database }) => {
    await withSystem(
      database,
      (db) => db.query.insertInto("tenant").values([{ name: "A" }, { name: "B" }]).execute(),
    );
    const statements = "update tenant set name = name || '!'";
    const rename: Migration = {
      name: "0001_rename",
      statements: `set local role milepost_system; ${statements}`,
    };
    const blind: Migration = { name: "0002_blind", statements };
    await migrate(ownerUrl, [rename, blind]); // Row security hides every row from the owner itself.
    const rows = await withSystem(database, (db) => db.query.selectFrom("tenant").select("name").execute());
    assert.deepEqual(rows.map((row) => row.name).sort(), ["A!", "B!"]);
  }));

Deno.test("a server that does not run is named in the sentence", async () => {
  await assert.rejects(
    migrate("postgres://someone:secret@127.0.0.1:1/none"),
    sentence(/^No Postgres answers at 127.0.0.1:1. Start it, or correct DATABASE_URL.$/),
  );
});

Deno.test("migrations are listed once each, in the order of their numbers", () => {
  const numbers = migrations.map(({ name }) => name.slice(0, 4));
  assert.deepEqual(numbers, [...new Set(numbers)].sort());
});
