/** The pages of exchange rates over plain HTTP: by hand, from a file, with their age. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const tenantId = await app.newTenant();
const admin = await app.visitor(tenantId, "admin");
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");

const add = "/exchange-rates/new";
const dollars = { base: "EUR", quote: "USD", rate: "1.0842", day: "2024-06-03" };

Deno.test("a rate is added by hand, and what is wrong stands beside its field", async () => {
  assert.match(wordsOf(await readPage(app, "/exchange-rates", viewer)), /No exchange rate yet\. 0 pairs/);
  await readPage(app, add, viewer, 403);
  const fields = { ...fieldsOf(await readPage(app, add, biller), add), ...dollars };
  const refused = await sendRefusedForm(app, add, { ...fields, quote: "US$", day: "2024-06-04" }, biller);
  assert.match(wordsOf(refused), /2 things to fix before the rate is saved/);
  assert.match(wordsOf(refused), /Is worth so much of: use the three letters of a currency in use\./);
  assert.match(wordsOf(refused), /Day of the rate: this day is still to come\./);
  assert.match(refused, /value="1\.0842"/, "what was typed stays");
  assert.equal(await sendForm(app, add, fields, biller), "/exchange-rates?done=recorded");
  assert.equal(await sendForm(app, add, fields, biller), "/exchange-rates?done=recorded", "pressed twice");
  const page = wordsOf(await readPage(app, "/exchange-rates", viewer));
  assert.match(page, /1 EUR in USD 1\.0842 3 June 2024 today by hand 1 pair/);
  const other = await app.visitor(await app.newTenant(), "viewer");
  assert.doesNotMatch(wordsOf(await readPage(app, "/exchange-rates", other)), /1\.0842/);
});

Deno.test("a file of the European Central Bank is read once, and what is none is refused", async () => {
  const file = (content: string, key: string) => {
    const form = new FormData();
    form.set("key", key);
    form.set("file", new File([content], "eurofxref.csv", { type: "text/csv" }));
    return fetch(`${app.url}/exchange-rates/import`, {
      method: "POST",
      body: form,
      headers: { cookie: biller.cookie, origin: app.origin },
      redirect: "manual",
    });
  };
  const bank = "Date, USD, JPY, \n31 May 2024, 1.0852, 170.55, \n";
  const first = await file(bank, "k-1");
  await first.body?.cancel();
  assert.equal(
    first.headers.get("location"),
    "/exchange-rates?done=imported&added=2&corrected=0&unchanged=0",
  );
  const again = await file(bank, "k-2");
  await again.body?.cancel();
  assert.equal(
    again.headers.get("location"),
    "/exchange-rates?done=imported&added=0&corrected=0&unchanged=2",
  );
  const none = await file("hello", "k-3");
  assert.equal(none.status, 422);
  assert.match(wordsOf(await none.text()), /1 thing to fix before the rates are read File with rates: /);
  const page = wordsOf(await readPage(app, "/exchange-rates", viewer));
  assert.match(page, /1 EUR in JPY 170\.55 31 May 2024 3 days European Central Bank/);
  assert.match(page, /1 EUR in USD 1\.0842 3 June 2024 today by hand/);
});

Deno.test("the age that a rate may have is set by who decides about the business, and marks what is too old", async () => {
  const age = "/exchange-rates/age";
  await readPage(app, age, biller, 403);
  const fields = fieldsOf(await readPage(app, age, admin), age);
  assert.equal(fields.oldestDays, "7");
  const refused = await sendRefusedForm(app, age, { ...fields, oldestDays: "many" }, admin);
  assert.match(refused, /value="many"/);
  assert.equal(await sendForm(app, age, { ...fields, oldestDays: "2" }, admin), "/exchange-rates?done=age");
  const page = wordsOf(await readPage(app, "/exchange-rates?done=age", viewer));
  assert.match(page, /The age is saved\. .*up to 2 days old to be used/);
  assert.match(page, /1 EUR in JPY 170\.55 31 May 2024 3 days, too old/);
});
