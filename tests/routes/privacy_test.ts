/** The pages of privacy over plain HTTP: files to take along, an erasure from form to end, and who may not. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { testActor } from "../support/command.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const business = await insertTestBusiness(environment.database, { name: "Calder" });
const { tenantId } = business;
const admin = await app.visitor(tenantId, "admin");
const biller = await app.visitor(tenantId, "biller");
const { customerId } = await execute(environment, createCustomer, { tenantId, actor: testActor() }, {
  reference: "C-1",
  name: "Ottokar Zilp",
  email: "zilp@zilp.example",
  addressLines: ["Zilpzalp 3"],
});

Deno.test("a customer's data is a file that an admin downloads, of this tenant alone", async () => {
  assert.match(
    await readPage(app, `/customers/${customerId}`, admin),
    new RegExp(`/customers/${customerId}/data`),
  );
  assert.doesNotMatch(await readPage(app, `/customers/${customerId}`, biller), /\/data"/);
  const answer = await app.get(`/customers/${customerId}/data`, admin);
  assert.match(answer.headers.get("content-disposition") ?? "", /^attachment; filename="customer_data.json"/);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal((await answer.json()).customer[0].email, "zilp@zilp.example");
  await readPage(app, `/customers/${customerId}/data`, biller, 403);
  const stranger = await app.visitor(await app.newTenant(), "admin");
  await readPage(app, `/customers/${customerId}/data`, stranger, 404);
});

Deno.test("everyone downloads their own account, and nobody else's", async () => {
  assert.match(await readPage(app, "/account", biller), /href="\/account\/data"/);
  const file = await (await app.get("/account/data", biller)).json();
  assert.deepEqual(file.user.map(({ email }: { email: string }) => email), [biller.email]);
  assert.equal(file.session.length, 1);
});

Deno.test("an erasure asks who, says what stands in the way, and leads to where it stands", async () => {
  assert.match(wordsOf(await readPage(app, "/privacy", admin)), /Nobody has asked yet/);
  const form = await readPage(app, "/privacy/new?customer=C-1", admin);
  const fields = fieldsOf(form, "/privacy/new");
  assert.deepEqual([fields.subject, fields.who], ["customer", "C-1"]);
  const unknown = await sendRefusedForm(app, "/privacy/new", { ...fields, who: "C-2" }, admin);
  assert.match(wordsOf(unknown), /1 thing to fix before anyone is erased.*no customer has this reference/i);
  assert.match(unknown, /value="C-2"/);
  await issueTestInvoices(environment, business, { reference: "K-9", months: 1 });
  const busy = await sendRefusedForm(app, "/privacy/new", { ...fields, key: "k-2", who: "C-K-9" }, admin);
  assert.match(wordsOf(busy), /Business with this customer goes on.*End its contracts\. Settle its invoices/);
  const where = await sendForm(app, "/privacy/new", fields, admin);
  assert.match(where, /^\/privacy\/[0-9a-f-]{36}$/);
  assert.match(wordsOf(await readPage(app, where, admin)), /A customer, being erased.*no documents/);
  assert.match(
    wordsOf(await readPage(app, "/privacy", admin)),
    /3 June 2024 request A customer being erased none/,
  );
  const page = await readPage(app, `/customers/${customerId}`, admin);
  assert.match(page, /Erased customer [0-9a-f]{6}/);
  assert.doesNotMatch(page, /Zilp|\/edit"|Erase this customer/);
});

Deno.test("a text is written, agreed to at a customer, withdrawn, and all of it stays to be read", async () => {
  const { customerId } = await issueTestInvoices(environment, business, { reference: "K-10", months: 0 });
  const here = `/customers/${customerId}/consents`;
  assert.match(wordsOf(await readPage(app, "/privacy/consents", admin)), /No text yet/);
  assert.match(wordsOf(await readPage(app, `${here}/new`, biller)), /There is no text yet/);
  const path = "/privacy/consents/new";
  const text = {
    ...fieldsOf(await readPage(app, path, admin), path),
    purpose: "Mail",
    words: "We agree to mail.",
  };
  const empty = await sendRefusedForm(app, path, { ...text, words: "" }, admin);
  assert.match(empty, /href="#words"/);
  assert.equal(await sendForm(app, path, text, admin), "/privacy/consents?done=written");
  await readPage(app, path, biller, 403);

  const form = fieldsOf(await readPage(app, `${here}/new`, biller), `${here}/new`);
  const late = await sendRefusedForm(
    app,
    `${here}/new`,
    { ...form, agreedBy: "Tom", agreedOn: "2099-01-01" },
    biller,
  );
  assert.match(wordsOf(late), /On which day: use a day that has come/);
  assert.equal(
    await sendForm(app, `${here}/new`, { ...form, agreedBy: "Tom" }, biller),
    `${here}?done=recorded`,
  );
  assert.match(
    wordsOf(await readPage(app, "/privacy/consents", admin)),
    /Mail 1 We agree to mail\. 3 June 2024 1/,
  );
  const viewer = await app.visitor(tenantId, "viewer");
  assert.match(wordsOf(await readPage(app, here, viewer)), /Mail 1 Tom 3 June 2024 in force/);
  const [, withdrawal] = /href="([^"]*withdraw)"/.exec(await readPage(app, here, biller))!;
  await readPage(app, withdrawal, viewer, 403);
  await readPage(app, withdrawal, await app.visitor(await app.newTenant(), "admin"), 404);
  const fields = fieldsOf(await readPage(app, withdrawal, biller), withdrawal);
  assert.equal(await sendForm(app, withdrawal, fields, biller), `${here}?done=withdrawn`);
  assert.match(wordsOf(await readPage(app, here, viewer)), /Mail 1 Tom 3 June 2024 3 June 2024/);
});

Deno.test("how long things are kept is told in full", async () => {
  const words = wordsOf(await readPage(app, "/privacy/retention", admin));
  assert.match(words, /Attempts to sign in, with the network address 90 days/);
  assert.match(words, /Germany 8 calendar year Umsatzsteuergesetz § 14b/);
  assert.match(words, /Any other 10/);
});

Deno.test("only those who may erase see these pages, and no request of another tenant", async () => {
  const [, id] = /href="(\/privacy\/[0-9a-f-]{36})"/.exec(await readPage(app, "/privacy", admin))!;
  for (const path of ["/privacy", "/privacy/new", "/privacy/retention", id]) {
    await readPage(app, path, biller, 403);
  }
  await sendRefusedForm(app, "/privacy/new", { subject: "customer", who: "C-K-9", key: "k-3" }, biller, 403);
  const stranger = await app.visitor(await app.newTenant(), "admin");
  for (const path of [id, "/privacy/nonsense"]) await readPage(app, path, stranger, 404);
  assert.doesNotMatch(await readPage(app, "/privacy", stranger), /\/privacy\/[0-9a-f]{8}/);
});
