/** Guards personal values at rest: a copy of the tables does not tell them, they are bound to row and tenant, outlive a change of keys, and are lost with them. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type Database, openDatabase } from "../../db/database.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { handlers } from "../../jobs/handlers/list.ts";
import { schedules, tick } from "../../jobs/schedule.ts";
import { execute } from "../../lib/core/command.ts";
import { isMilepostError } from "../../lib/core/errors.ts";
import { keyRing, type RingKeys } from "../../lib/core/key_ring.ts";
import { envelopeSecrets, type Secrets } from "../../lib/core/secrets.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import { findCustomer, listCustomersAfter } from "../../lib/customers/views.ts";
import { rewrapAll } from "../../lib/ops/rewrap.ts";
import { insertTestTenant, testActor, testEnvironment } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { scanTables, tablesHolding } from "../support/table_scan.ts";

const { database, drop, ...urls } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);
const actor = testActor();

const contact = { email: "quast@quast.example", addressLines: ["Krähenweg 7", "20457 Hamburg"] };
const marks = [contact.email, ...contact.addressLines];
const holding = async () => tablesHolding(await scanTables(urls.adminUrl), marks);
const isUnreadable = (error: unknown) => isMilepostError(error, "SecretUnreadable");

const create = (on: Database, tenantId: string, reference: string) =>
  execute({ ...environment, database: on }, createCustomer, { tenantId, actor }, {
    reference,
    name: "Quast",
    ...contact,
  });
const read = (on: Database, tenantId: string, id: string) =>
  withTenant(on, tenantId, (db) => findCustomer(db, id), { readOnly: true });
const contactOf = async (on: Database, tenantId: string, id: string) => {
  const { email, addressLines } = await read(on, tenantId, id);
  return { email, addressLines };
};

/** The same database, as a process with other secrets has it. */
async function withSecrets<T>(secrets: Secrets | undefined, work: (on: Database) => Promise<T>): Promise<T> {
  const on = await openDatabase({ ...urls, poolSize: 2, systemPoolSize: 1, secrets });
  try {
    return await work(on);
  } finally {
    await on.close();
  }
}

Deno.test("a copy of every table tells neither e-mail nor address of a customer", async () => {
  const tenantId = await insertTestTenant(database);
  const { customerId } = await create(database, tenantId, "C-1");
  assert.deepEqual(await contactOf(database, tenantId, customerId), contact);
  assert.deepEqual(await holding(), []);
});

Deno.test("a value that is moved to another row or another tenant does not open", async () => {
  const [tenantId, otherId] = [await insertTestTenant(database), await insertTestTenant(database)];
  const { customerId } = await create(database, tenantId, "C-1");
  const other = await create(database, tenantId, "C-2");
  const elsewhere = await create(database, otherId, "C-1");
  for (const target of [{ tenantId, ...other }, { tenantId: otherId, ...elsewhere }]) {
    await withSystem(database, (db) =>
      db.sql`
        update customer set contact_encrypted =
          (select contact_encrypted from customer where tenant_id = ${tenantId} and id = ${customerId})
        where tenant_id = ${target.tenantId} and id = ${target.customerId}`);
    await assert.rejects(read(database, target.tenantId, target.customerId), isUnreadable);
  }
  assert.deepEqual(await contactOf(database, tenantId, customerId), contact);
});

Deno.test("with a lost key nothing opens and nothing is written, and both say so", async () => {
  const tenantId = await insertTestTenant(database);
  const { customerId } = await create(database, tenantId, "C-1");
  const others = envelopeSecrets(keyRing(() => [{ id: "another", key: randomBytes(32) }]));
  await withSecrets(others, async (on) => {
    await assert.rejects(read(on, tenantId, customerId), /The key "test" is not in the key file/);
    await assert.rejects(create(on, tenantId, "C-2"), /The key "test" is not in the key file/);
  });
  await withSecrets(undefined, async (on) => {
    const none = (error: unknown) => isMilepostError(error, "SecretsUnavailable");
    await assert.rejects(read(on, tenantId, customerId), none);
    await assert.rejects(create(on, tenantId, "C-2"), none);
  });
  const kept = await withTenant(database, tenantId, (db) => listCustomersAfter(db, undefined));
  assert.deepEqual(kept.map(({ reference }) => reference), ["C-1"]);
});

Deno.test("after a rotation and a rewrap everything opens without the old key, and the ring is asked once for all rows", async () => {
  const tenantId = await insertTestTenant(database);
  const [old, young] = [{ id: "test", key: new Uint8Array(32).fill(7) }, {
    id: "young",
    key: randomBytes(32),
  }];
  const { customerId } = await create(database, tenantId, "C-1");
  for (let index = 2; index <= 30; index++) await create(database, tenantId, `C-${index}`);
  const before = keyRing(() => [old, young]);
  await rewrapAll(database, before);
  let keys: RingKeys = [young];
  const ring = keyRing(() => keys);
  let asked = 0;
  const counting = envelopeSecrets({
    ...ring,
    unwrap(key) {
      asked++;
      return ring.unwrap(key);
    },
  });
  await withSecrets(counting, async (on) => {
    const all = await withTenant(on, tenantId, (db) => listCustomersAfter(db, undefined));
    assert.ok(all.length === 30 && all.every(({ email }) => email === contact.email));
    assert.deepEqual(await contactOf(on, tenantId, customerId), contact);
    assert.equal(asked, 1);
  });
  keys = [old];
  await rewrapAll(database, keyRing(() => [young, old]));
});

Deno.test("two who are the first to write for a tenant use one key, and one that is rolled back leaves none", async () => {
  const tenantId = await insertTestTenant(database);
  await execute(environment, createCustomer, { tenantId, actor, dryRun: true }, {
    reference: "C-0",
    name: "Quast",
    ...contact,
  });
  const made = await Promise.all([1, 2, 3].map((index) => create(database, tenantId, `C-${index}`)));
  for (const { customerId } of made) {
    assert.deepEqual(await contactOf(database, tenantId, customerId), contact);
  }
});

Deno.test("what an earlier version left in clear is shown, and encrypted by a job", async () => {
  const tenantId = await insertTestTenant(database);
  await withSystem(database, (db) =>
    db.sql`
      insert into customer (tenant_id, reference, name, email, address_lines)
      select ${tenantId}, 'C-' || place, 'Quast', ${contact.email}, ${contact.addressLines}
      from generate_series(1, 501) place`);
  const show = async () =>
    (await withTenant(database, tenantId, (db) => listCustomersAfter(db, undefined)))
      .map(({ rowVersion: _version, ...customer }) => customer);
  const shown = await show();
  assert.ok(shown.every(({ email }) => email === contact.email));
  const encryption = schedules.find(({ name }) => name === "encryption")!;
  assert.equal(await tick(environment, encryption), 1);
  const due = await withSystem(
    database,
    (db) => encryption.findDue(db, environment.clock.now(), environment),
  );
  assert.deepEqual(due.map((job) => job.tenantId), [tenantId]);
  const handler = handlers.find(({ kind }) => kind === due[0].kind)!;
  await handler.run(environment, { ...due[0], id: due[0].uniqueKey, attempt: 1 });
  assert.deepEqual(await holding(), []);
  assert.deepEqual(await show(), shown);
  assert.deepEqual(
    await withSystem(database, (db) => encryption.findDue(db, environment.clock.now(), environment)),
    [],
  );
});
