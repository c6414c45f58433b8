/** Guards invitations: who may send one, who may use one, and that a link opens no account that is there already. */
import assert from "node:assert/strict";
import { testUser } from "../../tests/support/command.ts";
import { listMembers } from "../../db/queries/membership.ts";
import { findUserByEmail } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { rightsOf } from "../auth/policy.ts";
import { loadSession, openSession } from "../auth/sessions.ts";
import { type Actor, capabilities } from "../core/actor.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError, type MilepostError } from "../core/errors.ts";
import { createTenant } from "./create_tenant.ts";
import { createRole, deleteRole } from "./custom_roles.ts";
import {
  findOpenInvitation,
  invitationDays,
  invite,
  inviteAgain,
  joinNew,
  joinSignedIn,
  withdrawInvitation,
} from "./invitations.ts";
import { addMember, listTeam } from "./members.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const clock = new FixedClock("2024-03-01T09:00:00Z");
const environment = environmentOf(database, clock);
const operator: Actor = {
  kind: "cli",
  id: "operator",
  name: "operator",
  capabilities: new Set(capabilities),
};
let count = 0;
const newAddress = () => `person${++count}@calder.example`;

async function newTeam() {
  const adminEmail = newAddress();
  const { tenantId, userId } = await createTenant(environment, operator, { name: `T${count}`, adminEmail });
  const actor = testUser(userId);
  const asker = { tenantId, actor };
  const send = async (email: string, ...roles: string[]) => {
    const { linkPath } = await invite(environment, asker, { email, roles });
    return linkPath.replace("/invitation/", "");
  };
  const members = async () =>
    (await withTenant(database, tenantId, listMembers)).map(({ email, roles, customRoles }) =>
      [email, ...roles, ...customRoles.map(({ name }) => name)].join(" ")
    );
  return { tenantId, adminEmail, asker, send, members };
}

const newcomer = { name: "Tom Okafor", password: "seven vans in a row", userAgent: "test" };

/** Someone of another tenant, signed in. */
async function signedIn(email: string) {
  const other = await newTeam();
  const { userId } = await addMember(environment, { ...other.asker, actor: operator }, {
    email,
    roles: ["viewer"],
  });
  const open = () => withSystem(database, (db) => openSession(db, userId, "test", clock.now(), ["password"]));
  return { id: userId, name: "Tom", email, sessionToken: await open(), isOfOneTenant: false };
}

async function refused(work: Promise<unknown>, name: ErrorName): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error;
}

Deno.test("someone new joins with a name and a password, in the roles of the invitation, once", async () => {
  const { tenantId, asker, send, members, adminEmail } = await newTeam();
  const { roleId } = await execute(environment, createRole, asker, {
    name: "Depot lead",
    description: "",
    capabilities: ["invoices.approve"],
    limits: {},
  });
  const email = newAddress();
  const token = await send(email.toUpperCase(), "viewer", roleId);
  assert.equal((await members()).length, 1, "nobody joins by being invited");
  assert.equal(await withSystem(database, (db) => findUserByEmail(db, email)), undefined);
  await refused(execute(environment, deleteRole, asker, { roleId }), "IllegalTransition");
  const shown = await findOpenInvitation(environment, token);
  assert.deepEqual([shown.email, shown.tenantId, shown.roles], [email, tenantId, ["viewer", "Depot lead"]]);
  await refused(joinNew(environment, token, { ...newcomer, password: "short" }), "InvalidInput");
  const session = await loadSession(environment, await joinNew(environment, token, newcomer));
  assert.equal(session?.tenant?.id, tenantId);
  assert.deepEqual([...session!.actor.capabilities], ["read", "invoices.approve"]);
  assert.deepEqual(await members(), [`${adminEmail} admin`, `${email} viewer Depot lead`].sort());
  await refused(findOpenInvitation(environment, token), "LinkExpired");
  await refused(joinNew(environment, token, newcomer), "LinkExpired");
});

Deno.test("a link never sets the password of an account that is there: its owner signs in and joins", async () => {
  const { tenantId, send, members } = await newTeam();
  const email = newAddress();
  const person = await signedIn(email);
  const token = await send(email, "biller");
  await refused(joinNew(environment, token, newcomer), "InvalidInput");
  assert.equal((await withSystem(database, (db) => findUserByEmail(db, email)))?.passwordHash, null);
  const renewed = await joinSignedIn(environment, token, person);
  assert.equal((await loadSession(environment, renewed))?.tenant?.id, tenantId);
  assert.equal(await loadSession(environment, person.sessionToken), null, "other rights, other secret");
  assert.ok((await members()).includes(`${email} biller`));
});

Deno.test("whom a company's own provider vouches for joins nothing else by it", async () => {
  const { send, members } = await newTeam();
  const email = newAddress();
  const person = { ...await signedIn(email), isOfOneTenant: true };
  await refused(joinSignedIn(environment, await send(email, "admin"), person), "NotPermitted");
  assert.equal((await members()).length, 1);
});

Deno.test("an invitation is for its address alone", async () => {
  const { send, members } = await newTeam();
  const token = await send(newAddress(), "admin");
  await refused(joinSignedIn(environment, token, await signedIn(newAddress())), "NotPermitted");
  assert.equal((await members()).length, 1);
});

Deno.test("a link ends after its days, when it is renewed, and when it is withdrawn", async () => {
  const { tenantId, asker, send } = await newTeam();
  const own = new FixedClock(clock.now());
  const later = environmentOf(database, own);
  const token = await send(newAddress(), "viewer");
  const [{ id }] = (await listTeam(environment, tenantId)).invitations;
  own.advance({ hours: 24 * invitationDays });
  await refused(joinNew(later, token, newcomer), "LinkExpired");
  const renewed = (await inviteAgain(later, asker, id)).linkPath.replace("/invitation/", "");
  await refused(findOpenInvitation(environment, token), "LinkExpired");
  assert.ok(await findOpenInvitation(later, renewed));
  await execute(environment, withdrawInvitation, asker, { invitationId: id });
  await refused(findOpenInvitation(later, renewed), "LinkExpired");
  await refused(inviteAgain(environment, asker, id), "NotFound");
  for (const nonsense of ["", "x".repeat(65), token.slice(1), `${token}x`, "../../etc"]) {
    await refused(findOpenInvitation(environment, nonsense), "LinkExpired");
  }
});

Deno.test("nobody invites with more rights than they have, twice, or someone who is there", async () => {
  const { tenantId, asker, send, adminEmail } = await newTeam();
  const leader = {
    tenantId,
    actor: { ...asker.actor, ...rightsOf([], [{ capabilities: ["read", "members.manage"], limits: [] }]) },
  };
  const email = newAddress();
  await refused(invite(environment, leader, { email, roles: ["biller"] }), "NotPermitted");
  await refused(invite(environment, leader, { email, roles: [] }), "InvalidInput");
  await send(email, "admin");
  const [{ id }] = (await listTeam(environment, tenantId)).invitations;
  await refused(inviteAgain(environment, leader, id), "NotPermitted");
  await refused(execute(environment, withdrawInvitation, leader, { invitationId: id }), "NotPermitted");
  await refused(send(email, "viewer"), "InvalidInput");
  await refused(send(adminEmail, "viewer"), "InvalidInput");
  const viewer = { tenantId, actor: { ...asker.actor, ...rightsOf(["viewer"]) } };
  await refused(invite(environment, viewer, { email: newAddress(), roles: ["viewer"] }), "NotPermitted");
});

Deno.test("the secret of a link stands neither in the database nor in the audit", async () => {
  const { tenantId, send } = await newTeam();
  const token = await send(newAddress(), "viewer");
  await joinNew(environment, token, newcomer);
  const rows = await withSystem(database, (db) =>
    db.sql<{ text: string }[]>`
      select to_jsonb(audit_event)::text as text from audit_event where tenant_id = ${tenantId}
      union all select to_jsonb(invitation)::text from invitation
      union all select to_jsonb(outbox)::text from outbox where tenant_id = ${tenantId}`);
  assert.ok(rows.length >= 4);
  for (const { text } of rows) assert.ok(!text.includes(token.slice(22)), text);
});
