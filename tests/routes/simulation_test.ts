/** The simulator over plain HTTP and by `milepost simulate`: the same amounts on the page, in the file and on the command line. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { testApp } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
} from "../support/billing.ts";
import { milepost, settingsOf } from "../support/milepost.ts";
import { readPage, wordsOf } from "../support/pages.ts";

const app = await testApp({ clock: new FixedClock("2026-06-03T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { database } = app.environment;
const business = await insertTestBusiness(database, { name: "Calder" });
const { tenantId } = business;
const viewer = await app.visitor(tenantId, "viewer");

/** More customers than a page holds, on a lease with miles, the first of them with a trip in February 2024. */
const planId = await withTenant(database, tenantId, async (db) => {
  const versionId = await insertTestPlan(db, [lease, perMile], { reference: "lease" });
  const milesId = await insertTestPlan(db, [perMile], { reference: "miles" });
  for (let count = 1; count <= 27; count += 1) {
    const reference = `K-${String(count).padStart(2, "0")}`;
    const { contractId } = await insertTestContract(db, business, versionId, { reference });
    const vehicleId = await insertTestVehicle(db, contractId, `V-${count}`);
    if (count > 1) continue;
    await insertTestUsage(db, [{
      id: "trip",
      at: "2024-02-15T10:00:00Z",
      vehicleId,
      properties: { miles: "100" },
    }]);
  }
  const { rate_plan_id } = await db.query.selectFrom("rate_plan_version").select("rate_plan_id")
    .where("id", "=", milesId).executeTakeFirstOrThrow();
  return rate_plan_id;
});
const path = `/plans/${planId}/simulation`;

Deno.test("a plan is compared with another one's real usage, customer by customer and period by period", async () => {
  assert.match(await readPage(app, `/plans/${planId}`, viewer), new RegExp(`${path}"`));
  const empty = wordsOf(await readPage(app, path, viewer));
  assert.doesNotMatch(empty, /Difference/);
  const first = await readPage(app, `${path}?plan=lease&quarter=2024-Q1`, viewer);
  assert.match(
    wordsOf(first),
    /January to March 2024 .*Customer of K-01 C-K-01 3 £1,251\.00 £15\.00 −£1,236\.00 .*These 25 customers/,
  );
  const next = new RegExp(`${path}\\?[^"]*after=C-K-25`).exec(first)![0].replaceAll("&amp;", "&");
  const second = await readPage(app, next, viewer);
  assert.match(wordsOf(second), /Customer of K-26 .*Customer of K-27 .*These 2 customers/);
  const one = new RegExp(`${path}\\?[^"]*customer=[0-9a-f-]{36}`).exec(first)![0].replaceAll("&amp;", "&");
  assert.match(
    wordsOf(await readPage(app, one, viewer)),
    /K-01 1–29 February 2024 £427\.00 £15\.00 −£412\.00 .*All periods £1,251\.00 £15\.00 −£1,236\.00/,
  );
});

Deno.test("what cannot be asked is said beside its field, and what was typed stays", async () => {
  const refused = await readPage(app, `${path}?plan=lease&quarter=spring`, viewer, 422);
  assert.match(
    wordsOf(refused),
    /1 thing to fix before it can be worked out .*Use a year and one of its quarters/,
  );
  assert.match(refused, /value="spring"/);
  await readPage(app, `${path}?version=9&quarter=2024-Q1`, viewer, 404);
  const { tenantId: other } = await insertTestBusiness(database, { name: "Other" });
  await readPage(app, `${path}?quarter=2024-Q1`, await app.visitor(other, "viewer"), 404);
  assert.match(
    wordsOf(await readPage(app, `${path}?plan=miles&quarter=2024-Q1`, viewer)),
    /No contract was on this plan in a period that ended in this quarter/,
  );
});

Deno.test("the file holds every period, and the command tells the same sums", async () => {
  const answer = await app.get(`${path}.csv?plan=lease&quarter=2024-Q1`, viewer);
  assert.match(answer.headers.get("content-disposition")!, /simulation-miles-1\.csv/);
  const lines = (await answer.text()).trimEnd().split("\r\n");
  assert.equal(lines.length, 1 + 27 * 3);
  assert.equal(
    lines[2],
    "C-K-01,Customer of K-01,K-01,2024-02-01,2024-03-01,GBP,427.00,15.00,-412.00,",
  );
  const words = ["simulate", "--tenant", tenantId, "--plan", "miles", "--period", "2024-Q1"];
  const settings = settingsOf(app.database);
  const { code, output, remarks } = await milepost([...words, "--contracts-on", "lease"], { settings });
  assert.equal(code, 0, remarks);
  const { customers, ...sums } = JSON.parse(output);
  assert.deepEqual(sums, {
    plan: "miles",
    version: 1,
    contractsOn: "lease",
    period: "2024-Q1",
    currency: "GBP",
    present: "33387.00",
    simulated: "15.00",
    difference: "-33372.00",
  });
  assert.equal(customers.length, 27);
  assert.deepEqual(customers[0], {
    customer: "C-K-01",
    name: "Customer of K-01",
    periods: 3,
    notPriced: 0,
    present: "1251.00",
    simulated: "15.00",
    difference: "-1236.00",
  });
  const refused = await milepost([...words, "--version", "7"], { settings });
  assert.equal(refused.code, 1);
  assert.match(refused.remarks, /no version 7/);
});
