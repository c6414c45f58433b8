/** A file of contracts with their vehicles on a real database: new, there already, or told with line and column. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness, insertTestPlan, lease, type TestBusiness } from "../../tests/support/billing.ts";
import { registerVehicle, testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { countsOf, faultsOf, importText } from "../../tests/support/record_import.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { csvLine } from "../imports/csv_writer.ts";
import { createContract } from "./commands.ts";
import { contractColumns, contractFile, recordOf } from "./import_contracts.ts";
import { listContractsAfter } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

const header = "reference,customer,entity,plan,start_date,end_date,anchor_day,plan_version,vehicles";
const file = (...rows: string[]) => [header, ...rows, ""].join("\n");

/** Customers C-1 and C-2, plans lease-gbp (2 versions) and lease-eur, vehicles V-0 to V-4. */
async function newBusiness(): Promise<TestBusiness> {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  await withTenant(database, tenantId, async (db) => {
    for (const reference of ["C-1", "C-2"]) {
      await db.query.insertInto("customer")
        .values({ tenant_id: tenantId, reference, name: "Brightwater", address_lines: [] }).execute();
    }
    const versionId = await insertTestPlan(db, [lease], { reference: "lease-gbp" });
    await insertTestPlan(db, [lease], { reference: "lease-eur", currency: "EUR" });
    const { rate_plan_id } = await db.query.selectFrom("rate_plan_version").select("rate_plan_id")
      .where("id", "=", versionId).executeTakeFirstOrThrow();
    await db.query.insertInto("rate_plan_version")
      .values({ tenant_id: tenantId, rate_plan_id, version: 2, currency: "GBP", tax_inclusive: false })
      .execute();
  });
  for (let number = 0; number < 5; number++) {
    await execute(environment, registerVehicle, { tenantId, actor: testActor() }, {
      reference: `V-${number}`,
    });
  }
  return business;
}

const bringIn = (tenantId: string, content: string, options = {}) =>
  importText(environment, tenantId, contractFile, content, options);

const kept = (tenantId: string) =>
  withTenant(database, tenantId, (db) => listContractsAfter(db, environment.clock.now(), undefined));

async function exported(tenantId: string): Promise<string> {
  const contracts = await kept(tenantId);
  const lines = contracts.map((contract) =>
    csvLine(contractColumns.map(({ value }) => value(recordOf(contract, contract.stays, contract.terms))))
  );
  return csvLine(contractColumns.map(({ name }) => name)) + lines.join("");
}

const several = file(
  'K-1,C-1,CFS,lease-gbp,2024-01-01,,15,1,"V-1 from 2024-02-01 to 2024-03-01\nV-0\nV-1 from 2024-04-01"',
  "K-2,C-2,CFS,lease-gbp,2024-01-01,2024-07-01,,,V-2 to 2024-02-01",
  "K-3,C-2,CFS,lease-gbp,2024-02-01,2024-07-01,,2,V-2",
);

Deno.test("rows become contracts with their vehicles, and the export of them is there already", async () => {
  const { tenantId } = await newBusiness();
  assert.equal(countsOf(await bringIn(tenantId, several)), "3 = 3 new + 0 there + 0 refused");
  assert.deepEqual((await exported(tenantId)).split("\r\n").slice(1, -1), [
    'K-1,C-1,CFS,lease-gbp,2024-01-01,,15,monthly,,1,"V-0 from 2024-01-01\nV-1 from 2024-02-01 to 2024-03-01\nV-1 from 2024-04-01",',
    "K-2,C-2,CFS,lease-gbp,2024-01-01,2024-07-01,1,monthly,,2,V-2 from 2024-01-01 to 2024-02-01,",
    "K-3,C-2,CFS,lease-gbp,2024-02-01,2024-07-01,1,monthly,,2,V-2 from 2024-02-01 to 2024-07-01,",
  ]);
  const again = "3 = 0 new + 3 there + 0 refused";
  assert.equal(countsOf(await bringIn(tenantId, several)), again);
  assert.equal(countsOf(await bringIn(tenantId, await exported(tenantId))), again);
  const other = await newBusiness();
  assert.equal(
    countsOf(await bringIn(other.tenantId, await exported(tenantId))),
    "3 = 3 new + 0 there + 0 refused",
  );
  assert.equal(await exported(other.tenantId), await exported(tenantId));
});

Deno.test("what is agreed beside the plan comes with its contract, and is there already the second time", async () => {
  const { tenantId } = await newBusiness();
  const text = "reference,customer,entity,plan,plan_version,start_date,terms\n" +
    'K-1,C-1,CFS,lease-gbp,1,2024-01-01,"First: minimum 500.00 to 2024-04-01\n' +
    'Then: minimum 600.00 cap 900.00 on lease from 2024-04-01"\n' +
    "K-2,C-1,CFS,lease-gbp,1,2024-01-01,First: minimum 5 on toll\n";
  const report = await bringIn(tenantId, text);
  assert.equal(countsOf(report), "2 = 1 new + 0 there + 1 refused");
  assert.deepEqual(faultsOf(report), [
    "4 terms: Line 1: The plan has no charge “toll”. It has lease.",
  ]);
  assert.equal(
    countsOf(await bringIn(tenantId, await exported(tenantId))),
    "1 = 0 new + 1 there + 0 refused",
  );
  const other = await newBusiness();
  await bringIn(other.tenantId, await exported(tenantId));
  assert.equal(await exported(other.tenantId), await exported(tenantId));
  const [{ terms }] = await kept(other.tenantId);
  assert.deepEqual(terms.map(({ name, minimum, cap }) => [name, minimum, cap]), [
    ["First", "500.00", null],
    ["Then", "600.00", "900.00"],
  ]);
});

Deno.test("every bad cell is named by line and column, as the form would name it", async () => {
  const { tenantId } = await newBusiness();
  const report = await bringIn(
    tenantId,
    file(
      "K-1,C-9,XYZ,lease-usd,soon,2024-13-01,32,,V-9",
      "K-2,C-1,CFS,lease-gbp,2024-01-01,2024-01-01,1,,",
      "K-3,C-1,CFS,lease-eur,2024-01-01,,1,,",
      "K-4,C-1,CFS,lease-gbp,2024-01-01,,1,7,",
      "K-5,C-1,CFS,lease-gbp,2024-01-01,,1,,V-0 from monday",
      'K-6,C-1,CFS,lease-gbp,2024-01-01,,1,,"V-0\nV-0 from 2024-03-01"',
      ",,,,,,,,",
    ),
  );
  assert.equal(countsOf(report), "7 = 0 new + 0 there + 7 refused");
  assert.deepEqual(faultsOf(report), [
    "2 start_date: Use a date as year, month and day. For example 2026-01-31.",
    "2 end_date: Use a date as year, month and day. For example 2026-01-31.",
    "2 anchor_day: Use a whole number from 1 to 31. For example 1.",
    "2 customer: No customer has the reference “C-9”.",
    "2 entity: No billing entity has the reference “XYZ”.",
    "2 plan: No plan has the reference “lease-usd”.",
    "2 vehicles: No vehicle has the reference “V-9”.",
    "3 end_date: Choose a day after 2024-01-01. For example 2024-01-02.",
    "4 plan: The plan is in EUR and Calder Fleet Services Ltd bills in GBP. Choose a plan in GBP.",
    "5 plan_version: Plan lease-gbp has no version “7”. It has 1, 2.",
    "6 vehicles: Line 1: “monday” is not a date. Use year, month and day. For example V-0042 from 2024-01-10.",
    "7 vehicles: Vehicle V-0 is on this contract twice, from 1 January 2024 with no end. " +
    "End that stay first, or choose other days.",
    "9 reference: Fill in reference. For example K-118.",
    "9 start_date: Use a date as year, month and day. For example 2026-01-31.",
    "9 customer: Choose a customer.",
    "9 entity: Choose a billing entity.",
    "9 plan: Choose a plan.",
  ]);
});

Deno.test("a vehicle is on one contract at a time: of the file, of the books, in a check as in the import", async () => {
  const { tenantId, entityId } = await newBusiness();
  const bare = await bringIn(tenantId, file("K-0,C-1,CFS,lease-gbp,2024-01-01,,,,V-4"));
  assert.equal(bare.events, 1);
  const [{ customerId, versionId }] = await kept(tenantId);
  const filler = Array.from({ length: 600 }, (_, index) => `F-${index},C-1,CFS,lease-gbp,2024-01-01,,,,`);
  const content = file(
    "K-1,C-1,CFS,lease-gbp,2024-01-01,,,,V-1",
    "K-2,C-1,CFS,lease-gbp,2024-05-01,,,,V-4",
    "K-3,C-1,CFS,lease-gbp,2024-05-01,,,,V-1",
    ...filler,
    "K-4,C-1,CFS,lease-gbp,2024-06-01,,,,V-1",
    "K-5,C-1,CFS,lease-gbp,2024-06-01,,,,V-2",
  );
  const dry = await bringIn(tenantId, content, { dryRun: true });
  assert.equal((await kept(tenantId)).length, 1);
  const wet = await bringIn(tenantId, content);
  for (const report of [dry, wet]) {
    assert.equal(countsOf(report), "605 = 602 new + 0 there + 3 refused");
    const until = "from 1 January 2024 with no end. End that stay first, or choose other days.";
    assert.deepEqual(faultsOf(report), [
      `3 vehicles: Vehicle V-4 is on contract K-0 ${until}`,
      `4 vehicles: Vehicle V-1 is on contract K-1 ${until}`,
      `605 vehicles: Vehicle V-1 is on contract K-1 ${until}`,
    ]);
  }
  // the form says the same
  const vehicleId = await withTenant(database, tenantId, async (db) => {
    const found = await db.query.selectFrom("vehicle").select("id").where("reference", "=", "V-1")
      .executeTakeFirstOrThrow();
    return found.id;
  });
  const form = await execute(environment, createContract, { tenantId, actor: testActor() }, {
    reference: "K-9",
    customerId,
    billingEntityId: entityId,
    ratePlanVersionId: versionId,
    startDate: "2024-05-01",
    vehicles: [{ vehicleId, fromDate: "2024-05-01" }],
  }).catch((error) => error);
  assert.ok(isMilepostError(form, "Conflict"));
  assert.equal(`4 vehicles: ${form.message}`, faultsOf(wet)[1]);
});

Deno.test("what differs is set aside and stays; an empty or missing version says nothing of it", async () => {
  const { tenantId } = await newBusiness();
  await bringIn(tenantId, several);
  const before = await exported(tenantId);
  const changed = await bringIn(
    tenantId,
    file("K-1,C-2,CFS,lease-gbp,2024-01-01,,15,,V-0", "K-3,C-2,CFS,lease-gbp,2024-02-01,2024-07-01,,1,V-2"),
  );
  assert.deepEqual(faultsOf(changed), [
    "2 customer: There is already a contract K-1. It differs in customer and vehicles. Change it on its page.",
    "3 plan_version: There is already a contract K-3. It differs in plan version. Change it on its page.",
  ]);
  const short = "reference,customer,entity,plan,start_date\nK-1,C-1,CFS,lease-gbp,2024-01-01\n";
  assert.equal(countsOf(await bringIn(tenantId, short)), "1 = 0 new + 1 there + 0 refused");
  assert.equal(await exported(tenantId), before);
});

Deno.test("another tenant's customers, plans and vehicles are not found, and its contracts stay", async () => {
  const theirs = await newBusiness();
  await bringIn(theirs.tenantId, several);
  const before = await exported(theirs.tenantId);
  const ours = await insertTestBusiness(database);
  const report = await bringIn(ours.tenantId, file("K-1,C-1,CFS,lease-gbp,2024-01-01,,,,V-0"));
  assert.deepEqual(report.refused[0].problems.map(({ column }) => column), ["customer", "plan", "vehicles"]);
  assert.deepEqual(await kept(ours.tenantId), []);
  assert.equal(await exported(theirs.tenantId), before);
  await assert.rejects(
    bringIn(theirs.tenantId, several, { actor: testActor(new Set(["read"])) }),
    (error) => isMilepostError(error, "NotPermitted"),
  );
});
