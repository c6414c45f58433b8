/** Guards roles of a tenant's own: what may stand in one, who may give it, and that nobody climbs by it. */
import assert from "node:assert/strict";
import { listCustomRoles } from "../../db/queries/custom_role.ts";
import { listMembers } from "../../db/queries/membership.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { decide } from "../auth/policy.ts";
import { loadSession, openSession, switchTenant } from "../auth/sessions.ts";
import { type Actor, capabilities } from "../core/actor.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { isMilepostError, type MilepostError } from "../core/errors.ts";
import { money } from "../core/money.ts";
import { createTenant } from "./create_tenant.ts";
import { createRole, type CustomRoleInput, deleteRole, updateRole } from "./custom_roles.ts";
import { actorOfMember, addMember, listTeam, listWhoCan, removeMember, setMember } from "./members.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const environment = environmentOf(database, new FixedClock("2024-03-01T09:00:00Z"));
const operator: Actor = {
  kind: "cli",
  id: "operator",
  name: "operator",
  capabilities: new Set(capabilities),
};

let count = 0;

/** A tenant with an admin who acts, and a way to ask as someone else. */
async function newTeam() {
  const adminEmail = `admin${++count}@calder.example`;
  const { tenantId, userId } = await createTenant(environment, operator, { name: `T${count}`, adminEmail });
  const as = async (email: string) => ({
    tenantId,
    actor: await actorOfMember(environment, tenantId, email),
  });
  const admin = await as(adminEmail);
  const add = async (...roles: string[]) => {
    const email = `member${++count}@calder.example`;
    const added = await addMember(environment, { tenantId, actor: operator }, { email, roles });
    return { email, userId: added.userId };
  };
  const make = async (change: Partial<CustomRoleInput> = {}) =>
    (await execute(environment, createRole, admin, { ...lead, ...change })).roleId;
  return { tenantId, adminId: userId, admin, as, add, make };
}

const lead: CustomRoleInput = {
  name: "Depot lead",
  description: "Checks what the depot bills.",
  capabilities: ["invoices.approve", "invoices.issue"],
  limits: { "invoices.approve": "10,000 EUR\n9000.50 gbp" },
};

async function refused(work: Promise<unknown>): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error), `a refusal expected, not ${error}`);
  return error;
}

Deno.test("a role is kept as it was made, and its holder may do just that", async () => {
  const { tenantId, as, add, make } = await newTeam();
  const roleId = await make();
  const [kept] = await withTenant(database, tenantId, listCustomRoles);
  assert.deepEqual(kept.capabilities, ["read", "invoices.approve", "invoices.issue"]);
  assert.deepEqual(kept.limits, [
    { capability: "invoices.approve", currency: "EUR", most: 1_000_000n },
    { capability: "invoices.approve", currency: "GBP", most: 900_050n },
  ]);
  const { email } = await add(roleId);
  const { actor } = await as(email);
  assert.deepEqual([...actor.capabilities], ["read", "invoices.approve", "invoices.issue"]);
  assert.ok(decide(actor, "invoices.approve", money(900_050n, "GBP")).isAllowed);
  assert.ok(!decide(actor, "invoices.approve", money(900_051n, "GBP")).isAllowed);
  const may = await listWhoCan(environment, tenantId, "invoices.approve", money(900_051n, "GBP"));
  assert.ok(!may.able.some((member) => member.email === email));
});

Deno.test("what a role may not be is told with its field", async () => {
  const { make } = await newTeam();
  const fieldOf = async (change: Partial<CustomRoleInput>) => (await refused(make(change))).fields[0].field;
  assert.equal(await fieldOf({ name: " Admin" }), "name");
  assert.equal(await fieldOf({ name: "One, two" }), "name");
  assert.equal(await fieldOf({ name: "x".repeat(41) }), "name");
  assert.equal(await fieldOf({ description: "x".repeat(301) }), "description");
  assert.equal(await fieldOf({ capabilities: ["everything"] }), "capabilities");
  const limitOf = (text: string) => fieldOf({ limits: { "invoices.approve": text } });
  for (const text of ["10,000", "EUR 5", "ten EUR", "5 XXQ", "5 EUR\n6 EUR", "0 EUR", "1.005 EUR"]) {
    assert.equal(await limitOf(text), "limit-invoices.approve", text);
  }
  assert.equal(await fieldOf({ limits: { "payments.record": "5 EUR" } }), "limit-payments.record");
});

Deno.test("two roles of one name are refused, whatever the case; in another tenant it is free", async () => {
  const { make } = await newTeam();
  await make();
  assert.equal((await refused(make({ name: "depot LEAD" }))).name, "AlreadyExists");
  await (await newTeam()).make();
});

Deno.test("a role in use stays, and goes once nobody has it", async () => {
  const { admin, add, make } = await newTeam();
  const roleId = await make();
  const { userId } = await add(roleId);
  const remove = () => execute(environment, deleteRole, admin, { roleId });
  assert.match((await refused(remove())).message, /People have the role Depot lead/);
  await execute(environment, setMember, admin, { userId, roles: ["viewer"] });
  await remove();
  assert.equal((await refused(remove())).name, "NotFound");
});

Deno.test("a change of a role reaches its holders in the middle of a session, and a stale one is refused", async () => {
  const { tenantId, admin, add, make } = await newTeam();
  const roleId = await make();
  const { userId } = await add(roleId);
  const now = environment.clock.now();
  const token = await withSystem(database, (db) => openSession(db, userId, "test", now, ["password"]));
  const held = async () => [...(await loadSession(environment, token))!.actor.capabilities];
  assert.deepEqual(await held(), ["read", "invoices.approve", "invoices.issue"]);
  const [{ rowVersion }] = await withTenant(database, tenantId, listCustomRoles);
  const change = { ...lead, roleId, rowVersion, capabilities: ["jobs.manage"], limits: {} };
  await execute(environment, updateRole, admin, change);
  assert.deepEqual(await held(), ["read", "jobs.manage"]);
  assert.equal((await refused(execute(environment, updateRole, admin, change))).name, "Conflict");
  await execute(environment, setMember, admin, { userId, roles: ["viewer"] });
  assert.deepEqual(await held(), ["read"]);
});

Deno.test("nobody gives, takes or makes more than they have, and nobody changes their own roles", async () => {
  const { tenantId, adminId, admin, as, add, make } = await newTeam();
  const managing = await make({
    name: "Team lead",
    capabilities: ["members.manage", "invoices.approve"],
    limits: { "invoices.approve": "100 EUR" },
  });
  const strong = await make({ name: "Strong", limits: {} });
  const weak = await make({
    name: "Weak",
    capabilities: ["invoices.approve"],
    limits: { "invoices.approve": "50 EUR" },
  });
  const leader = await add(managing);
  const asked = await as(leader.email);
  const viewer = await add("viewer");
  const set = (userId: string, ...roles: string[]) =>
    execute(environment, setMember, asked, { userId, roles });
  await set(viewer.userId, weak);
  for (const roles of [["admin"], ["biller"], [strong], [weak, strong]]) {
    assert.equal((await refused(set(viewer.userId, ...roles))).name, "NotPermitted", roles.join());
  }
  assert.match((await refused(set(leader.userId, weak))).message, /Nobody changes/);
  assert.match((await refused(removeMember(environment, asked, leader.userId))).message, /Nobody changes/);
  assert.match(
    (await refused(execute(environment, setMember, admin, { userId: adminId, roles: ["viewer"] }))).message,
    /Nobody changes/,
  );
  assert.equal((await refused(set(adminId, "viewer"))).name, "NotPermitted");
  assert.equal((await refused(removeMember(environment, asked, adminId))).name, "NotPermitted");
  const create = (change: Partial<CustomRoleInput>) =>
    execute(environment, createRole, asked, { ...lead, ...change });
  const own = { capabilities: ["invoices.approve"], limits: { "invoices.approve": "100 EUR" } };
  await create({ name: "Equal", ...own });
  for (const limits of [{}, { "invoices.approve": "101 EUR" }, { "invoices.approve": "1 USD" }]) {
    assert.equal((await refused(create({ name: "More", ...own, limits }))).name, "NotPermitted");
  }
  assert.equal(
    (await refused(create({ name: "More", capabilities: ["payments.record"], limits: {} }))).name,
    "NotPermitted",
  );
  const roles = await withTenant(database, tenantId, listCustomRoles);
  const { id: roleId, rowVersion: equalVersion } = roles.find(({ name }) => name === "Equal")!;
  const higher = { ...lead, ...own, name: "Equal", roleId, rowVersion: equalVersion, limits: {} };
  assert.equal((await refused(execute(environment, updateRole, asked, higher))).name, "NotPermitted");
  const { rowVersion } = roles.find(({ id }) => id === strong)!;
  const lower = { ...lead, ...own, name: "Strong", roleId: strong, rowVersion };
  assert.equal((await refused(execute(environment, updateRole, asked, lower))).name, "NotPermitted");
  assert.equal(
    (await refused(execute(environment, deleteRole, asked, { roleId: strong }))).name,
    "NotPermitted",
  );
});

Deno.test("a tenant's own people add no stranger, and another tenant's role is no role here", async () => {
  const { admin, add } = await newTeam();
  const other = await newTeam();
  const stranger = await other.add("viewer");
  const foreign = await other.make();
  const set = (userId: string, role: string) =>
    execute(environment, setMember, admin, { userId, roles: [role] });
  assert.equal((await refused(set(stranger.userId, "viewer"))).name, "NotFound");
  const { userId } = await add("viewer");
  for (const role of [foreign, "nonsense", ""]) {
    assert.equal((await refused(set(userId, role))).fields[0].field, "roles");
  }
});

Deno.test("whoever is removed is signed out of that tenant and no other; the last admin stays", async () => {
  const { tenantId, adminId, admin, add } = await newTeam();
  const other = await newTeam();
  const { email, userId } = await add("viewer");
  await addMember(environment, { tenantId: other.tenantId, actor: operator }, { email, roles: ["viewer"] });
  const now = environment.clock.now();
  const open = () => withSystem(database, (db) => openSession(db, userId, "test", now, ["password"]));
  const here = await switchTenant(environment, await open(), tenantId);
  const there = await switchTenant(environment, await open(), other.tenantId);
  assert.equal((await listTeam(environment, tenantId)).members.length, 2);
  await removeMember(environment, admin, userId);
  assert.equal(await loadSession(environment, here), null);
  assert.equal((await loadSession(environment, there))?.tenant?.id, other.tenantId);
  assert.deepEqual((await withTenant(database, tenantId, listMembers)).map(({ userId }) => userId), [
    adminId,
  ]);
  const asOperator = { tenantId, actor: operator };
  assert.equal((await refused(removeMember(environment, asOperator, adminId))).name, "IllegalTransition");
  assert.equal((await refused(removeMember(environment, admin, userId))).name, "NotFound");
});
