/** Voiding and writing off through the pages, as a browser without script walks them. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { sendInvoice } from "../../lib/notifications/commands.ts";
import { operator, testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-12-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const business = await insertTestBusiness(app.environment.database, { name: "Calder" });
const admin = await app.visitor(business.tenantId, "admin");
const biller = await app.visitor(business.tenantId, "biller");
const stranger = await app.visitor(await app.newTenant(), "admin");
let customers = 0;

async function newInvoice(email?: string) {
  const reference = `R-${++customers}`;
  const { invoices: [invoice] } = await issueTestInvoices(app.environment, business, {
    reference,
    months: 1,
    email,
  });
  return { ...invoice, where: `/invoices/${invoice.id}` };
}

Deno.test("an invoice is voided after a last look, with a reason, and its pages say so", async () => {
  const { where, number } = await newInvoice();
  assert.match(wordsOf(await readPage(app, where, admin)), /Void the invoice.*Write it off/);
  const form = await readPage(app, `${where}/void`, admin);
  assert.match(wordsOf(form), /To be billed again 1–31 January 2024/);
  assert.doesNotMatch(form, /<script/);
  const fields = fieldsOf(form, `${where}/void`);
  const refused = await sendRefusedForm(app, `${where}/void`, fields, admin);
  assert.match(wordsOf(refused), /Fill in reason/);
  const reason = "Issued under the wrong contract";
  const there = await sendForm(app, `${where}/void`, { ...fields, reason }, admin);
  assert.equal(await sendForm(app, `${where}/void`, { ...fields, reason }, admin), there); // pressed twice
  const words = wordsOf(await readPage(app, there, admin));
  assert.match(words, /This invoice is void\. Its number stays used, and its period is due again/);
  assert.match(words, /Total, void £494\.40/);
  assert.match(words, /Voided .* Issued under the wrong contract/);
  assert.doesNotMatch(words, /Paid so far|Send the invoice|Write it off|Credit the invoice/);
  const paper = wordsOf(await readPage(app, `${where}/print`, admin));
  assert.match(paper, new RegExp(`Invoice ${number}, void`));
  assert.doesNotMatch(paper, /How to pay/);
  assert.equal((await app.get(`${where}/void`, admin)).headers.get("location"), where);
});

Deno.test("an invoice is written off with or without its tax, and its pages tell what was given up", async () => {
  const { where } = await newInvoice();
  const form = await readPage(app, `${where}/write-off`, admin);
  assert.match(wordsOf(form), /To write off £494\.40/);
  const fields = { ...fieldsOf(form, `${where}/write-off`), reason: "Insolvent", claimsTax: "yes" };
  const there = await sendForm(app, `${where}/write-off`, fields, admin);
  const words = wordsOf(await readPage(app, there, admin));
  assert.match(words, /The customer owes nothing of it any more/);
  assert.match(words, /Paid so far £0\.00 Written off £494\.40 Still to pay £0\.00/);
  assert.doesNotMatch(words, /Void the invoice|Record a payment/);
});

Deno.test("an invoice that was sent is not offered to be voided", async () => {
  const { where, id: invoiceId } = await newInvoice("bills@example.com");
  const execution = { tenantId: business.tenantId, actor: operator };
  await execute(app.environment, sendInvoice, execution, { invoiceId });
  const words = wordsOf(await readPage(app, where, admin));
  assert.doesNotMatch(words, /Void the invoice/);
  assert.match(words, /Write it off/);
});

Deno.test("only those who may approve and issue end an invoice, and only one of their own", async () => {
  const { where } = await newInvoice();
  assert.doesNotMatch(wordsOf(await readPage(app, where, biller)), /Void the invoice|Write it off/);
  for (const path of ["void", "write-off"]) {
    assert.equal((await app.get(`${where}/${path}`, biller)).status, 403);
    assert.equal((await app.post(`${where}/${path}`, { reason: "Mine" }, biller)).status, 403);
    assert.equal((await app.get(`${where}/${path}`, stranger)).status, 404);
    assert.equal((await app.post(`${where}/${path}`, { reason: "Mine" }, stranger)).status, 404);
  }
});
