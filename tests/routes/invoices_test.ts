/** The pages of invoices over plain HTTP, as a browser without script walks them: preview, issue, read, ask why, print. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { issueInvoice } from "../../lib/invoicing/commands.ts";
import { testApp, type Visitor } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
} from "../support/billing.ts";
import { testActor } from "../support/command.ts";

const clock = new FixedClock("2024-06-03T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { database } = app.environment;

const business = await insertTestBusiness(database, { name: "Calder" });
const { tenantId } = business;
const admin = await app.visitor(tenantId, "admin");
const biller = await app.visitor(tenantId, "biller");
const approver = await app.visitor(tenantId, "approver");
const viewer = await app.visitor(tenantId, "viewer");

/** A contract with 30 vehicles: more lines than a page shows. */
async function insertContract(reference: string, vehicles: number): Promise<string> {
  return await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [perMile, lease]);
    const { contractId } = await insertTestContract(db, business, plan, { reference });
    for (let index = 0; index < vehicles; index++) {
      const vehicle = await insertTestVehicle(db, contractId, `${reference}-V${index}`);
      if (index > 0) continue;
      await insertTestUsage(db, [
        {
          id: `${reference}-a`,
          at: "2024-03-05T10:00:00Z",
          vehicleId: vehicle,
          properties: { miles: "1200.4" },
        },
      ]);
    }
    return contractId;
  });
}

async function html(path: string, visitor: Visitor, status = 200): Promise<string> {
  const answer = await app.get(path, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${text.slice(0, 400)}`);
  return text;
}

/** The hidden values of the page's form that posts to an address. */
function hiddenOf(page: string, action: string): Record<string, string> {
  const form = page.split("<form").find((part) => part.includes(`action="${action}"`));
  assert.ok(form, `no form posts to ${action}`);
  const inputs = form.split("</form>")[0].match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
  const attribute = (input: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1] ?? "";
  return Object.fromEntries(inputs.map((input) => [attribute(input, "name"), attribute(input, "value")]));
}

function withoutTags(page: string): string {
  return page.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

Deno.test("an invoice is previewed, issued once however often the button is pressed, and read", async () => {
  await insertContract("K-1", 2);
  const choose = await html("/invoices/new?contract=K-1", admin);
  assert.match(choose, /1–31 March 2024/);
  const preview = await html("/invoices/new?contract=K-1&period=2024-03-01", admin);
  assert.match(withoutTags(preview), /Comes to £1,204\.87/); // (180.06 + 824.00) × 1.2
  assert.match(preview, /Issue the invoice of £1,204\.87/);
  const fields = hiddenOf(preview, "/invoices/new");
  const first = await app.post("/invoices/new", fields, admin);
  assert.equal(first.status, 303, withoutTags(await first.text()));
  const where = first.headers.get("location")!;
  assert.match(where, /^\/invoices\/[0-9a-f-]{36}\?done=issued$/);
  const second = await app.post("/invoices/new", fields, admin);
  assert.equal(second.headers.get("location"), where);
  const page = await html(where, admin);
  assert.match(page, /<title>Invoice CFS-2024-0001 – Invoices – Calder – Milepost<\/title>/);
  assert.match(page, /This invoice is issued/);
  assert.match(withoutTags(page), /Still to pay £1,204\.87/);
  assert.match(withoutTags(page), /Before VAT £1,004\.06 VAT £200\.81 Total £1,204\.87/);
  assert.doesNotMatch(page, /<script/);
  const again = await app.post("/invoices/new", { ...fields, key: crypto.randomUUID() }, admin);
  assert.equal(again.status, 409);
  assert.match(await again.text(), /is billed by invoice CFS-2024-0001/);
});

Deno.test("why: the working opens under its line, without script, and can be taken along as JSON", async () => {
  const list = await html("/invoices", viewer);
  const where = /href="(\/invoices\/[0-9a-f-]{36})"/.exec(list)![1];
  const closed = await html(where, viewer);
  assert.doesNotMatch(closed, /id="why"/);
  assert.ok(closed.includes(`href="${where}?why=1#why"`));
  const open = await html(`${where}?why=1`, viewer);
  assert.match(open, /id="why"/);
  assert.match(withoutTags(open), /Why £180\.06\? 1,200\.4 miles at £0\.15 each\./);
  assert.match(withoutTags(open), /Rounded once, half up, to 2 decimals 1200\.4 × 0\.15 £180\.06/);
  const file = await app.get(`${where}/lines/1`, viewer);
  assert.equal(file.headers.get("content-disposition"), 'attachment; filename="CFS-2024-0001-line-1.json"');
  const steps = await file.json();
  assert.equal(steps.amount, "180.06");
  assert.deepEqual(steps.trace.at(-1), "1200.4 × 0.15 = 180.06");
  await html(`${where}/lines/9`, viewer, 404);
  await html(`${where}?why=9`, viewer, 404);
});

Deno.test("the paper carries the letter, every line with its working, and the number at the foot of each sheet", async () => {
  const list = await html("/invoices", viewer);
  const where = /href="(\/invoices\/[0-9a-f-]{36})"/.exec(list)![1];
  const paper = await html(`${where}/print`, viewer);
  assert.match(paper, /Unit 4, Saltworks Road[^]*VAT GB 123 4567 89/);
  assert.match(paper, /18 Canal Wharf/);
  assert.match(paper, /data-running-foot="CFS-2024-0001, Calder Fleet Services Ltd"/);
  assert.equal(paper.match(/was worked out<\/h2>/g)?.length, 3);
  assert.doesNotMatch(paper, /Why this amount/);
});

Deno.test("a biller drafts, an approver issues; neither can do the other's part", async () => {
  await insertContract("K-2", 1);
  const preview = await html("/invoices/new?contract=K-2&period=2024-03-01", biller);
  assert.doesNotMatch(preview, /Issue the invoice/);
  const fields = hiddenOf(preview, "/invoices/drafts");
  const denied = await app.post("/invoices/new", fields, biller);
  assert.equal(denied.status, 403);
  await denied.body?.cancel();
  const saved = await app.post("/invoices/drafts", fields, biller);
  assert.equal(saved.status, 303, await saved.text());
  const draft = saved.headers.get("location")!.split("?")[0];
  const seen = await html(draft, biller);
  assert.doesNotMatch(seen, /Review and issue/);
  assert.match(await html("/invoices?status=draft", approver), /Draft K-2, March 2024/);
  await html(`${draft}/issue`, biller, 403);
  await html(`${draft}/print`, approver, 404);
  await html("/invoices/new", approver, 403);
  const review = await html(`${draft}/issue`, approver);
  const issue = await app.post(`${draft}/issue`, hiddenOf(review, `${draft}/issue`), approver);
  assert.equal(issue.headers.get("location"), `${draft}?done=issued`);
  assert.match(await html(draft, biller), /Invoice CFS-2024-0002/);
  const late = await app.post(`${draft}/issue`, { key: crypto.randomUUID() }, approver);
  assert.equal(late.status, 409);
  assert.match(await late.text(), /that is issued cannot become approved/);
});

Deno.test("an invoice of more lines than a page shows is read page by page", async () => {
  const contractId = await insertContract("K-3", 30);
  const execution = { tenantId, actor: testActor() };
  const input = { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" };
  const result = await execute(app.environment, issueInvoice, execution, input);
  assert.ok(result.outcome === "issued");
  const where = `/invoices/${result.invoiceId}`;
  const first = await html(where, viewer);
  assert.match(first, /31 lines, each can explain itself/);
  assert.match(first, /Lines 1–25 of 31/);
  assert.ok(first.includes(`href="${where}?after=25"`));
  const second = await html(`${where}?after=25&why=30`, viewer);
  assert.match(second, /Lines 26–31 of 31/);
  assert.match(second, /id="why"/);
});

Deno.test("filters and views stand in the address, and what is typed comes back", async () => {
  const found = await html("/invoices?search=K-2&status=due&issued_from=2024-06-01", viewer);
  assert.match(withoutTags(found), /Customer of K-2/);
  assert.doesNotMatch(found, /Customer of K-1/);
  assert.match(found, /value="K-2"/);
  assert.match(withoutTags(found), /Search: K-2/);
  assert.ok(
    found.includes('href="/invoices?search=K-2&amp;issued_from=2024-06-01"'),
    "the list without the status",
  );
  assert.match(await html("/invoices?search=nobody", viewer), /No invoice matches/);
  const [customer] = await withTenant(
    database,
    tenantId,
    (db) => db.sql<{ id: string }[]>`select id from customer where name = 'Customer of K-1'`,
  );
  const ofCustomer = await html(`/invoices?status=overdue&customer=${customer.id}`, viewer);
  assert.match(withoutTags(ofCustomer), /Customer: Customer of K-1 .*No invoice matches/);
  const ofNobody = await html(`/invoices?customer=${crypto.randomUUID()}`, viewer);
  assert.match(withoutTags(ofNobody), /Customer: not found/);
  const backwards = await html("/invoices?issued_from=2024-06-02&issued_to=2024-06-01", viewer);
  assert.match(withoutTags(backwards), /“Issued to” is before “Issued from”, so nothing matches/);
  assert.match(await html("/invoices?status=nonsense&after=1&issued_to=soon", viewer), /CFS-2024-0001/);
});

Deno.test("what cannot be billed says why, and who may not is told who may", async () => {
  assert.match(await html("/invoices/new?contract=K-99", admin, 422), /No contract has this reference/);
  const empty = await html("/invoices/new?contract=K-1&period=2024-04-01", admin);
  assert.match(empty, /Issue the invoice/); // April has the lease
  await html("/invoices/new", viewer, 403);
  const other = await app.visitor(await app.newTenant(), "admin");
  const list = await html("/invoices", viewer);
  const where = /href="(\/invoices\/[0-9a-f-]{36})"/.exec(list)![1];
  for (const path of [where, `${where}/print`, `${where}/lines/1`, `${where}/issue`]) {
    await html(path, other, 404);
  }
  assert.match(await html("/invoices", other), /No invoice yet/);
});
