/** Billing entities are set up and changed as said, and what invoices rest on stays. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  lease,
  type TestBusiness,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError, type MilepostError } from "../core/errors.ts";
import { trialBalance } from "../ledger/views.ts";
import { createBillingEntity, updateBillingEntity } from "./commands.ts";
import type { BillingEntityInput } from "./entity_input.ts";
import { findBillingEntity, findNumbering, pageBillingEntities, type WholeBillingEntity } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const clock = new FixedClock("2024-06-03T09:00:00Z");
const environment = { ...testEnvironment(database), clock };

const calder: BillingEntityInput = {
  name: "Calder GmbH",
  addressLines: ["Hafenstraße 4 ", "20457 Hamburg"],
  country: "de",
  currency: "eur",
  zone: "Europe/Berlin",
  language: "DE-de",
  rounding: "half_even",
  numberPrefix: "CG",
};

const asked = ({ tenantId }: TestBusiness) => ({ tenantId, actor: testActor() });
const create = (business: TestBusiness, change: Partial<BillingEntityInput> = {}) =>
  execute(environment, createBillingEntity, asked(business), { ...calder, ...change });
const read = ({ tenantId }: TestBusiness, id: string) =>
  withTenant(database, tenantId, (db) => findBillingEntity(db, id));

/** Changes some values of an entity as it is now. */
function update(business: TestBusiness, entity: WholeBillingEntity, change: Partial<BillingEntityInput>) {
  const { id: billingEntityId, ...values } = entity;
  return execute(environment, updateBillingEntity, asked(business), {
    ...values,
    ...change,
    billingEntityId,
  });
}

async function refused(work: Promise<unknown>, name: ErrorName): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error;
}

const fieldsOf = (error: MilepostError) => error.fields.map(({ field }) => field);

Deno.test("an entity is kept in the usual spelling, with a ledger of its own", async () => {
  const business = await insertTestBusiness(database);
  const { billingEntityId } = await create(business);
  const { id: _id, rowVersion: _version, ...kept } = await read(business, billingEntityId);
  assert.deepEqual(kept, {
    ...calder,
    addressLines: ["Hafenstraße 4", "20457 Hamburg"],
    country: "DE",
    currency: "EUR",
    language: "de-DE",
  });
  const accounts = await withTenant(
    database,
    business.tenantId,
    (db) =>
      db.query.selectFrom("ledger_account").select("code").where("tenant_id", "=", business.tenantId)
        .where("billing_entity_id", "=", billingEntityId).execute(),
  );
  assert.ok(accounts.length > 0);
  const balance = await withTenant(
    database,
    business.tenantId,
    (db) => trialBalance(db, Temporal.PlainDate.from("2024-06-03")),
  );
  assert.ok(balance.balanced);
});

Deno.test("everything that is wrong is told at once, and nothing is kept", async () => {
  const business = await insertTestBusiness(database);
  const wrong = {
    name: "",
    addressLines: ["x".repeat(101)],
    country: "UK",
    currency: "XAU",
    zone: "London",
    numberPrefix: "inv-1",
    language: "not a language",
    rounding: "down",
  };
  assert.deepEqual(fieldsOf(await refused(create(business, wrong), "InvalidInput")), Object.keys(wrong));
  const taken = await refused(create(business, { numberPrefix: "CFS" }), "AlreadyExists");
  assert.deepEqual(fieldsOf(taken), ["numberPrefix"]);
  const { found } = await withTenant(database, business.tenantId, (db) => pageBillingEntities(db, {}));
  assert.equal(found, 1);
});

Deno.test("before the first contract everything can change", async () => {
  const business = await insertTestBusiness(database);
  const entity = await read(business, business.entityId);
  await update(business, entity, {
    currency: "JPY",
    zone: "Asia/Tokyo",
    numberPrefix: "KK",
    name: "Calder KK",
  });
  const { currency, zone, numberPrefix, name } = await read(business, business.entityId);
  assert.deepEqual([currency, zone, numberPrefix, name], ["JPY", "Asia/Tokyo", "KK", "Calder KK"]);
  await refused(update(business, entity, { name: "Too late" }), "Conflict");
});

Deno.test("with a contract the currency stays, since its plan is in it", async () => {
  const business = await insertTestBusiness(database);
  await withTenant(database, business.tenantId, async (db) => {
    await insertTestContract(db, business, await insertTestPlan(db, [lease]), { reference: "K-1" });
  });
  const entity = await read(business, business.entityId);
  const error = await refused(update(business, entity, { currency: "EUR" }), "InvalidInput");
  assert.match(error.message, /^The currency stays GBP, because this entity has contracts\./);
  await update(business, entity, { zone: "Europe/Dublin", numberPrefix: "CFD" });
  assert.equal((await read(business, business.entityId)).zone, "Europe/Dublin");
});

Deno.test("with an invoice currency, zone and prefix stay, and all else can change", async () => {
  const business = await insertTestBusiness(database);
  await issueTestInvoices(environment, business, { reference: "K-1", months: 2 });
  const entity = await read(business, business.entityId);
  const change = { currency: "EUR", zone: "Europe/Paris", numberPrefix: "NEW" };
  const error = await refused(update(business, entity, change), "InvalidInput");
  assert.deepEqual(fieldsOf(error), ["currency", "zone", "numberPrefix"]);
  assert.match(error.message, /The time zone stays Europe\/London, because this entity has invoices\./);
  await update(business, entity, {
    name: "Calder plc",
    country: "IE",
    rounding: "half_even",
    addressLines: [],
  });
  const after = await read(business, business.entityId);
  assert.deepEqual([after.name, after.country, after.rounding, after.numberPrefix], [
    "Calder plc",
    "IE",
    "half_even",
    "CFS",
  ]);
  const next = (now: string) =>
    withTenant(
      database,
      business.tenantId,
      async (db) => (await findNumbering(db, after, "invoice", Temporal.Instant.from(now))).nextNumber,
    );
  assert.equal(await next("2024-06-03T09:00:00Z"), "CFS-2024-0003");
  assert.equal(await next("2025-01-01T00:00:00Z"), "CFS-2025-0001");
});

Deno.test("a change waits for one that is under way, and is then refused", async () => {
  const business = await insertTestBusiness(database);
  const entity = await read(business, business.entityId);
  let late: Promise<unknown> | undefined;
  await withTenant(database, business.tenantId, async (db) => {
    await db.sql`update billing_entity set name = 'First' where tenant_id = ${business.tenantId}`;
    late = refused(update(business, entity, { name: "Second" }), "Conflict");
    await until(async () => (await db.sql`select 1 from pg_locks where not granted`).length > 0);
  });
  await late;
  assert.equal((await read(business, business.entityId)).name, "First");
});

Deno.test("a change cannot take another's prefix, nor reach another tenant, nor be made by a reader", async () => {
  const business = await insertTestBusiness(database);
  const { billingEntityId } = await create(business);
  const entity = await read(business, billingEntityId);
  assert.deepEqual(
    fieldsOf(await refused(update(business, entity, { numberPrefix: "CFS" }), "AlreadyExists")),
    [
      "numberPrefix",
    ],
  );
  await refused(update(await insertTestBusiness(database), entity, {}), "NotFound");
  await refused(update(business, { ...entity, id: "CG" }, {}), "NotFound");
  const reader = { tenantId: business.tenantId, actor: testActor(new Set(["read"])) };
  await refused(execute(environment, createBillingEntity, reader, calder), "NotPermitted");
  assert.equal((await read(business, billingEntityId)).numberPrefix, "CG");
});
