/** The pages of coupons and of a customer's discounts over plain HTTP: add, redeem, agree, end. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness, insertTestContract, insertTestPlan, lease } from "../support/billing.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-05-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { database } = app.environment;
const business = await insertTestBusiness(database, { name: "Calder" });
const { tenantId } = business;
const { contractId, customerId } = await withTenant(database, tenantId, async (db) => {
  const plan = await insertTestPlan(db, [lease]);
  return await insertTestContract(db, business, plan, { reference: "K-1" });
});
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");
const stranger = await app.visitor(await app.newTenant(), "biller");

async function fill(form: string, values: Record<string, string>) {
  return { ...fieldsOf(await readPage(app, form, biller), form), ...values };
}

Deno.test("a coupon is added, redeemed for a contract and a customer, and ended", async () => {
  assert.match(wordsOf(await readPage(app, "/coupons", biller)), /No coupon yet\. Add the first coupon/);
  assert.doesNotMatch(await readPage(app, "/coupons", viewer), /coupons\/new/);
  const wrong = await fill("/coupons/new", { code: "a b", name: "Spring", percent: "10", periods: "3" });
  const refused = await sendRefusedForm(app, "/coupons/new", wrong, biller);
  assert.match(wordsOf(refused), /1 thing to fix before the coupon is saved .*letters, digits and hyphens/);
  assert.match(refused, /value="a b"/);
  const added = await sendForm(
    app,
    "/coupons/new",
    { ...wrong, code: "spring", redemptionsMost: "5" },
    biller,
  );
  assert.equal(added, "/coupons?done=added");
  const forContract = `/contracts/${contractId}/terms/coupon`;
  assert.match(
    await sendForm(app, forContract, await fill(forContract, { code: "spring" }), biller),
    /done=redeemed/,
  );
  const again = await fill(forContract, { code: "spring" });
  const answer = await app.post(forContract, again, biller);
  assert.equal(answer.status, 409);
  assert.match(wordsOf(await answer.text()), /Coupon SPRING was redeemed here before/);
  const forCustomer = `/customers/${customerId}/coupon`;
  const redeemed = await sendForm(app, forCustomer, await fill(forCustomer, { code: "SPRING" }), biller);
  assert.match(
    wordsOf(await readPage(app, redeemed, viewer)),
    /The coupon is redeemed\. .*Spring 10% off all charges each period, before tax\. By coupon SPRING\. 3 May 2024 to 2 August 2024/,
  );
  const list = await readPage(app, "/coupons", biller);
  assert.match(wordsOf(list), /SPRING Spring: 10% off each period, for 3 periods\. with no end 2 of 5/);
  const end = /\/coupons\/[0-9a-f-]{36}\/end/.exec(list)![0];
  assert.equal(
    await sendForm(app, end, await fill(end, { endDate: "2024-06-01" }), biller),
    "/coupons?done=ended",
  );
  assert.match(wordsOf(await readPage(app, "/coupons", viewer)), /until 31 May 2024/);
  for (const form of [end, forContract, forCustomer]) {
    assert.equal((await app.get(form, stranger)).status, 404);
    assert.equal((await app.get(form, viewer)).status, 403);
  }
});

Deno.test("a discount of a customer is shown with it and with its contracts, and ended", async () => {
  const form = `/customers/${customerId}/discounts/new`;
  const typed = await fill(form, { name: "Fleet", percent: "", amount: "25", currency: "" });
  assert.match(
    wordsOf(await sendRefusedForm(app, form, typed, biller)),
    /Type the currency of the amount as three letters/,
  );
  const agreed = await sendForm(app, form, { ...typed, currency: "GBP", months: "2" }, biller);
  const row = /Fleet £25\.00 off all charges each period, before tax\./;
  assert.match(wordsOf(await readPage(app, agreed, viewer)), row);
  const contract = await readPage(app, `/contracts/${contractId}`, biller);
  assert.match(wordsOf(contract), new RegExp(`${row.source} Agreed with the customer\\.`));
  const ends = contract.match(/\/customers\/[0-9a-f-]{36}\/discounts\/[0-9a-f-]{36}\/end/g)!;
  const end = ends.at(-1)!;
  const ended = await sendForm(app, end, await fill(end, { toDate: "2024-05-03" }), biller);
  assert.match(ended, /done=discount_ended/);
  assert.doesNotMatch(wordsOf(await readPage(app, ended, viewer)), row);
  assert.equal((await app.get(end, biller)).status, 404);
  assert.equal((await app.get(form, stranger)).status, 404);
});
