/** Registrations have their days, never two of a kind at once, and papers print those of their day and their customer. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
  type TestBusiness,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError, type MilepostError } from "../core/errors.ts";
import { issueInvoice } from "../invoicing/commands.ts";
import { findInvoice } from "../invoicing/views.ts";
import { customerStatement } from "../ledger/views.ts";
import { addTaxRegistration, endTaxRegistration, type TaxRegistrationInput } from "./tax_registrations.ts";
import { listTaxRegistrations } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environmentAt = (now: string) => ({ ...testEnvironment(database), clock: new FixedClock(now) });
const environment = environmentAt("2024-06-03T09:00:00Z");

const add = (
  { tenantId, entityId: billingEntityId }: TestBusiness,
  change: Partial<TaxRegistrationInput> = {},
) =>
  execute(environment, addTaxRegistration, { tenantId, actor: testActor() }, {
    billingEntityId,
    country: "de",
    kind: "vat",
    number: " DE 123456789",
    fromDate: "2024-01-01",
    ...change,
  });

const end = ({ tenantId }: TestBusiness, taxRegistrationId: string, toDate: string) =>
  execute(environment, endTaxRegistration, { tenantId, actor: testActor() }, { taxRegistrationId, toDate });

/** "DE vat DE 123456789 2024-01-01 null", those that hold on some day. */
const listed = ({ tenantId, entityId }: TestBusiness) =>
  withTenant(database, tenantId, async (db) =>
    (await listTaxRegistrations(db, [entityId]))
      .map(({ country, kind, number, from, to }) => `${country} ${kind} ${number} ${from} ${to}`));

async function refused(work: Promise<unknown>, name: ErrorName): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error;
}

const british = "GB vat GB 123 4567 89 2020-01-01 null";

Deno.test("a registration is added in the usual spelling and ended, and another one may follow at once", async () => {
  const business = await insertTestBusiness(database);
  const { taxRegistrationId } = await add(business);
  assert.deepEqual(await listed(business), ["DE vat DE 123456789 2024-01-01 null", british]);
  await end(business, taxRegistrationId, "2024-07-01");
  await add(business, { number: "DE987654321", fromDate: "2024-07-01" });
  assert.deepEqual(await listed(business), [
    "DE vat DE987654321 2024-07-01 null",
    "DE vat DE 123456789 2024-01-01 2024-07-01",
    british,
  ]);
});

Deno.test("no two of the same country and kind hold on one day", async () => {
  const business = await insertTestBusiness(database);
  const { taxRegistrationId } = await add(business);
  const error = await refused(add(business, { fromDate: "2025-01-01" }), "AlreadyExists");
  assert.match(error.message, /^VAT DE 123456789 of DE holds on some of these days: it begins on 2024-01-01/);
  await refused(add(business, { fromDate: "2023-01-01" }), "AlreadyExists");
  await add(business, { kind: "other", number: "12/345/67890" });
  await add(business, { country: "AT", number: "ATU12345678" });
  await end(business, taxRegistrationId, "2024-03-01");
  await add(business, { number: "DE987654321", fromDate: "2024-03-01" });
  await refused(end(business, taxRegistrationId, "2024-03-02"), "AlreadyExists");
});

Deno.test("two that come at once do not both hold", async () => {
  const business = await insertTestBusiness(database);
  const results = await Promise.allSettled([add(business), add(business), add(business)]);
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});

Deno.test("one that was added by mistake is taken back by its first day", async () => {
  const business = await insertTestBusiness(database);
  const { taxRegistrationId } = await add(business);
  const error = await refused(end(business, taxRegistrationId, "2023-12-31"), "InvalidInput");
  assert.match(error.message, /It begins on 2024-01-01/);
  await end(business, taxRegistrationId, "2024-01-01");
  assert.deepEqual(await listed(business), [british]);
  await add(business);
});

Deno.test("what is wrong is told at once, and another tenant's entity and registration are not there", async () => {
  const business = await insertTestBusiness(database);
  const wrong = { country: "XX", kind: "tax", number: "", fromDate: "1.1.2024" };
  assert.deepEqual(
    (await refused(add(business, wrong), "InvalidInput")).fields.map(({ field }) => field),
    Object.keys(wrong),
  );
  const form = await refused(add(business, { number: "DE 12345" }), "InvalidInput");
  assert.match(form.message, /A VAT number of DE has 9 digits/);
  const other = await insertTestBusiness(database);
  await refused(add(business, { billingEntityId: other.entityId }), "NotFound");
  const { taxRegistrationId } = await add(other);
  await refused(end(business, taxRegistrationId, "2024-07-01"), "NotFound");
});

/** The tax numbers that an invoice of January prints to a customer of a country, issued at that moment. */
async function printed(business: TestBusiness, country: string | null, now: string): Promise<string[]> {
  const { tenantId } = business;
  const reference = `K-${country}-${now}`;
  const { contractId, customerId } = await withTenant(database, tenantId, async (db) => {
    const contract = await insertTestContract(db, business, await insertTestPlan(db, [lease]), { reference });
    await insertTestVehicle(db, contract.contractId, `${reference}-V`);
    return contract;
  });
  await withTenant(
    database,
    tenantId,
    (db) => db.query.updateTable("customer").set({ country }).where("id", "=", customerId).execute(),
  );
  const bill = { contractId, periodStart: "2024-01-01", periodEnd: "2024-02-01" };
  const asked = { tenantId, actor: testActor() };
  const issued = await execute(environmentAt(now), issueInvoice, asked, bill);
  assert.ok(issued.outcome === "issued");
  invoicesOf.set(reference, issued.invoiceId);
  return await numbersOn(tenantId, issued.invoiceId);
}

const invoicesOf = new Map<string, string>();
const numbersOn = async (tenantId: string, invoiceId: string) =>
  (await withTenant(database, tenantId, (db) => findInvoice(db, invoiceId))).seller.taxNumbers
    .map(({ number }) => number);

Deno.test("an invoice prints those of its customer's country on its day, else those of home, and keeps them", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const { taxRegistrationId } = await add(business, { number: "DE111111111" });
  await add(business, { kind: "other", number: "27/123/45678" });
  await add(business, { country: "AT", number: "ATU12345678", fromDate: "2024-06-04" });
  const day = "2024-06-03T09:00:00Z", nextDay = "2024-06-03T23:30:00Z";
  const home = ["GB 123 4567 89"];
  assert.deepEqual(await printed(business, "DE", day), ["DE111111111", "27/123/45678"]);
  assert.deepEqual(await printed(business, "GB", day), home);
  assert.deepEqual(await printed(business, "FR", day), home, "no registration there");
  assert.deepEqual(await printed(business, null, day), home, "no country known");
  assert.deepEqual(await printed(business, "AT", day), home, "it begins on the next day");
  assert.deepEqual(await printed(business, "AT", nextDay), ["ATU12345678"], "half past midnight in London");
  await end(business, taxRegistrationId, "2024-06-04");
  assert.deepEqual(await printed(business, "DE", nextDay), ["27/123/45678"], "it ended the day before");
  const issuedBefore = invoicesOf.get(`K-DE-${day}`)!;
  assert.deepEqual(await numbersOn(tenantId, issuedBefore), ["DE111111111", "27/123/45678"]);
});

Deno.test("a statement prints those of its last day, for its customer", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  await add(business, { country: "DE", number: "DE111111111", fromDate: "2024-06-04" });
  const { customerId } = await issueTestInvoices(environment, business, { reference: "K-1", months: 1 });
  const [from, day, later] = ["2024-06-01", "2024-06-03", "2024-06-04"].map((date) =>
    Temporal.PlainDate.from(date)
  );
  const shown = (to: Temporal.PlainDate) =>
    withTenant(database, tenantId, async (db) =>
      (await customerStatement(db, customerId, { from, to }))
        .flatMap(({ entity }) => entity.taxNumbers.map(({ number }) => number)));
  assert.deepEqual(await shown(later), ["GB 123 4567 89"]);
  await withTenant(
    database,
    tenantId,
    (db) => db.query.updateTable("customer").set({ country: "DE" }).where("id", "=", customerId).execute(),
  );
  assert.deepEqual(await shown(day), ["GB 123 4567 89"]);
  assert.deepEqual(await shown(later), ["DE111111111"]);
});
