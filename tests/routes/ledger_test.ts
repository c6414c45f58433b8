/** The pages of the ledger over plain HTTP: the reports and their files agree, and a month closes and opens again. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const clock = new FixedClock("2024-06-03T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const business = await insertTestBusiness(environment.database, { name: "Calder" });
const { customerId, invoices } = await issueTestInvoices(environment, business, { reference: "L" });
const admin = await app.visitor(business.tenantId, "admin");
const viewer = await app.visitor(business.tenantId, "viewer");
const stranger = await app.visitor(await app.newTenant(), "admin");
const words = async (path: string, cookie = viewer, status = 200) =>
  wordsOf(await readPage(app, path, cookie, status));

Deno.test("the trial balance has equal sides, on the page and in the file", async () => {
  const shown = await words("/ledger/trial-balance?at=2024-06-03");
  assert.match(shown, /Debits and credits are equal/);
  assert.match(shown, /1100 Accounts receivable in GBP £988\.80 none/);
  assert.match(shown, /Total £988\.80 £988\.80/);
  assert.match(await words("/ledger/trial-balance?at=2024-06-02"), /Nothing was posted up to 2 June 2024/);
  const file = await readPage(app, "/ledger/trial-balance.csv?at=2024-06-03", viewer);
  assert.match(file, /^1100,Accounts receivable,asset,GBP,988\.80,0\.00,988\.80\r$/m);
});

Deno.test("an account leads to the documents, and its file has the same entries", async () => {
  const page = await readPage(app, "/ledger/accounts/1100?from=2024-06-01&to=2024-06-30", viewer);
  assert.match(wordsOf(page), /Balance before £0\.00 Balance after £988\.80 debit/);
  assert.ok(page.includes(`/invoices/${invoices[0].id}`));
  const file = await readPage(app, "/ledger/accounts/1100/entries.csv?from=2024-06-01&to=2024-06-30", viewer);
  assert.match(file, /^2024-06-03,Invoice CFS-2024-0002,Customer of L,GBP,494\.40,988\.80\r$/m);
  await readPage(app, "/ledger/accounts/9999", viewer, 404);
  assert.match(await words("/ledger/accounts/1100?from=2024-06-30&to=2024-06-01", viewer, 422), /Last day/);
});

Deno.test("the ageing says that the ledger agrees, and its file names each customer", async () => {
  const page = await readPage(app, "/ledger/ageing?at=2024-07-10", viewer);
  assert.match(wordsOf(page), /The ledger says the same: £988\.80/);
  assert.match(wordsOf(page), /1 to 30 days late £988\.80/);
  assert.ok(page.includes(`/customers/${customerId}`));
  const file = await readPage(app, "/ledger/ageing.csv?at=2024-07-10", viewer);
  assert.match(file, /Customer of L,GBP,0\.00,988\.80,0\.00,0\.00,0\.00,0\.00,988\.80\r$/m);
  assert.doesNotMatch(await words("/ledger/ageing?at=2024-07-10", stranger), /988/);
  assert.match(await words("/ledger/ageing?at=July", viewer, 422), /At the end of/);
});

Deno.test("a month closes once nothing stands in the way, and opens again with a reason", async () => {
  const june = `/ledger/periods/${business.entityId}/2024-06`;
  assert.match(await words(june, admin), /June 2024 is not over yet/);
  clock.moveTo("2024-07-02T09:00:00Z");
  const who = await app.visitor(business.tenantId, "admin");
  const reader = await app.visitor(business.tenantId, "viewer"); // the first one's session is over
  const form = await readPage(app, june, who);
  assert.match(wordsOf(form), /Close June 2024/);
  assert.doesNotMatch(form, /<script/);
  await sendForm(app, june, fieldsOf(form, june), who);
  const closed = await readPage(app, june, who);
  assert.match(wordsOf(closed), /Closed .*Re-open June 2024/);
  assert.match(await words("/ledger/periods", reader), /June 2024 of Calder.* Closed/);
  assert.doesNotMatch(await words(june, reader), /Re-open June 2024/); // a viewer may not
  const fields = fieldsOf(closed, june);
  const again = await sendRefusedForm(app, june, { ...fields, reason: "" }, who, 422);
  assert.match(wordsOf(again), /Reason/);
  await sendForm(app, june, { ...fields, reason: "A payment came to light" }, who);
  assert.match(await words(june, reader), /Open .*Re-opened .*A payment came to light/);
  await readPage(app, june, await app.visitor(await app.newTenant(), "admin"), 404);
  await readPage(app, `/ledger/periods/${business.entityId}/2024-13`, reader, 404);
});
