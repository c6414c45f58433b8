/** A file of vehicles on a real database: each row is new, there already, or told with its line and column. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { countsOf, faultsOf, importText } from "../../tests/support/record_import.ts";
import { isMilepostError } from "../core/errors.ts";
import { csvLine } from "../imports/csv_writer.ts";
import { vehicleColumns, vehicleFile } from "./import_vehicles.ts";
import { listVehiclesAfter } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);
const kept = (tenantId: string) => withTenant(database, tenantId, (db) => listVehiclesAfter(db, undefined));

Deno.test("vehicles are taken, known ones left, changed ones and bad ones told, and the export comes in again", async () => {
  const tenantId = await insertTestTenant(database);
  const content = [
    "reference,plate,vin,class,fuel_type",
    "V-1,LV24 FHT,WVWZZZ1JZXW000001,van,diesel",
    "V-2,=BAD,,,",
    "V-3,,WVWZZZ1JZXW0000012,van,",
    "V-1,LV24 FHT,WVWZZZ1JZXW000001,van,petrol",
    "V-2,=BAD,,,",
  ].join("\n");
  const dry = await importText(environment, tenantId, vehicleFile, content, { dryRun: true });
  assert.deepEqual(await kept(tenantId), []);
  const report = await importText(environment, tenantId, vehicleFile, content);
  assert.deepEqual({ ...dry }, { ...report });
  assert.equal(countsOf(report), "5 = 2 new + 1 there + 2 refused");
  assert.deepEqual(faultsOf(report), [
    "4 plate: Fill in plate. For example LV24 FHT.",
    "4 vin: Use at most 17 characters; this has 18. For example WVWZZZ1JZXW000001.",
    "5 fuel_type: Line 2 has the vehicle V-1 already. It differs in fuel. Keep one of the two rows.",
  ]);
  const vehicles = await kept(tenantId);
  const exported = csvLine(vehicleColumns.map(({ name }) => name)) +
    vehicles.map((vehicle) => csvLine(vehicleColumns.map(({ value }) => value(vehicle)))).join("");
  const again = await importText(environment, tenantId, vehicleFile, exported);
  assert.equal(countsOf(again), "2 = 0 new + 2 there + 0 refused");
  const later = await importText(environment, tenantId, vehicleFile, "plate,reference\nLV24 FHU,V-1\n");
  assert.deepEqual(faultsOf(later), [
    "2 plate: There is already a vehicle V-1. It differs in plate. Change it on its page.",
  ]);
});

Deno.test("ten thousand vehicles come in, checked and kept alike", async () => {
  const tenantId = await insertTestTenant(database);
  const rows = Array.from({ length: 10_000 }, (_, index) => `V-${index},P ${index},,van,diesel`);
  const content = ["reference,plate,vin,class,fuel_type", ...rows].join("\n");
  const told: string[] = [];
  const onProgress = (done: number, total: number) => void told.push(`${done}/${total}`);
  for (const options of [{ dryRun: true }, { onProgress }]) {
    const report = await importText(environment, tenantId, vehicleFile, content, options);
    assert.equal(countsOf(report), "10000 = 10000 new + 0 there + 0 refused");
  }
  assert.deepEqual([told.length, told[0], told.at(-1)], [20, "500/10000", "10000/10000"]);
  const again = await importText(environment, tenantId, vehicleFile, content, { dryRun: true });
  assert.equal(countsOf(again), "10000 = 0 new + 10000 there + 0 refused");
});

Deno.test("who may not write vehicles is refused", async () => {
  const tenantId = await insertTestTenant(database);
  const actor = testActor(new Set(["read", "customers.write"]));
  await assert.rejects(
    importText(environment, tenantId, vehicleFile, "reference,plate\nV-1,P\n", { actor }),
    (error) => isMilepostError(error, "NotPermitted"),
  );
});
