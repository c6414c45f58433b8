/** Home: a new business is led step by step, and one that bills sees what waits. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { issueInvoice } from "../../lib/invoicing/commands.ts";
import { testApp } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";
import { testActor } from "../support/command.ts";

const clock = new FixedClock("2024-02-02T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { database } = app.environment;

Deno.test("a new business finds the first step, each a page, and none is done", async () => {
  const admin = await app.visitor(await app.newTenant("Calder"), "admin");
  const home = await (await app.get("/", admin)).text();
  assert.match(home, /Your first invoice, step by step/);
  for (
    const path of [
      "/entities/new",
      "/customers/new",
      "/vehicles/new",
      "/plans/new",
      "/contracts/new",
      "/usage",
    ]
  ) {
    assert.ok(home.includes(`href="${path}"`), path);
    assert.equal((await app.get(path, admin)).status, 200, path);
  }
  assert.doesNotMatch(home, /, done</);
});

Deno.test("whoever may not take a step is told whom to ask, and no link leads to a page that refuses", async () => {
  const tenantId = await app.newTenant("Calder");
  for (const role of ["viewer", "approver", "biller"] as const) {
    const visitor = await app.visitor(tenantId, role);
    const home = await (await app.get("/", visitor)).text();
    assert.match(home, /Add a billing entity<span[^>]*>: ask an admin</, role);
    assert.equal(home.includes("Add a customer<span"), role !== "biller", role);
    const [, main] = home.split("<main");
    const links = [...main.matchAll(/href="(\/[^"#]*)"/g)].map(([, path]) => path);
    assert.ok(links.length > 0);
    for (const path of links) assert.equal((await app.get(path, visitor)).status, 200, `${path} as ${role}`);
  }
});

Deno.test("what was set up is done, what waits is counted by currency, and what happened is told", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const contractId = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [lease]);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1" });
    await insertTestVehicle(db, contractId, "V-1");
    return contractId;
  });
  const admin = await app.visitor(tenantId, "admin");
  const before = await (await app.get("/", admin)).text();
  assert.equal(before.split(", done<").length - 1, 5);
  const period = { contractId, periodStart: "2024-01-01", periodEnd: "2024-02-01" };
  await execute(app.environment, issueInvoice, { tenantId, actor: testActor() }, period);
  const billed = await (await app.get("/", admin)).text();
  assert.doesNotMatch(billed, /step by step/);
  assert.match(billed, /£494\.40/);
  assert.match(billed, /issued <a href="\/invoices\/[^"]+">invoice CFS-2024-0001</);
  clock.moveTo("2024-06-01T09:00:00Z");
  const later = await app.visitor(tenantId, "viewer");
  assert.match(await (await app.get("/", later)).text(), /See 1 overdue invoice/);
});
