/** Sending an invoice from its page, and reading in the outbox what the customer would have got. */
import assert from "node:assert/strict";
import { deliverMessage } from "../../jobs/handlers/deliver_message.ts";
import { startWorker } from "../../jobs/worker.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { outboxConnector } from "../../lib/integrations/outbox/connector.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { until } from "../support/command.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const clock = new FixedClock("2024-06-03T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const business = await insertTestBusiness(environment.database, { name: "Calder" });
const { tenantId } = business;
const biller = await app.visitor(tenantId, "biller");
const approver = await app.visitor(tenantId, "approver");
const viewer = await app.visitor(tenantId, "viewer");

async function deliverUntil(isDone: () => Promise<boolean>): Promise<void> {
  const worker = startWorker({
    environment,
    handlers: [deliverMessage(outboxConnector)],
    sweepEveryMs: 20,
    report: () => {},
  });
  try {
    await until(isDone);
  } finally {
    await worker.stop();
  }
}

Deno.test("an invoice is reviewed, sent once, and its timeline says what became of it", async () => {
  const email = "accounts@brightwater.example";
  const { invoices: [{ id, number }] } = await issueTestInvoices(environment, business, {
    reference: "S-1",
    months: 1,
    email,
  });
  const where = `/invoices/${id}`;
  assert.match(await readPage(app, where, approver), /Send the invoice/);
  const review = await readPage(app, `${where}/send`, biller);
  const words = wordsOf(review);
  assert.match(words, /No mail server is set up, so the message stays in the outbox/);
  assert.match(
    words,
    new RegExp(`Invoice ${number} from Calder Fleet Services Ltd: £494\\.40 due 3 July 2024`),
  );
  assert.match(words, /£494\.40 is due by 3 July 2024\./);
  assert.match(words, /Send it to accounts@brightwater\.example/);
  const fields = fieldsOf(review, `${where}/send`);
  assert.equal(await sendForm(app, `${where}/send`, fields, biller), `${where}?done=sent`);
  assert.equal(await sendForm(app, `${where}/send`, fields, biller), `${where}?done=sent`);
  const other = { key: crypto.randomUUID() };
  const again = await sendRefusedForm(app, `${where}/send`, other, biller, 409);
  assert.match(wordsOf(again), /is on its way already/);
  await deliverUntil(async () => /Kept in the outbox/.test(await readPage(app, where, viewer)));
  const timeline = wordsOf(await readPage(app, where, viewer));
  assert.match(timeline, /Kept in the outbox 3 June, 10:00 by .*, to accounts@brightwater\.example\./);
  assert.match(
    wordsOf(await readPage(app, `${where}/send`, biller)),
    /Send it again to .* Messages so far Kept in/,
  );
});

Deno.test("the outbox shows the message, its source as text, and the invoice as a file", async () => {
  const list = await readPage(app, "/outbox", viewer);
  const [where] = /\/outbox\/[0-9a-f-]{36}/.exec(list)!;
  const page = await readPage(app, where, viewer);
  assert.match(wordsOf(page), /To accounts@brightwater\.example From Calder Fleet Services Ltd/);
  assert.match(page, /&lt;h1 style=/);
  assert.doesNotMatch(page, /<h1 style=/);
  const file = await app.get(`${where}/attachments/1`, viewer);
  assert.equal(file.headers.get("content-disposition"), 'attachment; filename="CFS-2024-0001.html"');
  const invoice = await file.text();
  assert.match(invoice, /^<!DOCTYPE html><html lang="en-GB">/);
  assert.match(wordsOf(invoice), /Invoice CFS-2024-0001 Still to pay £494\.40/);
  assert.match(invoice, /<style>/);
  assert.doesNotMatch(invoice, /<script|<a |href="\/|src=/);
  await readPage(app, `${where}/attachments/2`, viewer, 404);
  const stranger = await app.visitor(await app.newTenant(), "admin");
  await readPage(app, where, stranger, 404);
  await readPage(app, `${where}/attachments/1`, stranger, 404);
  assert.match(wordsOf(await readPage(app, "/outbox", stranger)), /No message yet/);
});

Deno.test("without an address nothing is sent, and the page leads to the customer", async () => {
  const { customerId, invoices: [{ id }] } = await issueTestInvoices(environment, business, {
    reference: "S-2",
    months: 1,
  });
  const page = await readPage(app, `/invoices/${id}/send`, biller);
  assert.match(wordsOf(page), /Customer of S-2 has no e-mail address\. Add one to the customer first\./);
  assert.ok(page.includes(`href="/customers/${customerId}"`));
  assert.doesNotMatch(page, new RegExp(`action="/invoices/${id}/send"`));
  const sent = await sendRefusedForm(app, `/invoices/${id}/send`, { key: crypto.randomUUID() }, biller);
  assert.match(wordsOf(sent), /has no e-mail address/);
  await readPage(app, `/invoices/${id}/send`, viewer, 403);
});

Deno.test("where a mail server is set there is no outbox", async () => {
  const settings = {
    MILEPOST_SMTP_URL: "smtp://127.0.0.1:2525",
    MILEPOST_MAIL_FROM: "billing@calder.example",
  };
  const posted = await testApp({ clock, settings });
  try {
    const someone = await posted.visitor(await posted.newTenant(), "admin");
    await readPage(posted, "/outbox", someone, 404);
  } finally {
    await posted.stop();
  }
});
