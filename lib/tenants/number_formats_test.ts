/** How numbers are written changes from the next series on, never within one, and never into what another document has. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness, type TestBusiness } from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError, type MilepostError } from "../core/errors.ts";
import type { DocumentType } from "../core/number_format.ts";
import { issueCreditNote } from "../invoicing/credit/commands.ts";
import { audit } from "../../tests/support/audit.ts";
import { auditBreaches } from "../ops/audit/audit.ts";
import { createBillingEntity } from "./commands.ts";
import { type NumberFormatInput, setNumberFormat } from "./number_formats.ts";
import { findBillingEntity, findNumbering } from "./views.ts";

const { database, drop } = await testDatabase({ poolSize: 8 });
Deno.test.afterAll(drop);
const environmentAt = (now: string) => ({ ...testEnvironment(database), clock: new FixedClock(now) });
const june = environmentAt("2024-06-03T09:00:00Z");
const nextYear = environmentAt("2025-01-01T00:00:00Z");

const set = (
  { tenantId, entityId: billingEntityId }: TestBusiness,
  change: Partial<NumberFormatInput> = {},
  environment = june,
) =>
  execute(environment, setNumberFormat, { tenantId, actor: testActor() }, {
    billingEntityId,
    documentType: "invoice",
    prefix: "RE",
    separator: "-",
    yearDigits: 2,
    numberDigits: 5,
    ...change,
  });

const issued = async (business: TestBusiness, reference: string, months = 1, environment = june) =>
  (await issueTestInvoices(environment, business, { reference, months })).invoices.map(({ number }) =>
    number
  );

/** The next number, and the first one of series to come with its year. */
const next = (
  { tenantId, entityId }: TestBusiness,
  documentType: DocumentType = "invoice",
  environment = june,
) =>
  withTenant(database, tenantId, async (db) => {
    const entity = await findBillingEntity(db, entityId);
    const { nextNumber, firstNumber, fromYear } = await findNumbering(
      db,
      entity,
      documentType,
      environment.clock.now(),
    );
    return [nextNumber, firstNumber, fromYear];
  });

async function refused(work: Promise<unknown>, name: ErrorName): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error;
}

const audited = async () => assert.deepEqual(auditBreaches(await audit(database)), []);

Deno.test("before its first number a series takes the new form at once, and then keeps it for its year", async () => {
  const business = await insertTestBusiness(database);
  assert.deepEqual(await next(business), ["CFS-2024-0001", "CFS-2024-0001", 2024]);
  assert.equal((await set(business)).fromYear, 2024);
  assert.deepEqual(await next(business), ["RE-24-00001", "RE-24-00001", 2024]);
  assert.deepEqual(await issued(business, "K-1", 2), ["RE-24-00001", "RE-24-00002"]);
  assert.equal((await set(business, { prefix: "INV", separator: ".", numberDigits: 1 })).fromYear, 2025);
  assert.deepEqual(await next(business), ["RE-24-00003", "INV.25.1", 2025]);
  assert.deepEqual(await issued(business, "K-2"), ["RE-24-00003"]);
  assert.deepEqual(await next(business, "invoice", nextYear), ["INV.25.1", "INV.25.1", 2025]);
  assert.deepEqual(await issued(business, "K-3", 2, nextYear), ["INV.25.1", "INV.25.2"]);
  await audited();
});

Deno.test("a series that began in the standard form keeps it, and the next one is the other", async () => {
  const business = await insertTestBusiness(database);
  assert.deepEqual(await issued(business, "K-1"), ["CFS-2024-0001"]);
  await set(business);
  assert.deepEqual(await issued(business, "K-2"), ["CFS-2024-0002"]);
  assert.deepEqual(await issued(business, "K-3", 1, nextYear), ["RE-25-00001"]);
  await audited();
});

Deno.test("credit notes have numbers of their own form", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const { invoices: [first, second] } = await issueTestInvoices(june, business, { reference: "K-1" });
  const whole = { kind: "whole" } as const;
  const credit = async (invoiceId: string) => {
    const input = { invoiceId, reason: "Van in the workshop", purpose: "correction", credit: whole };
    const asked = { tenantId, actor: testActor() };
    return (await execute(june, issueCreditNote, asked, input)).number;
  };
  await set(business, { documentType: "credit_note", prefix: "GU-DE", yearDigits: 4 });
  assert.deepEqual(await next(business), ["CFS-2024-0003", "CFS-2025-0001", 2025]);
  assert.equal(await credit(first.id), "GU-DE-2024-00001");
  assert.equal((await set(business, { documentType: "credit_note", prefix: "CN" })).fromYear, 2025);
  assert.equal(await credit(second.id), "GU-DE-2024-00002");
  assert.deepEqual(await next(business, "credit_note"), ["GU-DE-2024-00003", "CN-25-00001", 2025]);
  await audited();
});

Deno.test("all that is wrong with a form is told at once, with what is allowed", async () => {
  const business = await insertTestBusiness(database);
  const wrong = { prefix: "re 24", separator: "/", yearDigits: 3, numberDigits: 0 };
  const error = await refused(set(business, wrong), "InvalidInput");
  assert.deepEqual(error.fields.map(({ field }) => field), Object.keys(wrong));
  assert.match(error.message, /hyphens only between them. The year and the number follow by themselves/);
  for (const prefix of ["", "-A", "A-", "A--B", "A.B", "Ä", "{year}", "A".repeat(17)]) {
    const { fields } = await refused(set(business, { prefix }), "InvalidInput");
    assert.deepEqual(fields.map(({ field }) => field), ["prefix"], prefix);
  }
  await refused(set(business, { documentType: "statement" }), "InvalidInput");
  await refused(set(await insertTestBusiness(database), { billingEntityId: business.entityId }), "NotFound");
  await set(business, { prefix: " A ", numberDigits: 9 });
  assert.deepEqual((await next(business))[0], "A-24-000000001");
});

Deno.test("a prefix that numbers other documents, or once did, is refused", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const create = (numberPrefix: string) =>
    execute(june, createBillingEntity, { tenantId, actor: testActor() }, {
      name: "Calder GmbH",
      addressLines: [],
      country: "DE",
      currency: "EUR",
      zone: "Europe/Berlin",
      numberPrefix,
    });
  const { billingEntityId } = await create("CG");
  for (const prefix of ["CG", "CG-CN", "CFS-CN"]) {
    const error = await refused(set(business, { prefix }), "AlreadyExists");
    assert.deepEqual(error.fields.map(({ field }) => field), ["prefix"]);
  }
  await set(business, { prefix: "CFS" });
  await set(business);
  await issued(business, "K-1");
  await set(business, { prefix: "NEW" });
  for (const prefix of ["RE", "NEW"]) {
    const error = await refused(set(business, { billingEntityId, prefix }), "AlreadyExists");
    assert.match(error.message, /is for the invoices of Calder Fleet Services Ltd. Choose another prefix/);
    await refused(set(business, { documentType: "credit_note", prefix }), "AlreadyExists");
    await refused(create(prefix), "AlreadyExists");
  }
  await set(business, { billingEntityId, prefix: "X-CN" });
  await refused(create("X"), "AlreadyExists");
  await set(await insertTestBusiness(database), { prefix: "NEW" }); // another tenant's numbers are its own
});

Deno.test("of two entities that ask for a prefix at once one gets it", async () => {
  const business = await insertTestBusiness(database);
  const asked = { tenantId: business.tenantId, actor: testActor() };
  const { billingEntityId } = await execute(june, createBillingEntity, asked, {
    name: "Calder KK",
    addressLines: [],
    country: "JP",
    currency: "JPY",
    zone: "Asia/Tokyo",
    numberPrefix: "KK",
  });
  const results = await Promise.allSettled([set(business), set(business, { billingEntityId })]);
  const refusals = results.filter((result) => result.status === "rejected");
  assert.equal(refusals.length, 1);
  assert.ok(isMilepostError(refusals[0].reason, "AlreadyExists"), String(refusals[0].reason));
});

Deno.test("numbers given while the form changes again and again are all of one form, without gap or repeat", async () => {
  const business = await insertTestBusiness(database);
  const changes = ["A", "B", "C", "D"].map((prefix) => set(business, { prefix }));
  const issues = Array.from({ length: 6 }, (_, index) => issued(business, `K-${index}`, 2));
  const [numbers, told] = await Promise.all([
    Promise.all(issues).then((all) => all.flat()),
    Promise.all(changes).then((all) => all.map(({ fromYear }) => fromYear)),
  ]);
  const [prefix] = /^.+(?=\d\d$)/.exec(numbers[0])!;
  const expected = Array.from(
    { length: 12 },
    (_, index) => `${prefix}${String(index + 1).padStart(2, "0")}`,
  );
  assert.deepEqual(numbers.toSorted(), expected);
  assert.ok(told.every((year) => year === 2024 || year === 2025));
  await audited();
});

Deno.test("the database itself keeps the form of a series", async () => {
  const business = await insertTestBusiness(database);
  await issued(business, "K-1");
  const rewrite = withTenant(
    database,
    business.tenantId,
    (db) => db.sql`update number_series set prefix = 'X' where tenant_id = ${business.tenantId}`,
  );
  await assert.rejects(async () => await rewrite, /permission denied/);
});
