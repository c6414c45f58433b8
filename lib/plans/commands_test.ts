/** Plans and their versions on a real database: what is saved never changes, and what cannot be priced is not saved. */
import assert from "node:assert/strict";
import type { NewCharge } from "../../db/queries/rate_plan.ts";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { capabilitiesOf } from "../auth/policy.ts";
import { execute } from "../core/command.ts";
import { isMilepostError, type MilepostError } from "../core/errors.ts";
import { createRatePlan, createRatePlanVersion } from "./commands.ts";
import { findPlan, listPlans } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);

const lease: NewCharge = {
  reference: "lease",
  name: "Lease",
  kind: "recurring",
  per: "vehicle",
  proration: "day",
  meter: null,
  price: { model: "flat", amount: "412.00" },
  taxCategory: "S",
  taxPercent: "20",
};
const dearer = { ...lease, price: { model: "flat", amount: "425.00" } };

async function scene(reference = "lease-gbp") {
  const tenantId = await insertTestTenant(database);
  const execution = { tenantId, actor: testActor() };
  const plan = { reference, name: "Lease", currency: "GBP", charges: [lease] };
  const { ratePlanId } = await execute(environment, createRatePlan, execution, plan);
  return { tenantId, execution, ratePlanId };
}

async function refusal(work: Promise<unknown>): Promise<MilepostError> {
  const error = await work.then(() => undefined, (cause) => cause);
  assert.ok(isMilepostError(error), `was not refused: ${error}`);
  return error;
}

Deno.test("a new version stands beside the old one, which stays as it was", async () => {
  const { tenantId, execution, ratePlanId } = await scene();
  const made = await execute(environment, createRatePlanVersion, execution, {
    ratePlanId,
    afterVersion: 1,
    charges: [dearer],
  });
  assert.equal(made.version, 2);
  await withTenant(database, tenantId, async (db) => {
    const newest = await findPlan(db, ratePlanId);
    assert.deepEqual(newest.versions.map(({ version }) => version), [2, 1]);
    assert.deepEqual(newest.charges.map(({ price }) => price), [dearer.price]);
    const { charges, chosen } = await findPlan(db, ratePlanId, 1);
    assert.deepEqual(charges.map(({ price }) => price), [lease.price]);
    assert.equal(chosen.currency, "GBP");
  });
});

Deno.test("the database itself refuses to change a version or one of its charges", async () => {
  const { tenantId } = await scene();
  for (const table of ["rate_plan_version", "charge"] as const) {
    await assert.rejects(
      withTenant(database, tenantId, (db) => db.query.deleteFrom(table).execute()),
      /permission denied/,
    );
  }
  await assert.rejects(
    withTenant(database, tenantId, (db) => db.query.updateTable("charge").set({ name: "Other" }).execute()),
    /permission denied/,
  );
});

Deno.test("of two versions made from one, the second is refused and told which one came first", async () => {
  const { execution, ratePlanId } = await scene();
  const input = { ratePlanId, afterVersion: 1, charges: [dearer] };
  await execute(environment, createRatePlanVersion, execution, input);
  const error = await refusal(execute(environment, createRatePlanVersion, execution, input));
  assert.equal(error.name, "Conflict");
  assert.match(error.message, /Version 2 of this plan was saved meanwhile/);
});

Deno.test("of versions saved at the same moment one is kept, and the others are told", async () => {
  const { tenantId, execution, ratePlanId } = await scene();
  const input = { ratePlanId, afterVersion: 1, charges: [dearer] };
  // Opens the connections first, so that the writers do meet.
  await Promise.all(
    Array.from({ length: 8 }, () => withTenant(database, tenantId, (db) => listPlans(db, {}))),
  );
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => execute(environment, createRatePlanVersion, execution, input)),
  );
  const told = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason.name] : []);
  assert.deepEqual(told, Array(7).fill("Conflict"));
  const { versions } = await withTenant(database, tenantId, (db) => findPlan(db, ratePlanId));
  assert.equal(versions.length, 2);
});

Deno.test("what cannot be priced is refused with every fault, and nothing is saved", async () => {
  const { tenantId, execution } = await scene();
  const charges = [
    { ...lease, name: " ", price: { model: "flat" } },
    { ...lease, reference: "km", taxCategory: "Z", taxPercent: "20" },
    { ...lease, reference: "toll", taxCategory: null, taxPercent: null },
  ];
  const plan = { reference: "wrong", name: "Wrong", currency: "GBP", charges };
  const error = await refusal(execute(environment, createRatePlan, execution, plan));
  assert.deepEqual(error.fields.map(({ field }) => field).sort(), [
    "charges[0].name",
    "charges[0].price.amount",
    "charges[1].taxPercent",
    "charges[2].taxCategory",
  ]);
  const none = await refusal(execute(environment, createRatePlan, execution, { ...plan, charges: [] }));
  assert.match(none.message, /at least one charge/);
  const { found } = await withTenant(database, tenantId, (db) => listPlans(db, {}));
  assert.equal(found, 1);
});

Deno.test("another tenant's plan does not exist, and a viewer makes no version", async () => {
  const { execution, ratePlanId } = await scene();
  const other = await scene();
  const input = { ratePlanId, afterVersion: 1, charges: [dearer] };
  assert.equal(
    (await refusal(execute(environment, createRatePlanVersion, other.execution, input))).name,
    "NotFound",
  );
  await assert.rejects(
    withTenant(database, other.tenantId, (db) => findPlan(db, ratePlanId)),
    /There is no such plan/,
  );
  const viewer = { ...execution, actor: testActor(capabilitiesOf(["viewer"])) };
  assert.equal(
    (await refusal(execute(environment, createRatePlanVersion, viewer, input))).name,
    "NotPermitted",
  );
});

Deno.test("a search finds plans by a part of name or reference, in any case, and takes % as it is", async () => {
  const { tenantId } = await scene("van-100%");
  const find = (search: string) => withTenant(database, tenantId, (db) => listPlans(db, { search }));
  assert.equal((await find("LEAS")).found, 1);
  assert.equal((await find("0%")).rows.length, 1);
  assert.equal((await find("v_n")).found, 0);
});

Deno.test("a plan by the tax rules says what each charge supplies, and fixes no rate beside it", async () => {
  const { tenantId, execution, ratePlanId } = await scene();
  const hire: NewCharge = { ...lease, taxCategory: null, taxPercent: null, taxSupply: "vehicle_hire" };
  const save = (...charges: NewCharge[]) =>
    execute(environment, createRatePlanVersion, execution, { ratePlanId, afterVersion: 1, charges });
  const mixed = await refusal(save(hire, { ...lease, reference: "more" }));
  assert.deepEqual(mixed.fields.map(({ field, rule }) => [field, rule]), [
    [
      "charges[1].taxCategory",
      "Other charges of this plan are taxed by the rules. Choose what this one supplies.",
    ],
  ]);
  const twice = await refusal(save({ ...lease, taxSupply: "service" }));
  assert.match(twice.message, /The rules decide the rate/);
  const unknown = await refusal(save({ ...hire, taxSupply: "rent" as "service" }));
  assert.match(unknown.message, /Use one of vehicle_hire, service, goods, disbursement/);
  await save(hire);
  await withTenant(database, tenantId, async (db) => {
    const { charges } = await findPlan(db, ratePlanId);
    assert.deepEqual(charges.map(({ taxSupply, taxCategory }) => [taxSupply, taxCategory]), [
      ["vehicle_hire", null],
    ]);
  });
});
