/** Write-offs on a real database: what is posted, the tax that is claimed back, and what happens after. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { insertTestBusiness, lease, type TestCharge } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { trialBalance } from "../../ledger/views.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { recordPayment, reversePayment } from "../../payments/commands.ts";
import { issueCreditNote } from "../credit/commands.ts";
import { findInvoice } from "../views.ts";
import { voidInvoice } from "../void/commands.ts";
import { writeOffInvoice } from "./commands.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-12-03T09:00:00Z") };

/** A business of its own with an invoice of 412.00 and 20% tax: 494.40. */
async function scene(charge?: TestCharge) {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const options = { reference: "K-001", months: 1, charge };
  const { invoices } = await issueTestInvoices(environment, business, options);
  const [{ id: invoiceId }] = invoices;
  const execution = { tenantId, actor: testActor() };
  return {
    invoiceId,
    execution,
    end: (claimsTax: boolean, reason = "Insolvent", how: object = {}) =>
      execute(environment, writeOffInvoice, { ...execution, ...how }, { invoiceId, reason, claimsTax }),
    pay: (amount: string) =>
      execute(environment, recordPayment, execution, {
        settles: { invoiceId },
        amount,
        currency: "GBP",
        receivedOn: "2024-12-03",
        method: "bank_transfer",
      }),
    credit: () =>
      execute(environment, issueCreditNote, execution, {
        invoiceId,
        credit: { kind: "amount", amount: "12.00" },
        purpose: "concession",
        reason: "Late",
      }),
    find: () => withTenant(database, tenantId, (db) => findInvoice(db, invoiceId)),
    balances: async () => {
      const day = Temporal.PlainDate.from("2024-12-03");
      const { rows } = await withTenant(database, tenantId, (db) => trialBalance(db, day));
      return Object.fromEntries(rows.map(({ code, debits, credits }) => [code, debits - credits]));
    },
  };
}

const refused = (work: Promise<unknown>, name: Parameters<typeof isMilepostError>[1], words: RegExp) =>
  assert.rejects(work, (error) => isMilepostError(error, name) && words.test(error.message));

Deno.test("what is open becomes a loss; the tax in it comes back only if it is claimed", async () => {
  const claimed = await scene();
  await claimed.pay("94.40");
  const preview = await claimed.end(true, "Insolvent", { dryRun: true });
  assert.deepEqual(await claimed.end(true), preview);
  assert.deepEqual([preview.amount, preview.taxRelief, preview.writtenOffOn], [
    "400.00",
    "66.67", // 400.00 × 82.40 / 494.40
    "2024-12-03",
  ]);
  const invoice = await claimed.find();
  assert.deepEqual(
    [invoice.state, invoice.openAmount, invoice.writtenOffAmount],
    ["uncollectible", 0n, 40000n],
  );
  assert.deepEqual(await claimed.balances(), {
    1000: 9440n,
    1100: 0n,
    2200: -1573n,
    4000: -41200n,
    6100: 33333n,
  });
  const kept = await scene();
  assert.equal((await kept.end(false)).taxRelief, "0.00");
  assert.deepEqual(await kept.balances(), { 1100: 0n, 2200: -8240n, 4000: -41200n, 6100: 49440n });
  await refused(kept.end(false), "IllegalTransition", /written off cannot become written off/);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("a payment that bounces after a write-off opens its part again, which can be paid or given up too", async () => {
  const { invoiceId, execution, end, pay, credit, find } = await scene();
  const { paymentId } = await pay("94.40");
  await end(true);
  await execute(environment, reversePayment, execution, { paymentId, reason: "The bank returned it" });
  const open = await find();
  assert.deepEqual([open.state, open.openAmount], ["issued", 9440n]);
  await refused(credit(), "IllegalTransition", /A part of invoice CFS-2024-0001 is written off.*be credited/);
  await refused(
    execute(environment, voidInvoice, execution, { invoiceId, reason: "Wrong" }),
    "IllegalTransition",
    /A part of invoice CFS-2024-0001 is written off.*be voided/,
  );
  await pay("4.40");
  assert.equal((await find()).state, "partially_paid");
  // of the tax of 82.40 all but that of 4.40 comes back: 82.40 − 0.73
  assert.deepEqual((await end(true)).taxRelief, "15.00");
  const given = await find();
  assert.deepEqual([given.state, given.writtenOffAmount], ["uncollectible", 49000n]);
  assert.deepEqual(auditBreaches(await audit(database)), []);
  await refused(
    execute(environment, recordPayment, execution, {
      settles: { invoiceId },
      amount: "1.00",
      currency: "GBP",
      receivedOn: "2024-12-03",
      method: "cash",
    }),
    "IllegalTransition",
    /is written off, so nothing is open on it/,
  );
});

Deno.test("after a credit note only the tax that is left is claimed", async () => {
  const { credit, end } = await scene();
  await credit(); // 12.00 and 2.40 tax: 480.00 with 80.00 tax are left
  const { amount, taxRelief } = await end(true);
  assert.deepEqual([amount, taxRelief], ["480.00", "80.00"]);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("there is no tax to claim back where none was charged, and nothing is written off then", async () => {
  const { end, find } = await scene({ ...lease, taxCategory: "Z", taxPercent: "0" });
  await refused(end(true), "InvalidInput", /CFS-2024-0001 has no tax to claim back/);
  assert.equal((await find()).state, "issued");
  assert.equal((await end(false)).amount, "412.00");
});
