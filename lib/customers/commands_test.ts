/** Customers are set up and changed as said, or not at all. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testActor, testEnvironment, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError } from "../core/errors.ts";
import { createCustomer, type CustomerInput, updateCustomer } from "./commands.ts";
import { findCustomer, listCustomersAfter } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);
const tenantId = await insertTestTenant(database);
const asked = { tenantId, actor: testActor() };

const brightwater: CustomerInput = {
  reference: "C-1",
  name: "Brightwater",
  email: "accounts@brightwater.example",
  addressLines: [" 18 Canal Wharf ", "", "Leeds"],
  country: "gb",
  language: "de-de",
  paymentTermsDays: 14,
  invoiceDelivery: "by_hand",
};

const create = (change: Partial<CustomerInput>) =>
  execute(environment, createCustomer, asked, { ...brightwater, ...change });
const update = (customerId: string, rowVersion: string, change: Partial<CustomerInput>) =>
  execute(environment, updateCustomer, asked, { ...brightwater, ...change, customerId, rowVersion });
const read = (id: string) => withTenant(database, tenantId, (db) => findCustomer(db, id));

/** The fields that are at fault. */
async function refused(work: Promise<unknown>, name: ErrorName): Promise<(string | undefined)[]> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error.fields.map(({ field }) => field);
}

Deno.test("a customer is kept without outer spaces and empty lines", async () => {
  const { customerId } = await create({});
  const { id: _id, rowVersion: _version, ...kept } = await read(customerId);
  assert.deepEqual(kept, {
    ...brightwater,
    addressLines: ["18 Canal Wharf", "Leeds"],
    country: "GB",
    language: "de-DE",
    erasedAt: null,
  });
});

Deno.test("everything that is wrong is told at once, and nothing is kept", async () => {
  const fields = await refused(
    create({
      reference: " ",
      name: "a\0b",
      email: "nobody",
      addressLines: Array(7).fill("line"),
      country: "UK",
      language: "pl-PL",
      paymentTermsDays: 366,
      invoiceDelivery: "pigeon",
    }),
    "InvalidInput",
  );
  assert.deepEqual(fields.sort(), [
    "addressLines",
    "country",
    "email",
    "invoiceDelivery",
    "language",
    "name",
    "paymentTermsDays",
    "reference",
  ]);
  assert.deepEqual(await refused(create({ name: "Another" }), "AlreadyExists"), ["reference"]);
  const all = await withTenant(database, tenantId, (db) => listCustomersAfter(db, undefined));
  assert.deepEqual(all.map(({ name }) => name), ["Brightwater"]);
});

Deno.test("a change takes the values that were read, and not those that someone else changed", async () => {
  const { customerId } = await create({ reference: "C-2" });
  const before = await read(customerId);
  await update(customerId, before.rowVersion, { reference: "C-2", name: "Brightwater Ltd", email: null });
  const after = await read(customerId);
  assert.deepEqual([after.name, after.email], ["Brightwater Ltd", null]);
  assert.notEqual(after.rowVersion, before.rowVersion);
  await refused(update(customerId, before.rowVersion, { reference: "C-2", name: "Too late" }), "Conflict");
  assert.equal((await read(customerId)).name, "Brightwater Ltd");
});

Deno.test("a change waits for one that is under way, and is then refused", async () => {
  const { customerId } = await create({ reference: "C-3" });
  const { rowVersion } = await read(customerId);
  let late: Promise<unknown> | undefined;
  await withTenant(database, tenantId, async (db) => {
    await db.sql`update customer set name = 'First' where tenant_id = ${tenantId} and id = ${customerId}`;
    late = refused(update(customerId, rowVersion, { reference: "C-3", name: "Second" }), "Conflict");
    await until(async () => (await db.sql`select 1 from pg_locks where not granted`).length > 0);
  });
  await late;
  assert.equal((await read(customerId)).name, "First");
});

Deno.test("a change cannot take another's reference, nor change what is not there", async () => {
  const { customerId } = await create({ reference: "C-4" });
  const { rowVersion } = await read(customerId);
  assert.deepEqual(await refused(update(customerId, rowVersion, { reference: "C-1" }), "AlreadyExists"), [
    "reference",
  ]);
  assert.equal((await read(customerId)).reference, "C-4");
  await refused(update(crypto.randomUUID(), rowVersion, {}), "NotFound");
  await refused(update("C-4", rowVersion, {}), "NotFound");
  const elsewhere = { tenantId: await insertTestTenant(database, "Other"), actor: testActor() };
  await refused(
    execute(environment, updateCustomer, elsewhere, { ...brightwater, customerId, rowVersion }),
    "NotFound",
  );
});

Deno.test("who may not write customers is refused", async () => {
  const reader = { tenantId, actor: testActor(new Set(["read"])) };
  await refused(execute(environment, createCustomer, reader, brightwater), "NotPermitted");
});
