/** What is billed in advance: the next period on this one's invoice, the first one with it, prorated both ways, corrected, and audited. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import { insertTestPlan, lease, perMile, type TestCharge } from "../../../tests/support/billing.ts";
import { registerVehicle, testActor } from "../../../tests/support/command.ts";
import {
  billMonths,
  type CorrectedBusiness,
  documentsOf,
  newCorrectedBusiness,
} from "../../../tests/support/corrected_business.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import {
  changePlan,
  endContract,
  pauseContract,
  renewContract,
} from "../../contracts/amendments/commands.ts";
import { assignVehicle, endAssignment } from "../../contracts/commands.ts";
import { FixedClock } from "../../core/clock.ts";
import { type Command, execute, type Json } from "../../core/command.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, drop } = await testDatabase();
const environment = environmentOf(database, new FixedClock("2024-07-02T09:00:00Z"));
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await drop();
});

const ahead: TestCharge = { ...lease, timing: "advance" };
const depot: TestCharge = {
  ...ahead,
  reference: "depot",
  name: "Depot",
  per: "contract",
  price: { model: "flat", amount: "31.00" },
};
const reason = "Agreed by letter of 3 May";

function run<Input, Result extends Json>(
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

Deno.test("each invoice has the next period, the first one its own as well, and the last one none", async () => {
  const business = await newCorrectedBusiness(environment, [ahead, perMile, depot], {
    endDate: "2024-03-16",
  });
  await billMonths(business, "2024-01", "2024-02", "2024-03");
  const details = await withTenant(database, business.tenantId, (db) =>
    db.sql<{ detail: string }[]>`
      select line.detail from invoice_line line join invoice on invoice.id = line.invoice_id
      where invoice.number = 'CFS-2024-0001' order by line.position`);
  assert.deepEqual(details.map(({ detail }) => detail), [
    "1–31 January 2024",
    "1–31 January 2024",
    "1–31 January 2024",
    "1–29 February 2024",
    "1–29 February 2024",
  ]);
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 108120 Lease, PLATE V-1 41200, Distance 1500, Depot 3100, " +
    "Lease, PLATE V-1 41200, Depot 3100",
    "CFS-2024-0002 2024-02-01 27522 Distance 1500, Lease, PLATE V-1 19935, Depot 1500",
    "CFS-2024-0003 2024-03-01 1800 Distance 1500",
  ]);
});

Deno.test("a vehicle that comes and one that goes in days that are billed in advance are corrected", async () => {
  const business = await newCorrectedBusiness(environment, [ahead]);
  const { contractId, vehicleId } = business;
  await billMonths(business, "2024-01");
  const other = await run(business, registerVehicle, { reference: "V-2" });
  await run(business, assignVehicle, { contractId, vehicleId: other.id, fromDate: "2024-02-20" });
  await run(business, endAssignment, { contractId, vehicleId, toDate: "2024-02-11" });
  await billMonths(business, "2024-02");
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 98880 Lease, PLATE V-1 41200, Lease, PLATE V-1 41200",
    "CFS-2024-0002 2024-02-01 66488 Lease, V-2 41200, Lease, V-2 14207",
    "CFS-CN-2024-0001 of CFS-2024-0001 32392 Lease, PLATE V-1 26993",
  ]);
});

Deno.test("a pause, an end and a renewal in days that are billed in advance are corrected", async () => {
  const business = await newCorrectedBusiness(environment, [ahead]);
  const { contractId } = business;
  await billMonths(business, "2024-01");
  await run(business, pauseContract, {
    contractId,
    fromDate: "2024-02-10",
    untilDate: "2024-02-15",
    reason,
  });
  const { effect } = await run(business, endContract, { contractId, endDate: "2024-02-21", reason });
  assert.deepEqual("total" in effect && [effect.period, effect.isBilled, effect.total], [
    "1 January 2024 to 29 February 2024",
    true,
    // February without its pause and March before; 15 of 29 days after
    { before: "1397.96", after: "750.12" },
  ]);
  await billMonths(business, "2024-02");
  await run(business, renewContract, { contractId, endDate: null, reason });
  // February had nothing to bill while the contract ended in it
  await billMonths(business, "2024-02", "2024-03");
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 98880 Lease, PLATE V-1 41200, Lease, PLATE V-1 41200",
    "CFS-2024-0002 2024-02-01 64784 Lease, PLATE V-1 41200, Lease, PLATE V-1 12787",
    "CFS-2024-0003 2024-03-01 49440 Lease, PLATE V-1 41200",
    "CFS-CN-2024-0001 of CFS-2024-0001 23868 Lease, PLATE V-1 19890",
  ]);
});

Deno.test("a plan that is billed in advance follows one in arrears and the other way round, and no day is billed twice or never", async () => {
  const business = await newCorrectedBusiness(environment, [lease]);
  const { contractId, tenantId } = business;
  const inAdvance = await withTenant(
    database,
    tenantId,
    (db) =>
      insertTestPlan(db, [{ ...ahead, price: { model: "flat", amount: "620.00" } }], { reference: "ahead" }),
  );
  const inArrears = await withTenant(
    database,
    tenantId,
    (db) =>
      insertTestPlan(db, [{ ...lease, price: { model: "flat", amount: "310.00" } }], { reference: "after" }),
  );
  await run(business, changePlan, {
    contractId,
    ratePlanVersionId: inAdvance,
    effectiveDate: "2024-02-16",
    reason,
  });
  await billMonths(business, "2024-01", "2024-02");
  await run(business, changePlan, {
    contractId,
    ratePlanVersionId: inArrears,
    effectiveDate: "2024-03-16",
    reason,
  });
  await billMonths(business, "2024-03");
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 85357 Lease, PLATE V-1 41200, Lease, PLATE V-1 29931",
    "CFS-2024-0002 2024-02-01 99972 Lease, PLATE V-1 21310, Lease, PLATE V-1 62000",
    "CFS-2024-0003 2024-03-01 19200 Lease, PLATE V-1 16000",
    "CFS-CN-2024-0001 of CFS-2024-0002 38400 Lease, PLATE V-1 32000",
  ]);
});

Deno.test("a change to a plan in advance bills its share of the period that is under way with the next run", async () => {
  const business = await newCorrectedBusiness(environment, [lease]);
  const { contractId, tenantId } = business;
  const plan = await withTenant(
    database,
    tenantId,
    (db) => insertTestPlan(db, [{ ...ahead, price: { model: "flat", amount: "620.00" } }]),
  );
  const inclusive = await withTenant(
    database,
    tenantId,
    (db) => insertTestPlan(db, [ahead], { taxInclusive: true }),
  );
  const input = { contractId, effectiveDate: "2024-02-16", reason };
  await billMonths(business, "2024-01");
  const { effect } = await run(business, changePlan, { ...input, ratePlanVersionId: plan });
  assert.deepEqual("total" in effect && [effect.period, effect.isBilled, effect.total], [
    "1 January 2024 to 29 February 2024",
    true,
    { before: "988.80", after: "1853.29" },
  ]);
  await assert.rejects(
    run(business, changePlan, { ...input, effectiveDate: "2024-05-01", ratePlanVersionId: inclusive }),
    /one bill cannot hold both, as the other plan is billed in advance\. Choose a plan of the same kind/,
  );
  await billMonths(business, "2024-02");
  await assertBilled(business, [
    "CFS-2024-0001 2024-01-01 49440 Lease, PLATE V-1 41200",
    "CFS-2024-0002 2024-02-01 135889 Lease, PLATE V-1 21310, Lease, PLATE V-1 62000, Lease, PLATE V-1 29931",
  ]);
});
