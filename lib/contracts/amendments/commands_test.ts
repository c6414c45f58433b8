/** Amendments on a real database: what they bill, what they refuse, what they show beforehand, and what the auditor makes of them. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
  type TestCharge,
} from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { capabilitiesOf } from "../../auth/policy.ts";
import { FixedClock } from "../../core/clock.ts";
import { type Command, execute, type Json } from "../../core/command.ts";
import { isMilepostError, type MilepostError } from "../../core/errors.ts";
import { draftInvoice, issueInvoice } from "../../invoicing/commands.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { changePlan, endContract, pauseContract, renewContract, resumeContract } from "./commands.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

const depot: TestCharge = { ...lease, reference: "depot", name: "Depot", per: "contract" };
const setup: TestCharge = {
  ...depot,
  reference: "setup",
  name: "Set-up",
  kind: "one_time",
  price: { model: "flat", amount: "50.00" },
};
const reason = "Agreed by letter of 3 May";

/** K-1 from January with vehicle A, a lease and miles; March is billed. `dear` leases for 620. */
async function scene(options: { endDate?: string; charges?: TestCharge[] } = {}) {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const run = <Input, Result extends Json>(
    command: Command<Input, Result>,
    input: Input,
    dryRun = false,
  ): Promise<Result> => execute(environment, command, { tenantId, actor: testActor(), dryRun }, input);
  const made = await withTenant(database, tenantId, async (db) => {
    const cheap = await insertTestPlan(db, options.charges ?? [lease, perMile], { reference: "cheap" });
    const dear = await insertTestPlan(db, [
      { ...lease, price: { model: "flat", amount: "620.00" } },
      perMile,
      setup,
    ], { reference: "dear" });
    const inclusive = await insertTestPlan(db, [lease], { reference: "inclusive", taxInclusive: true });
    const { contractId, customerId } = await insertTestContract(db, business, cheap, {
      reference: "K-1",
      endDate: options.endDate,
    });
    const vehicleId = await insertTestVehicle(db, contractId, "A", "2024-01-01", options.endDate ?? null);
    return { cheap, dear, inclusive, contractId, customerId, vehicleId };
  });
  const { contractId, vehicleId } = made;
  await run(issueInvoice, { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" });
  const drive = (id: string, at: string, miles: string) =>
    withTenant(
      database,
      tenantId,
      (db) => insertTestUsage(db, [{ id, at: `${at}T10:00:00Z`, vehicleId, properties: { miles } }]),
    );
  const bill = (month: number, dryRun = true) => {
    const start = Temporal.PlainDate.from({ year: 2024, month, day: 1 });
    const period = { periodStart: start.toString(), periodEnd: start.add({ months: 1 }).toString() };
    return run(draftInvoice, { contractId, ...period }, dryRun);
  };
  const lines = async (month: number) => {
    const drafted = await bill(month);
    assert.equal(drafted.outcome, "drafted");
    return drafted.outcome === "drafted"
      ? drafted.lines.map(({ description, detail, amount }) => `${description}, ${detail}: ${amount}`)
      : [];
  };
  return { business, ...made, run, drive, bill, lines };
}

async function refusal(work: Promise<unknown>): Promise<MilepostError> {
  const error = await work.then(() => undefined, (cause) => cause);
  assert.ok(isMilepostError(error), `was not refused: ${error}`);
  return error;
}

async function assertBooksHold(): Promise<void> {
  assert.deepEqual(auditBreaches(await audit(database)), []);
}

Deno.test("a plan change within a month bills both plans, each for its days and its usage", async () => {
  const { contractId, dear, run, drive, bill, lines } = await scene();
  await drive("before", "2024-05-10", "100");
  await drive("after", "2024-05-16", "200");
  await run(changePlan, { contractId, ratePlanVersionId: dear, effectiveDate: "2024-05-16", reason });
  assert.deepEqual(await lines(5), [
    "Lease, PLATE A, 1–15 May 2024: 199.35",
    "Distance, 1–15 May 2024: 15.00",
    "Lease, PLATE A, 16–31 May 2024: 320.00",
    "Distance, 16–31 May 2024: 30.00",
    "Set-up, 16–31 May 2024: 50.00",
  ]);
  // April is before the change and stays on the old plan, though it is billed after it was agreed.
  assert.deepEqual(await lines(4), ["Lease, PLATE A, 1–30 April 2024: 412.00"]);
  await bill(4, false);
  await bill(5, false);
  await assertBooksHold();
});

Deno.test("a pause bills the days around it, names the usage within it, and a whole month of it bills nothing", async () => {
  const { contractId, run, drive, bill, lines } = await scene();
  await drive("in the pause", "2024-04-12", "100");
  await run(pauseContract, { contractId, fromDate: "2024-04-11", reason });
  await run(resumeContract, { contractId, date: "2024-06-01", reason });
  assert.deepEqual(await lines(4), ["Lease, PLATE A, 1–10 April 2024: 137.33"]);
  const april = await bill(4, false);
  assert.equal(april.outcome === "drafted" && april.ignoredCount, 1);
  assert.equal((await bill(5)).outcome, "nothing_to_bill");
  await assertBooksHold();
});

Deno.test("a contract that ends within a month, or is renewed, bills its share, also of what is per contract", async () => {
  const { contractId, run, bill, lines } = await scene({ charges: [lease, depot], endDate: "2024-05-21" });
  assert.deepEqual(await lines(5), [
    "Lease, PLATE A, 1–20 May 2024: 265.81",
    "Depot, 1–20 May 2024: 265.81",
  ]);
  await run(endContract, { contractId, endDate: "2024-05-11", reason });
  assert.deepEqual(await lines(5), [
    "Lease, PLATE A, 1–10 May 2024: 132.90",
    "Depot, 1–10 May 2024: 132.90",
  ]);
  await run(renewContract, { contractId, endDate: null, reason });
  assert.deepEqual(await lines(5), [
    "Lease, PLATE A, 1–31 May 2024: 412.00",
    "Depot, 1–31 May 2024: 412.00",
  ]);
  await bill(5, false);
  await assertBooksHold();
});

Deno.test("what an amendment does to the month is told beforehand, and a dry run leaves nothing", async () => {
  const { contractId, dear, run, lines } = await scene();
  const before = await lines(5);
  const input = { contractId, ratePlanVersionId: dear, effectiveDate: "2024-05-16", reason };
  const { effect } = await run(changePlan, input, true);
  assert.deepEqual(effect, {
    period: "May 2024",
    isBilled: false,
    currency: "GBP",
    charges: [
      { name: "Lease", before: "412.00", after: "519.35" },
      { name: "Set-up", before: "0.00", after: "50.00" },
    ],
    tax: { before: "82.40", after: "113.87" },
    total: { before: "494.40", after: "683.22" },
  });
  assert.deepEqual(await lines(5), before);
  assert.deepEqual((await run(changePlan, input)).effect, effect);
  const paused = await run(pauseContract, { contractId, fromDate: "2024-06-11", reason }, true);
  assert.deepEqual("total" in paused.effect && paused.effect.total, { before: "744.00", after: "248.00" });
});

Deno.test("a plan must be another one, in the entity's currency, and of the same tax within a period", async () => {
  const { business, contractId, cheap, inclusive, run } = await scene();
  const foreign = await withTenant(
    database,
    business.tenantId,
    (db) => insertTestPlan(db, [lease], { currency: "EUR" }),
  );
  const change = (ratePlanVersionId: string, effectiveDate: string) =>
    run(changePlan, { contractId, ratePlanVersionId, effectiveDate, reason });
  assert.match((await refusal(change(foreign, "2024-05-01"))).message, /Choose a plan in GBP/);
  assert.match((await refusal(change(cheap, "2024-05-01"))).message, /on this version already/);
  assert.match(
    (await refusal(change(inclusive, "2024-05-16"))).message,
    /one bill cannot hold both\. Choose the first day of a period that is not billed, such as 1 June 2024/,
  );
  assert.match((await refusal(change(inclusive, "2024-03-01"))).message, /not billed, such as 1 April 2024/);
  await change(inclusive, "2024-06-01");
  assert.match((await refusal(change(inclusive, "2023-12-31"))).message, /starts on 1 January 2024/);
});

Deno.test("a pause has days of its own, and ends once", async () => {
  const { contractId, run } = await scene({ endDate: "2024-08-01" });
  const pause = (fromDate: string, untilDate?: string) =>
    run(pauseContract, { contractId, fromDate, untilDate, reason });
  assert.match((await refusal(pause("2024-05-10", "2024-05-10"))).message, /Choose a day after 2024-05-10/);
  assert.match((await refusal(pause("2024-05-10", "2024-09-01"))).message, /Choose 1 August 2024 or earlier/);
  assert.match(
    (await refusal(run(resumeContract, { contractId, date: "2024-05-10", reason }))).message,
    /^The contract is not paused\.$/,
  );
  await pause("2024-05-10", "2024-05-20");
  assert.match(
    (await refusal(pause("2024-05-01", "2024-05-11"))).message,
    /paused from 10 May 2024 to 19 May 2024 already/,
  );
  await pause("2024-05-20");
  assert.match((await refusal(pause("2024-07-01"))).message, /paused from 20 May 2024 with no end already/);
  assert.match(
    (await refusal(run(resumeContract, { contractId, date: "2024-05-09", reason }))).message,
    /On 9 May 2024 the contract is not paused\. It is from 10 May 2024 to 19 May 2024 and from 20 May/,
  );
  await run(resumeContract, { contractId, date: "2024-05-15", reason });
  await pause("2024-05-15", "2024-05-16");
});

Deno.test("a renewal takes the vehicles along, unless another contract has one by then", async () => {
  const { business, contractId, cheap, vehicleId, run } = await scene({ endDate: "2024-06-01" });
  await withTenant(database, business.tenantId, async (db) => {
    const other = await insertTestContract(db, business, cheap, { reference: "K-2" });
    await db.query.insertInto("contract_vehicle").values({
      tenant_id: db.tenantId,
      contract_id: other.contractId,
      vehicle_id: vehicleId,
      from_date: Temporal.PlainDate.from("2024-07-01"),
      to_date: null,
    }).execute();
  });
  const renew = (endDate: string | null) => run(renewContract, { contractId, endDate, reason });
  assert.match((await refusal(renew(null))).message, /Vehicle A is on contract K-2 from 1 July 2024/);
  assert.match((await refusal(renew("2024-06-01"))).message, /Choose a day after 2024-06-01/);
  await renew("2024-07-01");
  assert.match(
    (await refusal(run(endContract, { contractId, endDate: "2024-07-02", reason }))).message,
    /renew the contract/,
  );
  const [stay] = await withTenant(
    database,
    business.tenantId,
    (db) =>
      db.sql<{ to: Temporal.PlainDate }[]>`
      select to_date as to from contract_vehicle where contract_id = ${contractId}`,
  );
  assert.equal(stay.to.toString(), "2024-07-01");
});

Deno.test("an amendment needs a reason and the right, and another tenant's contract does not exist", async () => {
  const { business, contractId, run } = await scene();
  const input = { contractId, fromDate: "2024-05-10", reason };
  assert.match((await refusal(run(pauseContract, { ...input, reason: " " }))).message, /Fill in reason/);
  const stranger = await scene();
  assert.equal((await refusal(stranger.run(pauseContract, input))).name, "NotFound");
  const viewer = { tenantId: business.tenantId, actor: testActor(capabilitiesOf(["viewer"])) };
  assert.equal((await refusal(execute(environment, pauseContract, viewer, input))).name, "NotPermitted");
});
