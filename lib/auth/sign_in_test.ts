/** Guards the way in, on a real database: links, passwords, sessions, tenants, and what guessing gets you. */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { testDatabase } from "../../tests/support/database.ts";
import { insertSignInAttempt } from "../../db/queries/sign_in_attempt.ts";
import { setUserPassword } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import type { Actor } from "../core/actor.ts";
import { capabilities } from "../core/actor.ts";
import { FixedClock } from "../core/clock.ts";
import { createTenant } from "../tenants/create_tenant.ts";
import { addMember, makeMemberLink } from "../tenants/members.ts";
import { findLink, linkMinutes, redeemLink } from "./links.ts";
import { hashPassword } from "./password.ts";
import { hashToken, idleHours, loadSession, longestDays, signOut, switchTenant } from "./sessions.ts";
import { hashEmail } from "./attempts.ts";
import { signIn } from "./sign_in.ts";
import { limits } from "./throttle.ts";
import { environmentOf } from "../../tests/support/environment.ts";

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
const password = "four plain words here";
const { perAccountAndAddress, perAccountFromStrangers, windowMinutes } = limits.password;
const home = "192.0.2.1";

let count = 0;
/** A new tenant whose admin has signed in by the link; the session is the admin's first. */
async function newTenant(email = `admin${++count}@calder.example`) {
  const made = await createTenant(environment, operator, { name: `Calder ${++count}`, adminEmail: email });
  const token = await redeemLink(environment, tokenOf(made.linkPath), { password, userAgent: "test" });
  return { ...made, email, token };
}

function tokenOf(linkPath: string): string {
  return linkPath.split("/").at(-1)!;
}

function tryPassword(email: string, guess: string, address = home) {
  return signIn(environment, { email, password: guess, address, userAgent: "test" });
}

async function sessionOf(token: string) {
  const session = await loadSession(environment, token);
  assert.ok(session, "there is a session");
  return session;
}

Deno.test("a new tenant's admin gets in by the link, once, and may do everything there", async () => {
  const made = await createTenant(environment, operator, {
    name: " Calder ",
    adminEmail: "Amira@Calder.example",
  });
  const token = tokenOf(made.linkPath);
  assert.equal((await findLink(environment, token)).email, "amira@calder.example");
  assert.equal((await findLink(environment, token)).hasPassword, false, "looking twice does not use it up");
  const session = await sessionOf(await redeemLink(environment, token, { password, userAgent: "test" }));
  assert.deepEqual(session.tenant, { id: made.tenantId, name: "Calder" });
  assert.deepEqual([...session.actor.capabilities].sort(), [...capabilities].sort());
  assert.deepEqual([session.actor.authenticatedAt, session.methods], [clock.now(), ["link"]]);
  await assert.rejects(redeemLink(environment, token, { password, userAgent: "test" }), {
    name: "LinkExpired",
  });
  await assert.rejects(findLink(environment, token), { name: "LinkExpired" });
});

Deno.test("a password that is not allowed leaves the link usable", async () => {
  const { linkPath } = await createTenant(environment, operator, {
    name: "Ash",
    adminEmail: "ash@ash.example",
  });
  await assert.rejects(
    redeemLink(environment, tokenOf(linkPath), { password: "short", userAgent: "" }),
    (error: Error & { fields: unknown }) => {
      assert.equal(error.name, "InvalidInput");
      assert.doesNotMatch(JSON.stringify(error.fields), /"short"/, "the password is not written back");
      return true;
    },
  );
  assert.ok(await redeemLink(environment, tokenOf(linkPath), { password, userAgent: "" }));
});

Deno.test("of two who use a link at the same moment one gets in", async () => {
  const { linkPath } = await createTenant(environment, operator, {
    name: "Elm",
    adminEmail: "elm@elm.example",
  });
  const both = await Promise.allSettled(
    [1, 2].map(() => redeemLink(environment, tokenOf(linkPath), { password, userAgent: "" })),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

Deno.test("a link ends after its hours", async () => {
  const { linkPath } = await createTenant(environment, operator, {
    name: "Oak",
    adminEmail: "oak@oak.example",
  });
  clock.advance({ minutes: linkMinutes.invitation });
  await assert.rejects(findLink(environment, tokenOf(linkPath)), { name: "LinkExpired" });
});

Deno.test("the right password opens a session; a wrong one, an unknown address and a missing password do not", async () => {
  const { email } = await newTenant();
  const right = await tryPassword(` ${email.toUpperCase()} `, password);
  assert.ok(right.outcome === "signed_in");
  const session = await sessionOf(right.token);
  assert.deepEqual([session.actor.authenticatedAt, session.methods], [clock.now(), ["password"]]);
  assert.equal((await tryPassword(email, "four plain words there")).outcome, "refused");
  assert.equal((await tryPassword("nobody@calder.example", password)).outcome, "refused");
  await createTenant(environment, operator, { name: "New", adminEmail: "new@calder.example" });
  assert.equal((await tryPassword("new@calder.example", password)).outcome, "refused");
  assert.equal((await tryPassword("new@calder.example", "")).outcome, "refused");
});

Deno.test("guessing is counted before it is checked: a burst gets no extra try, and then even the right one waits", async () => {
  const { email } = await newTenant();
  const burst = await Promise.all(
    Array.from({ length: 12 }, () => tryPassword(email, "wrong", "198.51.100.7")),
  );
  const refused = burst.filter(({ outcome }) => outcome === "refused").length;
  assert.equal(refused, perAccountAndAddress);
  const waiting = await tryPassword(email, password, "198.51.100.7");
  assert.deepEqual(waiting, { outcome: "throttled", until: clock.now().add({ minutes: windowMinutes }) });
  assert.equal(
    (await tryPassword(email, password, home)).outcome,
    "signed_in",
    "from elsewhere the owner gets in",
  );
  clock.advance({ minutes: windowMinutes });
  assert.equal((await tryPassword(email, password, "198.51.100.7")).outcome, "signed_in");
});

Deno.test("an unknown address is slowed down just like a known one", async () => {
  for (let index = 0; index < perAccountAndAddress; index++) {
    await tryPassword("ghost@calder.example", "x");
  }
  assert.equal((await tryPassword("ghost@calder.example", "x")).outcome, "throttled");
});

Deno.test("strangers who guess lock out strangers, not the owner at a known address", async () => {
  const { email } = await newTenant();
  assert.equal((await tryPassword(email, password, home)).outcome, "signed_in");
  await withSystem(database, async (db) => {
    for (let index = 0; index < perAccountFromStrangers; index++) {
      const address = `203.0.113.${index}`;
      await insertSignInAttempt(db, {
        emailHash: hashEmail(email),
        address,
        kind: "password",
        succeeded: false,
        now: clock.now(),
      });
    }
  });
  assert.equal((await tryPassword(email, password, "203.0.113.200")).outcome, "throttled");
  assert.equal((await tryPassword(email, password, home)).outcome, "signed_in");
});

Deno.test("success forgets the mistakes before it", async () => {
  const { email } = await newTenant();
  for (let index = 1; index < perAccountAndAddress; index++) await tryPassword(email, "wrong");
  assert.equal((await tryPassword(email, password)).outcome, "signed_in");
  assert.equal((await tryPassword(email, "wrong")).outcome, "refused");
});

Deno.test("a hash of another cost is replaced at the next sign-in", async () => {
  const { email, userId } = await newTenant();
  const cheap = await hashPassword(password, { log2N: 4, r: 8, p: 1 });
  await withSystem(database, (db) => setUserPassword(db, userId, cheap));
  assert.equal((await tryPassword(email, password)).outcome, "signed_in");
  const kept = await withSystem(
    database,
    (db) =>
      db.query.selectFrom("user").select("password_hash").where("id", "=", userId).executeTakeFirstOrThrow(),
  );
  assert.match(kept.password_hash ?? "", /^\$scrypt\$ln=15,/);
  assert.equal((await tryPassword(email, password)).outcome, "signed_in");
});

Deno.test("the database never sees the secret of a session", async () => {
  const { token } = await newTenant();
  const rows = await withSystem(database, (db) => db.query.selectFrom("session").selectAll().execute());
  assert.ok(rows.some((row) => Buffer.from(row.token_hash).equals(hashToken(token))));
  const text = JSON.stringify(rows, (_key, value) => value instanceof Uint8Array ? String(value) : value);
  assert.ok(!text.includes(token) && !text.includes(String(new TextEncoder().encode(token))));
});

Deno.test("a session ends after a time away, use keeps it, and no use keeps it for ever", async () => {
  const { token } = await newTenant();
  clock.advance({ hours: idleHours - 1 });
  assert.ok(await loadSession(environment, token), "an hour is left");
  clock.advance({ hours: idleHours - 1 });
  assert.ok(await loadSession(environment, token), "use kept it");
  clock.advance({ hours: idleHours });
  assert.equal(await loadSession(environment, token), null, "away too long");

  const busy = (await newTenant()).token;
  for (let hours = 0; hours < 24 * longestDays - 6; hours += 6) {
    clock.advance({ hours: 6 });
    assert.ok(await loadSession(environment, busy));
  }
  clock.advance({ hours: 6 });
  assert.equal(await loadSession(environment, busy), null, "too old, however busy");
});

Deno.test("signing out ends the session, and only that one", async () => {
  const { email, token } = await newTenant();
  const other = await tryPassword(email, password);
  assert.ok(other.outcome === "signed_in");
  await signOut(environment, token);
  assert.equal(await loadSession(environment, token), null);
  assert.ok(await loadSession(environment, other.token));
  assert.equal(await loadSession(environment, "no such secret"), null);
});

Deno.test("a new password by a new link ends every other session", async () => {
  const { tenantId, email, token } = await newTenant();
  const path = await makeMemberLink(environment, { tenantId, actor: operator }, email);
  const fresh = await redeemLink(environment, tokenOf(path), {
    password: "other plain words here",
    userAgent: "",
  });
  assert.equal(await loadSession(environment, token), null);
  assert.ok(await loadSession(environment, fresh));
  assert.equal((await tryPassword(email, password)).outcome, "refused");
});

Deno.test("a person of two tenants switches between them, comes back to the last one, and reaches no third", async () => {
  const first = await newTenant(), second = await newTenant(), third = await newTenant();
  await addMember(environment, { tenantId: second.tenantId, actor: operator }, {
    email: first.email,
    roles: ["viewer"],
  });
  assert.equal((await sessionOf(first.token)).memberships.length, 2);
  const token = await switchTenant(environment, first.token, second.tenantId);
  assert.equal(await loadSession(environment, first.token), null, "other rights, other secret");
  const session = await sessionOf(token);
  assert.equal(session.tenant?.id, second.tenantId);
  assert.deepEqual([...session.actor.capabilities], ["read"], "roles are those of the open tenant");
  await assert.rejects(switchTenant(environment, token, third.tenantId), { name: "NotFound" });
  assert.equal((await sessionOf(token)).tenant?.id, second.tenantId);
  const again = await tryPassword(first.email, password);
  assert.ok(again.outcome === "signed_in");
  assert.equal((await sessionOf(again.token)).tenant?.id, second.tenantId);
});

Deno.test("whoever leaves a tenant loses it in the middle of a session", async () => {
  const { tenantId, userId, token } = await newTenant();
  await withSystem(
    database,
    (db) =>
      db.query.deleteFrom("membership").where("tenant_id", "=", tenantId).where("user_id", "=", userId)
        .execute(),
  );
  const session = await sessionOf(token);
  assert.equal(session.tenant, null);
  assert.equal(session.actor.capabilities.size, 0);
});
