/** The auditor finds what is posted in a closed month, and a lock that says something else than what was done. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { type Breakage, testBreakages } from "../../../tests/support/audit_breakages.ts";
import { insertTestBusiness } from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { issueTestInvoices } from "../../../tests/support/issued_invoices.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { closePeriod, reopenPeriod } from "../../ledger/periods/commands.ts";
import { audit, auditBreaches } from "./audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

/** June 2024 closed, July closed and re-opened. */
const clock = new FixedClock("2024-06-03T09:00:00Z");
const environment = { ...testEnvironment(database), clock };
const business = await insertTestBusiness(database);
await issueTestInvoices(environment, business, { reference: "A", months: 1 });
clock.moveTo("2024-08-03T09:00:00Z");
const execution = { tenantId: business.tenantId, actor: testActor() };
const billingEntityId = business.entityId;
await execute(environment, closePeriod, execution, { billingEntityId, month: "2024-06" });
await execute(environment, closePeriod, execution, { billingEntityId, month: "2024-07" });
await execute(environment, reopenPeriod, execution, { billingEntityId, month: "2024-07", reason: "Late" });

const check = "nothing is posted in a month that was closed";

const breakages: Record<string, Breakage> = {
  "a posting that is younger than the close of its month": {
    check,
    plant: "update ledger_transaction set created_at = now() + interval '1 hour'",
    mend: "update ledger_transaction set created_at = now() - interval '1 hour'",
    shows: '"month":"2024-06"',
  },
  "a lock that was lifted without a word": {
    check,
    plant: "update accounting_lock set closed_through = '2024-05-31'",
    mend: "update accounting_lock set closed_through = '2024-06-30'",
    shows: "is not what the lock says",
  },
};

Deno.test("closed months that are right pass, and the check is not idle", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  assert.equal(report.checks.find(({ name }) => name === check)?.count, 2);
});

testBreakages(database, admin, breakages);
