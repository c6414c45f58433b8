/** Guards who may be added to a tenant, and that a tenant never loses its last admin. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { testDatabase } from "../../tests/support/database.ts";
import { listMembers, lockAdmins, setMembership } from "../../db/queries/membership.ts";
import { findUserByEmail } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { type Actor, capabilities } from "../core/actor.ts";
import { FixedClock } from "../core/clock.ts";
import { capabilitiesOf } from "../auth/policy.ts";
import { createTenant, findTenant } from "./create_tenant.ts";
import { testUser } from "../../tests/support/command.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { addMember, makeMemberLink, parseEmail } from "./members.ts";
import { parseRoles } from "./role_choice.ts";

const { database, adminUrl, drop } = await testDatabase();
Deno.test.afterAll(drop);

const environment = environmentOf(database, new FixedClock("2024-03-01T09:00:00Z"));
const operator: Actor = {
  kind: "cli",
  id: "operator",
  name: "operator",
  capabilities: new Set(capabilities),
};
const biller: Actor = { kind: "user", id: "b", name: "Bo", capabilities: capabilitiesOf(["biller"]) };

const newTenant = (name: string, adminEmail: string) =>
  createTenant(environment, operator, { name, adminEmail });
const membersOf = (tenantId: string) => withTenant(database, tenantId, listMembers);

Deno.test("an e-mail address is kept in small letters; anything else is refused with the value", () => {
  assert.equal(parseEmail(" Amira@Calder.Example "), "amira@calder.example");
  for (const wrong of ["", "amira", "a@b, c@d", "Amira <a@b>", `${"x".repeat(250)}@b.example`]) {
    assert.throws(() => parseEmail(wrong), /one e-mail address/, wrong);
  }
});

Deno.test("roles are named, once each, and an unknown one is told what there is", async () => {
  const { tenantId } = await newTenant("Named", "named@calder.example");
  const parse = (text: string) => withTenant(database, tenantId, (db) => parseRoles(db, text));
  assert.deepEqual(await parse("biller, approver,biller"), ["biller", "approver"]);
  await assert.rejects(parse("owner"), /one or more of admin, biller, approver, viewer/);
  await assert.rejects(parse(" , "), /one or more of/);
});

Deno.test("a member is added with roles, and adding again changes them", async () => {
  const { tenantId } = await newTenant("Calder", "amira@calder.example");
  const asker = { tenantId, actor: operator };
  await addMember(environment, asker, { email: "tom@calder.example", roles: ["approver"] });
  await addMember(environment, asker, { email: "tom@calder.example", roles: ["viewer", "biller"] });
  assert.deepEqual((await membersOf(tenantId)).map(({ email, roles }) => ({ email, roles })), [
    { email: "amira@calder.example", roles: ["admin"] },
    { email: "tom@calder.example", roles: ["biller", "viewer"] },
  ]);
});

Deno.test("who may not manage members adds nobody, and no person is left behind", async () => {
  const { tenantId } = await newTenant("Ash", "ash@ash.example");
  await assert.rejects(
    addMember(environment, { tenantId, actor: biller }, { email: "new@ash.example", roles: ["viewer"] }),
    { name: "NotPermitted" },
  );
  assert.equal((await membersOf(tenantId)).length, 1);
  assert.equal(await withSystem(database, (db) => findUserByEmail(db, "new@ash.example")), undefined);
});

Deno.test("the only admin stays admin until there is another", async () => {
  const { tenantId } = await newTenant("Elm", "elm@elm.example");
  const asker = { tenantId, actor: operator };
  await assert.rejects(
    addMember(environment, asker, { email: "elm@elm.example", roles: ["viewer"] }),
    { name: "IllegalTransition" },
  );
  await addMember(environment, asker, { email: "second@elm.example", roles: ["admin"] });
  await addMember(environment, asker, { email: "elm@elm.example", roles: ["viewer"] });
  await assert.rejects(
    addMember(environment, asker, { email: "second@elm.example", roles: ["biller"] }),
    { name: "IllegalTransition" },
  );
});

Deno.test("of two admins who step down at the same moment one stays", async () => {
  const one = await newTenant("Fir", "one@fir.example");
  const asker = { tenantId: one.tenantId, actor: operator };
  await addMember(environment, asker, { email: "two@fir.example", roles: ["admin"] });
  const { promise: secondHasBegun, resolve: beginSecond } = Promise.withResolvers<void>();
  const first = withTenant(database, one.tenantId, async (db) => {
    await lockAdmins(db);
    await setMembership(db, one.userId, ["viewer"]);
    beginSecond();
    await waitForLock();
  });
  await secondHasBegun;
  await assert.rejects(addMember(environment, asker, { email: "two@fir.example", roles: ["viewer"] }), {
    name: "IllegalTransition",
  });
  await first;
});

/** Until another transaction waits for this one. */
async function waitForLock(): Promise<void> {
  const admin = postgres(adminUrl, { max: 1 });
  for (let tries = 0; tries < 200; tries++) {
    const waiting = await admin`select from pg_locks where not granted`;
    if (waiting.length > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await admin.end();
}

Deno.test("a link is only made for a member, and not by a tenant's own admin", async () => {
  const { tenantId } = await newTenant("Yew", "yew@yew.example");
  await assert.rejects(
    makeMemberLink(environment, { tenantId, actor: operator }, "ash@ash.example"),
    /Nobody with the address ash@ash.example belongs to this tenant/,
  );
  const admin: Actor = { ...testUser("y"), name: "Yew" };
  await assert.rejects(makeMemberLink(environment, { tenantId, actor: admin }, "yew@yew.example"), {
    name: "NotPermitted",
  });
});

Deno.test("a tenant is found by name or id; two of one name need the id", async () => {
  const one = await newTenant("Twin", "one@twin.example");
  assert.equal((await findTenant(environment, "Twin")).id, one.tenantId);
  const two = await newTenant("Twin", "two@twin.example");
  assert.equal((await findTenant(environment, two.tenantId.toUpperCase())).id, two.tenantId);
  await assert.rejects(
    findTenant(environment, "Twin"),
    new RegExp(`2 tenants .*${one.tenantId}, ${two.tenantId}`),
  );
  await assert.rejects(findTenant(environment, "Nobody"), /no tenant "Nobody"/);
});
