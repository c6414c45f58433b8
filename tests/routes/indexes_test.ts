/** The pages of price indexes over plain HTTP: list, add, values, change, take out. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2026-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { tenantId } = await insertTestBusiness(app.environment.database, { name: "Calder" });
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");

const diesel = {
  name: "Diesel",
  reference: "diesel-gb",
  unit: "GBP per litre",
  source: "",
  publicationLagDays: "7",
};

Deno.test("an index is added, valued, corrected, changed and thinned out on its pages", async () => {
  assert.match(wordsOf(await readPage(app, "/indexes", biller)), /No index yet\. Add the first index/);
  assert.doesNotMatch(await readPage(app, "/indexes", viewer), /indexes\/new/);

  const fields = { ...fieldsOf(await readPage(app, "/indexes/new", biller), "/indexes/new"), ...diesel };
  const added = await sendForm(app, "/indexes/new", fields, biller);
  assert.match(added, /^\/indexes\/[0-9a-f-]{36}\?done=added$/);
  assert.equal(await sendForm(app, "/indexes/new", fields, biller), added);
  const here = added.split("?")[0];

  const form = `${here}/values/new`;
  const typed = {
    ...fieldsOf(await readPage(app, form, biller), form),
    values: "2026-05-04 1.42\n2026-05-11 x",
  };
  const refused = await sendRefusedForm(app, form, typed, biller);
  assert.match(
    wordsOf(refused),
    /1 thing to fix before the values are saved .*Line 2, “2026-05-11 x”, is not/,
  );
  assert.match(refused, /2026-05-04 1\.42\n2026-05-11 x<\/textarea>/);
  const saved = await sendForm(app, form, { ...typed, values: "2026-05-04 1.42\n2026-05-11 1.38" }, biller);
  assert.equal(saved, `${here}?done=recorded`);
  const page = wordsOf(await readPage(app, saved, biller));
  assert.match(page, /The values are saved\..* A value holds 7 days after its own day/);
  assert.match(page, /11 May 2026 18 May 2026 1\.38 .* 4 May 2026 11 May 2026 1\.42/);
  assert.match(wordsOf(await readPage(app, "/indexes", viewer)), /Diesel .*1\.38.*11 May 2026/);

  const change = `${here}/edit`;
  const changing = fieldsOf(await readPage(app, change, biller), change);
  const before = { ...diesel, reference: undefined };
  const late = await sendForm(
    app,
    change,
    { ...changing, ...dropUndefined(before), unit: "EUR per litre" },
    biller,
  );
  assert.equal(late, `${here}?done=changed`);
  const stale = await app.post(change, { ...changing, ...dropUndefined(before), key: "other" }, biller);
  assert.equal(stale.status, 409);
  assert.match(wordsOf(await stale.text()), /Someone changed this index meanwhile/);

  const remove = `${here}/values/remove`;
  const asked = fieldsOf(await readPage(app, `${remove}?date=2026-05-04`, biller), remove);
  assert.equal(await sendForm(app, remove, asked, biller), `${here}?done=removed`);
  assert.doesNotMatch(wordsOf(await readPage(app, here, biller)), /1\.42/);
  assert.equal((await app.get(`${remove}?date=2026-05-04`, biller)).status, 404);
  assert.equal((await app.get(`${remove}?date=nonsense`, biller)).status, 404);
});

function dropUndefined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  );
}

Deno.test("a viewer and another business get nowhere", async () => {
  assert.equal((await app.get("/indexes/new", viewer)).status, 403);
  const other = await app.visitor(await app.newTenant(), "biller");
  const list = await readPage(app, "/indexes", biller);
  const [, id] = /\/indexes\/([0-9a-f-]{36})/.exec(list)!;
  for (const path of ["", "/edit", "/values/new", "/values/remove?date=2026-05-11"]) {
    assert.equal((await app.get(`/indexes/${id}${path}`, other)).status, 404, path);
  }
});
