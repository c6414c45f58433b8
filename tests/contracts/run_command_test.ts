/** Guards `milepost run`: what it prints, that nobody approves their own run, and what is refused. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { addMember } from "../../lib/tenants/members.ts";
import { operator } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
} from "../support/billing.ts";
import { testEnvironment } from "../support/command.ts";
import { testDatabase } from "../support/database.ts";
import { milepost, settingsOf } from "../support/milepost.ts";

const database = await testDatabase();
Deno.test.afterAll(database.drop);
const settings = settingsOf(database);
const environment = testEnvironment(database.database);

const business = await insertTestBusiness(database.database, { name: "Calder" });
const { tenantId } = business;
await withTenant(database.database, tenantId, async (db) => {
  const plan = await insertTestPlan(db, [lease]);
  for (const reference of ["K-1", "K-2"]) {
    const email = reference === "K-1" ? "accounts@k-1.example" : undefined;
    const { contractId } = await insertTestContract(db, business, plan, { reference, email });
    await insertTestVehicle(db, contractId, `V-${reference}`);
  }
});
for (const [email, role] of [["tom@calder.example", "approver"], ["eva@calder.example", "viewer"]] as const) {
  await addMember(environment, { tenantId, actor: operator }, { email, roles: [role] });
}

const run = (...words: string[]) => milepost(["run", "--tenant", tenantId, ...words], { settings });

Deno.test("a run is previewed, and approved by a second call it is issued", async () => {
  const scope = ["--entity", "CFS", "--period", "2024-03"];
  const first = await run(...scope);
  assert.equal(first.code, 0, first.remarks);
  const preview = JSON.parse(first.output);
  const { state, items, previewed, issued, total, currency } = preview;
  assert.deepEqual({ state, items, previewed, issued, total, currency }, {
    state: "awaiting_approval",
    items: 2,
    previewed: 2,
    issued: 0,
    total: "988.80",
    currency: "GBP",
  });
  assert.match(first.remarks, /K-1: This is the first invoice/);
  const again = await run(...scope);
  assert.equal(again.code, 1);
  assert.match(again.remarks, /Finish or cancel that one first/);
  const viewer = await run(...scope, "--approve-as", "eva@calder.example");
  assert.equal(viewer.code, 1);
  assert.match(viewer.remarks, /You cannot approve invoices/);
  const approved = await run(...scope, "--approve-as", "tom@calder.example");
  assert.equal(approved.code, 0, approved.remarks);
  const done = JSON.parse(approved.output);
  assert.deepEqual([done.run, done.state, done.issued], [preview.run, "done", 2]);
  assert.deepEqual([preview.delivery.waiting, preview.delivery.noAddress], [1, 1]);
  assert.deepEqual([done.delivery.sent, done.delivery.waiting, done.delivery.noAddress], [1, 0, 1]);
  const verified = await milepost(["verify"], { settings });
  assert.equal(verified.code, 0, verified.remarks);
});

Deno.test("preview and issue in one go, and nothing sent", async () => {
  const scope = ["--entity", "CFS", "--period", "2024-04", "--do-not-send"];
  const all = await run(...scope, "--approve-as", "tom@calder.example");
  const { state, issued, delivery } = JSON.parse(all.output);
  assert.deepEqual([state, issued, delivery.sent, delivery.notSent], ["done", 2, 0, 1]);
});

for (
  const [words, sentence] of [
    [["--entity", "XX", "--period", "2024-03"], /Use one of CFS/],
    [["--entity", "CFS", "--period", "March"], /year and month/],
    [["--entity", "CFS", "--period", "2024-03"], /No contract of .* March 2024 .* not billed yet/],
    [["--entity", "CFS", "--period", "2999-01"], /January 2999 is not over/],
    [
      ["--entity", "CFS", "--period", "2024-05", "--approve-as", "who@calder.example"],
      /Nobody with the address/,
    ],
  ] as const
) {
  Deno.test(`milepost run ${words.join(" ")} is refused in a sentence`, async () => {
    const { code, output, remarks } = await run(...words);
    assert.deepEqual([code, output], [1, ""]);
    assert.match(remarks, sentence);
  });
}
