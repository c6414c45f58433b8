/** The list and the detail of invoices say what was issued, page by page, to their own tenant alone. */
import assert from "node:assert/strict";
import type { InvoiceFilter } from "../../db/queries/invoice_list.ts";
import { withTenant } from "../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { draftInvoice, type DraftResult, issueInvoice, type IssueResult } from "./commands.ts";
import { countByStatus, explainLine, findBillableContract, findInvoice, listInvoices } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const clock = new FixedClock("2024-05-02T09:00:00Z");
const environment = { ...testEnvironment(database), clock };
const business = await insertTestBusiness(database);
const { tenantId } = business;
const execution = { tenantId, actor: testActor() };
const now = Temporal.Instant.from("2024-06-10T09:00:00Z");

/** 10 contracts billed for three months, a day apart; one more as a draft. */
const contractIds = await withTenant(database, tenantId, async (db) => {
  const plan = await insertTestPlan(db, [lease, perMile]);
  const ids: string[] = [];
  for (let index = 0; index < 11; index++) {
    const { contractId } = await insertTestContract(db, business, plan, { reference: `K-${index}` });
    const vehicle = await insertTestVehicle(db, contractId, `V-${index}`);
    await insertTestUsage(db, [
      { id: `u${index}`, at: "2024-03-05T10:00:00Z", vehicleId: vehicle, properties: { miles: "12.5" } },
    ]);
    ids.push(contractId);
  }
  return ids;
});
function idOf(result: DraftResult | IssueResult): string {
  assert.ok("invoiceId" in result, "nothing was billed");
  return result.invoiceId;
}

const invoiceIds: string[] = [];
for (const contractId of contractIds.slice(0, 10)) {
  for (const month of [1, 2, 3]) {
    const input = { contractId, periodStart: `2024-0${month}-01`, periodEnd: `2024-0${month + 1}-01` };
    const result = await execute(environment, issueInvoice, execution, input);
    invoiceIds.unshift(idOf(result));
  }
  clock.advance({ hours: 24 });
}
const draft = await execute(environment, draftInvoice, execution, {
  contractId: contractIds[10],
  periodStart: "2024-03-01",
  periodEnd: "2024-04-01",
});

const list = (filter: Partial<InvoiceFilter>, cursor?: Parameters<typeof listInvoices>[3]) =>
  withTenant(database, tenantId, (db) => listInvoices(db, { status: "any", ...filter }, now, cursor));

Deno.test("the list runs newest first, page by page, and back again", async () => {
  const first = await list({});
  assert.equal(first.invoices.length, 25);
  assert.deepEqual(first.found, { count: 31, andMore: false });
  assert.equal(first.previous, undefined);
  const all = [idOf(draft), ...invoiceIds];
  const second = await list({}, first.next);
  assert.deepEqual([...first.invoices, ...second.invoices].map(({ id }) => id), all);
  assert.equal(second.next, undefined);
  const back = await list({}, second.previous);
  assert.deepEqual(back.invoices, first.invoices);
  assert.equal(back.previous, undefined);
  assert.deepEqual(back.next, first.next);
});

Deno.test("views: drafts, due and overdue by the day it is at the entity", async () => {
  // issued from 2 May on, due 30 days later: those of the first nine days are overdue on 10 June
  const counts = await withTenant(
    database,
    tenantId,
    (db) => countByStatus(db, ["any", "draft", "due", "overdue", "paid"], now),
  );
  assert.deepEqual([...counts].map(([status, { count }]) => [status, count]), [
    ["any", 31],
    ["draft", 1],
    ["due", 3],
    ["overdue", 27],
    ["paid", 0],
  ]);
  assert.deepEqual((await list({ status: "draft" })).invoices.map(({ number }) => number), [null]);
  const { invoices } = await list({ status: "due" });
  assert.ok(invoices.every(({ dueDate, today }) => Temporal.PlainDate.compare(dueDate!, today) >= 0));
});

Deno.test("search by number, its last part, the customer or the contract; percent signs are no wild cards", async () => {
  const numbers = async (search: string) => (await list({ search })).invoices.map(({ number }) => number);
  assert.deepEqual(await numbers("cfs-2024-0007"), ["CFS-2024-0007"]);
  assert.deepEqual(await numbers("7"), ["CFS-2024-0024", "CFS-2024-0023", "CFS-2024-0022", "CFS-2024-0007"]);
  assert.deepEqual((await numbers("customer of k-3")).length, 3);
  await withTenant(
    database,
    tenantId,
    (db) =>
      db.query.updateTable("contract").set({ reference: "Pool 1" }).where("id", "=", contractIds[9])
        .execute(),
  );
  assert.deepEqual((await numbers("pool 1")).length, 3);
  assert.deepEqual(await numbers("pool"), []);
  assert.deepEqual(await numbers("%"), []);
  assert.deepEqual(await numbers("nobody"), []);
});

Deno.test("issue dates bound the list on both sides, both days included", async () => {
  const day = Temporal.PlainDate.from;
  const { invoices } = await list({ issuedFrom: day("2024-05-03"), issuedTo: day("2024-05-04") });
  assert.deepEqual([...new Set(invoices.map(({ issueDate }) => String(issueDate)))], [
    "2024-05-04",
    "2024-05-03",
  ]);
  assert.equal(invoices.length, 6);
});

Deno.test("an invoice is shown with the names it was issued with, and every line explains itself", async () => {
  await withTenant(database, tenantId, async (db) => {
    await db.query.updateTable("customer").set({ name: "Renamed since" }).execute();
    const invoice = await findInvoice(db, invoiceIds[0]);
    assert.equal(invoice.number, "CFS-2024-0030");
    assert.equal(invoice.buyer.name, "Customer of K-9");
    assert.equal(invoice.seller.name, "Calder Fleet Services Ltd");
    assert.equal(invoice.terms.period, "1–31 March 2024");
    assert.deepEqual(invoice.lines.map(({ description, amount }) => [description, amount]), [
      ["Lease, PLATE V-9", 41200n],
      ["Distance", 188n],
    ]);
    assert.deepEqual(invoice.taxes, [{ category: "S", percent: "20", base: 41388n, amount: 8278n }]);
    assert.deepEqual(invoice.transitions.map(({ to }) => to), ["issued", "approved", "draft"]);
    const { steps } = await explainLine(db, invoiceIds[0], 2);
    assert.match(steps.at(-1)!, /12\.5 × 0\.15 = 1\.88/);
    assert.deepEqual(
      (await findInvoice(db, invoiceIds[0], { after: 1 })).lines.map(({ position }) => position),
      [2],
    );
  });
});

Deno.test("another tenant's invoice, a line that is not there and nonsense are not found", async () => {
  const notFound = (error: unknown) => isMilepostError(error, "NotFound");
  const other = await insertTestBusiness(database, { name: "Other" });
  await withTenant(database, other.tenantId, async (db) => {
    await assert.rejects(() => findInvoice(db, invoiceIds[0]), notFound);
    await assert.rejects(() => explainLine(db, invoiceIds[0], 1), notFound);
  });
  await withTenant(database, tenantId, async (db) => {
    await assert.rejects(() => explainLine(db, invoiceIds[0], 3), notFound);
    await assert.rejects(() => findInvoice(db, "INV-1"), notFound);
  });
});

Deno.test("what can be billed next leaves out what is billed or drafted", async () => {
  await withTenant(database, tenantId, async (db) => {
    const starts = async (reference: string) =>
      (await findBillableContract(db, reference, now)).periods.map(({ start }) => String(start));
    assert.deepEqual(await starts("K-0"), ["2024-05-01", "2024-04-01"]);
    assert.deepEqual(await starts("K-10"), ["2024-05-01", "2024-04-01", "2024-02-01", "2024-01-01"]);
    await assert.rejects(() => starts("K-99"), (error) => isMilepostError(error, "InvalidInput"));
  });
});
