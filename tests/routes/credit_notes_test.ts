/** The pages of credit notes over plain HTTP, as a browser without script walks them: choose, review, issue, read, print. */
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
const { tenantId } = business;
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");
const approver = await app.visitor(tenantId, "approver");
const stranger = await app.visitor(await app.newTenant(), "admin");
let customers = 0;

const newInvoice = async () => {
  const { invoices: [invoice], customerId } = await issueTestInvoices(environment, business, {
    reference: `R-${++customers}`,
    months: 1,
  });
  return { ...invoice, customerId, where: `/invoices/${invoice.id}/credit` };
};

const review = (where: string, values: Record<string, string>) =>
  `${where}?${new URLSearchParams({ review: "yes", reason: "Van in the workshop", ...values })}`;

Deno.test("an amount is credited in two steps: what it comes to, then the credit note with its number", async () => {
  const { where, id, number, customerId } = await newInvoice();
  const invoicePage = await readPage(app, `/invoices/${id}`, biller);
  assert.match(wordsOf(invoicePage), /Credit the invoice/);
  assert.doesNotMatch(wordsOf(invoicePage), /What changed since/);
  const form = await readPage(app, where, biller);
  assert.match(wordsOf(form), /All that is left £494\.40 with tax\. .*Line 1, Lease, .* £412\.00 is left/);
  assert.doesNotMatch(form, /<script/);
  const last = await readPage(app, review(where, { how: "amount", amount: "100" }), biller);
  assert.match(wordsOf(last), /Before VAT £100\.00 VAT £20\.00 Credited in all £120\.00/);
  assert.match(wordsOf(last), /Issue credit note of £120\.00/);
  assert.doesNotMatch(wordsOf(last), /due again/);
  const fields = fieldsOf(last, where);
  const there = await sendForm(app, where, fields, biller);
  assert.equal(await sendForm(app, where, fields, biller), there); // pressed twice: one credit note
  const note = await readPage(app, there, viewer);
  const words = wordsOf(note);
  assert.match(words, /Credit note CFS-CN-2024-0001/);
  assert.match(words, new RegExp(`Issued 3 June 2024 Invoice ${number} For 1–31 January 2024`));
  assert.match(words, /Tax point 31 January 2024/);
  assert.match(words, /Van in the workshop/);
  assert.match(words, /given away, not billed again/);
  const after = wordsOf(await readPage(app, `/invoices/${id}`, viewer));
  assert.match(after, /Credited so far £120\.00 Paid so far £0\.00 Still to pay £374\.40/);
  assert.match(
    after,
    /What changed since CFS-CN-2024-0001 Credited £120\.00, 3 June 2024 Van in the workshop/,
  );
  assert.doesNotMatch(after, /Credit the invoice/); // a viewer may not
  const print = await readPage(app, `${there.split("?")[0]}/print`, viewer);
  assert.match(wordsOf(print), /Credit note CFS-CN-2024-0001 Credited £120\.00/);
  assert.match(wordsOf(print), new RegExp(`VAT GB 123 4567 89.*For invoice ${number}`));
  const list = wordsOf(await readPage(app, "/credit-notes?search=CFS-CN-2024-0001", viewer));
  assert.match(list, /CFS-CN-2024-0001 Customer of R-\d+ Issued/);
  const statement = await readPage(app, `/customers/${customerId}/statement?from=2024-06-01`, viewer);
  assert.match(
    wordsOf(statement),
    new RegExp(`Credit note CFS-CN-2024-0001 line \\d+ for invoice ${number}.* −£120\\.00`),
  );
  assert.ok(statement.includes(there.split("?")[0]));
  await readPage(app, there.split("?")[0], stranger, 404);
});

Deno.test("all that is left: the page says that the period is due again, and what was paid stays as credit", async () => {
  const { where, id } = await newInvoice();
  const payment = `/invoices/${id}/payments/new`;
  await sendForm(app, payment, { ...fieldsOf(await readPage(app, payment, biller), payment) }, biller);
  const last = await readPage(app, review(where, { how: "whole", purpose: "correction" }), biller);
  assert.match(wordsOf(last), /£494\.40 of it is paid already\. That money becomes credit/);
  assert.match(wordsOf(last), /so 1–31 January 2024 is due again/);
  await sendForm(app, where, fieldsOf(last, where), biller);
  const after = wordsOf(await readPage(app, `/invoices/${id}`, biller));
  assert.match(after, /Credited £494\.40/);
  assert.match(after, /Credited \d+ \w+, [^.]*\. A credit note took £494\.40 off\./);
  const credited = await readPage(app, "/invoices?status=credited", viewer);
  assert.match(credited, new RegExp(`href="/invoices/${id}"`));
  assert.match(wordsOf(credited), /Status: credited .*1 of 1 invoice/);
  assert.doesNotMatch(after, /Credit the invoice/);
  assert.match(wordsOf(await readPage(app, "/payments?status=credit", viewer)), /£494\.40 as credit/);
  const response = await fetch(`${app.url}${where}`, {
    headers: { cookie: biller.cookie },
    redirect: "manual",
  });
  await response.body?.cancel();
  assert.equal(response.headers.get("location"), `/invoices/${id}`);
});

Deno.test("what was typed is kept, and each refusal stands beside its field", async () => {
  const { where } = await newInvoice();
  const refused = async (values: Record<string, string>, status = 422) => {
    const page = await readPage(app, review(where, values), biller, status);
    assert.match(page, /<title>Error: Credit the invoice/);
    return page;
  };
  const amount = await refused({ how: "amount", amount: "412.01", purpose: "correction" });
  assert.match(wordsOf(amount), /Only £412\.00 before tax is left to credit on invoice/);
  assert.match(amount, /href="#amount"/);
  assert.match(amount, /value="412\.01"/);
  assert.match(amount, /value="correction" checked/);
  const line = await refused({ how: "lines", "line-1": "500", "line-7": "1" });
  assert.match(line, /href="#line-1"/);
  assert.match(wordsOf(line), /Only £412\.00 is left of line 1/);
  assert.match(wordsOf(await refused({ how: "lines" })), /nothing to credit/);
  const reason = await refused({ how: "whole", reason: "" });
  assert.match(reason, /href="#reason"/);
  const good = fieldsOf(await readPage(app, review(where, { how: "whole" }), biller), where);
  const sent = await sendRefusedForm(app, where, { ...good, how: "amount", amount: "0" }, biller);
  assert.match(wordsOf(sent), /Type an amount above zero/);
});

Deno.test("who may not draft and issue sees no way to it, and is refused at the door", async () => {
  const { where } = await newInvoice();
  await readPage(app, where, viewer, 403);
  await readPage(app, where, approver, 403);
  await readPage(app, where, stranger, 404);
});
