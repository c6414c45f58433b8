/** An invoice of each price model that the plan form offers is issued on a real database, and the oracle comes to the same. */
import assert from "node:assert/strict";
import { withSystem } from "../../../db/system.ts";
import { withTenant } from "../../../db/tenant.ts";
import { FixedClock } from "../../core/clock.ts";
import { type Environment, execute } from "../../core/command.ts";
import { issueInvoice } from "../../invoicing/commands.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
} from "../../../tests/support/billing.ts";
import { testActor } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { audit, auditBreaches } from "./audit.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment: Environment = { database, clock: new FixedClock("2024-04-02T09:00:00Z"), wake: () => {} };

const tiers = [{ upTo: "100", unit: "0.3", flat: "2" }, { upTo: null, unit: "0.2", flat: "1" }];
const steps = [{ upTo: "100", amount: "20" }, { upTo: "400", amount: "55.55" }, { upTo: null, amount: "90" }];
const prices: Record<string, Record<string, unknown>> = {
  flat: { amount: "12.34" },
  per_unit: { unit: "0.1275" },
  graduated: { tiers },
  volume: { tiers },
  package: { size: "50", price: "7.70", free: "10" },
  stairstep: { tiers: steps },
  percentage: {
    field: "cost",
    percent: "1.3",
    perEvent: "0.25",
    freeEvents: "1",
    freeAmount: "30",
    minPerEvent: "0.4",
    maxPerEvent: "0.9",
  },
  pass_through: { field: "cost", markupPercent: "2.5", markupPerEvent: "0.1" },
  active_vehicle: { amount: "9.99" },
};

for (const [model, price] of Object.entries(prices)) {
  for (const per of ["contract", "vehicle"] as const) {
    Deno.test(`${model} per ${per}: the auditor comes to what was issued`, async () => {
      const business = await insertTestBusiness(database);
      const { tenantId } = business;
      const contractId = await withTenant(database, tenantId, async (db) => {
        const field = "cost" in price || model === "percentage" || model === "pass_through" ? "cost" : "km";
        const plan = await insertTestPlan(db, [{
          reference: "c",
          per,
          meter: { event: "trip", aggregate: "sum", field },
          price: { model, ...price },
          taxCategory: "S",
          taxPercent: "20",
        }]);
        const { contractId } = await insertTestContract(db, business, plan);
        for (const [index, vehicle] of ["V-1", "V-2", "V-3"].entries()) {
          const vehicleId = await insertTestVehicle(db, contractId, vehicle);
          if (index === 2) continue;
          await insertTestUsage(
            db,
            [1, 2, 3].map((number) => ({
              id: `${vehicle}-${number}`,
              at: `2024-03-0${number + index}T10:00:00Z`,
              vehicleId,
              properties: { km: `${37 * number + index}.5`, cost: `${11 * number - 9 * index}.35` },
            })),
          );
        }
        return contractId;
      });
      const period = { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" };
      const issued = await execute(environment, issueInvoice, { tenantId, actor: testActor() }, period);
      assert.equal(issued.outcome, "issued");
      assert.deepEqual(auditBreaches(await audit(database)), []);
    });
  }
}

Deno.test("an amount that no model comes to is found", async () => {
  await withSystem(database, (db) =>
    db.sql`
    update invoice_line set amount = amount + 1 where ctid = (select max(ctid) from invoice_line)`);
  const breaches = auditBreaches(await audit(database));
  assert.ok(breaches.some((breach) => breach.startsWith("Broken: every invoice follows from its facts")));
});
