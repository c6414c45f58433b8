/** Money paid ahead: used by invoices in its order and once, given back, expired, taken back, and audited throughout. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withTenant } from "../../../db/tenant.ts";
import { refused, termScene } from "../../../tests/support/agreed_terms.ts";
import {
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../../../tests/support/billing.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { issueInvoice } from "../../invoicing/commands.ts";
import { issueCreditNote } from "../../invoicing/credit/commands.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { reversePayment } from "../commands.ts";
import { expireWalletCredit, payIntoWallet, type WalletMoneyInput } from "./commands.ts";
import { listPaymentsOfInvoice } from "../views.ts";
import { findWallet } from "./views.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

async function scene() {
  const made = await termScene(database, [lease]);
  const { tenantId, customerId, environment, as } = made;
  const [{ id: billingEntityId }] = await admin`select id from billing_entity where tenant_id = ${tenantId}`;
  const payIn = (input: Partial<WalletMoneyInput>) =>
    execute(environment, payIntoWallet, as, {
      customerId,
      billingEntityId,
      currency: "GBP",
      kind: "paid",
      name: "Paid ahead",
      amount: "1000.00",
      receivedOn: "2024-07-01",
      method: "bank_transfer",
      ...input,
    });
  const wallet = () => withTenant(database, tenantId, (db) => findWallet(db, customerId));
  const left = async () => (await wallet()).credits.map(({ name, left }) => `${name} ${left}`).sort();
  const states = async () =>
    (await admin`select state, open_amount from invoice where tenant_id = ${tenantId} order by period_start`)
      .map(({ state, open_amount }) => `${state} ${open_amount}`);
  const day = (text: string) => ({ ...environment, clock: new FixedClock(`${text}T12:00:00Z`) });
  return { ...made, billingEntityId, payIn, wallet, left, states, day };
}

const asserts = async () => assert.deepEqual(auditBreaches(await audit(database)), []);

Deno.test("an issued invoice is paid from the wallet, as far as that goes", async () => {
  const { payIn, bill, left, states, wallet, tenantId } = await scene();
  await payIn({ amount: "600.00" });
  await bill("2024-01-01", "2024-02-01");
  await bill("2024-02-01", "2024-03-01");
  await bill("2024-03-01", "2024-04-01");
  assert.deepEqual(await states(), ["paid 0", "partially_paid 38880", "issued 49440"]);
  assert.deepEqual(await left(), ["Paid ahead 0"]);
  assert.deepEqual(
    (await wallet()).movements.map(({ what, amount, invoiceNumber }) => `${what} ${amount} ${invoiceNumber}`),
    ["used -10560 CFS-2024-0002", "used -49440 CFS-2024-0001", "added 60000 null"],
  );
  const [{ id }] =
    await admin`select id from invoice where tenant_id = ${tenantId} and number = 'CFS-2024-0002'`;
  const [payment] = await withTenant(database, tenantId, (db) => listPaymentsOfInvoice(db, id));
  assert.deepEqual([payment.amount, payment.isWallet], [10560n, true]);
  await asserts();
});

Deno.test("the smaller priority is used first, then what expires first; what is over is not used", async () => {
  const { payIn, bill, left } = await scene();
  await payIn({ name: "Late", amount: "100.00", expiresOn: "2025-01-01" });
  await payIn({ name: "Soon", amount: "100.00", expiresOn: "2024-09-01" });
  await payIn({ name: "Never", amount: "100.00", kind: "advance" });
  await payIn({ name: "First", amount: "300.00", priority: "1" });
  await bill("2024-01-01", "2024-02-01"); // 494.40
  assert.deepEqual(await left(), ["First 0", "Late 560", "Never 10000", "Soon 0"]);
  assert.match(
    (await refused(payIn({ kind: "advance", expiresOn: "2025-01-01" }))).message,
    /does not expire/,
  );
  assert.match((await refused(payIn({ expiresOn: "2024-07-03" }))).message, /over already/);
  const wrong = await refused(payIn({ name: "", amount: "0", priority: "0" }));
  assert.deepEqual(wrong.fields.map(({ field }) => field), ["name", "amount", "priority"]);
  await asserts();
});

Deno.test("what expired is revenue from its day on, once, and no invoice uses it", async () => {
  const { payIn, bill, left, wallet, day, as, tenantId } = await scene();
  await payIn({ amount: "500.00", expiresOn: "2024-08-01" });
  await bill("2024-01-01", "2024-02-01");
  const [{ id: walletCreditId }] = (await wallet()).credits;
  const expire = (on: string) => execute(day(on), expireWalletCredit, as, { walletCreditId });
  assert.deepEqual(await expire("2024-07-31"), { expired: "0" });
  assert.deepEqual(await expire("2024-08-01"), { expired: "5.60" });
  assert.deepEqual(await expire("2024-08-02"), { expired: "0" });
  assert.deepEqual(await left(), ["Paid ahead 0"]);
  const [{ breakage }] = await admin`
    select -sum(e.amount) as breakage from ledger_entry e join ledger_account a on a.id = e.ledger_account_id
    where a.code = '4100' and e.tenant_id = ${tenantId}`;
  assert.equal(breakage, "560");
  await asserts();
});

Deno.test("a credit note gives back to the wallet what it had paid", async () => {
  const { payIn, bill, left, states, environment, as, tenantId } = await scene();
  await payIn({ amount: "600.00" });
  await bill("2024-01-01", "2024-02-01");
  const [{ id: invoiceId }] = await admin`select id from invoice where tenant_id = ${tenantId}`;
  await execute(environment, issueCreditNote, as, {
    invoiceId,
    credit: { kind: "amount", amount: "100.00" },
    purpose: "concession",
    reason: "One van stood in the workshop",
  });
  assert.deepEqual(await states(), ["paid 0"]);
  assert.deepEqual(await left(), ["Paid ahead 22560"]); // 105.60 + 100.00 with 20% tax
  await bill("2024-02-01", "2024-03-01");
  assert.deepEqual(await left(), ["Paid ahead 0"]);
  await asserts();
});

Deno.test("money that bounces opens its invoices again, and what of it expired is no revenue", async () => {
  const { payIn, bill, left, states, wallet, day, as } = await scene();
  const { paymentId } = await payIn({ amount: "500.00", expiresOn: "2024-08-01" });
  await bill("2024-01-01", "2024-02-01");
  const [{ id: walletCreditId }] = (await wallet()).credits;
  await execute(day("2024-08-02"), expireWalletCredit, as, { walletCreditId });
  await execute(day("2024-08-03"), reversePayment, as, { paymentId, reason: "The bank returned it" });
  assert.deepEqual(await states(), ["issued 49440"]);
  assert.deepEqual(await left(), ["Paid ahead 0"]);
  assert.ok((await wallet()).credits[0].isReversed);
  await asserts();
});

Deno.test("many invoices that are issued at the same moment never use more than there is", async () => {
  const { payIn, left, environment, as, tenantId, customerId, billingEntityId } = await scene();
  const contractIds = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [{ ...lease, reference: "lease" }], { reference: "many" });
    const made: string[] = [];
    for (const reference of ["P-1", "P-2", "P-3", "P-4"]) {
      const business = { tenantId, entityId: billingEntityId };
      const { contractId } = await insertTestContract(db, business, plan, { reference });
      await insertTestVehicle(db, contractId, reference, "2024-01-01");
      made.push(contractId);
    }
    return made;
  });
  await admin`update contract set customer_id = ${customerId} where id = any(${contractIds})`;
  await payIn({ amount: "1000.00" });
  await Promise.all(
    contractIds.map((contractId) =>
      execute(environment, issueInvoice, as, {
        contractId,
        periodStart: "2024-01-01",
        periodEnd: "2024-02-01",
      })
    ),
  );
  assert.deepEqual(await left(), ["Paid ahead 0"]);
  const [{ open }] = await admin`select sum(open_amount) as open from invoice where tenant_id = ${tenantId}`;
  assert.equal(open, String(4 * 49440 - 100000));
  await asserts();
});

Deno.test("found: a wallet that says another amount than its payment, and an expiry that nobody posted", async () => {
  const { payIn, wallet, day, as } = await scene();
  await payIn({ amount: "500.00", expiresOn: "2024-08-01" });
  const [{ id: walletCreditId }] = (await wallet()).credits;
  await execute(day("2024-08-02"), expireWalletCredit, as, { walletCreditId });
  await admin`update wallet_credit set amount = amount + 1 where id = ${walletCreditId}`;
  await admin`update wallet_expiry set expired_on = expired_on - 3 where wallet_credit_id = ${walletCreditId}`;
  const found = auditBreaches(await audit(database)).join("\n");
  assert.match(found, /is not what its payment brought/);
  assert.match(found, /expired wallet money is posted once/);
});
