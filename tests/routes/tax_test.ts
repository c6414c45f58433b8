/** The pages of tax over plain HTTP: a customer's number and certificates, where vehicles are handed over, rates of one's own. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness, insertTestContract, insertTestPlan, lease } from "../support/billing.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const business = await insertTestBusiness(app.environment.database, { name: "Calder" });
const { tenantId } = business;
const { contractId, customerId } = await withTenant(
  app.environment.database,
  tenantId,
  async (db) => await insertTestContract(db, business, await insertTestPlan(db, [lease])),
);
const admin = await app.visitor(tenantId, "admin");
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");
const stranger = await app.visitor(await app.newTenant(), "admin");

Deno.test("a VAT number with a wrong digit is refused beside its field, and a right one is kept in its usual spelling", async () => {
  const where = `/customers/${customerId}/tax`;
  await readPage(app, `${where}/edit`, viewer, 403);
  await readPage(app, `${where}/edit`, stranger, 404);
  const fields = fieldsOf(await readPage(app, `${where}/edit`, biller), `${where}/edit`);
  const wrong = { ...fields, isBusiness: "yes", vatId: "GB 980 7806 85" };
  const refused = await sendRefusedForm(app, `${where}/edit`, wrong, biller);
  assert.match(
    wordsOf(refused),
    /1 thing to fix before it is saved VAT number: this is not a VAT number of GB\./,
  );
  assert.match(refused, /value="GB 980 7806 85"/, "what was typed stays");
  const right = { ...fields, isBusiness: "yes", vatId: "gb 980 7806 84" };
  assert.equal(await sendForm(app, `${where}/edit`, right, biller), `${where}?done=changed`);
  const page = wordsOf(await readPage(app, `${where}?done=changed`, viewer));
  assert.match(page, /Saved\. Bills that are drafted from now on follow it\./);
  assert.match(page, /Buys as a business .*VAT number GB980780684/);
});

Deno.test("a certificate is added and ended, each with what is wrong beside its field", async () => {
  const where = `/customers/${customerId}/tax`;
  const add = `${where}/certificates/new`;
  const fields = {
    ...fieldsOf(await readPage(app, add, biller), add),
    number: "77/2024",
    reasonCode: "VATEX-EU-151",
    reason: "Diplomatic mission, article 151",
    fromDate: "2024-06-01",
    lastDate: "",
  };
  const refused = await sendRefusedForm(app, add, { ...fields, reasonCode: "151" }, biller);
  assert.match(wordsOf(refused), /Code of the reason: use a code of the list VATEX\./);
  assert.match(refused, /value="77\/2024"/);
  assert.equal(await sendForm(app, add, fields, biller), `${where}?done=certified`);
  const listed = await readPage(app, where, biller);
  assert.match(
    wordsOf(listed),
    /77\/2024 United Kingdom Diplomatic mission, article 151 \(VATEX-EU-151\) 1 June 2024/,
  );
  assert.doesNotMatch(await readPage(app, where, viewer), /certificates\/new|\/end"/);
  const end = /href="([^"]*\/end)"/.exec(listed)![1];
  await readPage(app, end, viewer, 403);
  await readPage(app, end, stranger, 404);
  const late = await sendRefusedForm(app, end, { key: "k-1", toDate: "2024-05-01" }, biller);
  assert.match(
    wordsOf(late),
    /First day without it: it begins on 2024-06-01\. Name that day or a later one/,
  );
  assert.equal(await sendForm(app, end, { key: "k-2", toDate: "2024-09-01" }, biller), `${where}?done=ended`);
  assert.match(wordsOf(await readPage(app, where, viewer)), /1 June 2024 31 August 2024/);
});

Deno.test("where vehicles are handed over is listed from day to day", async () => {
  const where = `/contracts/${contractId}/tax-place`;
  const fields = fieldsOf(await readPage(app, where, biller), where);
  assert.match(
    wordsOf(await readPage(app, where, biller)),
    /None yet\. The place of the billing entity counts\./,
  );
  const place = { ...fields, country: "DE", fromDate: "2024-07-01" };
  const refused = await sendRefusedForm(app, where, { ...place, fromDate: "July" }, biller);
  assert.match(refused, /value="July"/);
  await readPage(app, where, viewer, 403);
  await sendRefusedForm(app, where, place, viewer, 403);
  await sendRefusedForm(app, where, place, stranger, 404);
  assert.equal(await sendForm(app, where, place, biller), `${where}?done=saved`);
  assert.match(wordsOf(await readPage(app, where, biller)), /1 July 2024 Germany all of it/);
});

Deno.test("a rate of one's own is added, and taken out only while it is still to come", async () => {
  const fields = fieldsOf(await readPage(app, "/tax-rates/new", admin), "/tax-rates/new");
  await readPage(app, "/tax-rates/new", biller, 403);
  const texas = { ...fields, country: "US", region: "TX", percent: "6.25", fromDate: "2024-01-01" };
  const refused = await sendRefusedForm(app, "/tax-rates/new", { ...texas, percent: "6,25" }, admin);
  assert.match(wordsOf(refused), /Rate in per cent: use a number from 0 to 100, with a point\./);
  assert.equal(await sendForm(app, "/tax-rates/new", texas, admin), "/tax-rates?done=added");
  const next = { ...texas, key: "k-1", percent: "6.5", fromDate: "2024-07-01" };
  assert.equal(await sendForm(app, "/tax-rates/new", next, admin), "/tax-rates?done=added");
  const listed = await readPage(app, "/tax-rates", admin);
  assert.match(wordsOf(listed), /TX 6\.5% 1 July 2024 Take out .*TX 6\.25% 1 January 2024 in force/);
  assert.doesNotMatch(await readPage(app, "/tax-rates", viewer), /remove|tax-rates\/new/);
  const remove = /href="(\/tax-rates\/[^"]*\/remove)"/.exec(listed)![1];
  await readPage(app, remove, biller, 403);
  await readPage(app, remove, stranger, 404);
  assert.match(wordsOf(await readPage(app, remove, admin)), /TX, from 1 July 2024 6\.5%/);
  assert.equal(await sendForm(app, remove, { key: "k-2" }, admin), "/tax-rates?done=removed");
  assert.doesNotMatch(wordsOf(await readPage(app, "/tax-rates", admin)), /6\.5%/);
});
