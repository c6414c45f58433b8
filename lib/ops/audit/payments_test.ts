/** The auditor finds each breach that is planted among payments, and nothing where there is none. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { type Breakage, testBreakages } from "../../../tests/support/audit_breakages.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { recordPayment, reversePayment } from "../../payments/commands.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "./audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

/** One customer: the first invoice paid, the second partly, the third paid and reversed, and 7.00 of credit. */
async function fillBooks(): Promise<{ standing: string; reversed: string }> {
  const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const { invoices } = await issueTestInvoices(environment, business, { reference: "A", months: 3 });
  await issueTestInvoices(environment, business, { reference: "B", months: 1 });
  const pay = async (invoice: number, amount: string) => {
    const input = {
      settles: { invoiceId: invoices[invoice].id },
      amount,
      currency: "GBP",
      receivedOn: "2024-06-02",
      method: "bank_transfer",
      keepRest: true,
    };
    const execution = { tenantId, actor: testActor(), key: `pay ${invoice}` };
    return (await execute(environment, recordPayment, execution, input)).paymentId;
  };
  const standing = await pay(0, "501.40");
  await pay(1, "100.00");
  const reversed = await pay(2, "494.40");
  const execution = { tenantId, actor: testActor() };
  await execute(environment, reversePayment, execution, { paymentId: reversed, reason: "Bounced" });
  return { standing, reversed };
}
const { standing, reversed } = await fillBooks();

const beyond = "no payment settles more than came in, no invoice more than its total";
const open = "what is open is the total less credit notes, write-offs and payments";
const once = "every payment is posted once";
const mirror = "every reversal mirrors its payment";
const numbered = (number: number) => `(select id from invoice where number = 'CFS-2024-000${number}')`;
const transactionOf = (payment: string, kind: string) =>
  `(select id from ledger_transaction where payment_id = '${payment}' and kind = '${kind}')`;

const breakages: Record<string, Breakage> = {
  "a payment that settles more than came in": {
    check: beyond,
    plant: `update payment set amount = amount - 701 where id = '${standing}'`,
    mend: `update payment set amount = amount + 701 where id = '${standing}'`,
    shows: "settles more or less than came in",
  },
  "an invoice settled twice": {
    check: beyond,
    plant:
      `insert into payment_allocation (tenant_id, payment_id, invoice_id, amount, allocated_by, allocated_at)
      select tenant_id, payment_id, invoice_id, 700, 'planted', now() from payment_allocation where payment_id = '${standing}'`,
    mend: `delete from payment_allocation where allocated_by = 'planted'`,
    shows: "is settled by more or less than it comes to",
  },
  "a reversed payment that still settles": {
    check: beyond,
    plant:
      `update payment_allocation set amount = amount + 1 where payment_id = '${reversed}' and amount < 0`,
    mend: `update payment_allocation set amount = amount - 1 where payment_id = '${reversed}' and amount < 0`,
    shows: "is reversed and still settles",
  },
  "credit that is not what is left": {
    check: beyond,
    plant: `update payment set credit = credit - 1 where id = '${standing}'`,
    mend: `update payment set credit = credit + 1 where id = '${standing}'`,
    shows: "has other credit than what is left",
  },
  "an invoice settled in another currency": {
    check: beyond,
    plant: `update payment set currency = 'EUR' where id = '${standing}'`,
    mend: `update payment set currency = 'GBP' where id = '${standing}'`,
    shows: "in another currency",
  },
  "an invoice settled by another customer": {
    check: beyond,
    plant:
      `update payment set customer_id = (select id from customer where reference = 'C-B') where id = '${standing}'`,
    mend:
      `update payment set customer_id = (select id from customer where reference = 'C-A') where id = '${standing}'`,
    shows: "by another customer",
  },
  "an open amount that is a penny off": {
    check: open,
    plant: `update invoice set open_amount = open_amount - 1 where id = ${numbered(2)}`,
    mend: `update invoice set open_amount = open_amount + 1 where id = ${numbered(2)}`,
    shows: '"invoice":"CFS-2024-0002"',
  },
  "an invoice that calls itself paid": {
    check: open,
    plant: `update invoice set state = 'paid', open_amount = 0 where id = ${numbered(4)}`,
    mend: `update invoice set state = 'issued', open_amount = total where id = ${numbered(4)}`,
    shows: '"settled":"0"',
  },
  "a payment without a posting": {
    check: once,
    plant: `update ledger_transaction set kind = 'other' where id = ${
      transactionOf(standing, "payment_received")
    }`,
    mend: `update ledger_transaction set kind = 'payment_received' where kind = 'other'`,
    shows: '"postings":"0"',
  },
  "a payment posted by another amount": {
    check: once,
    plant: `update ledger_entry set amount = amount * 2 where ledger_transaction_id = ${
      transactionOf(standing, "payment_received")
    }`,
    mend: `update ledger_entry set amount = amount / 2 where ledger_transaction_id = ${
      transactionOf(standing, "payment_received")
    }`,
    shows: '"bank":"100280"',
  },
  "a payment posted on another day": {
    check: once,
    plant: `update payment set received_on = received_on - 1 where id = '${standing}'`,
    mend: `update payment set received_on = received_on + 1 where id = '${standing}'`,
    shows: `"payment":"${standing}"`,
  },
  "a reversal that nobody made": {
    check: mirror,
    plant: `update payment_reversal set payment_id = '${standing}' where payment_id = '${reversed}'`,
    mend: `update payment_reversal set payment_id = '${reversed}' where payment_id = '${standing}'`,
    shows: "has no reason and nobody who reversed it",
  },
  "a reversal that was not posted": {
    check: mirror,
    plant: `update ledger_transaction set kind = 'other' where id = ${
      transactionOf(reversed, "payment_reversed")
    }`,
    mend: `update ledger_transaction set kind = 'payment_reversed' where kind = 'other'`,
    shows: "is not posted back once",
  },
  "a reversal of another amount": {
    check: mirror,
    plant: `update ledger_entry set amount = amount * 2 where ledger_transaction_id = ${
      transactionOf(reversed, "payment_reversed")
    }`,
    mend: `update ledger_entry set amount = amount / 2 where ledger_transaction_id = ${
      transactionOf(reversed, "payment_reversed")
    }`,
    shows: "posted back by another amount",
  },
  "an allocation taken back from another invoice": {
    check: mirror,
    plant: `update payment_allocation set invoice_id = ${numbered(4)} where reverses_id is not null`,
    mend: `update payment_allocation set invoice_id = ${numbered(3)} where reverses_id is not null`,
    shows: "takes back something else",
  },
  "credit that the ledger does not know": {
    check: "customers owe what is open on their invoices",
    plant: `update payment set amount = amount + 1 where id = '${standing}'`,
    mend: `update payment set amount = amount - 1 where id = '${standing}'`,
    shows: '"customer":"C-A"',
  },
  "a payment that nobody recorded": {
    check: "every payment is in the audit trail",
    plant: `update audit_event set command = 'payment.dream' where command = 'payment.reverse'`,
    mend: `update audit_event set command = 'payment.reverse' where command = 'payment.dream'`,
    shows: '"command":"payment.reverse"',
  },
  "an answer that was not kept": {
    check: "every acknowledged payment is there",
    plant: `update idempotency_key set answer = answer || '{"amount": "501.41"}' where key = 'pay 0'`,
    mend: `update idempotency_key set answer = answer || '{"amount": "501.40"}' where key = 'pay 0'`,
    shows: '"amount":"501.41"',
  },
};

Deno.test("payments that are right pass every check, and none of theirs is idle", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  const theirs = report.checks.filter(({ name }) => /payment|reversal/.test(name));
  assert.deepEqual(theirs.map(({ count }) => count), [3, 4, 3, 1, 3, 3]);
});

Deno.test("the database itself refuses to post a payment a second time", async () => {
  const again = admin`
    insert into ledger_transaction (tenant_id, billing_entity_id, kind, payment_id, posted_on, description)
    select tenant_id, billing_entity_id, kind, payment_id, posted_on, 'again' from ledger_transaction
    where payment_id = ${standing}`;
  await assert.rejects(again, /ledger_transaction_payment_kind/);
});

testBreakages(database, admin, breakages);

Deno.test("after all that was mended the payments are right again", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
});
