/** Two schedulers and two workers, each a process, at once on one database: every month is prepared once and every invoice issued once. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import type { Actor } from "../../lib/core/actor.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { approveRun } from "../../lib/invoicing/run/commands.ts";
import { listRuns } from "../../lib/invoicing/run/views.ts";
import { setRunSchedule } from "../../lib/invoicing/schedule/commands.ts";
import { audit } from "../support/audit.ts";
import { auditBreaches } from "../../lib/ops/audit/audit.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";
import { testUser, until } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { environmentOf } from "../support/environment.ts";
import { startScheduleProcess } from "../support/schedule_process.ts";

const { database, appUrl, systemUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);

const businessCount = 3, contractCount = 60;
/** All of them end before the moment at which the processes look. */
const months = ["2024-01", "2024-02", "2024-03", "2024-04"];
const now = "2024-05-20T12:00:00Z";

const environmentAt = (at: string) => environmentOf(database, new FixedClock(at));
const setter: Actor = testUser("00000000-0000-7000-8000-000000000001");
const approver: Actor = { ...setter, id: "00000000-0000-7000-8000-000000000002" };

/** Its schedule is as old as its first month, as if no process had run since. */
async function newBusiness(): Promise<string> {
  const business = await insertTestBusiness(database);
  const { tenantId, entityId: billingEntityId } = business;
  await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    for (let index = 0; index < contractCount; index++) {
      const reference = `K-${String(index).padStart(3, "0")}`;
      const { contractId } = await insertTestContract(db, business, plan, { reference });
      await insertTestVehicle(db, contractId, `V-${reference}`);
    }
  });
  const schedule = { billingEntityId, isOn: true, dayOfMonth: 31, time: "06:00" };
  await execute(
    environmentAt("2024-02-01T09:00:00Z"),
    setRunSchedule,
    { tenantId, actor: setter },
    schedule,
  );
  return tenantId;
}

async function runsOf(tenantId: string) {
  const { runs } = await withTenant(database, tenantId, (db) => listRuns(db), { readOnly: true });
  return runs.reverse();
}

Deno.test("two schedulers and two workers at once prepare each month once and issue each invoice once", async () => {
  const tenants = await Promise.all(Array.from({ length: businessCount }, newBusiness));
  const processes = (["scheduler", "worker", "scheduler", "worker"] as const)
    .map((role) => startScheduleProcess({ appUrl, systemUrl, role, now }));
  const all = async () => (await Promise.all(tenants.map(runsOf))).flat();
  // the run of April is due at the end of May
  const expected = months.slice(0, 3);
  try {
    await until(async () => {
      const runs = await all();
      return runs.length >= businessCount * expected.length &&
        runs.every(({ state }) => state === "awaiting_approval");
    });
    for (const tenantId of tenants) {
      for (const run of await runsOf(tenantId)) {
        const approval = { runId: run.id, resultHash: run.resultHash!.toHex() };
        await execute(environmentAt(now), approveRun, { tenantId, actor: approver }, approval);
      }
    }
    await until(async () => (await all()).every(({ state }) => state === "done"));
  } finally {
    for (const process of processes) process.kill();
    for (const process of processes) await process.ended;
  }
  for (const tenantId of tenants) {
    const runs = await runsOf(tenantId);
    assert.deepEqual(runs.map(({ periodStart }) => periodStart.toString().slice(0, 7)), expected);
    const issued = await withSystem(database, (db) =>
      db.sql<{ number: string; what: string }[]>`
      select number, contract.reference || ' ' || period_start as what from invoice
      join contract on contract.tenant_id = invoice.tenant_id and contract.id = invoice.contract_id
      where invoice.tenant_id = ${tenantId} order by number`);
    assert.equal(issued.length, contractCount * expected.length);
    assert.equal(new Set(issued.map(({ what }) => what)).size, issued.length);
    assert.deepEqual(
      issued.map(({ number }) => number),
      issued.map((_, index) => `CFS-2024-${String(index + 1).padStart(4, "0")}`),
    );
  }
  assert.deepEqual(auditBreaches(await audit(database)), []);
});
