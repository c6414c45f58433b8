/** The steps of usage, for a business that no statistics know: set up a moment ago beside one that is a hundred times larger. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { type TenantDb, withTenant } from "../../db/tenant.ts";
import { insertTestTenant } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import type { IdentifiedRow } from "./identity.ts";
import { findSubjectFacts } from "./steps.ts";

const filled = ["vehicle", "contract", "contract_vehicle"];
const largeCount = 40_000;
const smallCount = 2_000;

Deno.test("finding whose events they are reads the named vehicles only, beside a large business that alone is in the statistics", async () => {
  const { database, adminUrl, drop } = await testDatabase();
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    for (const table of filled) {
      await admin.unsafe(`alter table ${table} set (autovacuum_enabled = false)`);
    }
    await fillFleet(admin, await insertTestTenant(database, "Large"), largeCount);
    await admin.unsafe(`analyze ${filled.join(", ")}`);
    const small = await insertTestTenant(database, "Small");
    await fillFleet(admin, small, smallCount);
    for (const named of [1, 20, 500, smallCount]) {
      await withTenant(database, small, async (db) => {
        const before = await countRowsRead(db);
        const { vehicles } = await findSubjectFacts(db, eventsOfVehicles(named));
        assert.equal(vehicles.size, named);
        for (const { stays } of vehicles.values()) {
          assert.deepEqual(stays.map(({ from, to }) => [`${from}`, to && `${to}`]), [
            ["2024-01-31T23:00:00Z", "2024-06-30T22:00:00Z"],
          ]);
        }
        const rowsRead = await countRowsRead(db) - before;
        // at worst each of its vehicles, stays and contracts once, and the entity for each contract
        assert.ok(rowsRead <= 4 * smallCount, `${named} vehicles read ${rowsRead} rows`);
      });
    }
  } finally {
    await admin.end();
    await drop();
  }
});

/** The rows that this connection has fetched from tables lately, by Postgres's own count. */
async function countRowsRead(db: TenantDb): Promise<number> {
  const [{ rows }] = await db.sql<{ rows: number }[]>`
    select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int as rows from pg_stat_xact_user_tables`;
  return rows;
}

function eventsOfVehicles(count: number): IdentifiedRow[] {
  const at = Temporal.Instant.from("2024-03-01T12:00:00Z");
  return Array.from({ length: count }, (_, place) => ({
    line: place + 2,
    raw: "",
    event: {
      id: `e${place}`,
      event: "trip",
      at,
      subject: { kind: "vehicle", reference: `v${place + 1}` },
      properties: {},
    },
  } as IdentifiedRow));
}

/** Vehicles `v1` to `v<count>`, each on a contract of its own from January, the stay from February, the contract until June. */
async function fillFleet(admin: postgres.Sql, tenantId: string, count: number): Promise<void> {
  await admin`
    with entity as (
      insert into billing_entity (tenant_id, name, country, currency, zone, number_prefix)
      values (${tenantId}, 'Fuhrpark', 'DE', 'EUR', 'Europe/Berlin', 'F') returning id
    ), customer as (
      insert into customer (tenant_id, reference, name) values (${tenantId}, 'c', 'Customer') returning id
    ), plan as (
      insert into rate_plan (tenant_id, reference, name) values (${tenantId}, 'p', 'Plan') returning id
    ), version as (
      insert into rate_plan_version (tenant_id, rate_plan_id, version, currency)
      select ${tenantId}, id, 1, 'EUR' from plan returning id
    ), vehicle as (
      insert into vehicle (tenant_id, reference, plate)
      select ${tenantId}, 'v' || n, 'p' || n from generate_series(1, ${count}::int) n returning id, reference
    ), contract as (
      insert into contract (tenant_id, reference, customer_id, billing_entity_id, rate_plan_version_id, start_date, end_date)
      select ${tenantId}, 'v' || n, customer.id, entity.id, version.id, '2024-01-01', '2024-07-01'
      from customer, entity, version, generate_series(1, ${count}::int) n returning id, reference
    )
    insert into contract_vehicle (tenant_id, contract_id, vehicle_id, from_date)
    select ${tenantId}, contract.id, vehicle.id, '2024-02-01' from contract join vehicle using (reference)`;
}
