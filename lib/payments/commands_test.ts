/** Payments move invoices, credit and ledger together, once, and back again. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness } from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { rightsOf } from "../auth/policy.ts";
import { FixedClock } from "../core/clock.ts";
import { type Command, execute, type Json } from "../core/command.ts";
import { type ErrorName, isMilepostError } from "../core/errors.ts";
import { draftInvoice, issueInvoice } from "../invoicing/commands.ts";
import { findInvoice } from "../invoicing/views.ts";
import { customerBalances } from "../ledger/views.ts";
import { audit } from "../../tests/support/audit.ts";
import { auditBreaches } from "../ops/audit/audit.ts";
import { allocatePayment, type PaymentInput, recordPayment, reversePayment } from "./commands.ts";
import { findCustomerAccounts, findPayment } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const clock = new FixedClock("2024-06-03T22:30:00Z");
const environment = { ...testEnvironment(database), clock };
const business = await insertTestBusiness(database);
const { tenantId } = business;
let customers = 0;

const newCustomer = (months: number, currency?: string) =>
  issueTestInvoices(environment, business, { reference: `P-${++customers}`, months, currency });

function run<Input, Result extends Json>(
  command: Command<Input, Result>,
  input: Input,
  key?: string,
): Promise<Result> {
  return execute(environment, command, { tenantId, actor: testActor(), key }, input);
}

const pay = (
  settles: PaymentInput["settles"],
  amount: string,
  more: Partial<PaymentInput> = {},
  key?: string,
) =>
  run(recordPayment, {
    settles,
    amount,
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "bank_transfer",
    ...more,
  }, key);

/** "paid 0, partially_paid 39440; owes 39440, credit 0". */
async function stateOf({ customerId, invoices }: Awaited<ReturnType<typeof newCustomer>>): Promise<string> {
  return await withTenant(database, tenantId, async (db) => {
    const found = await Promise.all(invoices.map(({ id }) => findInvoice(db, id)));
    const [balance] = await customerBalances(db, customerId);
    const { accounts: [account] } = await findCustomerAccounts(db, customerId);
    const states = found.map(({ state, openAmount }) => `${state} ${openAmount}`).join(", ");
    return `${states}; owes ${balance?.amount ?? 0n}, credit ${account.credit}`;
  });
}

async function refused(work: Promise<unknown>, name: ErrorName, words: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(isMilepostError(error, name), String(error));
    assert.match(error.message, words);
    return true;
  });
}

Deno.test("a part payment and the rest of it take an invoice to partly paid and to paid", async () => {
  const customer = await newCustomer(1);
  const [invoice] = customer.invoices;
  const part = await pay({ invoiceId: invoice.id }, "100.00");
  assert.deepEqual(part.settled, [
    { invoiceId: invoice.id, number: invoice.number, amount: "100.00", state: "partially_paid" },
  ]);
  assert.equal(await stateOf(customer), "partially_paid 39440; owes 39440, credit 0");
  await pay({ invoiceId: invoice.id }, "50", { method: "cash" });
  assert.equal(await stateOf(customer), "partially_paid 34440; owes 34440, credit 0");
  const last = await pay({ invoiceId: invoice.id }, "344.40", { method: "cheque", reference: " CHQ 7 " });
  assert.equal(last.settled[0].state, "paid");
  assert.equal(await stateOf(customer), "paid 0; owes 0, credit 0");
  const { transitions } = await withTenant(database, tenantId, (db) => findInvoice(db, invoice.id));
  assert.deepEqual(transitions.slice(0, 2).map(({ to, reason }) => `${to}: ${reason}`), [
    "paid: £344.40 by cheque",
    "partially_paid: £100.00 by bank transfer",
  ]);
});

Deno.test("a payment on account settles the oldest due first", async () => {
  const customer = await newCustomer(3);
  const account = { customerId: customer.customerId, billingEntityId: business.entityId };
  const result = await pay(account, "600.00");
  assert.deepEqual(result.settled.map(({ number, amount, state }) => [number, amount, state]), [
    [customer.invoices[0].number, "494.40", "paid"],
    [customer.invoices[1].number, "105.60", "partially_paid"],
  ]);
  assert.equal(await stateOf(customer), "paid 0, partially_paid 38880, issued 49440; owes 88320, credit 0");
});

Deno.test("what is above the open amount is refused, unless it is said to stay as credit", async () => {
  const customer = await newCustomer(1);
  const [invoice] = customer.invoices;
  const more = pay({ invoiceId: invoice.id }, "500");
  await refused(more, "InvalidInput", /^Only £494\.40 is open on invoice \S+, and this is £5\.60 more\./);
  assert.equal(await stateOf(customer), "issued 49440; owes 49440, credit 0");
  const kept = await pay({ invoiceId: invoice.id }, "500", { keepRest: true });
  assert.equal(kept.rest, "5.60");
  assert.equal(await stateOf(customer), "paid 0; owes -560, credit 560");
});

Deno.test("credit settles invoices that are open later, and is used once", async () => {
  const customer = await newCustomer(1);
  const account = { customerId: customer.customerId, billingEntityId: business.entityId };
  const { paymentId } = await pay(account, "800", { keepRest: true });
  await refused(run(allocatePayment, { paymentId }), "IllegalTransition", /no open invoice in this currency/);
  const second = await pay({ invoiceId: customer.invoices[0].id }, "1").catch((error) => error);
  assert.match(second.message, /is paid, so nothing is open on it/);
  // another contract of the same customer is billed
  const later = await issueTestInvoices(environment, business, { reference: "P-later", months: 1 });
  await withTenant(
    database,
    tenantId,
    (db) =>
      db.query.updateTable("contract").set({ customer_id: customer.customerId })
        .where("tenant_id", "=", tenantId).where("id", "=", later.contractId).execute(),
  );
  clock.advance({ hours: 24 });
  const february = { contractId: later.contractId, periodStart: "2024-02-01", periodEnd: "2024-03-01" };
  const issued = await run(issueInvoice, february);
  assert.ok(issued.outcome === "issued");
  const used = await run(allocatePayment, { paymentId });
  assert.deepEqual(used.settled.map(({ amount, state }) => `${amount} ${state}`), ["305.60 partially_paid"]);
  await refused(run(allocatePayment, { paymentId }), "IllegalTransition", /All of this payment is used/);
});

Deno.test("a reversed payment opens its invoices again, posts its mirror, and stays reversed", async () => {
  const customer = await newCustomer(2);
  const account = { customerId: customer.customerId, billingEntityId: business.entityId };
  const { paymentId } = await pay(account, "994.40", { keepRest: true });
  assert.equal(await stateOf(customer), "paid 0, paid 0; owes -560, credit 560");
  const result = await run(reversePayment, { paymentId, reason: "The bank returned it" });
  assert.deepEqual(result.reopened.map(({ state }) => state), ["issued", "issued"]);
  assert.equal(await stateOf(customer), "issued 49440, issued 49440; owes 98880, credit 0");
  const payment = await withTenant(database, tenantId, (db) => findPayment(db, paymentId));
  assert.equal(payment.state, "reversed");
  assert.equal(payment.reversal?.reason, "The bank returned it");
  assert.deepEqual(payment.allocations.map(({ amount }) => amount), [49440n, 49440n, -49440n, -49440n]);
  const again = run(reversePayment, { paymentId, reason: "Twice" });
  await refused(again, "IllegalTransition", /reversed already/);
  await refused(run(allocatePayment, { paymentId }), "IllegalTransition", /reversed already/);
  await refused(run(reversePayment, { paymentId, reason: " " }), "InvalidInput", /Fill in reason/);
});

Deno.test("of two part payments one is reversed: the invoice stays partly paid", async () => {
  const customer = await newCustomer(1);
  const [invoice] = customer.invoices;
  const first = await pay({ invoiceId: invoice.id }, "94.40");
  await pay({ invoiceId: invoice.id }, "400");
  assert.equal(await stateOf(customer), "paid 0; owes 0, credit 0");
  await run(reversePayment, { paymentId: first.paymentId, reason: "Wrong customer" });
  assert.equal(await stateOf(customer), "partially_paid 9440; owes 9440, credit 0");
});

Deno.test("the same key records once; other input under it is an error", async () => {
  const customer = await newCustomer(1);
  const settles = { invoiceId: customer.invoices[0].id };
  const first = await pay(settles, "10", {}, "key-1");
  assert.deepEqual(await pay(settles, "10", {}, "key-1"), first);
  assert.equal(await stateOf(customer), "partially_paid 48440; owes 48440, credit 0");
  await refused(pay(settles, "11", {}, "key-1"), "KeyReused", /other input/);
});

Deno.test("two payments at the same moment settle one after the other, never more than is open", async () => {
  const customer = await newCustomer(1);
  const settles = { invoiceId: customer.invoices[0].id };
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => pay(settles, "100")));
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 4);
  assert.equal(await stateOf(customer), "partially_paid 9440; owes 9440, credit 0");
});

Deno.test("a payment in another currency is refused, and so is one for a draft", async () => {
  const yen = await newCustomer(1, "JPY");
  const settles = { invoiceId: yen.invoices[0].id };
  await refused(pay(settles, "100"), "InvalidInput", /is in JPY\. Record the payment in JPY/);
  const paid = await pay(settles, "494", { currency: "JPY" });
  assert.equal(paid.settled[0].state, "paid");
  const input = { contractId: yen.contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" };
  const draft = await run(draftInvoice, input);
  assert.ok(draft.outcome === "drafted");
  const early = pay({ invoiceId: draft.invoiceId }, "100", { currency: "JPY" });
  await refused(early, "IllegalTransition", /is a draft, so nothing is owed/);
});

Deno.test("today is the day where the entity is", async () => {
  const customer = await newCustomer(1);
  const settles = { invoiceId: customer.invoices[0].id };
  clock.moveTo("2024-07-03T23:30:00Z"); // half past midnight in London
  await pay(settles, "1", { receivedOn: "2024-07-04" });
  await refused(pay(settles, "1", { receivedOn: "2024-07-05" }), "InvalidInput", /still to come/);
});

Deno.test("what is not there, or belongs to another tenant, is not found", async () => {
  const other = await insertTestBusiness(database, { name: "Other" });
  const customer = await newCustomer(1);
  const nobody = crypto.randomUUID();
  const [{ id: invoiceId }] = customer.invoices;
  const elsewhere = { tenantId: other.tenantId, actor: testActor() };
  const input = {
    settles: { invoiceId },
    amount: "1",
    currency: "GBP",
    receivedOn: "2024-06-01",
    method: "cash",
  };
  await refused(execute(environment, recordPayment, elsewhere, input), "NotFound", /no such invoice/);
  await refused(pay({ invoiceId: "x" }, "1"), "NotFound", /no such invoice/);
  await refused(pay({ customerId: nobody, billingEntityId: business.entityId }, "1"), "NotFound", /customer/);
  const noEntity = { customerId: customer.customerId, billingEntityId: other.entityId };
  await refused(pay(noEntity, "1"), "InvalidInput", /Choose which account/);
  await refused(run(reversePayment, { paymentId: nobody, reason: "x" }), "NotFound", /no such payment/);
});

Deno.test("after all of this the books are right", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

Deno.test("whoever may only up to an amount is refused above it, and nothing is recorded or reversed", async () => {
  const customer = await newCustomer(1);
  const [invoice] = customer.invoices;
  const limited = (most: bigint) => ({
    ...testActor(),
    ...rightsOf([], [{
      capabilities: ["payments.record", "payments.reverse"],
      limits: [
        { capability: "payments.record", currency: "GBP", most },
        { capability: "payments.reverse", currency: "GBP", most },
      ],
    }]),
  });
  const as = (most: bigint) => ({ tenantId, actor: limited(most) });
  const input = {
    settles: { invoiceId: invoice.id },
    amount: "100.00",
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "cash",
  };
  const words = /up to £99\.99, and this is £100\.00/;
  await refused(execute(environment, recordPayment, as(9_999n), input), "NotPermitted", words);
  assert.equal(await stateOf(customer), "issued 49440; owes 49440, credit 0");
  const { paymentId } = await execute(environment, recordPayment, as(10_000n), input);
  const reversal = { paymentId, reason: "Typed twice" };
  await refused(execute(environment, reversePayment, as(9_999n), reversal), "NotPermitted", words);
  await execute(environment, reversePayment, as(10_000n), reversal);
});
