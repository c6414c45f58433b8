/** The reports of the ledger on a real database: ages at a day in the past, the account page by page, and the same sums. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import type { Cursor } from "../../core/cursor_page.ts";
import { isMilepostError } from "../../core/errors.ts";
import { issueCreditNote } from "../../invoicing/credit/commands.ts";
import { voidInvoice } from "../../invoicing/void/commands.ts";
import { writeOffInvoice } from "../../invoicing/write_off/commands.ts";
import { recordPayment, reversePayment } from "../../payments/commands.ts";
import { findWallet } from "../../payments/wallet/views.ts";
import { expireWalletCredit, payIntoWallet } from "../../payments/wallet/commands.ts";
import { accountReport, ageingReport, listAgeingAfter, listEntriesAfter } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const clock = new FixedClock("2024-06-03T09:00:00Z");
const environment = { ...testEnvironment(database), clock };
const business = await insertTestBusiness(database);
const { tenantId } = business;
const execution = { tenantId, actor: testActor() };
const book = { entityId: business.entityId, currency: "GBP" };
const read = <Result>(work: Parameters<typeof withTenant<Result>>[2]) => withTenant(database, tenantId, work);
const date = (text: string) => Temporal.PlainDate.from(text);

/** Two invoices of 494.40 on 3 June, due on 3 July; then, by date: */
const { customerId, invoices } = await issueTestInvoices(environment, business, { reference: "A" });
const pay = (amount: string, receivedOn: string, settles: object) =>
  execute(environment, recordPayment, execution, {
    settles: settles as { invoiceId: string },
    amount,
    currency: "GBP",
    receivedOn,
    method: "bank_transfer",
    keepRest: true,
  });
clock.moveTo("2024-07-12T09:00:00Z");
const early = await pay("94.40", "2024-07-10", { invoiceId: invoices[0].id });
clock.moveTo("2024-08-10T09:00:00Z");
await execute(environment, issueCreditNote, execution, {
  invoiceId: invoices[1].id,
  credit: { kind: "amount", amount: "100" },
  purpose: "concession",
  reason: "Late",
});
clock.moveTo("2024-09-05T09:00:00Z");
await execute(environment, reversePayment, execution, { paymentId: early.paymentId, reason: "Refused" });
clock.moveTo("2024-09-20T09:00:00Z");
await execute(environment, writeOffInvoice, execution, {
  invoiceId: invoices[1].id,
  reason: "Gone",
  claimsTax: true,
});
await pay("1000.00", "2024-09-18", { customerId, billingEntityId: business.entityId });

/** What the ageing says of a day: the amounts that are not zero. */
async function ages(day: string) {
  const { sums, agrees, page } = await read((db) => ageingReport(db, book, date(day)));
  assert.equal(agrees, true, `on ${day}`);
  const shown = Object.entries(sums).filter(([name, amount]) => amount !== 0n && name !== "ledger");
  const ofRows = page.rows.reduce((sum, { total }) => sum + total, 0n);
  assert.equal(ofRows, sums.total);
  return Object.fromEntries(shown);
}

Deno.test("debts grow old from the day after they were due, also on a day that is long past", async () => {
  assert.deepEqual(await ages("2024-06-02"), {});
  assert.deepEqual(await ages("2024-07-03"), { current: 98880n, total: 98880n });
  assert.deepEqual(await ages("2024-07-04"), { days30: 98880n, total: 98880n });
});

Deno.test("a payment counts from its day, and until it was used it is credit", async () => {
  assert.deepEqual(await ages("2024-07-09"), { days30: 98880n, total: 98880n });
  assert.deepEqual(await ages("2024-07-11"), { days30: 98880n, credit: 9440n, total: 89440n });
  assert.deepEqual(await ages("2024-07-12"), { days30: 89440n, total: 89440n });
});

Deno.test("what was credited, taken back or given up counts from its day", async () => {
  assert.deepEqual(await ages("2024-08-09"), { days60: 89440n, total: 89440n });
  assert.deepEqual(await ages("2024-08-10"), { days60: 77440n, total: 77440n });
  assert.deepEqual(await ages("2024-09-05"), { days90: 86880n, total: 86880n });
  assert.deepEqual(await ages("2024-09-30"), { credit: 50560n, total: -50560n });
});

Deno.test("an account shows every entry once, with its balance, forwards and back", async () => {
  const days = { from: date("2024-06-01"), to: date("2024-12-31") };
  const page = (cursor?: Cursor) => read((db) => accountReport(db, book, "1100", days, cursor, 2));
  const whole = await read((db) => accountReport(db, book, "1100", days, undefined));
  const seen: string[] = [];
  let cursor: Cursor | undefined, last = await page();
  for (;;) {
    seen.push(...last.page.rows.map(({ balance }) => String(balance)));
    if (!last.page.next) break;
    cursor = last.page.next;
    last = await page(cursor);
  }
  assert.deepEqual(seen, whole.page.rows.map(({ balance }) => String(balance)));
  assert.equal(whole.page.rows.at(-1)!.balance, whole.closing);
  assert.equal(whole.closing, -50560n);
  const back = await page(last.page.previous);
  const count = whole.page.rows.length - last.page.rows.length;
  assert.deepEqual(
    back.page.rows.map(({ place }) => place),
    whole.page.rows.slice(count - 2, count).map(({ place }) => place),
  );
  const later = await read((db) =>
    accountReport(db, book, "1100", { ...days, from: date("2024-08-10") }, undefined)
  );
  assert.equal(later.opening, 89440n);
  assert.equal(later.page.rows[0].balance, 77440n);
});

Deno.test("a file has the same rows, and ends", async () => {
  const days = { from: date("2024-06-01"), to: date("2024-12-31") };
  const all = await read((db) => listEntriesAfter(db, book, "1100", days, undefined));
  assert.equal(all.length, 7);
  assert.equal((await read((db) => listEntriesAfter(db, book, "1100", days, all[3]))).length, 3);
  assert.equal((await read((db) => listEntriesAfter(db, book, "1100", days, all.at(-1)))).length, 0);
  const [owing] = await read((db) => listAgeingAfter(db, book, date("2024-06-30"), undefined));
  assert.equal(owing.total, 98880n);
  assert.equal((await read((db) => listAgeingAfter(db, book, date("2024-06-30"), owing))).length, 0);
});

Deno.test("an unknown account and days in the wrong order are refused", async () => {
  const days = { from: date("2024-06-01"), to: date("2024-05-31") };
  for (const code of ["9999", "\0", "x"]) {
    await assert.rejects(
      read((db) => accountReport(db, book, code, days, undefined)),
      (error) => isMilepostError(error, "NotFound"),
    );
  }
  await assert.rejects(
    read((db) => accountReport(db, book, "1100", days, undefined)),
    (error) => isMilepostError(error, "InvalidInput") && error.fields[0].field === "to",
  );
});

Deno.test("the books of another entity and of another currency have none of it", async () => {
  const days = { from: date("2024-08-10"), to: date("2024-12-31") };
  for (const other of [{ ...book, entityId: crypto.randomUUID() }, { ...book, currency: "EUR" }]) {
    const { opening, closing, page } = await read((db) => accountReport(db, other, "1100", days, undefined));
    assert.deepEqual([opening, closing, page.rows.length], [0n, 0n, 0]);
    assert.equal((await read((db) => ageingReport(db, other, date("2024-08-10")))).sums.total, 0n);
  }
});

Deno.test("an invoice that was voided was owed until then", async () => {
  const other = await insertTestBusiness(database);
  const issued = await issueTestInvoices(environment, other, { reference: "V", months: 1 });
  clock.moveTo("2024-10-02T09:00:00Z");
  const by = { tenantId: other.tenantId, actor: testActor() };
  await execute(environment, voidInvoice, by, { invoiceId: issued.invoices[0].id, reason: "Wrong" });
  const owed = async (day: string) => {
    const its = { entityId: other.entityId, currency: "GBP" };
    const { sums, agrees } = await withTenant(
      database,
      other.tenantId,
      (db) => ageingReport(db, its, date(day)),
    );
    return [sums.total, agrees];
  };
  assert.deepEqual(await owed("2024-10-01"), [49440n, true]);
  assert.deepEqual(await owed("2024-10-02"), [0n, true]);
});

Deno.test("money of a wallet is credit until the day on which it expired", async () => {
  const other = await insertTestBusiness(database);
  const issued = await issueTestInvoices(environment, other, { reference: "W", months: 1 });
  const by = { tenantId: other.tenantId, actor: testActor() };
  clock.moveTo("2024-10-02T09:00:00Z");
  await execute(environment, payIntoWallet, by, {
    customerId: issued.customerId,
    billingEntityId: other.entityId,
    currency: "GBP",
    kind: "paid",
    name: "Paid ahead",
    amount: "100.00",
    receivedOn: "2024-10-01",
    method: "bank_transfer",
    expiresOn: "2024-11-02",
  });
  clock.moveTo("2024-11-02T09:00:00Z");
  const inBooks = <Result>(work: Parameters<typeof withTenant<Result>>[2]) =>
    withTenant(database, other.tenantId, work);
  const [{ id: walletCreditId }] = (await inBooks((db) => findWallet(db, issued.customerId))).credits;
  await execute(environment, expireWalletCredit, by, { walletCreditId });
  const credit = async (day: string) => {
    const its = { entityId: other.entityId, currency: "GBP" };
    const { sums, agrees } = await inBooks((db) => ageingReport(db, its, date(day)));
    return [sums.credit, agrees];
  };
  assert.deepEqual(await credit("2024-11-01"), [10000n, true]);
  assert.deepEqual(await credit("2024-11-02"), [0n, true]);
});
