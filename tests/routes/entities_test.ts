/** The pages of billing entities over plain HTTP: list, add, look, change. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { createBillingEntity } from "../../lib/tenants/commands.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { testActor } from "../support/command.ts";
import { issueTestInvoices } from "../support/issued_invoices.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const business = await insertTestBusiness(environment.database, { name: "Calder" });
const { tenantId, entityId } = business;
const admin = await app.visitor(tenantId, "admin");
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");

const berlin = {
  name: "Calder GmbH",
  addressLines: "Hafenstraße 4\r\n20457 Hamburg",
  country: "DE",
  currency: "EUR",
  zone: "Europe/Berlin",
  numberPrefix: "CG",
  language: "de-DE",
  rounding: "half_even",
};

Deno.test("nobody bills yet: one sentence, and one action for those who may", async () => {
  const empty = await app.newTenant();
  const page = await readPage(app, "/entities", await app.visitor(empty, "admin"));
  assert.match(page, /No billing entity yet\./);
  assert.match(page, /href="\/entities\/new"[^>]*>[^]*Add the first billing entity/);
  assert.doesNotMatch(await readPage(app, "/entities", await app.visitor(empty, "biller")), /entities\/new/);
});

Deno.test("an entity is added once however often the button is pressed, and its page says so", async () => {
  const form = await readPage(app, "/entities/new", admin);
  const fields = { ...fieldsOf(form, "/entities/new"), ...berlin };
  const where = await sendForm(app, "/entities/new", fields, admin);
  assert.match(where, /^\/entities\/[0-9a-f-]{36}\?done=added$/);
  assert.equal(await sendForm(app, "/entities/new", fields, admin), where);
  const page = wordsOf(await readPage(app, where, admin));
  assert.match(page, /This billing entity is saved/);
  assert.match(page, /Address Hafenstraße 4 20457 Hamburg Country Germany/);
  assert.match(page, /Currency EUR, Euro Time zone Europe\/Berlin Language German \(Germany\)/);
  assert.match(
    page,
    /Sums are rounded half to even Short code CG Numbers .* Invoices CG-2024-0001 the same form .* Credit notes CG-CN-2024-0001 the same form/,
  );
});

Deno.test("what is wrong is said beside each field, and what was typed stays", async () => {
  const typed = { ...berlin, name: " ", zone: "Berlin", numberPrefix: "cg", rounding: "", key: "k-1" };
  const page = await sendRefusedForm(app, "/entities/new", typed, admin);
  assert.match(page, /<title>Error: Add a billing entity/);
  assert.match(page, /4 things to fix before the billing entity is saved/);
  for (const field of ["name", "zone", "numberPrefix", "rounding"]) {
    assert.ok(page.includes(`href="#${field}"`) && page.includes(`id="${field}-error"`), field);
  }
  assert.match(wordsOf(page), /Short code: use 1 to 12 capital letters and digits/);
  assert.match(page, /value="Berlin"/);
  assert.match(page, /value="cg"/);
  const { country, currency, language } = fieldsOf(page, "/entities/new");
  assert.deepEqual([country, currency, language], ["DE", "EUR", "de-DE"]);
  const taken = await sendRefusedForm(
    app,
    "/entities/new",
    { ...berlin, numberPrefix: "CFS", key: "k-1" },
    admin,
  );
  assert.match(taken, /CFS is for the invoices of Calder Fleet Services Ltd\. Choose another prefix/);
});

Deno.test("others see and cannot write, nobody sees another tenant's entity", async () => {
  const where = `/entities/${entityId}`;
  assert.doesNotMatch(await readPage(app, "/entities", biller), /Add a billing entity/);
  for (const visitor of [viewer, biller]) {
    assert.doesNotMatch(await readPage(app, where, visitor), /\/edit/);
    for (const path of ["/entities/new", `${where}/edit`]) {
      await readPage(app, path, visitor, 403);
      await sendRefusedForm(app, path, { ...berlin, key: "k-2" }, visitor, 403);
    }
  }
  const stranger = await app.visitor(await app.newTenant(), "admin");
  for (const path of [where, `${where}/edit`, "/entities/nonsense"]) await readPage(app, path, stranger, 404);
  await sendRefusedForm(app, `${where}/edit`, { ...berlin, key: "k-3" }, stranger, 404);
});

Deno.test("a change is shown, and one made on old values is refused with the new ones beside", async () => {
  const where = `/entities/${entityId}`;
  const first = {
    ...fieldsOf(await readPage(app, `${where}/edit`, admin), `${where}/edit`),
    rounding: "half_up",
    addressLines: "Unit 5",
  };
  assert.equal(
    await sendForm(app, `${where}/edit`, { ...first, name: "One" }, admin),
    `${where}?done=changed`,
  );
  assert.match(await readPage(app, `${where}?done=changed`, viewer), /<h1[^>]*>One<\/h1>/);
  const late = { ...first, key: "k-4", name: "Two" };
  const page = await sendRefusedForm(app, `${where}/edit`, late, admin, 409);
  assert.match(wordsOf(page), /Someone changed this billing entity meanwhile.*It is “One” now/);
  assert.match(page, /value="Two"/);
  const { key, rowVersion } = fieldsOf(page, `${where}/edit`);
  await sendForm(app, `${where}/edit`, { ...late, key, rowVersion }, admin);
  assert.match(await readPage(app, where, viewer), /<h1[^>]*>Two<\/h1>/);
});

Deno.test("after the first invoice currency, zone and prefix are shown, and a change of them is refused", async () => {
  const where = `/entities/${entityId}/edit`;
  const open = await readPage(app, where, admin);
  assert.match(open, /<select[^>]* id="currency"|<select[^>]*name="currency"/);
  await issueTestInvoices(environment, business, { reference: "K-1", months: 1 });
  const form = await readPage(app, where, admin);
  assert.doesNotMatch(form, /<select[^>]*name="currency"/);
  assert.match(wordsOf(form), /Currency GBP Time zone Europe\/London Short code CFS/);
  const fields = { ...fieldsOf(form, where), rounding: "half_up", addressLines: "Unit 5" };
  const page = await sendRefusedForm(app, where, { ...fields, currency: "EUR" }, admin);
  assert.match(wordsOf(page), /The currency stays GBP, because this entity has invoices/);
  assert.match(page, /href="#currency"/);
  assert.match(page, /id="currency"/);
  assert.equal(
    await sendForm(app, where, { ...fields, name: "Calder plc" }, admin),
    `/entities/${entityId}?done=changed`,
  );
  assert.match(
    wordsOf(await readPage(app, `/entities/${entityId}`, viewer)),
    /Invoices CFS-2024-0002 the same form Credit notes CFS-CN-2024-0001/,
  );
});

Deno.test("when runs are prepared is set, shown with its next time, and refused where it is no time", async () => {
  const where = `/entities/${entityId}`;
  assert.match(wordsOf(await readPage(app, where, viewer)), /People prepare its runs/);
  assert.doesNotMatch(await readPage(app, where, biller), /\/schedule/);
  await readPage(app, `${where}/schedule`, biller, 403);
  const form = await readPage(app, `${where}/schedule`, admin);
  const fields = { ...fieldsOf(form, `${where}/schedule`), isOn: "yes", dayOfMonth: "31", time: "6 am" };
  const page = await sendRefusedForm(app, `${where}/schedule`, fields, admin);
  assert.match(wordsOf(page), /Time: use hours and minutes, from 00:00 to 23:59/);
  assert.match(page, /value="6 am"/);
  assert.equal(fieldsOf(page, `${where}/schedule`).dayOfMonth, "31");
  const saved = await sendForm(app, `${where}/schedule`, { ...fields, time: "06:30" }, admin);
  assert.equal(saved, `${where}?done=scheduled#runs`);
  assert.match(
    wordsOf(await readPage(app, where, viewer)),
    /Prepared on the last day at 06:30 Next month May 2024 Due 30 June 2024, 06:30 Last month none yet/,
  );
  const off = fieldsOf(await readPage(app, `${where}/schedule`, admin), `${where}/schedule`);
  assert.equal(off.time, "06:30");
  await sendForm(app, `${where}/schedule`, { ...off, isOn: "no" }, admin);
  assert.match(wordsOf(await readPage(app, where, viewer)), /Prepared not by itself Last month/);
});

Deno.test("entities are read page by page, and found by name or prefix", async () => {
  const prefixes = Array.from({ length: 26 }, (_, index) => `P${String(25 - index).padStart(2, "0")}`);
  for (const numberPrefix of prefixes) {
    await execute(environment, createBillingEntity, { tenantId, actor: testActor() }, {
      ...berlin,
      name: "Pages",
      addressLines: [],
      numberPrefix,
    });
  }
  const seen = (page: string) =>
    [...wordsOf(page).matchAll(/ Pages (P\d\d) P\d\d /g)].map(([, found]) => found);
  const first = await readPage(app, "/entities?search=pages", viewer);
  assert.match(wordsOf(first), /25 of 26 billing entities/);
  assert.doesNotMatch(first, /Previous entities/);
  assert.deepEqual(seen(first), prefixes.slice(0, 25));
  const next = /href="([^"]*after=[^"]*)"/.exec(first)![1].replaceAll("&amp;", "&");
  const second = await readPage(app, next, viewer);
  assert.doesNotMatch(second, /Next entities/);
  assert.deepEqual(seen(second), ["P00"]);
  const back = /href="([^"]*before=[^"]*)"/.exec(second)![1].replaceAll("&amp;", "&");
  assert.deepEqual(seen(await readPage(app, back, viewer)), prefixes.slice(0, 25));
  assert.deepEqual(seen(await readPage(app, "/entities?search=p07", viewer)), ["P07"]);
  const none = await readPage(app, `/entities?search=${encodeURIComponent("p_7%")}`, viewer);
  assert.match(none, /No billing entity matches/);
  const begun = await readPage(app, `/entities?after=${crypto.randomUUID()}`, viewer);
  assert.doesNotMatch(begun, /Previous entities/);
});

Deno.test("tax registrations are added, refused in their place, listed with their days, and ended", async () => {
  const where = `/entities/${entityId}`, add = `${where}/tax-registrations/new`;
  assert.match(
    wordsOf(await readPage(app, where, viewer)),
    /Tax registrations, by country Number Kind Country First day Last day GB 123 4567 89 VAT United Kingdom 1 January 2020 no end/,
  );
  assert.doesNotMatch(await readPage(app, where, biller), /tax-registrations/);
  await readPage(app, add, biller, 403);
  const form = fieldsOf(await readPage(app, add, admin), add);
  assert.deepEqual([form.country, form.kind, form.fromDate], ["GB", "vat", "2024-06-03"]);
  const typed = { ...form, country: "DE", number: "DE 1" };
  const page = await sendRefusedForm(app, add, typed, admin);
  assert.match(wordsOf(page), /Number: a VAT number of DE has 9 digits/i);
  assert.match(page, /value="DE 1"/);
  const fields = { ...typed, number: "DE 123456789" };
  assert.equal(await sendForm(app, add, fields, admin), `${where}?done=registered`);
  const again = await sendRefusedForm(app, add, { ...fields, key: "k-9" }, admin);
  assert.match(wordsOf(again), /VAT DE 123456789 of DE holds on some of these days/);
  const list = await readPage(app, where, admin);
  const end = /href="(\/entities\/[^"]+\/end)"[^>]*>[^]*?DE 123456789/.exec(list)![1];
  await readPage(app, end, biller, 403);
  const ended = { ...fieldsOf(await readPage(app, end, admin), end), toDate: "2024-01-01" };
  assert.match(wordsOf(await sendRefusedForm(app, end, ended, admin)), /It begins on 2024-06-03/);
  assert.equal(
    await sendForm(app, end, { ...ended, toDate: "2025-01-01" }, admin),
    `${where}?done=unregistered`,
  );
  assert.match(wordsOf(await readPage(app, where, viewer)), /3 June 2024 31 December 2024/);
});

Deno.test("the form of numbers is set for each kind of document, holds from the next series, and is refused in its place", async () => {
  const where = `/entities/${entityId}`, invoices = `${where}/numbers/invoices`;
  assert.doesNotMatch(await readPage(app, where, biller), /\/numbers\//);
  await readPage(app, invoices, biller, 403);
  await readPage(app, `${where}/numbers/statements`, admin, 404);
  const page = await readPage(app, invoices, admin);
  assert.match(wordsOf(page), /Numbers of 2024 are given, so they go on with CFS-2024-0002/);
  const form = fieldsOf(page, invoices);
  const { prefix, separator, yearDigits, numberDigits } = form;
  assert.deepEqual([prefix, separator, yearDigits, numberDigits], ["CFS", "-", "4", "4"]);
  const typed = { ...form, prefix: "RE {year}", numberDigits: "12" };
  const refusal = await sendRefusedForm(app, invoices, typed, admin);
  assert.match(wordsOf(refusal), /Numbers start with: use 1 to 16 capital letters and digits, with hyphens/);
  assert.match(wordsOf(refusal), /Digits of the number: /);
  assert.match(refusal, /value="RE {year}"/);
  const fields = { ...form, prefix: "RE", separator: ".", yearDigits: "2", numberDigits: "5" };
  assert.equal(await sendForm(app, invoices, fields, admin), `${where}?done=numbered#numbers`);
  assert.match(
    wordsOf(await readPage(app, where, viewer)),
    /Invoices CFS-2024-0002 RE\.25\.00001, from 2025 Credit notes CFS-CN-2024-0001 the same form/,
  );
  const notes = `${where}/numbers/credit-notes`;
  const fresh = await readPage(app, notes, admin);
  assert.match(wordsOf(fresh), /No number of 2024 is given yet, so a change holds at once/);
  const taken = { ...fieldsOf(fresh, notes), prefix: "RE" };
  assert.match(
    wordsOf(await sendRefusedForm(app, notes, taken, admin)),
    /RE is for the invoices of Calder plc/,
  );
});

Deno.test("bank details are proposed by one person and approved by another, who alone see the whole number", async () => {
  const where = `/entities/${entityId}`;
  const approver = await app.visitor(tenantId, "approver");
  assert.match(wordsOf(await readPage(app, where, viewer)), /Bank details In force none/);
  await readPage(app, `${where}/bank-details/new`, approver, 403);
  const form = `${where}/bank-details/new`;
  const fields = { ...fieldsOf(await readPage(app, form, admin), form), iban: "DE89 3704 0044 0532 0130 01" };
  const page = await sendRefusedForm(app, form, fields, admin);
  assert.match(wordsOf(page), /IBAN: the check digits do not fit/);
  assert.match(page, /value="DE89 3704 0044 0532 0130 01"/, "what was typed stays");
  const iban = "DE89 3704 0044 0532 0130 00";
  assert.equal(await sendForm(app, form, { ...fields, iban }, admin), `${where}?done=proposed`);
  const again = await sendRefusedForm(app, form, { ...fields, key: "k-9", iban }, admin);
  assert.match(wordsOf(again), /Another change of these bank details waits/);

  for (const visitor of [viewer, biller, approver, admin]) {
    const shown = await readPage(app, where, visitor);
    assert.match(wordsOf(shown), /Waits for approval IBAN ending in 3000/);
    // ids and hashes of the page hold four such signs now and then
    assert.doesNotMatch(wordsOf(shown), /3704|0532/);
    assert.doesNotMatch(shown, /3704 ?0532/);
  }
  assert.doesNotMatch(await readPage(app, where, biller), /bank-details/);
  const link = /href="([^"]*bank-details[^"]*)"/.exec(await readPage(app, where, approver))![1];
  await readPage(app, link, biller, 403);
  assert.match(wordsOf(await readPage(app, link, approver)), /IBAN DE89 3704 0044 0532 0130 00/);
  const mine = await readPage(app, link, admin);
  assert.doesNotMatch(mine, /Approve the new bank details/);
  const forged = await app.post(link, { decision: "approve" }, admin);
  assert.equal(forged.status, 403);
  assert.match(wordsOf(await forged.text()), /You proposed these bank details/);
  const stranger = await app.visitor(await app.newTenant(), "admin");
  await readPage(app, link, stranger, 404);
  await sendRefusedForm(app, link, { decision: "approve" }, stranger, 404);

  assert.equal(await sendForm(app, link, { decision: "approve" }, approver), `${where}?done=approved`);
  assert.match(wordsOf(await readPage(app, where, viewer)), /Bank details In force IBAN ending in 3000/);
  await readPage(app, link, approver, 404);
});
