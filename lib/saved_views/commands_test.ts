/** Saving filters under names against the database: each person's own, checked before anything is written. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import type { Actor } from "../core/actor.ts";
import { execute } from "../core/command.ts";
import { removeView, renameView, type SavedViewInput, saveView } from "./commands.ts";
import { listSavedViews } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);

/** Someone who may only read, which is all that a view of one's own asks for. */
const reader = (name: string): Actor => ({
  kind: "user",
  id: crypto.randomUUID(),
  name,
  capabilities: new Set(["read"]),
});
const amira = reader("Amira");
const tom = reader("Tom");
const late: SavedViewInput = { list: "invoices", name: "Late", query: "status=overdue" };

async function newTenant() {
  const tenantId = await insertTestTenant(database);
  const names = async (actor = amira) => {
    const views = await withTenant(database, tenantId, (db) => listSavedViews(db, actor, "invoices"));
    return views.map(({ name, query }) => `${name}: ${query}`);
  };
  return { tenantId, names };
}

Deno.test("a filter is kept as its list writes it, and listed by name for its owner alone", async () => {
  const { tenantId, names } = await newTenant();
  const asked = { tenantId, actor: amira };
  const query = "?customer=&page=9&search=+Oak&status=overdue&status=paid&after=x";
  await execute(environment, saveView, asked, { list: "invoices", name: "  Oak,\n late ", query });
  await execute(environment, saveView, asked, { ...late, name: "all late" });
  await execute(environment, saveView, { tenantId, actor: tom }, late);
  assert.deepEqual(await names(), ["all late: status=overdue", "Oak, late: status=overdue&search=Oak"]);
  assert.deepEqual(await names(tom), ["Late: status=overdue"]);
  assert.deepEqual(await (await newTenant()).names(), []);
});

Deno.test("a name or a filter that is there already is told with what has it", async () => {
  const { tenantId, names } = await newTenant();
  const asked = { tenantId, actor: amira };
  await execute(environment, saveView, asked, late);
  const refused = (input: SavedViewInput) => execute(environment, saveView, asked, input);
  await assert.rejects(refused({ ...late, name: "Other" }), /You saved this filter already, as “Late”/);
  await assert.rejects(refused({ ...late, name: "LATE", query: "status=paid" }), /You have a view “Late”/);
  await execute(environment, saveView, asked, { ...late, list: "payments", query: "search=a" });
  assert.deepEqual(await names(), ["Late: status=overdue"]);
});

Deno.test("what is no list, no filter or no name is refused before anything is written", async () => {
  const { tenantId, names } = await newTenant();
  const refused = (change: Partial<SavedViewInput>) =>
    execute(environment, saveView, { tenantId, actor: amira }, { ...late, ...change });
  for (const list of ["", "runs", "toString", "__proto__"]) {
    await assert.rejects(refused({ list }), /There is no such list/);
  }
  const long = "é".repeat(100);
  const longest = `search=${long}&issued_from=${long}&issued_to=${long}&customer=${long}`;
  for (const query of ["", "status=", "plan=1", "search=%00", `search=${long}é`, longest]) {
    await assert.rejects(refused({ query }), /There is no filter to save/, query);
  }
  await assert.rejects(refused({ name: " " }), /Fill in name/);
  await assert.rejects(refused({ name: "n".repeat(41) }), /at most 40 characters/);
  assert.deepEqual(await names(), []);
});

Deno.test("a list has at most 12 views of one's own", async () => {
  const { tenantId, names } = await newTenant();
  const save = (number: number) =>
    execute(environment, saveView, { tenantId, actor: amira }, {
      ...late,
      name: `View ${number}`,
      query: `search=${number}`,
    });
  for (let number = 1; number <= 12; number++) await save(number);
  await assert.rejects(save(13), /at most 12 views of your own\. Remove one/);
  assert.equal((await names()).length, 12);
});

Deno.test("a view gets another name and goes by its owner alone", async () => {
  const { tenantId, names } = await newTenant();
  const asked = { tenantId, actor: amira };
  const { viewId } = await execute(environment, saveView, asked, late);
  await execute(environment, saveView, asked, { ...late, name: "Paid", query: "status=paid" });
  const rename = (name: string, actor = amira, tenant = tenantId) =>
    execute(environment, renameView, { tenantId: tenant, actor }, { viewId, name });
  await assert.rejects(rename("paid"), /You have a view “Paid” of this list/);
  await assert.rejects(rename("Mine", tom), /There is no such view/);
  await assert.rejects(rename("Mine", amira, (await newTenant()).tenantId), /There is no such view/);
  await rename("LATE");
  assert.deepEqual(await names(), ["LATE: status=overdue", "Paid: status=paid"]);
  const remove = (actor: typeof amira) => execute(environment, removeView, { tenantId, actor }, { viewId });
  await assert.rejects(remove(tom), /There is no such view/);
  await remove(amira);
  assert.deepEqual(await names(), ["Paid: status=paid"]);
  await assert.rejects(remove(amira), /There is no such view/);
});
