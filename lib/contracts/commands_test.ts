/** What becomes of a contract and its vehicles, on a real database: no vehicle on two contracts, nothing changed that is billed. */
import assert from "node:assert/strict";
import { insertStays, listStaysOfVehicles } from "../../db/queries/contract_vehicle.ts";
import { lockVehicles } from "../../db/queries/vehicle.ts";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness, insertTestPlan, lease, type TestBusiness } from "../../tests/support/billing.ts";
import { registerVehicle, testActor, testEnvironment, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { capabilitiesOf } from "../auth/policy.ts";
import { FixedClock } from "../core/clock.ts";
import { type Command, execute, type Json } from "../core/command.ts";
import { isMilepostError, type MilepostError } from "../core/errors.ts";
import { issueInvoice } from "../invoicing/commands.ts";
import { endContract } from "./amendments/commands.ts";
import { assignVehicle, createContract, endAssignment, swapVehicle } from "./commands.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

interface Scene {
  business: TestBusiness;
  /** K-1 from January, with vehicle A from the start; March is billed. */
  contractId: string;
  /** K-2 from January, without a vehicle. */
  otherId: string;
  vehicles: Record<"A" | "B", string>;
  versionId: string;
  run<Input, Result extends Json>(command: Command<Input, Result>, input: Input): Promise<Result>;
  stays(): Promise<string[]>;
}

async function scene(): Promise<Scene> {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const run: Scene["run"] = (command, input) =>
    execute(environment, command, { tenantId, actor: testActor() }, input);
  const [customerId, versionId] = await withTenant(database, tenantId, async (db) => {
    const { id } = await db.query.insertInto("customer")
      .values({ tenant_id: tenantId, reference: "C-1", name: "Brightwater", address_lines: [] })
      .returning("id").executeTakeFirstOrThrow();
    return [id, await insertTestPlan(db, [lease])] as const;
  });
  const [a, b] = [
    await run(registerVehicle, { reference: "A" }),
    await run(registerVehicle, { reference: "B" }),
  ];
  const create = (reference: string, ids: string[]) =>
    run(createContract, {
      reference,
      customerId,
      billingEntityId: business.entityId,
      ratePlanVersionId: versionId,
      startDate: "2024-01-01",
      vehicles: ids.map((vehicleId) => ({ vehicleId, fromDate: "2024-01-01" })),
    });
  const { contractId } = await create("K-1", [a.id]);
  const other = await create("K-2", []);
  await run(issueInvoice, { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" });
  const stays = async () => {
    const found = await withTenant(database, tenantId, (db) => listStaysOfVehicles(db, [a.id, b.id]));
    return found.map(({ vehicle, contract, from, to }) => `${vehicle} on ${contract} ${from} to ${to}`)
      .sort();
  };
  const otherId = other.contractId;
  return { business, contractId, otherId, vehicles: { A: a.id, B: b.id }, versionId, run, stays };
}

async function refusal(work: Promise<unknown>): Promise<MilepostError> {
  const error = await work.then(() => undefined, (cause) => cause);
  assert.ok(isMilepostError(error), `was not refused: ${error}`);
  return error;
}

Deno.test("a vehicle goes on, comes off and goes on elsewhere the same day", async () => {
  const { contractId, otherId, vehicles, run, stays } = await scene();
  await run(endAssignment, { contractId, vehicleId: vehicles.A, toDate: "2024-05-10" });
  await run(assignVehicle, { contractId: otherId, vehicleId: vehicles.A, fromDate: "2024-05-10" });
  await run(assignVehicle, {
    contractId,
    vehicleId: vehicles.B,
    fromDate: "2024-04-01",
    toDate: "2024-05-01",
  });
  assert.deepEqual(await stays(), [
    "A on K-1 2024-01-01 to 2024-05-10",
    "A on K-2 2024-05-10 to null",
    "B on K-1 2024-04-01 to 2024-05-01",
  ]);
  // Its end moves out only as far as the other contract lets it.
  const moved = { contractId, vehicleId: vehicles.A };
  const error = await refusal(run(endAssignment, { ...moved, toDate: "2024-05-11" }));
  assert.match(error.message, /on contract K-2 from 10 May 2024 with no end/);
  await run(endAssignment, { ...moved, toDate: "2024-05-09" });
});

Deno.test("a vehicle on two contracts is refused, naming the other one and its days", async () => {
  const { otherId, vehicles, run, stays } = await scene();
  const error = await refusal(
    run(assignVehicle, { contractId: otherId, vehicleId: vehicles.A, fromDate: "2024-05-01" }),
  );
  assert.equal(error.name, "Conflict");
  assert.match(error.message, /Vehicle A is on contract K-1 from 1 January 2024 with no end\. End that stay/);
  assert.deepEqual(await stays(), ["A on K-1 2024-01-01 to null"]);
});

Deno.test("of two contracts that take a vehicle at the same moment, one gets it", async () => {
  const { business, contractId, otherId, vehicles, run, stays } = await scene();
  const from = Temporal.PlainDate.from("2024-05-01");
  const late = await withTenant(database, business.tenantId, async (db) => {
    await lockVehicles(db, [vehicles.B]);
    const input = { contractId, vehicleId: vehicles.B, fromDate: from.toString() };
    const taking = refusal(run(assignVehicle, input));
    await until(async () => (await db.sql`select from pg_locks where not granted`).length > 0);
    await insertStays(db, [{ contractId: otherId, vehicleId: vehicles.B, from, to: null }]);
    return { taking };
  });
  assert.match((await late.taking).message, /Vehicle B is on contract K-2 from 1 May 2024/);
  assert.equal((await stays()).filter((stay) => stay.startsWith("B")).length, 1);
});

Deno.test("a swap changes both vehicles on one day and keeps the end", async () => {
  const { contractId, vehicles, run, stays } = await scene();
  await run(endAssignment, { contractId, vehicleId: vehicles.A, toDate: "2024-06-01" });
  const swap = { contractId, vehicleOffId: vehicles.A, vehicleOnId: vehicles.B };
  assert.match(
    (await refusal(run(swapVehicle, { ...swap, date: "2024-06-01" }))).message,
    /The last day of vehicle A is 31 May 2024/,
  );
  assert.match(
    (await refusal(run(swapVehicle, { ...swap, vehicleOnId: vehicles.A, date: "2024-05-01" }))).message,
    /Vehicle A is on contract K-1/,
  );
  await run(swapVehicle, { ...swap, date: "2024-05-01" });
  assert.deepEqual(await stays(), [
    "A on K-1 2024-01-01 to 2024-05-01",
    "B on K-1 2024-05-01 to 2024-06-01",
  ]);
});

Deno.test("a contract ends with its vehicles, and takes none after its end", async () => {
  const { contractId, otherId, vehicles, run, stays } = await scene();
  await run(assignVehicle, { contractId, vehicleId: vehicles.B, fromDate: "2024-05-20" });
  assert.match(
    (await refusal(run(endContract, { contractId, endDate: "2024-05-15", reason: "Sold" }))).message,
    /Vehicle B comes on 20 May 2024\. Choose a day after that/,
  );
  await run(endContract, { contractId, endDate: "2024-06-01", reason: "Sold" });
  assert.deepEqual(await stays(), [
    "A on K-1 2024-01-01 to 2024-06-01",
    "B on K-1 2024-05-20 to 2024-06-01",
  ]);
  const late = { contractId, vehicleId: vehicles.A, fromDate: "2024-06-01" };
  assert.match((await refusal(run(assignVehicle, late))).message, /ends before 1 June 2024/);
  await run(assignVehicle, { ...late, contractId: otherId });
});

Deno.test("another tenant's contract does not exist, and a viewer changes none", async () => {
  const { business, contractId, vehicles, run } = await scene();
  const stranger = await scene();
  const input = { contractId, vehicleId: vehicles.B, fromDate: "2024-05-01" };
  assert.equal((await refusal(stranger.run(assignVehicle, input))).name, "NotFound");
  const foreignVehicle = { ...input, vehicleId: stranger.vehicles.B };
  assert.match((await refusal(run(assignVehicle, foreignVehicle))).message, /Choose a vehicle that there is/);
  const viewer = { tenantId: business.tenantId, actor: testActor(capabilitiesOf(["viewer"])) };
  const denied = await refusal(execute(environment, assignVehicle, viewer, input));
  assert.equal(denied.name, "NotPermitted");
});
