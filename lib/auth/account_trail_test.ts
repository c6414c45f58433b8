/** Signing in, failing to, and changing how one signs in stand in the trail of each business of the person, without a secret. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { testActor } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { createTenant } from "../tenants/create_tenant.ts";
import { changePassword } from "./account.ts";
import { redeemLink } from "./links.ts";
import { loadSession } from "./sessions.ts";
import { signIn } from "./sign_in.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database);
const email = "amira@calder.example";
const password = "four plain words here", another = "five other plain words here";
const visit = { address: "192.0.2.1", userAgent: "test" };

const first = await createTenant(environment, testActor(), { name: "First", adminEmail: email });
const second = await createTenant(environment, testActor(), { name: "Second", adminEmail: email });
const foreign = await createTenant(environment, testActor(), {
  name: "Foreign",
  adminEmail: "o@other.example",
});

/** The events about accounts, oldest first. */
async function trailOf(tenantId: string): Promise<string[]> {
  const rows = await withSystem(
    database,
    (db) =>
      db.sql<{ actor: string; command: string; detail: unknown }[]>`
      select actor, command, detail from audit_event
      where tenant_id = ${tenantId} and subject_type = 'user' order by xid, id`,
  );
  return rows.map(({ actor, command, detail }) =>
    `${actor.split(":")[0]} ${command} ${JSON.stringify(detail)}`
  );
}

Deno.test("what a person does with their account is told to each of their businesses, and to no other", async () => {
  const link = first.linkPath.split("/").at(-1)!;
  const token = await redeemLink(environment, link, { password, userAgent: "test" });
  assert.equal(
    (await signIn(environment, { email, password: "a wrong guess", ...visit })).outcome,
    "refused",
  );
  assert.equal(
    (await signIn(environment, { email: "nobody@calder.example", password, ...visit })).outcome,
    "refused",
  );
  assert.equal((await signIn(environment, { email, password, ...visit })).outcome, "signed_in");
  const session = (await loadSession(environment, token))!;
  await changePassword(environment, session, { current: password, password: another, ...visit });
  const expected = [
    "user account.set_password {}",
    'user sign_in.succeed {"methods":["link"]}',
    'system sign_in.fail {"method":"password"}',
    'user sign_in.succeed {"methods":["password"]}',
    "user account.set_password {}",
    'user sign_in.succeed {"methods":["link","password"]}',
  ];
  assert.deepEqual(await trailOf(first.tenantId), expected);
  assert.deepEqual(await trailOf(second.tenantId), expected);
  assert.deepEqual(await trailOf(foreign.tenantId), []);
  const all = await withSystem(database, (db) => db.sql`select audit_event::text as row from audit_event`);
  for (const { row } of all) {
    for (const secret of [password, another, "a wrong guess", token, link]) assert.ok(!row.includes(secret));
  }
});
