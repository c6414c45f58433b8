/** The pages of payments over plain HTTP, as a browser without script walks them: record, read, use credit, reverse, statement. */
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
const stranger = await app.visitor(await app.newTenant(), "admin");
let customers = 0;

const newCustomer = (months = 1) =>
  issueTestInvoices(environment, business, { reference: `R-${++customers}`, months });

Deno.test("a payment is recorded against an invoice once, however often the button is pressed", async () => {
  const { invoices: [{ id, number }] } = await newCustomer();
  const where = `/invoices/${id}`;
  const before = await readPage(app, where, biller);
  assert.match(wordsOf(before), /No payment yet\. Record the first payment/);
  const form = await readPage(app, `${where}/payments/new`, biller);
  assert.match(form, new RegExp(`<title>Record a payment – Invoice ${number} – Calder – Milepost</title>`));
  assert.match(wordsOf(form), /Still to pay £494\.40/);
  assert.doesNotMatch(form, /<script/);
  const fields = fieldsOf(form, `${where}/payments/new`);
  assert.equal(fields.amount, "494.40");
  assert.equal(fields.received_on, "2024-06-03");
  const sent = { ...fields, amount: "100", method: "cheque", reference: "CHQ 9" };
  assert.equal(await sendForm(app, `${where}/payments/new`, sent, biller), `${where}?done=paid`);
  assert.equal(await sendForm(app, `${where}/payments/new`, sent, biller), `${where}?done=paid`);
  const after = await readPage(app, `${where}?done=paid`, biller);
  const words = wordsOf(after);
  assert.match(words, /This payment is recorded and posted/);
  assert.match(words, /Part paid, due in 30 days/);
  assert.match(words, /Paid so far £100\.00 Still to pay £394\.40/);
  assert.equal(words.match(/3 June 2024 , cheque, CHQ 9/g)?.length, 1);
  assert.match(words, /Part paid 3 June, 10:00 by .*£100\.00 by cheque\./);
  const other = await sendRefusedForm(app, `${where}/payments/new`, { ...sent, amount: "101" }, biller, 409);
  assert.match(wordsOf(other), /was recorded from this form already/);
  assert.notEqual(fieldsOf(other, `${where}/payments/new`).key, fields.key);
});

Deno.test("what was typed is kept, and each refusal says what, where and what is allowed", async () => {
  const { invoices: [{ id }] } = await newCustomer();
  const where = `/invoices/${id}/payments/new`;
  const fields = fieldsOf(await readPage(app, where, biller), where);
  const wrong = { ...fields, amount: "12,5O", reference: "BACS 1" };
  const page = await sendRefusedForm(app, where, wrong, biller);
  assert.match(page, /<title>Error: Record a payment/);
  assert.match(page, /href="#amount"/);
  assert.match(
    wordsOf(page),
    /Type the amount in GBP as digits, with at most 2 decimals\. For example 1250\.00/,
  );
  assert.deepEqual(fieldsOf(page, where), wrong);
  const late = await sendRefusedForm(app, where, { ...fields, received_on: "2024-06-04" }, biller);
  assert.match(wordsOf(late), /This day is still to come/);
  assert.match(late, /href="#received_on"/);
});

Deno.test("an overpayment is asked about, and its rest stays as credit only when that is ticked", async () => {
  const { invoices: [{ id }] } = await newCustomer();
  const where = `/invoices/${id}/payments/new`;
  const form = await readPage(app, where, biller);
  assert.doesNotMatch(form, /id="keep_rest"/);
  const fields = { ...fieldsOf(form, where), amount: "500.00" };
  const asked = await sendRefusedForm(app, where, fields, biller);
  assert.match(wordsOf(asked), /Only £494\.40 is open on invoice \S+, and this is £5\.60 more/);
  assert.match(asked, /href="#keep_rest"/);
  assert.match(asked, /id="keep_rest"/);
  assert.equal(fieldsOf(asked, where).amount, "500.00");
  await sendForm(app, where, { ...fieldsOf(asked, where), keep_rest: "yes" }, biller);
  const list = await readPage(app, "/payments?status=credit", viewer);
  assert.match(wordsOf(list), /£5\.60 as credit/);
});

Deno.test("a payment on account settles the oldest first; its credit is used later; a reversal undoes all of it", async () => {
  const { customerId, invoices } = await newCustomer(2);
  const where = `/customers/${customerId}/payments`;
  const form = await readPage(app, where, biller);
  assert.match(wordsOf(form), /Still to pay £988\.80/);
  const fields = fieldsOf(form, where);
  assert.equal(fields.account, `${business.entityId} GBP`);
  const there = await sendForm(app, where, { ...fields, amount: "600", reference: "BACS <b>&" }, biller);
  const payment = await readPage(app, there, biller);
  assert.match(wordsOf(payment), /This payment is recorded and posted/);
  assert.match(wordsOf(payment), /Used for invoices £600\.00 Left as credit £0\.00/);
  assert.match(payment, /BACS &lt;b>&amp;/);
  for (const { number } of invoices) assert.ok(payment.includes(number));
  const path = there.split("?")[0];

  await readPage(app, `${path}/reverse`, viewer, 403);
  const review = await readPage(app, `${path}/reverse`, biller);
  assert.match(wordsOf(review), /Opens again 2 invoices/);
  const reversal = fieldsOf(review, `${path}/reverse`);
  const empty = await sendRefusedForm(app, `${path}/reverse`, { ...reversal, reason: " " }, biller);
  assert.match(wordsOf(empty), /Fill in reason\. For example The bank returned the cheque/);
  const back = await sendForm(app, `${path}/reverse`, { ...reversal, reason: "Bounced" }, biller);
  assert.equal(back, `${path}?done=reversed`);
  const reversed = wordsOf(await readPage(app, back, biller));
  assert.match(reversed, /Reversed 3 June, 10:00 by .*\. Bounced\. Recorded/);
  assert.doesNotMatch(reversed, /Reverse this payment/);
  const again = await sendRefusedForm(
    app,
    `${path}/reverse`,
    {
      ...reversal,
      key: crypto.randomUUID(),
      reason: "Twice",
    },
    biller,
    409,
  );
  assert.match(wordsOf(again), /reversed already/);
  const invoice = wordsOf(await readPage(app, `/invoices/${invoices[0].id}`, biller));
  assert.match(invoice, /Still to pay £494\.40/);
  assert.match(invoice, /Open again 3 June, [^.]*\. Payment reversed: Bounced\./);
});

Deno.test("credit is previewed and used for what is open", async () => {
  const { customerId, invoices: [{ id, number }] } = await newCustomer(1);
  const direct = `/invoices/${id}/payments/new`;
  await sendForm(app, direct, fieldsOf(await readPage(app, direct, biller), direct), biller);
  const where = `/customers/${customerId}/payments`;
  const form = await readPage(app, where, biller);
  assert.match(form, /id="keep_rest"/); // nothing is open, so all of it can only be credit
  const fields = { ...fieldsOf(form, where), amount: "205.60" };
  const asked = wordsOf(await sendRefusedForm(app, where, fields, biller));
  assert.match(asked, /Nothing is open on this account\. Say that £205\.60 stays as credit/);
  const there = await sendForm(app, where, { ...fields, keep_rest: "yes" }, biller);
  const path = there.split("?")[0];
  assert.match(wordsOf(await readPage(app, path, biller)), /Credit of the customer £205\.60/);
  const nothing = await readPage(app, `${path}/allocate`, biller);
  assert.match(wordsOf(nothing), /no open invoice in this currency/);
  await readPage(app, `${path}/allocate`, viewer, 403);

  // the invoice is open again when its own payment is taken back
  const [first] = /\/payments\/[0-9a-f-]{36}\/reverse/.exec(await readPage(app, `/invoices/${id}`, biller))!;
  const reversal = fieldsOf(await readPage(app, first, biller), first);
  await sendForm(app, first, { ...reversal, reason: "Bounced" }, biller);
  const preview = await readPage(app, `${path}/allocate`, biller);
  assert.match(wordsOf(preview), new RegExp(`${number} part paid £205\\.60 Left as credit £0\\.00`));
  const used = await sendForm(app, `${path}/allocate`, fieldsOf(preview, `${path}/allocate`), biller);
  assert.match(
    wordsOf(await readPage(app, used, biller)),
    /Used for invoices £205\.60 Left as credit £0\.00/,
  );
  assert.match(wordsOf(await readPage(app, `/invoices/${id}`, viewer)), /Still to pay £288\.80/);
  const late = await sendRefusedForm(app, `${path}/allocate`, { key: crypto.randomUUID() }, biller, 409);
  assert.match(wordsOf(late), /All of this payment is used/);
  const all = wordsOf(await readPage(app, `/payments?customer=${customerId}`, viewer));
  assert.match(all, /Customer: Customer of R-\d+/);
});

Deno.test("the list pages by 25, filters by view, search and day, and keeps what was typed", async () => {
  const { customerId } = await newCustomer(1);
  const where = `/customers/${customerId}/payments`;
  const fields = fieldsOf(await readPage(app, where, biller), where);
  for (let index = 0; index < 26; index++) {
    const one = { ...fields, key: crypto.randomUUID(), amount: "1", reference: `LIST ${index}` };
    await sendForm(app, where, one, biller);
  }
  const first = await readPage(app, `/payments?search=LIST`, viewer);
  assert.match(wordsOf(first), /25 of 26 payments/);
  assert.match(first, /value="LIST"/);
  const next = /href="(\/payments\?search=LIST&amp;after=[^"]+)"/.exec(first)![1].replace("&amp;", "&");
  const second = await readPage(app, next, viewer);
  assert.match(wordsOf(second), /1 of 26 payments/);
  assert.match(second, />LIST 0</);
  const previous = /href="(\/payments\?search=LIST&amp;before=[^"]+)"/.exec(second)![1].replace("&amp;", "&");
  assert.match(wordsOf(await readPage(app, previous, viewer)), /25 of 26 payments/);
  const none = await readPage(app, "/payments?search=LIST&status=reversed&received_from=2024-06-04", viewer);
  assert.match(wordsOf(none), /No payment matches\. Clear 3 filters/);
  await readPage(app, "/payments?status=nonsense&after=1&received_to=soon&customer=x", viewer);
  const customer = await readPage(app, `/payments?status=reversed&customer=${customerId}`, viewer);
  assert.match(wordsOf(customer), /Customer: Customer of R-\d+ .*No payment matches/);
  const backwards = await readPage(app, "/payments?received_from=2024-06-02&received_to=2024-06-01", viewer);
  assert.match(wordsOf(backwards), /“Received to” is before “Received from”, so nothing matches/);
});

Deno.test("an example of an amount is one that the currency allows", async () => {
  const { invoices: [{ id }] } = await issueTestInvoices(environment, business, {
    reference: "R-JPY",
    months: 1,
    currency: "JPY",
  });
  const form = wordsOf(await readPage(app, `/invoices/${id}/payments/new`, biller));
  assert.match(form, /Amount in JPY What came in\. Example: 125000 /);
  assert.match(wordsOf(await readPage(app, `/invoices/${id}/credit`, biller)), /Example: 125000 /);
});

Deno.test("the timeline of an invoice tells every payment and reversal, also one that leaves it part paid", async () => {
  const { invoices: [{ id }] } = await newCustomer();
  const where = `/invoices/${id}`;
  const pay = async (amount: string) => {
    clock.advance({ minutes: 1 });
    const fields = fieldsOf(await readPage(app, `${where}/payments/new`, biller), `${where}/payments/new`);
    await sendForm(app, `${where}/payments/new`, { ...fields, amount, method: "cheque" }, biller);
  };
  for (const amount of ["100", "50", "344.40"]) await pay(amount);
  const paid = await readPage(app, where, biller);
  const timeline = (page: string) => wordsOf(page.split('id="timeline"')[1].split("</section>")[0]);
  assert.match(
    timeline(paid),
    / Paid 3 June, [^.]*\. £344\.40 by cheque\. Part paid 3 June, [^.]*\. £50\.00 by cheque\. Part paid 3 June, [^.]*\. £100\.00 by cheque\./,
  );
  const [last, middle] = [...paid.matchAll(/href="(\/payments\/[^"]*\/reverse)"/g)].map(([, href]) => href);
  for (const [href, reason] of [[last, "No funds"], [middle, "A mistake"]]) {
    clock.advance({ minutes: 1 });
    await sendForm(app, href, { ...fieldsOf(await readPage(app, href, biller), href), reason }, biller);
  }
  const words = timeline(await readPage(app, where, biller));
  assert.match(words, / Open again in part 3 June, [^.]*\. Payment reversed: No funds\./);
  assert.match(
    words,
    / Payment given back 3 June, [^.]*\. £50\.00 by cheque, reversed: A mistake\. .*No funds/,
  );
  assert.equal(words.match(/£50\.00/g)?.length, 2);
  assert.equal(words.match(/£344\.40|No funds/g)?.length, 2);
});

Deno.test("a statement opens, lists and closes; wrong days come back as typed", async () => {
  const { customerId, invoices } = await newCustomer(1);
  const where = `/customers/${customerId}/payments`;
  const fields = fieldsOf(await readPage(app, where, biller), where);
  await sendForm(app, where, { ...fields, amount: "94.40", method: "direct_debit" }, biller);
  const page = await readPage(app, `/customers/${customerId}/statement`, viewer);
  const words = wordsOf(page);
  assert.match(words, /Unit 4, Saltworks Road/);
  assert.match(words, /18 Canal Wharf/);
  assert.match(words, new RegExp(`Balance before none none £0\\.00`));
  assert.match(words, new RegExp(`Invoice ${invoices[0].number} line 2 £494\\.40 none £494\\.40`));
  assert.match(words, /Payment line 3 by direct debit none £94\.40 £400\.00 To pay on 3 June 2024 £400\.00/);
  assert.match(page, /data-running-foot="Statement for Customer of R-\d+, C-R-\d+"/);
  const early = wordsOf(
    await readPage(app, `/customers/${customerId}/statement?from=2024-01-01&to=2024-01-31`, viewer),
  );
  assert.match(early, /Nothing was billed or paid, and nothing is owed/);
  const wrong = await readPage(
    app,
    `/customers/${customerId}/statement?from=2024-06-02&to=2024-06-01`,
    viewer,
    422,
  );
  assert.match(wordsOf(wrong), /The last day is before the first/);
  assert.match(wrong, /value="2024-06-02"/);
  const nonsense = await readPage(app, `/customers/${customerId}/statement?from=soon`, viewer, 422);
  assert.match(wordsOf(nonsense), /Use a date as year, month and day/);
});

Deno.test("who may not is told so, another tenant finds nothing, and a settled invoice takes no payment", async () => {
  const { customerId, invoices: [{ id }] } = await newCustomer();
  for (const path of [`/invoices/${id}/payments/new`, `/customers/${customerId}/payments`]) {
    await readPage(app, path, viewer, 403);
    await readPage(app, path, stranger, 404);
  }
  await readPage(app, `/customers/${customerId}/statement`, stranger, 404);
  assert.doesNotMatch(await readPage(app, `/invoices/${id}`, viewer), /Record|payments\/new/);
  assert.match(wordsOf(await readPage(app, "/payments", stranger)), /No payment yet\./);
  const where = `/invoices/${id}/payments/new`;
  const fields = fieldsOf(await readPage(app, where, biller), where);
  await sendForm(app, where, fields, biller);
  const settled = await app.get(where, biller);
  assert.equal(settled.headers.get("location"), `/invoices/${id}`);
  await settled.body?.cancel();
  const late = await sendRefusedForm(app, where, { ...fields, key: crypto.randomUUID() }, biller, 409);
  assert.match(wordsOf(late), /is paid, so nothing is open on it/);
});

Deno.test("the timeline of a late invoice says when it was due", async () => {
  const { invoices: [{ id }] } = await newCustomer();
  assert.match(wordsOf(await readPage(app, `/invoices/${id}`, viewer)), /Timeline Due 3 July 2024/);
  clock.moveTo("2024-08-01T09:00:00Z");
  const later = await app.visitor(tenantId, "viewer");
  assert.match(wordsOf(await readPage(app, `/invoices/${id}`, later)), /Timeline Was due 3 July 2024/);
});
