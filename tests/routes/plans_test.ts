/** The pages of plans over plain HTTP, as a browser without script walks them: list, read, make, change as a new version, try. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { findPlan } from "../../lib/plans/views.ts";
import { testApp, type Visitor } from "../support/app.ts";
import { openBrowser, withPage } from "../support/browser.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  lease,
  perMile,
} from "../support/billing.ts";

const app = await testApp();
Deno.test.afterAll(() => app.stop());
const { database } = app.environment;

const business = await insertTestBusiness(database, { name: "Calder" });
const { tenantId } = business;
const biller = await app.visitor(tenantId, "biller");
const viewer = await app.visitor(tenantId, "viewer");
const stranger = await app.visitor((await insertTestBusiness(database)).tenantId, "admin");

async function html(path: string, visitor: Visitor, status = 200): Promise<string> {
  const answer = await app.get(path, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${text.slice(0, 400)}`);
  return text;
}

async function sent(path: string, fields: Record<string, string>, status: number, visitor = biller) {
  const answer = await app.post(path, fields, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${words(text).slice(0, 600)}`);
  return { text, location: answer.headers.get("location") ?? "" };
}

function words(page: string): string {
  return page.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

/** Every value of the page's form, as a browser would send it. */
function formValues(page: string): Record<string, string> {
  const form = page.split(`<form method="post"`).find((part) => part.includes("charge-1-kind"))!;
  const unescape = (text: string) =>
    text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  const attribute = (tag: string, name: string) =>
    unescape(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
  const found: [string, string][] = [];
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    if (tag.includes('type="checkbox"') && !/ checked/.test(tag)) continue;
    found.push([attribute(tag, "name"), attribute(tag, "value")]);
  }
  for (const [, tag, text] of form.matchAll(/(<textarea[^>]*>)([^<]*)/g)) {
    found.push([attribute(tag, "name"), unescape(text)]);
  }
  for (const [, tag, options] of form.matchAll(/(<select[^>]*>)(.*?)<\/select>/gs)) {
    const chosen = options.match(/<option[^>]*>/g)!.find((option) => / selected/.test(option));
    found.push([attribute(tag, "name"), attribute(chosen ?? options, "value")]);
  }
  return Object.fromEntries(found);
}

const typed = {
  name: "Lease with mileage",
  reference: "lease-gbp",
  currency: "gbp",
  "charge-1-name": "Lease",
  "charge-1-reference": "lease",
  "charge-1-price-amount": "412.00",
  "charge-1-taxPercent": "20",
};

Deno.test("a plan is made in the form, each button of which keeps what was typed", async () => {
  const start = { ...formValues(await html("/plans/new", biller)), ...typed };
  const more = await sent("/plans/new/fields", { ...start, change: "add_charge" }, 200);
  const usage = {
    ...formValues(more.text),
    "charge-2-name": "Distance",
    "charge-2-reference": "miles",
    "charge-2-kind": "usage",
    "charge-2-model": "graduated",
    change: "show 2",
  };
  assert.equal(formValues(more.text)["charge-1-price-amount"], "412.00");
  const aside = { ...formValues(more.text), "charge-1-model": "package", change: "show 1" };
  const packaged = await sent("/plans/new/fields", aside, 200);
  assert.match(packaged.text, /Units in a package/);
  assert.equal(formValues(packaged.text)["charge-1-price-amount"], "412.00");
  const shown = await sent("/plans/new/fields", usage, 200);
  const filled = {
    ...formValues(shown.text),
    "charge-2-event": "trip",
    "charge-2-field": "miles",
    "charge-2-tier-1-upTo": "1000",
    "charge-2-tier-1-unit": "0.15",
  };
  const taller = await sent("/plans/new/fields", { ...filled, change: "add_tier 2" }, 200);
  const all = { ...formValues(taller.text), "charge-2-tier-2-unit": "0.09", "charge-1-timing": "advance" };
  const { location } = await sent("/plans/new", all, 303);
  assert.match(location, /^\/plans\/[0-9a-f-]{36}\?done=made$/);
  // The same button again is the same plan.
  assert.equal((await sent("/plans/new", all, 303)).location, location);
  const page = words(await html(location, viewer));
  assert.match(page, /This plan is saved/);
  assert.match(
    page,
    /Each period, £412\.00, per vehicle, part periods by the day, billed before the period, tax S 20%\./,
  );
  assert.match(
    page,
    /Sum of miles of trip events, each part by its tier: up to 1,000 at £0\.15 per mile, above 1,000 at £0\.09 per mile/,
  );
});

Deno.test("errors are told beside their fields and what was typed stays", async () => {
  const start = { ...formValues(await html("/plans/new", biller)), ...typed, reference: "second" };
  const wrong = {
    ...start,
    name: "",
    currency: "XYZ",
    "charge-1-price-amount": "4,12",
    "charge-1-taxPercent": "",
  };
  const { text } = await sent("/plans/new", wrong, 422);
  assert.match(text, /<title>Error: Make a plan/);
  for (const field of ["name", "currency", "charge-1-price-amount", "charge-1-taxPercent"]) {
    assert.ok(text.includes(`href="#${field}"`), `no link to ${field}`);
    assert.ok(text.includes(`id="${field}-error"`), `no error at ${field}`);
  }
  assert.equal(formValues(text)["charge-1-price-amount"], "4,12");
  assert.equal(formValues(text).currency, "XYZ");
  const taken = await sent("/plans/new", { ...start, reference: "lease-gbp" }, 409);
  assert.match(taken.text, /id="reference-error"/);
  assert.equal(formValues(taken.text)["charge-1-name"], "Lease");
});

Deno.test("a new version begins as a copy of the last, and the last one stays", async () => {
  const list = await html("/plans?search=lease-gbp", viewer);
  const where = /href="(\/plans\/[0-9a-f-]{36})"/.exec(list)![1];
  const copy = formValues(await html(`${where}/versions/new`, biller));
  assert.equal(copy["charge-2-tier-1-upTo"], "1000");
  const { location } = await sent(
    `${where}/versions/new`,
    { ...copy, "charge-1-price-amount": "425.00" },
    303,
  );
  assert.equal(location, `${where}?done=version`);
  assert.match(words(await html(where, viewer)), /Version 2, the newest.*£425\.00/);
  const first = words(await html(`${where}?version=1`, viewer));
  assert.match(first, /Version 1, an older one.*£412\.00/);
  assert.doesNotMatch(first, /£425\.00/);
  await html(`${where}?version=9`, viewer, 404);
  // From the form that was opened before, another version would hide the one above.
  const late = await sent(`${where}/versions/new`, { ...copy, key: crypto.randomUUID() }, 409);
  assert.match(words(late.text), /Version 2 of this plan was saved meanwhile/);
});

Deno.test("a plan is tried with figures, and says how it came to the amounts", async () => {
  const where = /href="(\/plans\/[0-9a-f-]{36})"/.exec(await html("/plans?search=lease-gbp", viewer))![1];
  const first = await html(`${where}/try?version=1`, viewer);
  assert.match(words(first), /One vehicle in January 2024, by version 1/);
  const tried = words(await html(`${where}/try?version=1&days=10&quantity-2=1500.5`, viewer));
  // 412 × 10/31 = 132.90; 1000 × 0.15 + 500.5 × 0.09 = 195.05 (195.045); tax 20%
  assert.match(tried, /Comes to £393\.54/);
  assert.match(tried, /Lease 0\.3226 £132\.90 Distance 1,500\.5 £195\.05 Before tax £327\.95/);
  assert.match(tried, /Why £195\.05 for Distance\?.*The first 1000 × 0\.15 150\.00/);
  const wrong = await html(`${where}/try?days=0&quantity-2=abc`, viewer, 422);
  assert.ok(wrong.includes('id="days-error"') && wrong.includes('id="quantity-2-error"'));
  assert.match(wrong, /value="abc"/);
  await html(`${where}/try?version=x`, viewer, 404);
  await html(`${where}/try`, stranger, 404);
});

Deno.test("a viewer sees no button and can post nothing; another tenant sees nothing", async () => {
  const list = await html("/plans", viewer);
  assert.doesNotMatch(list, /\/plans\/new/);
  const where = /href="(\/plans\/[0-9a-f-]{36})"/.exec(list)![1];
  assert.doesNotMatch(await html(where, viewer), /versions\/new/);
  for (const path of ["/plans/new", `${where}/versions/new`]) {
    await html(path, viewer, 403);
    await sent(path, typed, 403, viewer);
    await sent(path.replace(/new$/, path === "/plans/new" ? "new/fields" : "fields"), typed, 403, viewer);
  }
  for (const path of [where, `${where}/versions/new`, "/plans/none"]) await html(path, stranger, 404);
  await sent(`${where}/versions/new`, typed, 404, stranger);
  const { versions } = await withTenant(database, tenantId, (db) => findPlan(db, where.split("/")[2]));
  assert.equal(versions.length, 2);
});

Deno.test("plans come 25 a page, there and back, and a contract stands on its plan's page", async () => {
  await withTenant(database, tenantId, async (db) => {
    for (let index = 0; index < 30; index++) {
      const version = await insertTestPlan(db, [lease, perMile], { reference: `m-${100 + index}` });
      if (index === 0) await insertTestContract(db, business, version, { reference: "K-1" });
    }
  });
  const first = await html("/plans", viewer);
  assert.match(first, /25 of 31 plans/);
  const next = /href="(\/plans\?after=[^"]*)"/.exec(first)![1];
  const second = await html(next, viewer);
  assert.match(second, /6 of 31 plans/);
  const back = /href="(\/plans\?before=[^"]*)"/.exec(second)![1];
  const rows = (page: string) => page.match(/href="\/plans\/[0-9a-f-]{36}"/g);
  assert.deepEqual(rows(await html(back, viewer)), rows(first));
  assert.match(await html("/plans?search=nothing", viewer), /No plan matches/);
  const found = await html("/plans?search=m-100", viewer);
  const where = /href="(\/plans\/[0-9a-f-]{36})"/.exec(found)![1];
  assert.match(words(await html(where, viewer)), /K-1 Customer of K-1/);
});

Deno.test("the form of a plan shows by an example what its charges come to, before they are saved", async () => {
  const start = { ...formValues(await html("/plans/new", biller)), ...typed };
  assert.match(words(await html("/plans/new", biller)), /Once the charges can be priced/);
  const shown = await sent("/plans/new/fields", { ...start, change: "example" }, 200);
  assert.match(words(shown.text), /Worked example .*Lease 1 £412\.00 .*Total £494\.40/);
  const half = await sent(
    "/plans/new/fields",
    { ...formValues(shown.text), days: "20", change: "example" },
    200,
  );
  // 412.00 × 20/31 = 265.81, and 20% of it 53.16.
  assert.match(words(half.text), /412\.00 × 20\/31 £265\.81 .*Total £318\.97/);
  const wrong = await sent(
    "/plans/new/fields",
    { ...formValues(shown.text), days: "32", change: "example" },
    200,
  );
  assert.match(words(wrong.text), /whole number from 1 to 31.* Mend the figures above/);
  const dear = { ...formValues(shown.text), "charge-1-price-amount": "x", change: "example" };
  assert.match(words((await sent("/plans/new/fields", dear, 200)).text), /Once the charges can be priced/);
});

Deno.test({
  name: "the example of a plan follows what is typed, and says so",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const browser = await openBrowser();
    try {
      await withPage(browser, { width: 1280, scheme: "light" }, async (page) => {
        const [name, value] = biller.cookie.split("=");
        await page.context().addCookies([{ name, value, url: app.url }]);
        await page.goto(`${app.url}/plans/new`);
        for (const [name, text] of Object.entries(typed)) await page.fill(`#${name}`, text);
        await page.getByRole("cell", { name: "£494.40" }).waitFor();
        assert.equal(await page.textContent("[data-example-status]"), "The example comes to £494.40");
        await page.fill("#days", "20");
        await page.getByRole("cell", { name: "£318.97" }).waitFor();
        // What came in has the styles of a page that was loaded with it.
        const rule = () =>
          page.locator("[data-example] tfoot tr").last().evaluate((row) => {
            return getComputedStyle(row.firstElementChild!).borderBottomStyle;
          });
        assert.equal(await rule(), "double");
        assert.equal(await page.inputValue("#charge-1-name"), typed["charge-1-name"]);
      });
    } finally {
      await browser.close();
    }
  },
});

Deno.test({
  name: "Enter saves, though other buttons stand before Save",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    const browser = await openBrowser();
    try {
      await withPage(browser, { width: 768, scheme: "light" }, async (page) => {
        const [name, value] = biller.cookie.split("=");
        await page.context().addCookies([{ name, value, url: app.url }]);
        await page.goto(`${app.url}/plans/new`);
        await page.fill("#charge-1-name", "Lease");
        await Promise.all([
          page.waitForEvent("domcontentloaded"),
          page.press("#charge-1-name", "Enter"),
        ]);
        assert.match(await page.title(), /^Error: Make a plan/);
        assert.equal(await page.inputValue("#charge-1-name"), "Lease");
        await page.click("text=Add another charge");
        await page.waitForSelector("#charge-2");
        assert.equal(new URL(page.url()).hash, "#charge-2");
      });
    } finally {
      await browser.close();
    }
  },
});
