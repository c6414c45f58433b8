/** Views of one's own above every list that has a filter: saved, marked, renamed and removed in pages, without script. */
import assert from "node:assert/strict";
import { testApp, type Visitor } from "../support/app.ts";
import { insertTestBusiness, insertTestContract, insertTestPlan, lease } from "../support/billing.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";
import { withTenant } from "../../db/tenant.ts";

const app = await testApp();
Deno.test.afterAll(() => app.stop());

interface Link {
  href: string;
  words: string;
  isCurrent: boolean;
}

function linksOf(page: string): Link[] {
  return [...page.matchAll(/<a ([^>]*)>(.*?)<\/a>/gs)].map(([, attributes, inner]) => ({
    href: (/href="([^"]*)"/.exec(attributes)?.[1] ?? "").replaceAll("&amp;", "&"),
    words: wordsOf(inner).trim(),
    isCurrent: attributes.includes("aria-current"),
  }));
}

function linkTo(page: string, words: string): Link {
  const found = linksOf(page).find((link) => link.words === words);
  assert.ok(found, `no link “${words}”: ${wordsOf(page).slice(0, 600)}`);
  return found;
}

const saving = "Save this filter as a view";
const changing = "Rename or remove this view";

/** Saves the filter in force under a name; gives where that leads. */
async function save(list: string, name: string, visitor: Visitor): Promise<string> {
  const form = await readPage(app, linkTo(await readPage(app, list, visitor), saving).href, visitor);
  return await sendForm(app, "/views/new", { ...fieldsOf(form, "/views/new"), name }, visitor);
}

Deno.test("every list with a filter offers to save it, shows the view and no other's, and marks it", async () => {
  const business = await insertTestBusiness(app.environment.database);
  const { tenantId } = business;
  const { customerId, planId } = await withTenant(
    app.environment.database,
    tenantId,
    async (db) => {
      const plan = await insertTestPlan(db, [lease]);
      const made = await insertTestContract(db, business, plan);
      const [{ id }] = await db.sql<{ id: string }[]>`select id from rate_plan`;
      return { customerId: made.customerId, planId: id };
    },
  );
  const viewer = await app.visitor(tenantId, "viewer");
  const other = await app.visitor(tenantId, "viewer");
  const lists = [
    `/invoices?status=overdue&search=Oak+%26+Co&issued_from=2026-01-01&issued_to=2026-03-31&customer=${customerId}`,
    `/payments?status=reversed&search=a&received_from=2026-01-01&received_to=2026-01-31&customer=${customerId}`,
    "/credit-notes?search=a",
    "/customers?search=a",
    `/contracts?search=a&customer=${customerId}&plan=${planId}`,
    "/plans?search=a",
    "/vehicles?search=a",
  ];
  for (const list of lists) {
    const [path] = list.split("?");
    assert.doesNotMatch(await readPage(app, path, viewer), new RegExp(saving));
    assert.equal(await save(list, "Ours & mine", viewer), list);
    const shown = await readPage(app, list, viewer);
    const view = linkTo(shown, "Ours &amp; mine");
    assert.deepEqual([view.href, view.isCurrent], [list, true]);
    const others = linksOf(shown).filter((link) => link.isCurrent && link.href !== path);
    assert.deepEqual(others, [view], "a view of the product is marked beside one's own");
    assert.doesNotMatch(shown, new RegExp(saving));
    const plain = await readPage(app, path, viewer);
    assert.equal(linkTo(plain, "Ours &amp; mine").isCurrent, false);
    assert.doesNotMatch(plain, new RegExp(changing));
    assert.doesNotMatch(await readPage(app, list, other), /Ours &amp; mine/);
  }
});

Deno.test("a view that the product has is not offered to be saved", async () => {
  const viewer = await app.visitor(await app.newTenant(), "viewer");
  for (const list of ["/invoices?status=overdue", "/payments?status=credit"]) {
    assert.doesNotMatch(await readPage(app, list, viewer), new RegExp(saving));
  }
  linkTo(await readPage(app, "/invoices?status=credited", viewer), saving);
});

Deno.test("the page says what the filter is, and keeps what was typed beside what is wrong", async () => {
  const business = await insertTestBusiness(app.environment.database);
  const { tenantId } = business;
  const customerId = await withTenant(app.environment.database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    return (await insertTestContract(db, business, plan, { reference: "K-7" })).customerId;
  });
  const viewer = await app.visitor(tenantId, "viewer");
  const filter = `status=partially_paid&issued_from=2026-03-01&customer=${customerId}`;
  const page = await readPage(app, `/views/new?list=invoices&${filter}`, viewer);
  assert.match(wordsOf(page), /Status Part paid Issued from 1 March 2026 Customer Customer of K-7/);
  const fields = fieldsOf(page, "/views/new");
  const empty = await sendRefusedForm(app, "/views/new", { ...fields, name: " " }, viewer);
  assert.match(wordsOf(empty), /1 thing to fix before the view is saved/);
  assert.match(wordsOf(empty), /Status Part paid/);
  const long = "A name that is far too long to stand in a row above a list";
  const refused = await sendRefusedForm(app, "/views/new", { ...fields, name: long }, viewer);
  assert.match(wordsOf(refused), /Use at most 40 characters; this has 58/);
  assert.equal(fieldsOf(refused, "/views/new").name, long);
  await sendForm(app, "/views/new", { ...fieldsOf(refused, "/views/new"), name: "Part paid" }, viewer);
  const again = { ...fields, key: crypto.randomUUID(), name: "Another" };
  const double = await sendRefusedForm(app, "/views/new", again, viewer);
  assert.match(wordsOf(double), /you saved this filter already, as “Part paid”/);
});

Deno.test("an address without a list or a filter says what to do", async () => {
  const viewer = await app.visitor(await app.newTenant(), "viewer");
  assert.match(wordsOf(await readPage(app, "/views/new?list=runs&status=x", viewer, 404)), /no such list/);
  const bare = await readPage(app, "/views/new?list=invoices", viewer, 422);
  assert.match(wordsOf(bare), /no filter to save\. Set one in the list “Invoices”/);
  const fields = { list: "vehicles", query: "status=paid", name: "Mine", key: crypto.randomUUID() };
  assert.match(wordsOf(await sendRefusedForm(app, "/views/new", fields, viewer)), /no filter to save/);
  assert.match(wordsOf(await readPage(app, `/views/${crypto.randomUUID()}`, viewer, 404)), /no such view/);
});

Deno.test("a view is renamed and removed by whoever saved it, and its filter stays in force", async () => {
  const tenantId = await app.newTenant();
  const viewer = await app.visitor(tenantId, "viewer");
  const other = await app.visitor(tenantId, "admin");
  const list = await save("/vehicles?search=LV24", "Vans", viewer);
  const here = linkTo(await readPage(app, list, viewer), changing).href;
  await readPage(app, here, other, 404);
  await sendRefusedForm(app, here, { name: "Stolen" }, other, 404);
  await sendRefusedForm(app, `${here}/remove`, {}, other, 404);
  const form = await readPage(app, here, viewer);
  assert.match(wordsOf(form), /Search “LV24”/);
  assert.equal(fieldsOf(form, here).name, "Vans");
  assert.match(wordsOf(await sendRefusedForm(app, here, { name: "" }, viewer)), /Remove the view “Vans”/);
  assert.equal(await sendForm(app, here, { ...fieldsOf(form, here), name: "Vans of 2024" }, viewer), list);
  assert.ok(linkTo(await readPage(app, list, viewer), "Vans of 2024").isCurrent);
  const removal = fieldsOf(await readPage(app, here, viewer), `${here}/remove`);
  assert.equal(await sendForm(app, `${here}/remove`, removal, viewer), list);
  assert.equal(await sendForm(app, `${here}/remove`, removal, viewer), list, "a second press does no harm");
  linkTo(await readPage(app, list, viewer), saving);
  const home = await readPage(app, "/", viewer);
  assert.doesNotMatch(home, /saved_view|Vans/, "what is one's own is no news for others");
});
