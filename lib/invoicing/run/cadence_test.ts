/** Contracts of every cadence in five zones, billed by the run of a month: which periods, which usage, which share; and audited. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
} from "../../../tests/support/billing.ts";
import { billMonths, documentsOf } from "../../../tests/support/corrected_business.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import type { Cadence } from "../../core/period.ts";
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

interface Case {
  cadence: Cadence;
  zone: string;
  start: string;
  anchor: string;
  /** The vehicle's first day. */
  from: string;
  /** Trips of 100 miles, local. */
  trips: string[];
  month: string;
  expected: string[];
}

const cases: Case[] = [
  {
    // The clocks go back by half an hour on 7 April at 2:00, so that week has 168.5 hours and that day 24.5.
    cadence: "weekly",
    zone: "Australia/Lord_Howe",
    start: "2024-04-01",
    anchor: "2024-04-01",
    from: "2024-04-07",
    trips: [
      "2024-04-07T01:45",
      "2024-04-07T23:59",
      "2024-04-08T00:00",
      "2024-04-28T23:30",
      "2024-04-29T00:00",
    ],
    month: "2024-04",
    expected: [
      "2024-04-01 10789 Lease, PLATE V 5991, Distance 3000",
      "2024-04-08 51240 Lease, PLATE V 41200, Distance 1500",
      "2024-04-15 49440 Lease, PLATE V 41200",
      "2024-04-22 51240 Lease, PLATE V 41200, Distance 1500",
    ],
  },
  {
    // 335 hours, of which the vehicle has the last 23 + 24: the clocks go forward on 31 March.
    cadence: "two_weekly",
    zone: "Europe/London",
    start: "2024-03-01",
    anchor: "2024-03-19",
    from: "2024-03-31",
    trips: ["2024-03-31T00:30", "2024-04-01T23:59", "2024-04-02T00:00"],
    month: "2024-04",
    expected: [
      "2024-03-19 10536 Lease, PLATE V 5780, Distance 3000",
      "2024-04-02 51240 Lease, PLATE V 41200, Distance 1500",
      "2024-04-16 49440 Lease, PLATE V 41200",
    ],
  },
  {
    cadence: "quarterly",
    zone: "America/New_York",
    start: "2023-05-01",
    anchor: "2024-01-31",
    from: "2024-01-31",
    trips: ["2024-01-30T23:59", "2024-01-31T00:00", "2024-04-29T23:59", "2024-04-30T00:00"],
    month: "2024-04",
    expected: ["2024-01-31 53040 Lease, PLATE V 41200, Distance 3000"],
  },
  {
    cadence: "half_yearly",
    zone: "America/Santiago",
    start: "2023-10-15",
    anchor: "2023-10-15",
    from: "2023-10-15",
    trips: ["2023-10-15T00:00", "2024-04-07T00:30", "2024-04-14T23:59", "2024-04-15T00:00"],
    month: "2024-04",
    expected: ["2023-10-15 54840 Lease, PLATE V 41200, Distance 4500"],
  },
  {
    // A leap day is the anchor; the common year before it begins on 28 February.
    cadence: "yearly",
    zone: "Asia/Kathmandu",
    start: "2023-02-28",
    anchor: "2024-02-29",
    from: "2023-02-28",
    trips: ["2023-02-28T00:00", "2024-02-28T23:59", "2024-02-29T00:00"],
    month: "2024-02",
    expected: ["2023-02-28 53040 Lease, PLATE V 41200, Distance 3000"],
  },
];

for (const { cadence, zone, start, anchor, from, trips, month, expected } of cases) {
  Deno.test(`${cadence} in ${zone}`, async () => {
    const business = await insertTestBusiness(database, { zone });
    await withTenant(database, business.tenantId, async (db) => {
      const plan = await insertTestPlan(db, [{ ...lease, proration: "second" }, perMile]);
      const options = { startDate: start, cadence, anchorDate: anchor };
      const { contractId } = await insertTestContract(db, business, plan, options);
      const vehicleId = await insertTestVehicle(db, contractId, "V", from);
      const at = (local: string) =>
        Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant().toString();
      await insertTestUsage(
        db,
        trips.map((local) => ({ id: local, at: at(local), vehicleId, properties: { miles: "100" } })),
      );
    });
    await billMonths({ environment, ...business }, month);
    const documents = await documentsOf(database, business.tenantId);
    assert.deepEqual(documents.map((text) => text.replace(/^\S+ /, "")), expected);
    assert.deepEqual(auditBreaches(await audit(database)), []);
  });
}
