/** 64 writers at once, some of contracts and some of lines by hand, a fifth of them rolled back after they had a number: every series still runs 1..n, in order of date. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { defineCommand, execute } from "../../lib/core/command.ts";
import { issueInvoice, type IssueResult, type PeriodInput } from "../../lib/invoicing/commands.ts";
import {
  issueManualInvoice,
  type ManualIssued,
  type ManualVersion,
} from "../../lib/invoicing/manual/commands.ts";
import { audit } from "../support/audit.ts";
import { auditBreaches } from "../../lib/ops/audit/audit.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
  type TestBusiness,
} from "../support/billing.ts";
import { testActor, testEnvironment } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { insertTestCustomer, writeTestManual } from "../support/manual_invoices.ts";
import { seededRandom } from "../support/random.ts";

const writers = 64;
const { database, drop } = await testDatabase({ poolSize: writers, waitTimeoutMs: 30_000 });
Deno.test.afterAll(drop);

const long = Deno.env.get("MILEPOST_TEST_FAULTS") === "long";
const months = long ? 12 : 4;

class Changed extends Error {}

/** Everything that issuing does, and then a failure: the number must be given back. */
const issueAndFail = defineCommand<PeriodInput, IssueResult>({
  ...issueInvoice,
  name: "invoice.issue_and_fail",
  async run(context, input) {
    await issueInvoice.run(context, input);
    throw new Changed("after the number was taken");
  },
});

const issueManualAndFail = defineCommand<ManualVersion, ManualIssued>({
  ...issueManualInvoice,
  name: "invoice.issue_manual_and_fail",
  async run(context, input) {
    await issueManualInvoice.run(context, input);
    throw new Changed("after the number was taken");
  },
});

/** One contract for each writer, so that nothing but the series makes them wait for one another. */
async function contractsOf(business: TestBusiness): Promise<string[]> {
  return await withTenant(database, business.tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    const made: string[] = [];
    for (let writer = 0; writer < writers / 2; writer++) {
      const { contractId } = await insertTestContract(db, business, plan, { startDate: "2023-01-01" });
      await insertTestVehicle(db, contractId, `V-${writer}`, "2023-01-01");
      made.push(contractId);
    }
    return made;
  });
}

Deno.test("64 writers on two series, 20% rolled back: numbers 1..n, dates that never fall", async () => {
  const random = seededRandom("gapless numbering");
  const businesses = [
    await insertTestBusiness(database),
    await insertTestBusiness(database, { name: "Other" }),
  ];
  const outcome = { issued: new Map<string, number>(), rolledBack: 0 };
  const write = async ({ tenantId }: TestBusiness, contractId: string) => {
    for (let month = 0; month < months; month++) {
      const start = Temporal.PlainDate.from("2023-01-01").add({ months: month });
      const input = {
        contractId,
        periodStart: start.toString(),
        periodEnd: start.add({ months: 1 }).toString(),
      };
      // the writers' clocks differ by up to three days
      const clock = new FixedClock(`2024-03-0${random.between(1, 4)}T12:00:00Z`);
      const environment = { ...testEnvironment(database), clock };
      const execution = { tenantId, actor: testActor(), key: `${contractId} ${month}` };
      if (month % 2 === 1) {
        const by = { tenantId, actor: testActor() };
        const lines = [{ description: "Repair", unitPrice: "48.5", tax: "S 20" }];
        const draft = await writeTestManual(environment, by, { customer: "C-1", lines });
        while (random.chance(0.2)) {
          await assert.rejects(() => execute(environment, issueManualAndFail, execution, draft), Changed);
          outcome.rolledBack++;
        }
        await execute(environment, issueManualInvoice, execution, draft);
        outcome.issued.set(tenantId, (outcome.issued.get(tenantId) ?? 0) + 1);
        continue;
      }
      while (random.chance(0.2)) {
        await assert.rejects(() => execute(environment, issueAndFail, execution, input), Changed);
        outcome.rolledBack++;
      }
      const result = await execute(environment, issueInvoice, execution, input);
      assert.equal(result.outcome, "issued");
      outcome.issued.set(tenantId, (outcome.issued.get(tenantId) ?? 0) + 1);
    }
  };
  const work: Promise<void>[] = [];
  for (const business of businesses) {
    await insertTestCustomer(testEnvironment(database), { ...business, actor: testActor() }, "C-1");
    for (const contractId of await contractsOf(business)) work.push(write(business, contractId));
  }
  assert.equal(work.length, writers);
  await Promise.all(work);
  assert.ok(outcome.rolledBack > 0, "nothing was rolled back");
  for (const { tenantId } of businesses) {
    const expected = writers / 2 * months;
    assert.equal(outcome.issued.get(tenantId), expected);
    const numbers = await withTenant(
      database,
      tenantId,
      (db) => db.query.selectFrom("invoice").select("series_number").orderBy("series_number").execute(),
    );
    assert.deepEqual(
      numbers.map((row) => Number(row.series_number)),
      Array.from({ length: expected }, (_, index) => index + 1),
    );
  }
  console.info(`${writers / 2 * months} numbers in each of two series, ${outcome.rolledBack} rolled back`);
  assert.deepEqual(auditBreaches(await audit(database)), []);
});
