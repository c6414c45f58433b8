/** A statement opens with what was owed, shows each entry with the balance after it, and closes with what is owed. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness } from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { issueTestInvoices } from "../../tests/support/issued_invoices.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { recordPayment, reversePayment } from "../payments/commands.ts";
import { customerBalances, customerStatement } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const clock = new FixedClock("2024-06-03T09:00:00Z");
const environment = { ...testEnvironment(database), clock };
const business = await insertTestBusiness(database);
const { tenantId } = business;
const execution = { tenantId, actor: testActor() };

/** Two invoices on 3 June, 500.00 on 10 June, taken back on 20 June. */
const { customerId, invoices } = await issueTestInvoices(environment, business, { reference: "S" });
clock.moveTo("2024-06-12T09:00:00Z");
const { paymentId } = await execute(environment, recordPayment, execution, {
  settles: { customerId, billingEntityId: business.entityId },
  amount: "500.00",
  currency: "GBP",
  receivedOn: "2024-06-10",
  method: "direct_debit",
  reference: "DD 9",
});
clock.moveTo("2024-06-20T09:00:00Z");
await execute(environment, reversePayment, execution, { paymentId, reason: "Refused by the bank" });

async function read(from: string, to: string): Promise<string[]> {
  const days = { from: Temporal.PlainDate.from(from), to: Temporal.PlainDate.from(to) };
  const accounts = await withTenant(database, tenantId, (db) => customerStatement(db, customerId, days));
  return accounts.flatMap(({ currency, opening, entries, closing }) => [
    `${currency} opens ${opening}`,
    ...entries.map(({ postedOn, description, amount, balance }) =>
      `${postedOn} ${description}: ${amount}, ${balance}`
    ),
    `closes ${closing}`,
  ]);
}

Deno.test("a statement of all days starts at nothing and ends at what the ledger says is owed", async () => {
  const [balance] = await withTenant(database, tenantId, (db) => customerBalances(db, customerId));
  assert.deepEqual(await read("2024-01-01", "2024-12-31"), [
    "GBP opens 0",
    `2024-06-03 Invoice ${invoices[0].number}: 49440, 49440`,
    `2024-06-03 Invoice ${invoices[1].number}: 49440, 98880`,
    "2024-06-10 Payment by direct debit, DD 9: -50000, 48880",
    "2024-06-20 Payment by direct debit reversed: Refused by the bank: 50000, 98880",
    `closes ${balance.amount}`,
  ]);
});

Deno.test("the first and the last day count, and what was before is the opening balance", async () => {
  assert.deepEqual(await read("2024-06-04", "2024-06-10"), [
    "GBP opens 98880",
    "2024-06-10 Payment by direct debit, DD 9: -50000, 48880",
    "closes 48880",
  ]);
  assert.deepEqual(await read("2024-06-10", "2024-06-10"), await read("2024-06-04", "2024-06-10"));
  assert.deepEqual(await read("2024-06-11", "2024-06-19"), ["GBP opens 48880", "closes 48880"]);
});

Deno.test("without an entry and without a balance there is no account", async () => {
  assert.deepEqual(await read("2024-01-01", "2024-06-02"), []);
});

Deno.test("days in the wrong order are refused", async () => {
  await assert.rejects(
    read("2024-06-10", "2024-06-09"),
    (error) => isMilepostError(error, "InvalidInput") && error.fields[0].field === "to",
  );
});
