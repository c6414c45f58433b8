/** Guards the simulator: its present amounts are what is issued, and the simulated ones what the other plan would have issued. */
import assert from "node:assert/strict";
import { type TenantDb, withTenant } from "../../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
  type TestBusiness,
} from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { isMilepostError } from "../../core/errors.ts";
import { issueInvoice } from "../commands.ts";
import { parseQuarter, quarterName, quarterOf } from "./quarter.ts";
import { findQuarterToOffer, readSimulation, simulateCustomers, type SimulatedPage } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };
const today = Temporal.PlainDate.from("2024-06-03");

interface Scene {
  business: TestBusiness;
  /** Lease and 0.15 a mile, before tax. */
  versionId: string;
  /** 0.90 a mile with 20% tax inside. */
  otherId: string;
}

/** Three customers on one plan, each with a vehicle that made a trip of 100 miles in every month; and one on another plan. */
async function scene(): Promise<Scene> {
  const business = await insertTestBusiness(database);
  return await inTenant(business, async (db) => {
    const versionId = await insertTestPlan(db, [lease, perMile], { reference: "lease" });
    const otherId = await insertTestPlan(
      db,
      [{ ...perMile, price: { model: "per_unit", unit: "0.90" } }],
      { reference: "miles", taxInclusive: true },
    );
    for (
      const [reference, version] of Object.entries({ A: versionId, B: versionId, C: versionId, D: otherId })
    ) {
      const { contractId } = await insertTestContract(db, business, version, { reference });
      const vehicleId = await insertTestVehicle(db, contractId, `V-${reference}`);
      await insertTestUsage(
        db,
        ["01", "02", "03", "04"].map((month) => ({
          id: `${reference}-${month}`,
          at: `2024-${month}-15T10:00:00Z`,
          vehicleId,
          properties: { miles: "100" },
        })),
      );
    }
    return { business, versionId, otherId };
  });
}

function inTenant<Result>(
  { tenantId }: TestBusiness,
  work: (db: TenantDb) => Promise<Result>,
): Promise<Result> {
  return withTenant(database, tenantId, work);
}

/** In a transaction in which Postgres refuses every write. */
async function simulate(
  { business }: Scene,
  versionId: string,
  options: { plan?: string; quarter?: string; limit?: number; after?: string; customerId?: string } = {},
): Promise<SimulatedPage> {
  const { plan = "lease", quarter = "2024-Q1", limit = 25, ...from } = options;
  return await withTenant(database, business.tenantId, async (db) => {
    const simulation = await readSimulation(db, versionId, { plan, quarter }, today);
    return await simulateCustomers(db, simulation, limit, from);
  }, { readOnly: true });
}

function sums({ customers }: SimulatedPage): string[] {
  return customers.map(({ reference, periods, present, simulated }) =>
    `${reference}: ${periods.length} periods, ${present} and ${simulated}`
  );
}

Deno.test("the quarter's usage is priced by the other plan beside what its own plan comes to, before tax", async () => {
  const found = await scene();
  // 412.00 + 15.00 a month against 90.00 with tax inside, which is 75.00 without.
  const expected = ["A", "B", "C"].map((name) => `C-${name}: 3 periods, 128100 and 22500`);
  assert.deepEqual(sums(await simulate(found, found.otherId)), expected);
});

Deno.test("present amounts are those of the invoices, and a plan by its own version differs by nothing", async () => {
  const found = await scene();
  const { tenantId } = found.business;
  const [{ periods: [first] }] = (await simulate(found, found.versionId, { limit: 1 })).customers;
  await execute(environment, issueInvoice, { tenantId, actor: testActor() }, {
    contractId: first.contractId,
    periodStart: first.period.start.toString(),
    periodEnd: first.period.end.toString(),
  });
  const lines = await inTenant(
    found.business,
    (db) => db.query.selectFrom("invoice_line").select("amount").execute(),
  );
  assert.equal(lines.length, 2);
  assert.equal(first.present, lines[0].amount + lines[1].amount);
  const { customers } = await simulate(found, found.versionId);
  assert.equal(customers.length, 3);
  for (const { present, simulated } of customers) assert.equal(simulated, present);
});

Deno.test("customers come page by page, and one alone when asked", async () => {
  const found = await scene();
  const first = await simulate(found, found.otherId, { limit: 2 });
  assert.deepEqual([first.customers.map(({ reference }) => reference), first.next], [["C-A", "C-B"], "C-B"]);
  const second = await simulate(found, found.otherId, { limit: 2, after: first.next });
  assert.deepEqual([second.customers.map(({ reference }) => reference), second.next], [["C-C"], undefined]);
  const alone = await simulate(found, found.otherId, { customerId: first.customers[1].customerId });
  assert.deepEqual(alone.customers.map(({ reference }) => reference), ["C-B"]);
});

Deno.test("a contract counts for the periods in which it was on the plan, and keeps its pauses", async () => {
  const found = await scene();
  const { business, versionId, otherId } = found;
  await inTenant(business, async (db) => {
    const { id } = await db.query.selectFrom("contract").select("id").where("reference", "=", "A")
      .executeTakeFirstOrThrow();
    const amendment = {
      tenant_id: db.tenantId,
      contract_id: id,
      end_date_before: null,
      reason: "Agreed",
      actor: "cli:test",
      created_at: environment.clock.now(),
    };
    const date = (text: string) => Temporal.PlainDate.from(text);
    await db.query.updateTable("contract").set({ rate_plan_version_id: otherId }).where("id", "=", id)
      .execute();
    await db.query.insertInto("contract_amendment").values([
      {
        ...amendment,
        position: 1,
        kind: "plan",
        effective_date: date("2024-03-01"),
        until_date: null,
        from_version_id: versionId,
        to_version_id: otherId,
      },
      {
        ...amendment,
        position: 2,
        kind: "pause",
        effective_date: date("2024-02-11"),
        until_date: date("2024-02-21"),
        from_version_id: null,
        to_version_id: null,
      },
    ]).execute();
  });
  const { customers: [one] } = await simulate(found, otherId);
  assert.deepEqual(
    one.periods.map(({ period, present, simulated }) => `${period.start}: ${present} and ${simulated}`),
    // February is paused on the day of the trip, and for 10 of the 29 days of the lease: 412.00 × 19/29.
    ["2024-01-01: 42700 and 7500", "2024-02-01: 26993 and 0"],
  );
});

Deno.test("what cannot be priced is told with its reason and is in no sum", async () => {
  const found = await scene();
  const [euro, indexed] = await inTenant(found.business, (db) =>
    Promise.all([
      insertTestPlan(db, [perMile], { reference: "euro", currency: "EUR" }),
      insertTestPlan(db, [{
        ...perMile,
        price: {
          model: "indexed",
          index: "diesel",
          base: "0.10",
          baseIndex: "1.40",
          step: "0.10",
          change: "0.01",
        },
      }], { reference: "indexed" }),
    ]));
  for (
    const [versionId, reason] of [[euro, /billed in GBP, and the plan is in EUR/], [
      indexed,
      /diesel/,
    ]] as const
  ) {
    const { customers } = await simulate(found, versionId);
    assert.equal(customers.length, 3);
    for (const { periods, problemCount, present, simulated } of customers) {
      assert.deepEqual([problemCount, present, simulated], [3, 0n, 0n]);
      for (const { problem } of periods) assert.match(problem!, reason);
    }
  }
});

Deno.test("a quarter that is none or not over, and a plan that is none, are refused in a sentence", async () => {
  const found = await scene();
  for (
    const [options, field, words] of [
      [{ quarter: "2024" }, "quarter", /year and one of its quarters/],
      [{ quarter: "2024-Q5" }, "quarter", /year and one of its quarters/],
      [{ quarter: "2024-Q2" }, "quarter", /not over/],
      [{ plan: "nothing" }, "plan", /No plan has the reference “nothing”/],
    ] as const
  ) {
    await assert.rejects(simulate(found, found.otherId, options), (error) => {
      assert.ok(isMilepostError(error, "InvalidInput"));
      assert.equal(error.fields[0].field, field);
      assert.match(error.message, words);
      return true;
    });
  }
});

Deno.test("the quarter that is offered is the last whole one, or the last one that was billed", async () => {
  const found = await scene();
  const offer = () =>
    inTenant(found.business, async (db) => {
      const { id } = await db.query.selectFrom("rate_plan").select("id").where("reference", "=", "lease")
        .executeTakeFirstOrThrow();
      return await findQuarterToOffer(db, id, Temporal.PlainDate.from("2024-11-24"));
    });
  assert.equal(await offer(), "2024-Q3");
  const [{ periods: [first] }] = (await simulate(found, found.versionId, { limit: 1 })).customers;
  await execute(environment, issueInvoice, { tenantId: found.business.tenantId, actor: testActor() }, {
    contractId: first.contractId,
    periodStart: "2024-03-01",
    periodEnd: "2024-04-01",
  });
  assert.equal(await offer(), "2024-Q1");
});

Deno.test("quarters are read and named", () => {
  assert.equal(quarterName(parseQuarter("2024-Q4")!), "October to December 2024");
  assert.equal(String(parseQuarter("2024-q1")!.end), "2024-04-01");
  assert.equal(quarterOf(Temporal.PlainDate.from("2023-12-31")), "2023-Q4");
  for (const text of ["", "2024-Q0", "0024-Q1", "2024Q1", "2024-Q1x"]) {
    assert.equal(parseQuarter(text), undefined);
  }
});
