/** The pages of a customer's wallet over plain HTTP: what is left, what moved, and paying in. */
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
const { customerId } = await withTenant(database, tenantId, async (db) => {
  return await insertTestContract(db, business, await insertTestPlan(db, [lease]), { reference: "K-1" });
});
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");
const stranger = await app.visitor(await app.newTenant(), "biller");

Deno.test("money is paid in, told beside its field where it is wrong, and shown with its movements", async () => {
  const here = `/customers/${customerId}/wallet`, form = `${here}/new`;
  assert.match(await readPage(app, `/customers/${customerId}`, viewer), new RegExp(`href="${here}"`));
  const empty = await readPage(app, here, viewer);
  assert.match(wordsOf(empty), /Nothing was paid into this wallet yet\. .*Nothing moved yet\./);
  assert.ok(!empty.includes(form));
  const typed = {
    ...fieldsOf(await readPage(app, form, biller), form),
    amount: "500",
    expiresOn: "2024-05-03",
  };
  const refused = await sendRefusedForm(app, form, typed, biller);
  assert.match(wordsOf(refused), /1 thing to fix before it is paid in .*It would be over already/);
  assert.match(refused, /value="500"/);
  const paid = await sendForm(app, form, { ...typed, expiresOn: "2025-01-01", priority: "5" }, biller);
  assert.equal(paid, `${here}?done=paid_in`);
  assert.match(
    wordsOf(await readPage(app, paid, viewer)),
    /The money is in the wallet\. .*Left £500\.00 .*Left for Calder Fleet Services Ltd £500\.00 paid ahead £0\.00 granted .*Paid ahead paid Calder Fleet Services Ltd 5 31 December 2024 £500\.00 £500\.00 .*Came in Paid ahead none £500\.00/,
  );
  const grant = `${here}/grant`;
  const gift = { ...fieldsOf(await readPage(app, grant, biller), grant), amount: "x" };
  assert.match(
    wordsOf(await sendRefusedForm(app, grant, gift, biller)),
    /1 thing to fix before it is granted/,
  );
  const granted = await sendForm(app, grant, { ...gift, amount: "100" }, biller);
  assert.match(
    wordsOf(await readPage(app, granted, viewer)),
    /The money is granted\. .*Left £600\.00 .*Gift granted Calder Fleet Services Ltd 50 no end £100\.00 £100\.00/,
  );
  assert.equal((await app.get(grant, viewer)).status, 403);
  assert.equal((await app.get(form, viewer)).status, 403);
  assert.equal((await app.get(here, stranger)).status, 404);
  assert.equal((await app.get(form, stranger)).status, 404);
});
