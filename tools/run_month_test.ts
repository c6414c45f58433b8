/** Whoever waits for a run whose job cannot succeed is told, and does not wait for ever. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withTenant } from "../db/tenant.ts";
import { FixedClock } from "../lib/core/clock.ts";
import { execute } from "../lib/core/command.ts";
import { isMilepostError } from "../lib/core/errors.ts";
import { prepareRun } from "../lib/invoicing/run/commands.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../tests/support/billing.ts";
import { testActor } from "../tests/support/command.ts";
import { testDatabase } from "../tests/support/database.ts";
import { environmentOf } from "../tests/support/environment.ts";
import { driveRun } from "./run_month.ts";

const { database, adminUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);

Deno.test("a run whose job keeps failing is given up after five attempts, and goes on once the cause is mended", async () => {
  const environment = environmentOf(database, new FixedClock("2024-04-02T09:00:00Z"));
  const business = await insertTestBusiness(database);
  const { tenantId, entityId: billingEntityId } = business;
  await withTenant(database, tenantId, async (db) => {
    const { contractId } = await insertTestContract(db, business, await insertTestPlan(db, [lease]));
    await insertTestVehicle(db, contractId, "V-1");
  });
  const { runId } = await execute(environment, prepareRun, { tenantId, actor: testActor() }, {
    billingEntityId,
    month: "2024-03",
    sendsInvoices: false,
  });
  const admin = postgres(adminUrl, { max: 1 });
  // a failed job waits longer each time; the test does not
  const hurry = setInterval(
    () => void admin`update job set run_after = created_at where state = 'ready'`.execute(),
    100,
  );
  try {
    await admin`revoke select on charge from milepost_app`;
    await assert.rejects(driveRun(environment, tenantId, runId), (error) => {
      assert.ok(isMilepostError(error, "JobFailed"));
      assert.match(error.message, /failed 5 times, at last with: .*permission denied for table charge/);
      return true;
    });
    await admin`grant select on charge to milepost_app`;
    const { run } = await driveRun(environment, tenantId, runId);
    assert.equal(run.state, "awaiting_approval");
  } finally {
    clearInterval(hurry);
    await admin.end();
  }
});
