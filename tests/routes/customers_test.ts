/** The pages of customers over plain HTTP: list, add, look, change, and the file of all of them. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import { CsvReader } from "../../lib/imports/csv.ts";
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
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");

const customer = (reference: string, name: string) => ({
  reference,
  name,
  email: "",
  addressLines: "1 High Street\r\nLeeds",
  country: "GB",
  paymentTermsDays: "30",
});

Deno.test("nobody is billed yet: one sentence, and one action for those who may", async () => {
  const empty = await app.newTenant();
  const page = await readPage(app, "/customers", await app.visitor(empty, "biller"));
  assert.match(page, /No customer yet\./);
  assert.match(page, /href="\/customers\/new"[^>]*>[^]*Add the first customer/);
  const forViewer = await readPage(app, "/customers", await app.visitor(empty, "viewer"));
  assert.doesNotMatch(forViewer, /customers\/new/);
});

Deno.test("a customer is added once however often the button is pressed, and its page says so", async () => {
  const form = await readPage(app, "/customers/new", biller);
  const fields = { ...fieldsOf(form, "/customers/new"), ...customer("B-1", "Brightwater & Söhne <Ltd") };
  const where = await sendForm(app, "/customers/new", fields, biller);
  assert.match(where, /^\/customers\/[0-9a-f-]{36}\?done=added$/);
  assert.equal(await sendForm(app, "/customers/new", fields, biller), where);
  const page = await readPage(app, where, biller);
  assert.match(page, /This customer is saved/);
  assert.match(page, /<h1[^>]*>Brightwater &amp; Söhne &lt;Ltd<\/h1>/);
  assert.match(
    wordsOf(page),
    /Customer B-1 with no contract yet\. .* Address 1 High Street Leeds Country United Kingdom Language of invoices that of the billing entity Time to pay 30 days/,
  );
  assert.match(page, /href="\/contracts\/new\?customer=B-1"[^>]*>(<span>)?Make the first contract/);
  assert.match(page, /No invoice yet/);
  const other = await sendRefusedForm(app, "/customers/new", { ...fields, name: "Another" }, biller, 409);
  assert.match(other, /saved already with other values/);
});

Deno.test("what is wrong is said beside each field, and what was typed stays", async () => {
  const typed = {
    ...customer("B-1", ""),
    email: "no at",
    country: "XX",
    language: "german",
    paymentTermsDays: "soon",
    key: "k-1",
  };
  const page = await sendRefusedForm(app, "/customers/new", typed, biller);
  assert.match(page, /<title>Error: Add a customer/);
  assert.match(page, /5 things to fix before the customer is saved/);
  for (const field of ["name", "email", "country", "language", "paymentTermsDays"]) {
    assert.ok(page.includes(`href="#${field}"`) && page.includes(`id="${field}-error"`), field);
  }
  assert.match(page, /value="no at"/);
  assert.match(page, /value="soon"/);
  assert.match(page, /1 High Street\nLeeds<\/textarea>/);
  assert.match(wordsOf(page), /a whole number from 0 to 365/);
  const taken = await sendRefusedForm(
    app,
    "/customers/new",
    { ...customer("B-1", "Two"), key: "k-1" },
    biller,
  );
  assert.match(taken, /Another customer has the reference B-1/);
});

Deno.test("a viewer sees and cannot write, nobody sees another tenant's customer", async () => {
  const list = await readPage(app, "/customers", viewer);
  const where = /href="(\/customers\/[0-9a-f-]{36})"/.exec(list)![1];
  assert.doesNotMatch(list, /Add a customer/);
  assert.doesNotMatch(await readPage(app, where, viewer), /\/edit|Record a payment|contracts\/new/);
  for (const path of ["/customers/new", `${where}/edit`]) {
    await readPage(app, path, viewer, 403);
    await sendRefusedForm(app, path, { ...customer("V-1", "Viewer's"), key: "k-2" }, viewer, 403);
  }
  const stranger = await app.visitor(await app.newTenant(), "admin");
  for (const path of [where, `${where}/edit`, "/customers/nonsense"]) {
    await readPage(app, path, stranger, 404);
  }
  await sendRefusedForm(app, `${where}/edit`, { ...customer("X", "X"), key: "k-3" }, stranger, 404);
  assert.match(await readPage(app, "/customers", stranger), /No customer yet/);
});

Deno.test("a change is shown, and one made on old values is refused with the new ones beside", async () => {
  const list = await readPage(app, "/customers?search=b-1", biller);
  const where = /href="(\/customers\/[0-9a-f-]{36})"/.exec(list)![1];
  const first = fieldsOf(await readPage(app, `${where}/edit`, biller), `${where}/edit`);
  const second = { ...first, key: "k-4" };
  assert.equal(first.name, "Brightwater & Söhne <Ltd");
  const changed = { ...first, ...customer("B-1", "Brightwater Ltd") };
  assert.equal(await sendForm(app, `${where}/edit`, changed, biller), `${where}?done=changed`);
  assert.match(await readPage(app, `${where}?done=changed`, viewer), /<h1[^>]*>Brightwater Ltd<\/h1>/);
  const late = { ...second, ...customer("B-1", "Brightwater GmbH") };
  const page = await sendRefusedForm(app, `${where}/edit`, late, biller, 409);
  assert.match(page, /Someone changed this customer meanwhile/);
  assert.match(wordsOf(page), /It is “Brightwater Ltd” now/);
  assert.match(page, /value="Brightwater GmbH"/);
  const again = { ...late, ...fieldsOf(page, `${where}/edit`) };
  assert.equal(await sendForm(app, `${where}/edit`, again, biller), `${where}?done=changed`);
  assert.match(await readPage(app, where, viewer), /<h1[^>]*>Brightwater GmbH<\/h1>/);
});

Deno.test("the list counts contracts, vehicles and what is to pay, and the customer's page explains it", async () => {
  const { customerId, invoices } = await issueTestInvoices(environment, business, {
    reference: "K-9",
    months: 2,
  });
  const list = await readPage(app, "/customers?search=K-9", viewer);
  assert.match(wordsOf(list), /Customer of K-9 C-K-9 C-K-9 1 1 £988\.80/);
  const page = await readPage(app, `/customers/${customerId}`, biller);
  assert.match(wordsOf(page), /Still to pay £988\.80/);
  assert.match(wordsOf(page), /Calder Fleet Services Ltd, in GBP 2 invoices none £988\.80/);
  assert.match(page, /href="\/customers\/[^"]+\/payments"[^>]*>(<span>)?Record a payment/);
  for (const { number } of invoices) assert.ok(page.includes(number), number);
  assert.match(page, /href="\/contracts\/[0-9a-f-]{36}"[^>]*>(<span>)?K-9/);
  await withTenant(environment.database, tenantId, async (db) => {
    await db.sql`update contract_vehicle set to_date = '2024-06-03' where tenant_id = ${tenantId}`;
  });
  assert.match(wordsOf(await readPage(app, "/customers?search=K-9", viewer)), /C-K-9 1 none £988\.80/);
});

Deno.test("the invoices of one customer are a list of their own, with the way out of it", async () => {
  const { customerId } = await issueTestInvoices(environment, business, { reference: "K-10", months: 1 });
  const page = await readPage(app, `/invoices?customer=${customerId}&status=due`, viewer);
  assert.match(page, /Customer of K-10/);
  assert.doesNotMatch(page, /Customer of K-9/);
  assert.match(wordsOf(page), /Customer: Customer of K-10/);
  assert.ok(page.includes(`name="customer" value="${customerId}"`));
  assert.ok(page.includes('href="/invoices?status=due"'), "the list without the customer");
});

Deno.test("customers are read page by page, and found by name or reference", async () => {
  // Equal names: the id decides, and not the reference.
  const references = Array.from({ length: 26 }, (_, index) => `P-${String(25 - index).padStart(2, "0")}`);
  for (const reference of references) {
    await execute(environment, createCustomer, { tenantId, actor: testActor() }, {
      reference,
      name: "Pages",
      addressLines: [],
    });
  }
  const seen = (page: string) => [...wordsOf(page).matchAll(/ (P-\d\d) P-\d\d /g)].map(([, found]) => found);
  const first = await readPage(app, "/customers?search=p-", viewer);
  assert.match(wordsOf(first), /25 of 26 customers/);
  assert.doesNotMatch(first, /Previous customers/);
  const next = /href="([^"]*after=[^"]*)"/.exec(first)![1].replaceAll("&amp;", "&");
  const second = await readPage(app, next, viewer);
  assert.doesNotMatch(second, /Next customers/);
  assert.deepEqual(seen(first), references.slice(0, 25));
  assert.deepEqual(seen(second), references.slice(25));
  const back = /href="([^"]*before=[^"]*)"/.exec(second)![1].replaceAll("&amp;", "&");
  assert.deepEqual(seen(await readPage(app, back, viewer)), seen(first));
  const none = await readPage(app, `/customers?search=${encodeURIComponent("p_0%")}`, viewer);
  assert.match(none, /No customer matches/);
  assert.match(none, /value="p_0%"/);
  for (const odd of ["after=nonsense", `after=${crypto.randomUUID()}`]) {
    const begun = await readPage(app, `/customers?${odd}`, viewer);
    assert.match(begun, /Brightwater GmbH/);
    assert.doesNotMatch(begun, /Previous customers/);
  }
});

Deno.test("the file holds every customer, in columns that an import takes, and no formula", async () => {
  await execute(environment, createCustomer, { tenantId, actor: testActor() }, {
    reference: "=1+1",
    name: 'Quote "and", comma',
    addressLines: ["one", "two"],
    country: "JP",
  });
  const answer = await app.get("/customers.csv", viewer);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/csv; charset=utf-8");
  assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="customers.csv"');
  const reader = new CsvReader();
  const rows = [...reader.push(new Uint8Array(await answer.arrayBuffer())), ...reader.end()];
  assert.deepEqual(reader.header, [
    "reference",
    "name",
    "email",
    "address",
    "country",
    "language",
    "payment_terms_days",
    "delivery",
  ]);
  assert.equal(rows.length, 30);
  const odd = rows.find(({ fields }) => fields[0] === "'=1+1");
  assert.deepEqual(odd?.fields, ["'=1+1", 'Quote "and", comma', "", "one\ntwo", "JP", "", "30", "email"]);
  assert.equal((await app.get("/customers.csv")).status, 303);
  await withTenant(environment.database, tenantId, async (db) => {
    await db.sql`insert into customer (tenant_id, reference, name)
      select ${tenantId}, 'Z-' || number, 'Many' from generate_series(1, 2500) as number`;
  });
  const many = (await (await app.get("/customers.csv", viewer)).text()).split("\r\n");
  assert.equal(many.length, 1 + 30 + 2500 + 1);
  assert.equal(new Set(many).size, many.length);
});
