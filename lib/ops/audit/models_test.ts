/** An invoice of every price model, meter and proration is issued on a real database, and the oracle comes to the same cent. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withTenant } from "../../../db/tenant.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { issueInvoice } from "../../invoicing/commands.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  type TestBusiness,
  type TestCharge,
  type TestUsage,
} from "../../../tests/support/billing.ts";
import { testActor } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches, auditInvoices } from "./audit.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});
const environment = environmentOf(database, new FixedClock("2024-04-02T09:00:00Z"));

const tiers = [{ upTo: "1.5", unit: "10", flat: "2" }, { upTo: "100", unit: "0.3", flat: "2" }, {
  upTo: null,
  unit: "0.2",
  flat: "1",
}];
const steps = [{ upTo: "1.5", amount: "20" }, { upTo: "400", amount: "55.55" }, { upTo: null, amount: "90" }];
type Price = Record<string, unknown> & { model: string };
const quantityPrices: Price[] = [
  { model: "flat", amount: "12.34" },
  { model: "per_unit", unit: "0.1275" },
  { model: "graduated", tiers },
  { model: "volume", tiers, flatFeeOnZero: true },
  { model: "package", size: "0.6", price: "7.70", free: "0.25" },
  { model: "stairstep", tiers: steps },
];
const prices: Price[] = [
  ...quantityPrices,
  {
    model: "percentage",
    field: "cost",
    percent: "1.3",
    perEvent: "0.25",
    freeEvents: "1",
    freeAmount: "30",
    minPerEvent: "0.4",
    maxPerEvent: "0.9",
  },
  { model: "pass_through", field: "cost", markupPercent: "2.5", markupPerEvent: "0.1" },
  {
    model: "best_rate",
    startField: "start",
    endField: "end",
    units: [{ per: "hour", price: "4.20" }, { per: "day", price: "31" }, { per: "week", price: "155.55" }],
  },
  ...quantityPrices.map((overage) => ({ model: "pooled", includedPerVehicle: "40.5", overage })),
  {
    model: "time_of_use",
    bands: [
      { name: "night", days: ["fri", "sat"], from: "22:00", to: "06:00", unit: "0.11" },
      { name: "day", days: ["mon", "tue", "wed", "thu", "fri"], from: "06:00", to: "18:30", unit: "0.57" },
    ],
    otherwise: { unit: "0.23" },
  },
  { model: "active_vehicle", amount: "9.99" },
];
const meters = [
  { event: "trip", aggregate: "sum", field: "km", where: { purpose: "business" } },
  { event: "trip", aggregate: "count" },
  { event: "trip", aggregate: "max", field: "km" },
  { event: "trip", aggregate: "unique", field: "driver" },
  { event: "trip", aggregate: "unique", field: "vehicle" },
  { event: "trip", aggregate: "last_minus_first", field: "odometer" },
  { event: "trip", aggregate: "time_weighted", field: "km" },
];
const trips = { event: "trip", aggregate: "sum", field: "km" };
const both = ["contract", "vehicle"] as const;

/** What is billed, by the name of its test. */
const billed: Record<string, Omit<TestCharge, "reference">> = Object.fromEntries([
  ...prices.flatMap((price) =>
    both.map((per) => {
      const above = price.model === "pooled" ? ` with ${(price.overage as Price).model} above it` : "";
      return [`usage, ${price.model}${above} per ${per}`, { per, meter: trips, price }];
    })
  ),
  ...meters.flatMap((meter) =>
    both.map((per) => [
      `usage, ${meter.aggregate} of ${meter.field ?? "trips"} per ${per}`,
      { per, meter, price: { model: "per_unit", unit: "0.37" } },
    ])
  ),
  ...quantityPrices.flatMap((price) =>
    (["day", "second", "fixed30", "none"] as const).flatMap((proration) =>
      both.map((per) => [
        `recurring, ${price.model} by ${proration} per ${per}`,
        { kind: "recurring", per, proration, price },
      ])
    )
  ),
  ...quantityPrices.flatMap((price) =>
    both.map((per) => [`once, ${price.model} per ${per}`, { kind: "one_time", per, price }])
  ),
]);

/** Trips before and in March, when the clocks of London change, on the contract and off it, by day and by night. */
function usageOf(vehicleIds: readonly string[]): TestUsage[] {
  return vehicleIds.slice(0, 3).flatMap((vehicleId, vehicle) => {
    const reset = { from: "2650.5", to: `${vehicle * 10}` };
    const starts = [2, 9, 15, 24, 31].map((day) => `2024-03-${String(day).padStart(2, "0")}T`);
    return [
      "2024-02-12T10:00:00Z",
      "2024-02-20T10:00:00Z",
      ...starts.map((start, index) => `${start}${["23:30", "05:59", "18:29"][(vehicle + index) % 3]}:00Z`),
    ].map((at, index): TestUsage => ({
      id: `${vehicle}-${index}`,
      at,
      vehicleId,
      properties: {
        km: `${31 * index + vehicle}.5`,
        cost: `${11 * index - 9 * vehicle}.35`,
        odometer: index > 4 ? `${vehicle * 10 + index * 50}` : `${600 + index * 500 + vehicle}.5`,
        driver: ["ann", "bob", "cy"][index % 3],
        purpose: index % 2 === 0 ? "business" : "private",
        start: at,
        end: Temporal.Instant.from(at).add({ minutes: 1700 * index + vehicle }).toString(),
      },
    })).concat(
      ["2024-02-14", "2024-03-20"].map((day) => ({
        id: `${vehicle}-r-${day}`,
        at: `${day}T09:00:00Z`,
        event: "odometer_reset",
        vehicleId,
        properties: day < "2024-03" ? { from: "605", to: "700" } : reset,
      })),
    );
  });
}

async function issue(business: TestBusiness, charge: Omit<TestCharge, "reference">) {
  const { tenantId } = business;
  const contractId = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [{
      reference: "c",
      taxCategory: "S",
      taxPercent: "20",
      ...charge,
    }]);
    // what is charged once falls on the first day of the contract
    const startDate = charge.kind === "one_time" ? "2024-03-05" : "2024-01-01";
    const { contractId } = await insertTestContract(db, business, plan, { startDate });
    const vehicleIds = [
      await insertTestVehicle(db, contractId, "V-1"),
      await insertTestVehicle(db, contractId, "V-2", "2024-03-05", "2024-03-22"),
      await insertTestVehicle(db, contractId, "V-3", "2024-02-10", "2024-03-31"),
      await insertTestVehicle(db, contractId, "V-4", "2024-03-31"),
    ];
    await db.query.insertInto("contract_vehicle").values({
      tenant_id: tenantId,
      contract_id: contractId,
      vehicle_id: vehicleIds[1],
      from_date: Temporal.PlainDate.from("2024-03-24"),
      to_date: null,
    }).execute();
    await insertTestUsage(db, usageOf(vehicleIds));
    return contractId;
  });
  const period = { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" };
  return await execute(environment, issueInvoice, { tenantId, actor: testActor() }, period);
}

const wrong = "every invoice follows from its facts";

for (const [name, charge] of Object.entries(billed)) {
  Deno.test(`${name}: the auditor comes to what was issued, and to nothing else`, async () => {
    const business = await insertTestBusiness(database);
    const issued = await issue(business, charge);
    assert.equal(issued.outcome, "issued");
    const { tenantId } = business;
    const found = async () => (await auditInvoices(database, tenantId, [issued.invoiceId])).breaches;
    assert.deepEqual(await found(), []);
    await admin.unsafe("set session_replication_role = replica");
    const change = (by: number) =>
      admin`
      update invoice_line set amount = amount + ${by} where tenant_id = ${tenantId}
        and position = (select max(position) from invoice_line where tenant_id = ${tenantId})`;
    await change(1);
    const [breach] = await found();
    assert.match(String(breach?.what), /^line c/);
    assert.equal(BigInt(String(breach.issued)) - BigInt(String(breach.derived)), 1n);
    await change(-1);
  });
}

Deno.test("all of them at once pass every check", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  assert.equal(report.checks.find(({ name }) => name === wrong)?.count, Object.keys(billed).length);
});

Deno.test("a contract that starts or ends within the period is billed for its own days, and so it is audited", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  for (const days of [{ startDate: "2024-03-10" }, { endDate: "2024-03-20" }]) {
    const contractId = await withTenant(database, tenantId, async (db) => {
      const plan = await insertTestPlan(db, [{ reference: "c", meter: trips, price: quantityPrices[1] }]);
      const { contractId } = await insertTestContract(db, business, plan, days);
      const vehicleId = await insertTestVehicle(db, contractId, `V of ${contractId}`);
      const event = (day: number, more: Partial<TestUsage>): TestUsage => {
        const id = `${contractId}-${day}-${more.vehicleId ?? ""}`;
        return {
          id,
          at: `2024-03-${String(day).padStart(2, "0")}T10:00:00Z`,
          properties: { km: `${day}` },
          ...more,
        };
      };
      await insertTestUsage(
        db,
        [5, 15, 25].flatMap((day) => [event(day, { vehicleId }), event(day, { contractId })]),
      );
      return contractId;
    });
    const period = { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" };
    const issued = await execute(environment, issueInvoice, { tenantId, actor: testActor() }, period);
    assert.equal(issued.outcome, "issued");
    assert.deepEqual((await auditInvoices(database, tenantId, [issued.invoiceId])).breaches, []);
  }
});

Deno.test("what an invoice was never able to hold is not passed over in silence", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const issued = await issue(business, { meter: trips, price: quantityPrices[1] });
  assert.equal(issued.outcome, "issued");
  await admin.unsafe("set session_replication_role = replica");
  await admin`update invoice_document set price_case = price_case || '{"credit": "5.00"}' where tenant_id = ${tenantId}`;
  const { breaches: [breach] } = await auditInvoices(database, tenantId, [issued.invoiceId]);
  assert.equal(breach.what, "cannot be derived again");
  assert.match(String(breach.reason), /"credit"/);
});

Deno.test("an index that has no value in force is refused with its name", async () => {
  const price = { model: "indexed", base: "1", index: "diesel", baseIndex: "2", step: "0.2", change: "0.1" };
  await assert.rejects(issue(await insertTestBusiness(database), { meter: trips, price }), /diesel/);
});
