/** Guards passkeys over plain HTTP: what a browser is given, whose they are, and that another site gets nowhere. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { confirmationMinutes } from "../../lib/core/confirmation.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { cookieName } from "../../session_cookie.ts";
import { type TestApp, testApp, type Visitor } from "../support/app.ts";
import { Authenticator } from "../support/authenticator.ts";
import { readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";

const clock = new FixedClock("2024-03-01T09:00:00Z");
const app = await testApp({ clock, host: "localhost" });
Deno.test.afterAll(() => app.stop());
const tenantId = await app.newTenant();
const here = { origin: app.origin, host: "localhost" };

/** Asks for a challenge, as the script of a page does; the visitor then holds its cookie too. */
async function challengeAt(path: string, visitor?: Visitor) {
  const answer = await app.post(`${path}/challenge`, {}, visitor);
  assert.equal(answer.status, 200);
  const [cookie] = answer.headers.getSetCookie();
  assert.match(cookie, /^milepost-challenge_\d+=[\w-]{43}; Path=\/; Max-Age=300; HttpOnly; SameSite=Lax$/);
  const cookies = [visitor?.cookie, cookie.split(";")[0]].filter(Boolean).join("; ");
  return {
    options: await answer.json(),
    visitor: { tenantId, userId: "", email: "", ...visitor, cookie: cookies },
  };
}

async function addPasskey(visitor: Visitor, device = new Authenticator()) {
  const { options, visitor: asked } = await challengeAt("/account/passkeys", visitor);
  const credential = device.create({ challenge: options.challenge, ...here }, options.user.id);
  const place = await sendForm(app, "/account/passkeys", { credential }, asked);
  return { device, id: /^\/account\/passkeys\/(.+)\?done=added$/.exec(place)![1] };
}

Deno.test("a passkey is added, named, and signs its owner in to the page that was wanted", async () => {
  const owner = await app.visitor(tenantId, "viewer");
  const { device, id } = await addPasskey(owner);
  assert.match(wordsOf(await readPage(app, `/account/passkeys/${id}?done=added`, owner)), /Name the device/);
  assert.match(
    wordsOf(await sendRefusedForm(app, `/account/passkeys/${id}`, { name: "" }, owner)),
    /Use a name of 1 to 60 characters. For example My laptop/,
  );
  await sendForm(app, `/account/passkeys/${id}`, { name: "Office <key>" }, owner);
  assert.match(await readPage(app, "/account/passkeys", owner), /Office &lt;key>/);
  const { options, visitor } = await challengeAt("/sign-in/passkey");
  const fields = { credential: device.get({ challenge: options.challenge, ...here }), next: "/customers" };
  const answer = await app.post("/sign-in/passkey", fields, visitor);
  assert.equal(answer.headers.get("location"), "/customers");
  const [cookie] = answer.headers.getSetCookie();
  assert.equal((await app.get("/account", { ...visitor, cookie: cookie.split(";")[0] })).status, 200);
  const again = await app.post("/sign-in/passkey", fields, visitor);
  assert.equal(again.status, 401, "sent twice, it signs in once");
  assert.equal(again.headers.getSetCookie().length, 0);
  assert.match(wordsOf(await again.text()), /This passkey did not work/);
});

Deno.test("a device is asked for a passkey only once its owner has confirmed who they are", async () => {
  const owner = await app.visitor(tenantId, "viewer");
  const { options, visitor } = await challengeAt("/account/passkeys", owner);
  assert.match(await readPage(app, "/account/passkeys", owner), /<form[^>]* data-passkey="create"/);
  clock.advance({ minutes: confirmationMinutes });
  const html = await readPage(app, "/account/passkeys", owner);
  assert.doesNotMatch(html, /data-passkey/);
  assert.match(html, /href="\/confirm\?next=\/account\/passkeys"/);
  const credential = new Authenticator().create({ challenge: options.challenge, ...here }, options.user.id);
  assert.match(await sendForm(app, "/account/passkeys", { credential }, visitor), /^\/confirm\?/);
  assert.match(wordsOf(await readPage(app, "/account/passkeys", owner)), /No passkey yet/);
});

Deno.test("an answer is nothing without the cookie of its browser, and leads nowhere off this site", async () => {
  const { device } = await addPasskey(await app.visitor(tenantId, "viewer"));
  const { options, visitor } = await challengeAt("/sign-in/passkey");
  const credential = device.get({ challenge: options.challenge, ...here });
  assert.equal((await app.post("/sign-in/passkey", { credential })).status, 401);
  const stolen = { ...visitor, cookie: `${cookieName(app.origin, "challenge")}=${"x".repeat(43)}` };
  assert.equal((await app.post("/sign-in/passkey", { credential }, stolen)).status, 401);
  const answer = await app.post("/sign-in/passkey", { credential, next: "//evil.example" }, visitor);
  assert.equal(answer.headers.get("location"), "/");
});

Deno.test("another site can ask for no challenge and send no answer", async () => {
  const owner = await app.visitor(tenantId, "viewer");
  const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
  for (const path of ["/sign-in/passkey", "/account/passkeys"]) {
    for (const place of [path, `${path}/challenge`]) {
      assert.equal((await app.post(place, { credential: "{}" }, owner, foreign)).status, 403, place);
    }
  }
});

Deno.test("nobody sees, names or removes another person's passkey, and signed out nobody adds one", async () => {
  const owner = await app.visitor(tenantId, "viewer");
  const { id } = await addPasskey(owner);
  const other = await app.visitor(tenantId, "admin");
  assert.match(wordsOf(await readPage(app, "/account/passkeys", other)), /No passkey yet/);
  for (const path of [`/account/passkeys/${id}`, `/account/passkeys/${id}/remove`]) {
    assert.equal((await app.get(path, other)).status, 404, path);
    assert.equal((await app.post(path, { name: "Mine" }, other)).status, 404, path);
  }
  assert.match(wordsOf(await readPage(app, "/account/passkeys", owner)), /Passkey 1/);
  assert.equal((await app.post("/account/passkeys/challenge", {})).status, 303);
  await sendForm(app, `/account/passkeys/${id}/remove`, {}, owner);
  assert.match(wordsOf(await readPage(app, "/account/passkeys?done=removed", owner)), /No passkey yet/);
  assert.equal((await app.get(`/account/passkeys/${id}`, owner)).status, 404);
});

Deno.test("where browsers have no passkeys, the pages offer none and the addresses are not there", async () => {
  const plain: TestApp = await testApp({ clock });
  try {
    const visitor = await plain.visitor(await plain.newTenant(), "viewer");
    assert.doesNotMatch(await (await plain.get("/sign-in")).text(), /passkey/i);
    const html = await readPage(plain, "/account/passkeys", visitor);
    assert.match(wordsOf(html), /Passkeys work only at an https address with a name/);
    assert.doesNotMatch(html, /<script/);
    for (const path of ["/sign-in/passkey", "/account/passkeys"]) {
      assert.equal((await plain.post(`${path}/challenge`, {}, visitor)).status, 404);
      assert.equal((await plain.post(path, { credential: "{}" }, visitor)).status, 404);
    }
  } finally {
    await plain.stop();
  }
});

Deno.test("the script is one file of this site, under a kilobyte, and the policy allows nothing else", async () => {
  const page = await app.get("/sign-in");
  const html = await page.text();
  const [script, ...others] = html.match(/<script[^>]*>/g)!;
  assert.equal(others.length, 0);
  const source = /src="(\/passkey\.js[^"]*)"/.exec(script)![1];
  const file = await (await app.get(source)).arrayBuffer();
  assert.ok(file.byteLength <= 1024, `${file.byteLength} bytes`);
  const committed = await Deno.readFile(new URL("../../static/passkey.js", import.meta.url));
  const digest = (bytes: ArrayBuffer | Uint8Array) =>
    createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
  assert.equal(digest(file), digest(committed));
  const policy = page.headers.get("content-security-policy")!;
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /trusted-types 'none'/);
});
