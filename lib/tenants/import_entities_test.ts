/** A file of billing entities on a real database: each row is new, there already, or told with its line and column. */
import assert from "node:assert/strict";
import { lockPrefixes } from "../../db/queries/number_format.ts";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness } from "../../tests/support/billing.ts";
import { insertTestTenant, testActor, testEnvironment, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { countsOf, faultsOf, importText } from "../../tests/support/record_import.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { csvLine } from "../imports/csv_writer.ts";
import { createBillingEntity } from "./commands.ts";
import { entityColumns, entityFile, listEntityRecords } from "./import_entities.ts";
import { setNumberFormat } from "./number_formats.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

const header =
  "short_code,name,country,currency,time_zone,tax_registrations,invoice_numbers,credit_note_numbers";
const file = (...rows: string[]) => [header, ...rows, ""].join("\n");
const bringIn = (tenantId: string, content: string, options = {}) =>
  importText(environment, tenantId, entityFile, content, options);
const kept = (tenantId: string) => withTenant(database, tenantId, (db) => listEntityRecords(db, undefined));

const exported = async (tenantId: string) =>
  csvLine(entityColumns.map(({ name }) => name)) +
  (await kept(tenantId)).map((record) => csvLine(entityColumns.map(({ value }) => value(record)))).join("");

const hamburg = 'CG,Calder GmbH,de,eur,Europe/Berlin,"DE vat DE123456789 from 2020-01-01\n' +
  'AT vat ATU12345678 from 2024-06-01",RE.YY.00000,';

Deno.test("rows become entities with their registrations and numbers, ready to bill", async () => {
  const tenantId = await insertTestTenant(database);
  const report = await bringIn(tenantId, file(hamburg, "KK,Calder KK,JP,JPY,Asia/Tokyo,,,"));
  assert.equal(countsOf(report), "2 = 2 new + 0 there + 0 refused");
  const [first, second] = await kept(tenantId);
  const written = entityColumns.map(({ value }) => value(first));
  assert.deepEqual(written, [
    "CG",
    "Calder GmbH",
    "",
    "DE",
    "EUR",
    "Europe/Berlin",
    "en-GB",
    "half_up",
    "AT vat ATU12345678 from 2024-06-01\nDE vat DE123456789 from 2020-01-01",
    "RE.YY.00000",
    "CG-CN-YYYY-0000",
  ]);
  assert.deepEqual([second.registrations, second.formats.invoice.prefix], [[], "KK"]);
  const { id: entityId } = first as typeof first & { id: string };
  const { invoices } = await issueTestInvoices(environment, { tenantId, entityId }, {
    reference: "K-1",
    currency: "EUR",
    months: 1,
  });
  assert.equal(invoices[0].number, "RE.24.00001");
});

Deno.test("every bad cell is named by line and column, and the good rows are taken", async () => {
  const tenantId = await insertTestTenant(database);
  const report = await bringIn(
    tenantId,
    file(
      "cg,,UK,XAU,Berlin,GB vat 1 from 2024-01-01,RE,",
      "A,One,GB,GBP,Europe/London,,,",
      "B,Two,GB,GBP,Europe/London,,A-YYYY-0000,",
      "C,Three,GB,GBP,Europe/London,,B-YYYY-0000,A-CN-YY-0",
      "D,Four,GB,GBP,Europe/London,,E-YYYY-0000,E-YYYY-0000",
      "E,Five,GB,GBP,Europe/London,,,",
    ),
  );
  assert.equal(countsOf(report), "6 = 2 new + 0 there + 4 refused");
  assert.deepEqual(faultsOf(report).map((fault) => fault.replace(/:.*/, "")), [
    "2 name",
    "2 country",
    "2 currency",
    "2 time_zone",
    "2 short_code",
    "2 tax_registrations",
    "2 invoice_numbers",
    "4 invoice_numbers",
    "5 credit_note_numbers",
    "6 credit_note_numbers",
  ]);
  assert.match(faultsOf(report)[7], /A is for the invoices of One\. Choose another prefix/);
  // a row that is left out takes no prefix from those after it
  assert.deepEqual((await kept(tenantId)).map(({ name }) => name), ["One", "Five"]);
});

Deno.test("a check does all and keeps nothing", async () => {
  const tenantId = await insertTestTenant(database);
  const dry = await bringIn(tenantId, file(hamburg, "CG,Other,DE,EUR,Europe/Berlin,,,"), { dryRun: true });
  assert.equal(countsOf(dry), "2 = 1 new + 0 there + 1 refused");
  assert.match(faultsOf(dry)[0], /^4 name: Line 2 has the billing entity CG already\. It differs in name/);
  assert.deepEqual(await kept(tenantId), []);
});

Deno.test("what is there with the same content is a duplicate; with other content it is set aside, and stays", async () => {
  const tenantId = await insertTestTenant(database);
  await bringIn(tenantId, file(hamburg));
  assert.equal(countsOf(await bringIn(tenantId, file(hamburg))), "1 = 0 new + 1 there + 0 refused");
  const changed = await bringIn(
    tenantId,
    file(hamburg.replace("RE.YY", "RE.YYYY").replace("AT vat", "AT other")),
  );
  assert.match(
    faultsOf(changed)[0],
    /There is already a billing entity CG\. It differs in tax registrations and form of invoice numbers\. Change it/,
  );
  const short = "short_code,name,country,currency,time_zone\nCG,Calder GmbH,DE,EUR,Europe/Berlin\n";
  assert.equal(countsOf(await bringIn(tenantId, short)), "1 = 0 new + 1 there + 0 refused");
});

Deno.test("what the list downloads is there already, and sets up another business alike", async () => {
  const { tenantId, entityId } = await insertTestBusiness(database);
  const input = {
    billingEntityId: entityId,
    documentType: "invoice",
    prefix: "INV",
    separator: ".",
    yearDigits: 2,
  };
  const asked = { tenantId, actor: testActor() };
  await execute(environment, setNumberFormat, asked, { ...input, numberDigits: 6 });
  await execute(environment, createBillingEntity, asked, {
    name: "=Risky, GmbH",
    addressLines: ["Hafenstraße 4", "20457 Hamburg"],
    country: "DE",
    currency: "EUR",
    zone: "Europe/Berlin",
    language: "de-DE",
    rounding: "half_even",
    numberPrefix: "CG",
  });
  const content = await exported(tenantId);
  assert.match(content, /INV\.YY\.000000,CFS-CN-YYYY-0000/);
  assert.equal(countsOf(await bringIn(tenantId, content)), "2 = 0 new + 2 there + 0 refused");
  const other = await insertTestTenant(database);
  assert.equal(countsOf(await bringIn(other, content)), "2 = 2 new + 0 there + 0 refused");
  assert.equal(await exported(other), content);
});

Deno.test("two imports of one file at the same moment add each entity once", async () => {
  const tenantId = await insertTestTenant(database);
  const content = file(hamburg, "KK,Calder KK,JP,JPY,Asia/Tokyo,,,");
  const imports = await withTenant(database, tenantId, async (db) => {
    await lockPrefixes(db);
    const begun = [bringIn(tenantId, content), bringIn(tenantId, content)];
    await until(async () => (await db.sql`select from pg_locks where not granted`).length >= 2);
    return begun.map((one) => () => one);
  });
  const reports = await Promise.all(imports.map((end) => end()));
  assert.deepEqual(reports.map(countsOf).toSorted(), [
    "2 = 0 new + 2 there + 0 refused",
    "2 = 2 new + 0 there + 0 refused",
  ]);
});
