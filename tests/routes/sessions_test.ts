/** The page of one's sessions over plain HTTP: each can be ended, which counts at once, and the trail says who came and went. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { redeemLink } from "../../lib/auth/links.ts";
import { idleHours } from "../../lib/auth/sessions.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { confirmationMinutes } from "../../lib/core/confirmation.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { operator, testApp, type Visitor } from "../support/app.ts";
import { readPage, wordsOf } from "../support/pages.ts";

const clock = new FixedClock("2024-03-01T09:00:00Z");
const app = await testApp({ clock, settings: { MILEPOST_TRUSTED_PROXIES: "1" } });
Deno.test.afterAll(() => app.stop());

const password = "four plain words here";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1";
let count = 0;

async function newPerson() {
  const email = `person${++count}@calder.example`;
  const made = await createTenant(app.environment, operator, { name: `Calder ${count}`, adminEmail: email });
  await redeemLink(app.environment, made.linkPath.split("/").at(-1)!, { password, userAgent: "" });
  await withSystem(
    app.environment.database,
    (db) =>
      db.query.updateTable("session").set({ ended_at: clock.now() }).where("user_id", "=", made.userId)
        .execute(),
  );
  return { email, tenantId: made.tenantId, userId: made.userId };
}

/** The person on one more browser. */
async function signIn({ email, tenantId, userId }: Awaited<ReturnType<typeof newPerson>>, userAgent: string) {
  const from = { "user-agent": userAgent, "x-forwarded-for": "192.0.2.7" };
  const answer = await app.post("/sign-in", { email, password }, undefined, from);
  assert.equal(answer.status, 303);
  const visitor: Visitor = {
    email,
    tenantId,
    userId,
    cookie: answer.headers.getSetCookie()[0].split(";")[0],
  };
  await app.get("/account", visitor, from);
  return visitor;
}

const statusOf = async (visitor: Visitor) => (await app.get("/account", visitor)).status;

/** The ids that the page can end. */
async function endable(visitor: Visitor): Promise<string[]> {
  const page = await readPage(app, "/account/sessions", visitor);
  return [...page.matchAll(/name="end" value="([0-9a-f-]{36})"/g)].map(([, id]) => id);
}

async function trailOf(tenantId: string): Promise<string[]> {
  const rows = await withTenant(
    app.environment.database,
    tenantId,
    (db) =>
      db.query.selectFrom("audit_event").where("command", "in", ["session.end", "sign_in.succeed"]).offset(1)
        .select(["command", "actor"]).orderBy("id").execute(),
  );
  return rows.map(({ command, actor }) => `${command} ${actor}`);
}

Deno.test("one's browsers are listed with their last use, address and way; another person's are not", async () => {
  const person = await newPerson();
  const here = await signIn(person, firefox);
  clock.moveTo(clock.now().add({ minutes: 1 }));
  await signIn(person, iphone);
  await signIn(await newPerson(), firefox);
  const words = wordsOf(await readPage(app, "/account/sessions", here));
  // Looking at the page is its last use, from the address of the test itself.
  assert.match(words, /Firefox on Linux 1 March, 09:00 1 March, 09:01 127\.0\.0\.1 password this one/);
  assert.match(
    words,
    /Safari on iPhone .* 192\.0\.2\.7 password Sign out Safari on iPhone, since 1 March, 09:01/,
  );
  assert.equal((await endable(here)).length, 1);
  clock.moveTo(clock.now().add({ minutes: 10 }));
  await app.get("/account", here);
  const inOrder = wordsOf(await readPage(app, "/account/sessions", here));
  assert.match(inOrder, /Firefox on Linux .*Safari on iPhone/, "the one used last comes first");
  clock.moveTo(clock.now().add({ minutes: 10 }));
  const newest = await signIn(person, iphone);
  assert.match(
    wordsOf(await readPage(app, "/account/sessions", newest)),
    /Safari on iPhone .*this one .*Firefox on Linux/,
  );
});

Deno.test("a session that is ended opens nothing from then on; the others stay", async () => {
  const person = await newPerson();
  const here = await signIn(person, firefox), there = await signIn(person, iphone);
  const [id] = await endable(here);
  const answer = await app.post("/account/sessions", { end: id }, here);
  assert.equal(answer.headers.get("location"), "/account/sessions?done=one");
  assert.deepEqual([await statusOf(here), await statusOf(there)], [200, 303]);
  const again = await app.post("/account/sessions", { end: id }, here);
  assert.equal(again.status, 404);
  await again.body?.cancel();
  const user = `user:${person.userId}`;
  assert.deepEqual(await trailOf(person.tenantId), [
    `sign_in.succeed ${user}`,
    `sign_in.succeed ${user}`,
    `session.end ${user}`,
  ]);
});

Deno.test("ending sessions asks again who someone is, and then goes on", async () => {
  const person = await newPerson();
  const here = await signIn(person, firefox), there = await signIn(person, iphone);
  clock.moveTo(clock.now().add({ minutes: confirmationMinutes }));
  for (const end of ["others", (await endable(here))[0]]) {
    const answer = await app.post("/account/sessions", { end }, here);
    assert.match(answer.headers.get("location")!, /^\/confirm\?held=/);
  }
  assert.equal(await statusOf(there), 200);
});

Deno.test("all the others end at once", async () => {
  const person = await newPerson();
  const [here, second, third] = [
    await signIn(person, firefox),
    await signIn(person, iphone),
    await signIn(person, iphone),
  ];
  const stranger = await signIn(await newPerson(), iphone);
  await app.post("/account/sessions", { end: "others" }, here);
  assert.equal(await statusOf(stranger), 200, "a session of somebody else stays");
  assert.deepEqual([await statusOf(here), await statusOf(second), await statusOf(third)], [200, 303, 303]);
  assert.equal((await trailOf(person.tenantId)).filter((row) => row.startsWith("session.end")).length, 1);
});

Deno.test("nobody ends a session of someone else", async () => {
  const person = await newPerson();
  const [here, there] = [await signIn(person, firefox), await signIn(person, iphone)];
  const [id] = await endable(here);
  const stranger = await signIn(await newPerson(), firefox);
  for (const end of [id, "no-such-id", ""]) {
    const answer = await app.post("/account/sessions", { end }, stranger);
    assert.equal(answer.status, 404, end);
    await answer.body?.cancel();
  }
  assert.equal(await statusOf(there), 200);
});

Deno.test("signing out stands in the trail, and a browser that was away too long in no list", async () => {
  const person = await newPerson();
  const away = await signIn(person, iphone);
  clock.moveTo(clock.now().add({ hours: idleHours }));
  const here = await signIn(person, firefox);
  assert.deepEqual(await endable(here), []);
  assert.equal(await statusOf(away), 303);
  const old = await signIn(person, iphone);
  assert.equal((await endable(here)).length, 1);
  await withSystem(
    app.environment.database,
    (db) =>
      db.query.updateTable("session").set({ expires_at: clock.now() }).where("user_id", "=", person.userId)
        .where("user_agent", "=", iphone).execute(),
  );
  assert.deepEqual(await endable(here), [], "nor one that is too old");
  assert.equal(await statusOf(old), 303);
  await app.post("/sign-out", {}, here);
  assert.match((await trailOf(person.tenantId)).at(-1)!, /^session\.end /);
});

Deno.test("live news stop when the session is ended", async () => {
  const person = await newPerson();
  const [here, there] = [await signIn(person, firefox), await signIn(person, iphone)];
  const answer = await app.get("/events", there);
  const reader = answer.body!.getReader();
  await reader.read();
  await app.post("/account/sessions", { end: "others" }, here);
  await app.post("/customers/new", { reference: "O-1", name: "Oak", key: crypto.randomUUID() }, here);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    assert.doesNotMatch(new TextDecoder().decode(value), /customer/);
  }
});
