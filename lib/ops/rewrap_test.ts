/** Guards the change of keys: everything sealed comes under the new key while the app writes, a stopped one goes on, and a lost key is told. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { replaceSealed } from "../../db/queries/sealed_column.ts";
import { withSystem } from "../../db/system.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { keyRing, type RingKeys } from "../core/key_ring.ts";
import { envelopeSecrets, type KeyRing, sealedPrefix } from "../core/secrets.ts";
import { rewrapAll } from "./rewrap.ts";

const { database, ownerUrl, drop } = await testDatabase();
const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await owner.end();
  await drop();
});
// A table of the test's own: the rewrap finds its columns by their names.
await owner.unsafe(`
  create table note (id int primary key, text_sealed bytea not null, spare_sealed bytea);
  grant select, insert, update, delete on note to milepost_system`);

const count = 450;
const key = (id: string) => ({ id, key: randomBytes(32) });
const contextOf = (id: number) => ({ tenantId: null, record: `note:${id}` });
const bytes = (text: string) => new TextEncoder().encode(text);

/** Fills the table under the first key of a ring, and adds a second one. */
async function sealedUnderOldKey() {
  const old = key("old");
  let keys: RingKeys = [old];
  const ring = keyRing(() => keys);
  const secrets = envelopeSecrets(ring);
  const rows = await Promise.all(Array.from({ length: count }, async (_, id) => ({
    id,
    text_sealed: await secrets.seal(contextOf(id), bytes(`text ${id}`)),
  })));
  await withSystem(database, async (db) => {
    await db.sql`delete from note`;
    await db.sql`insert into note ${db.sql(rows)}`;
  });
  keys = [...keys, key("new")];
  const oldSecrets = envelopeSecrets(keyRing(() => [old]));
  return {
    ring,
    secrets,
    oldSecrets,
    forget: (id: string) => void (keys = keys.filter((known) => known.id !== id)),
  };
}

async function readNotes(): Promise<Map<number, Uint8Array>> {
  const rows = await withSystem(
    database,
    (db) => db.sql<{ id: number; text_sealed: Uint8Array }[]>`select id, text_sealed from note`,
  );
  return new Map(rows.map((row) => [row.id, row.text_sealed]));
}

const isUnder = (id: string, sealed: Uint8Array) => Buffer.from(sealed).indexOf(sealedPrefix(id)) === 0;
const rewrappedOf = (report: Awaited<ReturnType<typeof rewrapAll>>) =>
  report.columns.filter(({ table }) => table === "note").map(({ column, rewrapped }) =>
    `${column} ${rewrapped}`
  );

Deno.test("every sealed value comes under the active key, stays the same, and the old key may go", async () => {
  const { ring, secrets, forget } = await sealedUnderOldKey();
  const report = await rewrapAll(database, ring);
  assert.equal(report.key, "new");
  assert.deepEqual(rewrappedOf(report), ["spare_sealed 0", `text_sealed ${count}`]);
  forget("old");
  const notes = await readNotes();
  assert.equal(notes.size, count);
  for (const [id, sealed] of notes) {
    assert.ok(isUnder("new", sealed));
    assert.deepEqual(await secrets.open(contextOf(id), sealed), Buffer.from(bytes(`text ${id}`)));
  }
  assert.deepEqual(rewrappedOf(await rewrapAll(database, ring)), ["spare_sealed 0", "text_sealed 0"]);
});

Deno.test("what the app writes meanwhile is kept, and comes under the active key as well", async () => {
  const { ring, secrets, oldSecrets } = await sealedUnderOldKey();
  const written = new Map<number, string>();
  let batches = 0;
  // Between the reading of a batch and its writing somebody changes a value and adds one, with a process that knows
  // only the old key.
  const disturbed: KeyRing = {
    ...ring,
    async rewrap(keys) {
      const id = batches++;
      if (id < 3) {
        written.set(id, `changed ${id}`).set(count + id, `added ${id}`);
        const [changed, added] = await Promise.all(
          [id, count + id].map((id) => oldSecrets.seal(contextOf(id), bytes(written.get(id)!))),
        );
        await withSystem(database, async (db) => {
          await db.sql`update note set text_sealed = ${changed} where id = ${id}`;
          await db.sql`insert into note (id, text_sealed) values (${count + id}, ${added})`;
        });
      }
      return await ring.rewrap(keys);
    },
  };
  await rewrapAll(database, disturbed);
  const notes = await readNotes();
  assert.equal(notes.size, count + 3);
  for (const [id, sealed] of notes) {
    assert.ok(isUnder("new", sealed), `note ${id}`);
    const plain = new TextDecoder().decode(await secrets.open(contextOf(id), sealed));
    assert.equal(plain, written.get(id) ?? `text ${id}`);
  }
});

Deno.test("one that was stopped goes on, and does nothing twice", async () => {
  const { ring } = await sealedUnderOldKey();
  let batches = 0;
  const stopping: KeyRing = {
    ...ring,
    rewrap: (keys) => ++batches > 1 ? Promise.reject(new Error("The plug was pulled.")) : ring.rewrap(keys),
  };
  await assert.rejects(rewrapAll(database, stopping), /plug was pulled/);
  const done = [...(await readNotes()).values()].filter((sealed) => isUnder("new", sealed)).length;
  assert.ok(done > 0 && done < count);
  assert.deepEqual(rewrappedOf(await rewrapAll(database, ring)), [
    "spare_sealed 0",
    `text_sealed ${count - done}`,
  ]);
});

Deno.test("a key that is missing is named, and nothing is lost", async () => {
  const { ring, forget } = await sealedUnderOldKey();
  const before = await readNotes();
  forget("old");
  await assert.rejects(rewrapAll(database, ring), /key "old" is not in the key file/);
  assert.deepEqual(await readNotes(), before);
});

Deno.test("a value that stands where another one stood is left alone", async () => {
  await owner.unsafe("truncate note");
  const [one, other] = [bytes("one"), bytes("another")];
  const replaced = await withSystem(database, async (db) => {
    await db.sql`insert into note (id, text_sealed) values (1, ${other})`;
    const [{ place }] = await db.sql<{ place: string }[]>`select ctid::text as place from note`;
    return await replaceSealed(db, { table: "note", column: "text_sealed" }, { place, sealed: one }, one);
  });
  assert.equal(replaced, false);
  assert.equal(new TextDecoder().decode((await readNotes()).get(1)), "another");
});
