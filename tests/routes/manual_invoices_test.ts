/** Invoices written by hand over plain HTTP, as a browser without script walks them: open, add, remove, save, review, issue. */
import assert from "node:assert/strict";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { issueManualInvoice } from "../../lib/invoicing/manual/commands.ts";
import { testApp, type Visitor } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { testActor } from "../support/command.ts";
import { insertTestCustomer, writeTestManual } from "../support/manual_invoices.ts";

const app = await testApp({ clock: new FixedClock("2024-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { tenantId } = await insertTestBusiness(app.environment.database, { name: "Calder" });
const execution = { tenantId, actor: testActor() };
await insertTestCustomer(app.environment, execution, "C-1");
const admin = await app.visitor(tenantId, "admin");
const biller = await app.visitor(tenantId, "biller");
const approver = await app.visitor(tenantId, "approver");

async function html(path: string, visitor: Visitor, status = 200): Promise<string> {
  const answer = await app.get(path, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${answer.status} ${text.slice(0, 400)}`);
  return text;
}

/** All fields of the page's form that posts to an address, as a browser would send them. */
function fieldsOf(page: string, action: string): Record<string, string> {
  const from = page.indexOf(`action="${action}"`);
  assert.ok(from >= 0, `no form posts to ${action}`);
  const form = page.slice(from, page.indexOf("</form>", from));
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    if (!/type="checkbox"/.test(tag)) fields[attribute(tag, "name")] = attribute(tag, "value");
  }
  for (const [, tag, inner] of form.matchAll(/(<select[^>]*>)(.*?)<\/select>/gs)) {
    const chosen = /<option[^>]* selected[^>]*>/.exec(inner)?.[0] ?? "";
    fields[attribute(tag, "name")] = attribute(chosen, "value");
  }
  for (const [, tag, inner] of form.matchAll(/(<textarea[^>]*>)(.*?)<\/textarea>/gs)) {
    fields[attribute(tag, "name")] = inner;
  }
  return fields;
}

/** Presses a button of the editor with some fields changed; gives where it leads. */
async function press(path: string, action: string, changes: Record<string, string>, status = 303) {
  const here = path.split(/[?#]/)[0];
  const fields = { ...fieldsOf(await html(path.split("#")[0], biller), here), ...changes, do: action };
  const answer = await app.post(here, fields, biller);
  const text = await answer.text();
  assert.equal(answer.status, status, text.slice(0, 600));
  return answer.headers.get("location") ?? text;
}

Deno.test("without script an invoice is written line by line, reviewed by someone else and issued", async () => {
  const fields = fieldsOf(await html("/invoices/manual/new", biller), "/invoices/manual/new");
  const opened = await app.post(
    "/invoices/manual/new",
    { ...fields, customer: "C-1", entity: "CFS" },
    biller,
  );
  assert.equal(opened.status, 303, await opened.text());
  let place = opened.headers.get("location")!;
  const here = place.split("?")[0];
  place = await press(place, "add", {});
  assert.match(place, /line=1$/);
  const first = {
    description: "Repair of the bumper",
    quantity: "3",
    unitPrice: "19.99",
    discountPercent: "10",
  };
  const typed = Object.fromEntries(Object.entries(first).map(([name, value]) => [`line-1-${name}`, value]));
  place = await press(place, "add", { ...typed, "line-1-tax": "S 20" });
  assert.match(place, /line=2$/);
  // what is not right yet is kept, and the next line goes on at the same tax
  place = await press(place, "add", { "line-2-description": "Handling", "line-2-unitPrice": "five" });
  let page = await html(place.split("#")[0], biller);
  assert.match(page, /value="five"/);
  assert.match(page, /£64\.76/); // 53.97 and 20 %
  assert.equal(fieldsOf(page, here)["line-3-tax"], "S 20");
  place = await press(place, "remove-3", { "line-2-unitPrice": "5" });
  page = await html(place.split("#")[0], biller);
  assert.doesNotMatch(page, /line-3-/);
  assert.match(page, /£70\.76/);
  const review = await press(place, "review", { purchaseOrder: "PO-4471" });
  assert.equal(review, `${here}/review`);
  assert.doesNotMatch(await html(review, biller), /Issue the invoice of/);
  const issue = `${here}/issue`;
  const last = fieldsOf(await html(review, approver), issue);
  const issued = await app.post(issue, last, approver);
  assert.equal(issued.status, 303, await issued.text());
  page = await html(issued.headers.get("location")!, biller);
  assert.match(page, /Invoice CFS-2024-0001/);
  assert.match(page, /PO-4471/);
  assert.match(page, /Repair of the bumper/);
  const invoice = issued.headers.get("location")!.split("?")[0];
  assert.match(await html(`${invoice}/print`, biller), /PO-4471/);
  const pdf = await app.get(`${invoice}/pdf`, biller);
  assert.equal(pdf.status, 200);
  await pdf.body?.cancel();
  assert.match(await html("/invoices", biller), /CFS-2024-0001/);
});

Deno.test("a form that did not see the last change keeps what was typed and shows what is there now", async () => {
  const { manualInvoiceId } = await writeTestManual(app.environment, execution, {
    customer: "C-1",
    lines: [{ description: "Wash", unitPrice: "12", tax: "S 20" }],
  });
  const here = `/invoices/manual/${manualInvoiceId}`;
  const stale = fieldsOf(await html(here, biller), here);
  await press(here, "save", { "line-1-unitPrice": "14" });
  const refused = await app.post(here, { ...stale, "line-1-unitPrice": "13", do: "save" }, biller);
  const page = await refused.text();
  assert.equal(refused.status, 409);
  assert.match(page, /value="13"/);
  assert.match(page, /It is “14” now\./);
  const again = await app.post(here, { ...fieldsOf(page, here), do: "save" }, biller);
  assert.equal(again.status, 303, await again.text());
  assert.match(await html(here, biller), /value="13"/);
});

Deno.test("what is credited or voided is told not to be billed again by a run", async () => {
  const draft = await writeTestManual(app.environment, execution, {
    customer: "C-1",
    lines: [{ description: "Wash", unitPrice: "12", tax: "S 20" }],
  });
  const { invoiceId } = await execute(app.environment, issueManualInvoice, execution, draft);
  const where = `/invoices/${invoiceId}`;
  const credit = await html(`${where}/credit`, admin);
  assert.match(credit, /No run bills it again\. Write another invoice for what is still due\./);
  assert.doesNotMatch(credit, /next run|Later runs/);
  const review = await html(`${where}/credit?review=yes&how=whole&purpose=correction&reason=Wrong`, admin);
  assert.doesNotMatch(review, /due again|next run/);
  const form = await html(`${where}/void`, admin);
  assert.doesNotMatch(form, /billed again/);
  const fields = { ...fieldsOf(form, `${where}/void`), reason: "Written twice" };
  const voided = await app.post(`${where}/void`, fields, admin);
  assert.equal(voided.status, 303, await voided.text());
  const page = await html(voided.headers.get("location")!, admin);
  assert.match(page, /Nothing bills it again by itself\./);
  assert.doesNotMatch(page, /due again/);
});

Deno.test("what is wrong is told at the review with a way to each field, and a viewer writes nothing", async () => {
  const { manualInvoiceId } = await writeTestManual(app.environment, execution, {
    customer: "C-1",
    lines: Array.from(
      { length: 30 },
      (_, index) => ({ description: "Toll", unitPrice: index === 29 ? "" : "1" }),
    ),
  });
  const here = `/invoices/manual/${manualInvoiceId}`;
  const fields = fieldsOf(await html(`${here}/review`, admin), `${here}/issue`);
  const refused = await app.post(`${here}/issue`, fields, admin);
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), new RegExp(`href="${here}\\?after=25#line-30-unitPrice"`));
  const viewer = await app.visitor(tenantId, "viewer");
  assert.match(await html(`${here}/review`, viewer), /Toll/);
  await html(here, viewer, 403);
  const other = await app.visitor((await insertTestBusiness(app.environment.database)).tenantId, "admin");
  await html(`${here}/review`, other, 404);
});
