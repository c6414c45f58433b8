/** Guards, over plain HTTP, that an ended session loses nothing that was typed, and that a weighty step asks again who someone is. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { heldMinutes, largestHeldBytes } from "../../lib/auth/held_forms.ts";
import { redeemLink } from "../../lib/auth/links.ts";
import { idleHours, loadSession } from "../../lib/auth/sessions.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { confirmationMinutes } from "../../lib/core/confirmation.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { addMember } from "../../lib/tenants/members.ts";
import { cookieName } from "../../session_cookie.ts";
import { operator, testApp } from "../support/app.ts";
import { fieldsOf, wordsOf } from "../support/pages.ts";

const clock = new FixedClock("2024-03-01T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { environment } = app;

const password = "four plain words here";
let count = 0;

async function newPerson() {
  const email = `person${++count}@calder.example`, name = `Calder ${count}`;
  const { tenantId, linkPath } = await createTenant(environment, operator, { name, adminEmail: email });
  await redeemLink(environment, linkPath.split("/").at(-1)!, { password, userAgent: "" });
  return { email, tenantId, name };
}

/** A browser without script: keeps cookies, follows no redirect. */
class Browser {
  readonly cookies = new Map<string, string>();

  async get(path: string) {
    return this.#keep(await app.get(path, undefined, this.#headers()));
  }

  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return this.#keep(await app.post(path, fields, undefined, { ...this.#headers(), ...headers }));
  }

  async signIn(email: string, next = ""): Promise<string> {
    const answer = await this.post("/sign-in", { email, password, next });
    assert.equal(answer.status, 303, await answer.text());
    return answer.headers.get("location")!;
  }

  /** The words of a page. */
  async read(path: string): Promise<string> {
    const answer = await this.get(path);
    assert.equal(answer.status, 200, path);
    return wordsOf(await answer.text());
  }

  get session() {
    return this.cookies.get(cookieName(app.origin))!;
  }

  #headers(): Record<string, string> {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
  }

  #keep(answer: Response): Response {
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

async function newBrowser(email: string): Promise<Browser> {
  const browser = new Browser();
  await browser.signIn(email);
  return browser;
}

/** Fills in the form for a customer in a browser whose session has then ended, and sends it. */
async function sendTooLate(email: string, reference: string) {
  const browser = await newBrowser(email);
  const page = await (await browser.get("/customers/new")).text();
  const fields = { ...fieldsOf(page, "/customers/new"), name: "Oak & Sons", reference };
  clock.moveTo(clock.now().add({ hours: idleHours }));
  const answer = await browser.post("/customers/new", fields);
  return { browser, fields, answer };
}

/** The one button that sends a form that waits: where to, and with what. */
async function waiting(browser: Browser): Promise<{ action: string; fields: Record<string, string> }> {
  const page = await (await browser.get("/continue")).text();
  const found = /action="([^"]*)"[^>]*><button[^>]*name="held_form" value="([^"]*)"/.exec(page);
  assert.ok(found, wordsOf(page));
  return { action: found[1].replaceAll("&amp;", "&"), fields: { held_form: found[2] } };
}

async function customersOf(tenantId: string): Promise<string[]> {
  const rows = await withTenant(
    environment.database,
    tenantId,
    (db) => db.query.selectFrom("customer").select(["reference", "name"]).orderBy("reference").execute(),
  );
  return rows.map(({ reference, name }) => `${reference} ${name}`);
}

async function countHeld(): Promise<number> {
  const found = await withSystem(
    environment.database,
    (db) => db.query.selectFrom("held_form").select("id").execute(),
  );
  return found.length;
}

Deno.test("a form sent after the session ended waits, and goes on once after signing in", async () => {
  const { email, tenantId } = await newPerson();
  const { browser, fields, answer } = await sendTooLate(email, "O-1");
  assert.equal(answer.status, 303);
  const door = answer.headers.get("location")!;
  assert.equal(door, "/sign-in?next=%2Fcontinue");
  assert.match(await browser.read(door), /You were signed out\. What you typed is kept for 30 minutes/);
  assert.deepEqual(await customersOf(tenantId), []);
  assert.equal(await browser.signIn(email, "/continue"), "/continue");
  assert.match(await browser.read("/continue"), /Customers .*You sent this just now/);
  const { action, fields: standIn } = await waiting(browser);
  assert.equal(action, "/customers/new");
  const sent = await browser.post(action, standIn);
  assert.match(sent.headers.get("location") ?? await sent.text(), /^\/customers\/[0-9a-f-]{36}\?done=added$/);
  const again = await browser.post(action, standIn);
  assert.equal(again.headers.get("location"), "/continue");
  // The key of the form went along: the same form from the history of the browser makes no second customer either.
  const repeated = await browser.post("/customers/new", fields);
  assert.equal(repeated.headers.get("location"), sent.headers.get("location"));
  assert.deepEqual(await customersOf(tenantId), ["O-1 Oak & Sons"]);
  assert.match(await browser.read("/continue"), /Nothing waits for you here/);
});

Deno.test("a form that has something to fix comes back with what was typed, at its own address", async () => {
  const { email } = await newPerson();
  const { browser } = await sendTooLate(email, "");
  await browser.signIn(email);
  const { action, fields } = await waiting(browser);
  const answer = await browser.post(action, fields);
  assert.equal(answer.status, 422);
  const page = await answer.text();
  assert.equal(fieldsOf(page, "/customers/new").name, "Oak & Sons");
});

Deno.test("however someone signs in, what they typed comes first; a second form waits beside it", async () => {
  const { email } = await newPerson();
  const { browser } = await sendTooLate(email, "O-2");
  await browser.post("/account/name", { name: "Amira" });
  assert.equal(await browser.signIn(email), "/continue");
  const words = await browser.read("/continue");
  assert.match(words, /Your account .*Customers|Customers .*Your account/);
  const waitingIds = async () =>
    [...(await (await browser.get("/continue")).text()).matchAll(/name="discard" value="([^"]*)"/g)]
      .map(([, id]) => id);
  const [first, second] = await waitingIds();
  assert.equal((await browser.post("/continue", { discard: first })).headers.get("location"), "/continue");
  assert.deepEqual(await waitingIds(), [second]);
  assert.equal((await browser.post("/continue", { discard: second })).headers.get("location"), "/");
  assert.match(await browser.read("/continue"), /Nothing waits for you here/);
});

Deno.test("someone else who signs in there neither sees it nor sends it", async () => {
  const { email, tenantId } = await newPerson();
  const other = await newPerson();
  const { browser } = await sendTooLate(email, "O-3");
  await browser.signIn(email);
  const { action, fields } = await waiting(browser);
  await browser.signIn(other.email);
  assert.match(await browser.read("/continue"), /Nothing waits for you here/);
  const stolen = await browser.post(action, fields);
  assert.equal(stolen.headers.get("location"), "/continue");
  await browser.post("/continue", { discard: fields.held_form });
  assert.deepEqual([await customersOf(tenantId), await customersOf(other.tenantId)], [[], []]);
  await browser.signIn(email);
  await browser.post(action, fields);
  assert.deepEqual(await customersOf(tenantId), ["O-3 Oak & Sons"]);
});

Deno.test("another browser of the same person does not get it", async () => {
  const { email, tenantId } = await newPerson();
  const { browser } = await sendTooLate(email, "O-4");
  await browser.signIn(email);
  const { action, fields } = await waiting(browser);
  const elsewhere = await newBrowser(email);
  assert.equal((await elsewhere.post(action, fields)).headers.get("location"), "/continue");
  assert.deepEqual(await customersOf(tenantId), []);
});

Deno.test("it is sent nowhere else, and not to another business of the same person", async () => {
  const { email, tenantId, name } = await newPerson();
  const { browser } = await sendTooLate(email, "O-5");
  const second = await newPerson();
  const member = { email, roles: ["admin" as const] };
  await addMember(environment, { tenantId: second.tenantId, actor: operator }, member);
  await browser.signIn(email);
  const { action, fields } = await waiting(browser);
  for (const path of ["/customers/new?from=list", "/vehicles/new", "/account/name"]) {
    assert.equal((await browser.post(path, fields)).headers.get("location"), "/continue", path);
  }
  const switched = await browser.post("/tenants?next=/continue", { tenant: second.tenantId });
  assert.equal(switched.headers.get("location"), "/continue");
  assert.match(await browser.read("/continue"), new RegExp(`It belongs to ${name}\\. .*Work in ${name}`));
  assert.equal((await browser.post(action, fields)).headers.get("location"), "/continue");
  assert.deepEqual([await customersOf(tenantId), await customersOf(second.tenantId)], [[], []]);
});

Deno.test("a form of another site is refused before anything is kept", async () => {
  const { email } = await newPerson();
  const browser = await newBrowser(email);
  clock.moveTo(clock.now().add({ hours: idleHours }));
  const before = await countHeld();
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const answer = await browser.post("/customers/new", { name: "Oak" }, foreign);
  assert.equal(answer.status, 403);
  assert.deepEqual([answer.headers.getSetCookie(), await countHeld()], [[], before]);
});

Deno.test("after half an hour it is gone, and says so", async () => {
  const { email, tenantId } = await newPerson();
  const { browser } = await sendTooLate(email, "O-6");
  await browser.signIn(email);
  const { action, fields } = await waiting(browser);
  clock.moveTo(clock.now().add({ minutes: heldMinutes }));
  assert.equal((await browser.post(action, fields)).headers.get("location"), "/continue");
  assert.match(
    await browser.read("/continue"),
    /Nothing waits for you here\. What you type is kept for 30 min/,
  );
  assert.deepEqual(await customersOf(tenantId), []);
});

Deno.test("what is too large, or from nobody known, is not kept, and the door says so", async () => {
  const { email } = await newPerson();
  const { browser } = await sendTooLate(email, "O-7");
  const before = await countHeld();
  const large = await browser.post("/customers/new", { name: "x".repeat(largestHeldBytes) });
  const unknown = await new Browser().post("/customers/new", { name: "Oak" });
  for (const answer of [large, unknown]) {
    const door = answer.headers.get("location")!;
    assert.equal(door, "/sign-in?kept=no");
    assert.match(await new Browser().read(door), /what you sent could not be kept/);
  }
  assert.equal(await countHeld(), before);
});

Deno.test("what a script asks for is not kept: nobody could go on with it", async () => {
  const { email } = await newPerson();
  const browser = await newBrowser(email);
  clock.moveTo(clock.now().add({ hours: idleHours }));
  const before = await countHeld();
  const path = "/account/passkeys/challenge";
  const headers = { cookie: `${cookieName(app.origin)}=${browser.session}`, origin: app.origin };
  const answer = await fetch(app.url + path, { method: "POST", headers, redirect: "manual" });
  assert.deepEqual([answer.status, await countHeld()], [303, before]);
  await answer.body?.cancel();
});

Deno.test("a session that was ended keeps what its person typed, too", async () => {
  const { email, tenantId } = await newPerson();
  const browser = await newBrowser(email);
  const fields = fieldsOf(await (await browser.get("/customers/new")).text(), "/customers/new");
  await withSystem(
    environment.database,
    (db) => db.query.updateTable("session").set({ ended_at: clock.now() }).execute(),
  );
  await browser.post("/customers/new", { ...fields, name: "Elm", reference: "E-1" });
  await browser.signIn(email);
  const { action, fields: standIn } = await waiting(browser);
  await browser.post(action, standIn);
  assert.deepEqual(await customersOf(tenantId), ["E-1 Elm"]);
});

/** Sends the form for a key of a program, 15 minutes after signing in. */
async function sendKey() {
  const person = await newPerson();
  const browser = await newBrowser(person.email);
  const page = await (await browser.get("/api-keys")).text();
  const sent = { ...fieldsOf(page, "/api-keys"), name: "Depot", access: "read" };
  clock.moveTo(clock.now().add({ minutes: confirmationMinutes }));
  return { ...person, browser, sent, answer: await browser.post("/api-keys", sent) };
}

async function keysOf(tenantId: string): Promise<string[]> {
  const rows = await withTenant(
    environment.database,
    tenantId,
    (db) => db.query.selectFrom("api_key").select("name").execute(),
  );
  return rows.map(({ name }) => name);
}

Deno.test("a weighty step asks for the password again, and then goes on with what was sent", async () => {
  const { browser, tenantId, sent, answer } = await sendKey();
  assert.equal(answer.status, 303);
  const where = answer.headers.get("location")!;
  assert.match(where, /^\/confirm\?held=[0-9a-f-]{36}$/);
  assert.deepEqual(await keysOf(tenantId), []);
  const page = await (await browser.get(where)).text();
  assert.match(wordsOf(page), /What you sent in API keys is kept for 30 minutes/);
  const fields = fieldsOf(page, "/confirm");
  const wrong = await browser.post("/confirm", { ...fields, password: "other words" });
  assert.equal(wrong.status, 422);
  const wrongPage = await wrong.text();
  assert.match(wordsOf(wrongPage), /This is not your password/);
  assert.ok(!wrongPage.includes("other words"));
  assert.deepEqual(await keysOf(tenantId), []);
  const former = browser.session;
  const right = await browser.post("/confirm", { ...fieldsOf(wrongPage, "/confirm"), password });
  assert.equal(right.status, 307);
  assert.equal(right.headers.get("location"), "/api-keys");
  assert.notEqual(browser.session, former, "the secret is a new one");
  assert.equal(await loadSession(environment, former), null, "the old one opens nothing");
  // A browser sends the same fields on.
  const made = await browser.post("/api-keys", { ...fields, password });
  assert.match(wordsOf(await made.text()), /Depot/);
  assert.deepEqual(await keysOf(tenantId), ["Depot"]);
  assert.equal(
    (await browser.post("/api-keys", { ...fields, password })).headers.get("location"),
    "/continue",
  );
  assert.deepEqual(await keysOf(tenantId), ["Depot"]);
  const next = await browser.post("/api-keys", { ...sent, name: "Yard" });
  assert.equal(next.status, 200, "for the next 15 minutes nobody asks");
});

Deno.test("signing in again confirms it as well, and what was sent waits", async () => {
  const { browser, email, tenantId, answer } = await sendKey();
  const page = await (await browser.get(answer.headers.get("location")!)).text();
  const out = /action="(\/sign-out[^"]*)"/.exec(page.split("Another way")[1])![1];
  const door = (await browser.post(out, {})).headers.get("location")!;
  assert.equal(door, "/sign-in?next=%2Fcontinue");
  await browser.signIn(email, "/continue");
  const { action, fields } = await waiting(browser);
  assert.equal((await browser.post(action, fields)).status, 200);
  assert.deepEqual(await keysOf(tenantId), ["Depot"]);
});

Deno.test("a stand-in that waits longer than the proof lasts asks once more and loses nothing", async () => {
  const { email, tenantId } = await newPerson();
  const browser = await newBrowser(email);
  const sent = fieldsOf(await (await browser.get("/api-keys")).text(), "/api-keys");
  clock.moveTo(clock.now().add({ hours: idleHours }));
  await browser.post("/api-keys", { ...sent, name: "Depot", access: "read" });
  await browser.signIn(email);
  const { action, fields } = await waiting(browser);
  clock.moveTo(clock.now().add({ minutes: confirmationMinutes }));
  const asked = (await browser.post(action, fields)).headers.get("location")!;
  assert.match(asked, /^\/confirm\?held=/);
  const again = fieldsOf(await (await browser.get(asked)).text(), "/confirm");
  assert.equal((await browser.post("/confirm", { ...again, password })).status, 307);
  await browser.post(action, { ...again, password });
  assert.deepEqual(await keysOf(tenantId), ["Depot"]);
});

Deno.test("guesses on the confirmation page are counted as at the door", async () => {
  const { browser, tenantId, answer } = await sendKey();
  const fields = fieldsOf(await (await browser.get(answer.headers.get("location")!)).text(), "/confirm");
  for (let guess = 0; guess < 5; guess++) await browser.post("/confirm", { ...fields, password: "guess" });
  const waits = await browser.post("/confirm", { ...fields, password });
  assert.equal(waits.status, 429);
  assert.match(wordsOf(await waits.text()), /Wait 15 minutes/);
  assert.deepEqual(await keysOf(tenantId), []);
});

Deno.test("a program in a browser session is refused with a problem, and nothing is kept of it", async () => {
  const { browser } = await sendKey();
  const before = await countHeld();
  const answer = await browser.post("/api/v1/usage-events", {});
  assert.match(answer.headers.get("content-type")!, /problem\+json/);
  assert.equal(await countHeld(), before);
});

Deno.test("choosing another business gives the session a new secret", async () => {
  const { email, tenantId } = await newPerson();
  const browser = await newBrowser(email);
  const former = browser.session;
  await browser.post("/tenants", { tenant: tenantId });
  assert.notEqual(browser.session, former);
  assert.equal(await loadSession(environment, former), null);
  assert.ok(await loadSession(environment, browser.session));
});
