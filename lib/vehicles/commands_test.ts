/** Vehicles are set up and changed as said, or not at all. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testActor, testEnvironment, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError } from "../core/errors.ts";
import { createVehicle, updateVehicle, type VehicleInput } from "./commands.ts";
import { findVehicle, listVehiclesAfter } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);
const tenantId = await insertTestTenant(database);
const asked = { tenantId, actor: testActor() };

const van: VehicleInput = {
  reference: "V-1",
  plate: " LV24 FHT ",
  vin: "WVWZZZ1JZXW000001",
  class: "van",
  fuelType: "",
};

const create = (change: Partial<VehicleInput>) =>
  execute(environment, createVehicle, asked, { ...van, ...change });
const update = (vehicleId: string, rowVersion: string, change: Partial<VehicleInput>) =>
  execute(environment, updateVehicle, asked, { ...van, ...change, vehicleId, rowVersion });
const read = (id: string) => withTenant(database, tenantId, (db) => findVehicle(db, id));

/** The fields that are at fault. */
async function refused(work: Promise<unknown>, name: ErrorName): Promise<(string | undefined)[]> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error.fields.map(({ field }) => field);
}

Deno.test("a vehicle is kept without outer spaces, and what is empty is not there", async () => {
  const { vehicleId } = await create({});
  const { id: _id, rowVersion: _version, ...kept } = await read(vehicleId);
  assert.deepEqual(kept, { ...van, plate: "LV24 FHT", fuelType: null });
});

Deno.test("everything that is wrong is told at once, and nothing is kept", async () => {
  const wrong = {
    reference: "",
    plate: "x".repeat(21),
    vin: "x".repeat(18),
    class: "a\0",
    fuelType: "\u0007",
  };
  const fields = await refused(create(wrong), "InvalidInput");
  assert.deepEqual(fields, ["reference", "plate", "vin", "class", "fuelType"]);
  assert.deepEqual(await refused(create({ plate: "OTHER" }), "AlreadyExists"), ["reference"]);
  const all = await withTenant(database, tenantId, (db) => listVehiclesAfter(db, undefined));
  assert.deepEqual(all.map(({ plate }) => plate), ["LV24 FHT"]);
});

Deno.test("a change waits for one that is under way, and is then refused", async () => {
  const { vehicleId } = await create({ reference: "V-2" });
  const { rowVersion } = await read(vehicleId);
  let late: Promise<unknown> | undefined;
  await withTenant(database, tenantId, async (db) => {
    await db.sql`update vehicle set plate = 'FIRST' where tenant_id = ${tenantId} and id = ${vehicleId}`;
    late = refused(update(vehicleId, rowVersion, { reference: "V-2", plate: "SECOND" }), "Conflict");
    await until(async () => (await db.sql`select 1 from pg_locks where not granted`).length > 0);
  });
  await late;
  const current = await read(vehicleId);
  assert.equal(current.plate, "FIRST");
  await update(vehicleId, current.rowVersion, { reference: "V-2b", plate: "SECOND", vin: null });
  const { reference, plate, vin } = await read(vehicleId);
  assert.deepEqual([reference, plate, vin], ["V-2b", "SECOND", null]);
});

Deno.test("a change cannot take another's reference, nor change what is not there", async () => {
  const { vehicleId } = await create({ reference: "V-4" });
  const { rowVersion } = await read(vehicleId);
  assert.deepEqual(await refused(update(vehicleId, rowVersion, { reference: "V-1" }), "AlreadyExists"), [
    "reference",
  ]);
  await refused(update(crypto.randomUUID(), rowVersion, {}), "NotFound");
  await refused(update("V-4", rowVersion, {}), "NotFound");
  const elsewhere = { tenantId: await insertTestTenant(database, "Other"), actor: testActor() };
  await refused(
    execute(environment, updateVehicle, elsewhere, { ...van, vehicleId, rowVersion }),
    "NotFound",
  );
  assert.equal((await read(vehicleId)).reference, "V-4");
});

Deno.test("who may not write vehicles is refused", async () => {
  const reader = { tenantId, actor: testActor(new Set(["read"])) };
  await refused(execute(environment, createVehicle, reader, van), "NotPermitted");
});
