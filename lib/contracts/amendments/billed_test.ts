/** Amendments of days that are billed: the next run bills what is missing and gives back what was too much, as it does for late usage. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import { insertTestPlan, lease, perMile } from "../../../tests/support/billing.ts";
import { registerVehicle, testActor } from "../../../tests/support/command.ts";
import {
  billMonths,
  type CorrectedBusiness,
  documentsOf,
  newCorrectedBusiness,
} from "../../../tests/support/corrected_business.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { type Command, execute, type Json } from "../../core/command.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { assignVehicle, endAssignment } from "../commands.ts";
import { changePlan, endContract, pauseContract, renewContract, resumeContract } from "./commands.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, drop } = await testDatabase();
const environment = environmentOf(database, new FixedClock("2024-07-02T09:00:00Z"));
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await drop();
});

const reason = "Agreed by letter of 3 May";

function amend<Input, Result extends Json>(
  { tenantId }: CorrectedBusiness,
  command: Command<Input, Result>,
  input: Input,
): Promise<Result> {
  return execute(environment, command, { tenantId, actor: testActor() }, input);
}

async function assertBilled(business: CorrectedBusiness, expected: string[]): Promise<void> {
  assert.deepEqual(await documentsOf(database, business.tenantId), expected);
  assert.deepEqual(auditBreaches(await audit(database)), []);
}

Deno.test("a plan change within a billed month bills the other plan's share and gives back the first one's", async () => {
  const business = await newCorrectedBusiness(environment);
  const { tenantId, contractId } = business;
  const dear = await withTenant(database, tenantId, (db) =>
    insertTestPlan(db, [
      { ...lease, price: { model: "flat", amount: "620.00" } },
      perMile,
    ]));
  await billMonths(business, "2024-01");
  const { effect } = await amend(business, changePlan, {
    contractId,
    ratePlanVersionId: dear,
    effectiveDate: "2024-01-16",
    reason,
  });
  assert.deepEqual("total" in effect && [effect.isBilled, effect.period, effect.total], [
    true,
    "January 2024",
    { before: "512.40", after: "641.22" },
  ]);
  await billMonths(business, "2024-02");
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 51240 Lease, PLATE V-1 41200, Distance 1500",
    "CFS-2024-0002 2024-02-01 114600 Lease, PLATE V-1 62000, Distance 1500, Lease, PLATE V-1 32000",
    "CFS-CN-2024-0001 of CFS-2024-0001 25518 Lease, PLATE V-1 21265",
  ]);
});

Deno.test("a pause of billed days gives them back, and its earlier end bills some of them again", async () => {
  const business = await newCorrectedBusiness(environment);
  const { contractId } = business;
  await billMonths(business, "2024-01");
  await amend(business, pauseContract, { contractId, fromDate: "2024-01-08", reason });
  await amend(business, resumeContract, { contractId, date: "2024-02-01", reason });
  await billMonths(business, "2024-02");
  await amend(business, resumeContract, { contractId, date: "2024-01-10", reason: "It ran again" });
  await billMonths(business, "2024-03");
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 51240 Lease, PLATE V-1 41200, Distance 1500",
    "CFS-2024-0002 2024-02-01 51240 Lease, PLATE V-1 41200, Distance 1500",
    "CFS-2024-0003 2024-03-01 88127 Lease, PLATE V-1 41200, Distance 1500, Lease, PLATE V-1 29239, Distance 1500",
    "CFS-CN-2024-0001 of CFS-2024-0001 40076 Lease, PLATE V-1 31897, Distance 1500",
  ]);
});

Deno.test("an end before a billed month gives it back whole, and a renewal bills it again", async () => {
  const business = await newCorrectedBusiness(environment);
  const { contractId } = business;
  await billMonths(business, "2024-01", "2024-02");
  await amend(business, endContract, { contractId, endDate: "2024-01-17", reason });
  await billMonths(business, "2024-03");
  const documents = await documentsOf(database, business.tenantId);
  assert.deepEqual(documents.slice(2), [
    "CFS-CN-2024-0001 of CFS-2024-0001 23922 Lease, PLATE V-1 19935",
    "CFS-CN-2024-0002 of CFS-2024-0002 51240 Lease, PLATE V-1 41200, Distance 1500",
  ]);
  await amend(business, renewContract, { contractId, endDate: null, reason });
  await billMonths(business, "2024-03");
  await assertBilled(business, [
    ...documents.slice(0, 2),
    "CFS-2024-0003 2024-03-01 126402 Lease, PLATE V-1 41200, Distance 1500, Lease, PLATE V-1 19935, " +
    "Lease, PLATE V-1 41200, Distance 1500",
    ...documents.slice(2),
  ]);
});

Deno.test("a vehicle that comes or goes in billed days is billed or given back for them", async () => {
  const business = await newCorrectedBusiness(environment, [lease]);
  const { contractId, vehicleId } = business;
  await billMonths(business, "2024-01");
  const other = await amend(business, registerVehicle, { reference: "V-2" });
  await amend(business, assignVehicle, { contractId, vehicleId: other.id, fromDate: "2024-01-22" });
  await amend(business, endAssignment, { contractId, vehicleId, toDate: "2024-01-11" });
  await billMonths(business, "2024-02");
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 49440 Lease, PLATE V-1 41200",
    "CFS-2024-0002 2024-02-01 65388 Lease, V-2 41200, Lease, V-2 13290",
    "CFS-CN-2024-0001 of CFS-2024-0001 33492 Lease, PLATE V-1 27910",
  ]);
});
