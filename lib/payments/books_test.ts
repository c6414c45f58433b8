/** Whatever is paid, used, taken back and credited, in any order: the ledger, the open amounts and the states agree. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness } from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { type IssuedInvoices, issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { FixedClock } from "../core/clock.ts";
import { type Command, execute, type Json } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { issueCreditNote } from "../invoicing/credit/commands.ts";
import { findInvoice } from "../invoicing/views.ts";
import { customerBalances } from "../ledger/views.ts";
import { audit } from "../../tests/support/audit.ts";
import { auditBreaches } from "../ops/audit/audit.ts";
import { allocatePayment, recordPayment, reversePayment } from "./commands.ts";
import { findCustomerAccounts } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };
const business = await insertTestBusiness(database);
const { tenantId } = business;
const months = 3;
let customers = 0;

type Step =
  | { do: "pay_invoice"; invoice: number; amount: bigint; keepRest: boolean }
  | { do: "pay_account"; amount: bigint; keepRest: boolean }
  | { do: "use_credit" | "reverse"; payment: number }
  | { do: "credit"; invoice: number; amount: bigint | null };

// around the 494.40 of one invoice and the 1,483.20 of all three
const amount = fc.oneof(
  fc.constantFrom(1n, 49439n, 49440n, 49441n, 98880n, 148320n, 148321n),
  fc.bigInt({ min: 1n, max: 200_000n }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("pay_invoice" as const),
    invoice: fc.nat(months - 1),
    amount,
    keepRest: fc.boolean(),
  }),
  fc.record({ do: fc.constant("pay_account" as const), amount, keepRest: fc.boolean() }),
  fc.record({ do: fc.constantFrom("use_credit" as const, "reverse" as const), payment: fc.nat(9) }),
  fc.record({
    do: fc.constant("credit" as const),
    invoice: fc.nat(months - 1),
    // around the 412.00 before tax; null is all that is left
    amount: fc.oneof(fc.constantFrom(null, 1n, 41199n, 41200n), fc.bigInt({ min: 1n, max: 41_200n })),
  }),
);

/** Runs a command; a refusal is an outcome, anything else a defect. */
async function attempt<Input, Result extends Json>(
  command: Command<Input, Result>,
  input: Input,
): Promise<Result | undefined> {
  try {
    return await execute(environment, command, { tenantId, actor: testActor() }, input);
  } catch (error) {
    if (isMilepostError(error) && (error.status === 409 || error.status === 422)) return undefined;
    throw error;
  }
}

const decimals = (amount: bigint) => String(amount).padStart(3, "0").replace(/(..)$/, ".$1");

async function take({ customerId, invoices }: IssuedInvoices, payments: string[], step: Step): Promise<void> {
  if (step.do === "credit") {
    await attempt(issueCreditNote, {
      invoiceId: invoices[step.invoice].id,
      credit: step.amount === null ? { kind: "whole" } : { kind: "amount", amount: decimals(step.amount) },
      purpose: "concession",
      reason: "Given back",
    });
    return;
  }
  if ("payment" in step) {
    if (payments.length === 0) return;
    const paymentId = payments[step.payment % payments.length];
    if (step.do === "use_credit") await attempt(allocatePayment, { paymentId });
    else await attempt(reversePayment, { paymentId, reason: "Taken back" });
    return;
  }
  const result = await attempt(recordPayment, {
    settles: step.do === "pay_invoice"
      ? { invoiceId: invoices[step.invoice].id }
      : { customerId, billingEntityId: business.entityId },
    amount: decimals(step.amount),
    currency: "GBP",
    receivedOn: "2024-06-03",
    method: "bank_transfer",
    keepRest: step.keepRest,
  });
  if (result) payments.push(result.paymentId);
}

/** What the customer owes by the ledger is what is open less the credit, and each state is that of its open amount. */
async function requireAgreement({ customerId, invoices }: IssuedInvoices): Promise<void> {
  await withTenant(database, tenantId, async (db) => {
    const found = await Promise.all(invoices.map(({ id }) => findInvoice(db, id, { limit: 1 })));
    const [balance] = await customerBalances(db, customerId);
    const { accounts: [{ open, credit }] } = await findCustomerAccounts(db, customerId);
    assert.equal(found.reduce((sum, { openAmount }) => sum + openAmount, 0n), open);
    assert.equal(balance?.amount ?? 0n, open - credit);
    for (const { state, total, openAmount, creditedAmount } of found) {
      const owed = total - creditedAmount;
      assert.equal(
        state,
        owed === 0n
          ? "credited"
          : openAmount === 0n
          ? "paid"
          : openAmount === owed
          ? "issued"
          : "partially_paid",
      );
    }
  });
}

Deno.test("after every step of any history ledger, open amounts and states agree, and the auditor finds nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const customer = await issueTestInvoices(environment, business, {
        reference: `B-${++customers}`,
        months,
      });
      const payments: string[] = [];
      for (const each of steps) {
        await take(customer, payments, each);
        await requireAgreement(customer);
      }
      assert.deepEqual(auditBreaches(await audit(database)), []);
    }),
    {
      seed: Number(Deno.env.get("MILEPOST_TEST_SEED") ?? 20_240_603),
      numRuns: Deno.env.get("MILEPOST_TEST_DEEP") === "1" ? 500 : 8,
    },
  );
});
