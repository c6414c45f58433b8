/** Guards sign-in in two steps over plain HTTP, without script: setting it up, the second step, and the ways around a code. */
import assert from "node:assert/strict";
import { redeemLink } from "../../lib/auth/links.ts";
import { limits } from "../../lib/auth/throttle.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { confirmationMinutes } from "../../lib/core/confirmation.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { cookieName } from "../../session_cookie.ts";
import { mailedLinks, mailSettings } from "../support/account_mail.ts";
import { operator, testApp, type Visitor } from "../support/app.ts";
import { readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";
import { startSmtpServer } from "../support/smtp_server.ts";
import { codeAt, turnTwoStepOn } from "../support/two_step.ts";

const clock = new FixedClock("2024-03-01T09:00:00Z");
const server = startSmtpServer();
const app = await testApp({ clock, settings: mailSettings(server) });
Deno.test.afterAll(async () => {
  await app.stop();
  await server.stop();
});

const password = "four plain words here";
let count = 0;

async function newPerson() {
  const email = `person${++count}@calder.example`;
  const { userId, tenantId, linkPath } = await createTenant(app.environment, operator, {
    name: `Calder ${count}`,
    adminEmail: email,
  });
  const token = await redeemLink(app.environment, linkPath.split("/").at(-1)!, { password, userAgent: "" });
  return { email, userId, tenantId, cookie: `${cookieName(app.origin)}=${token}` };
}

async function newTwoStepPerson() {
  const person = await newPerson();
  const authenticator = await turnTwoStepOn(app.environment, person);
  clock.advance({ seconds: 30 });
  return { ...person, ...authenticator };
}

/** A visitor who holds the cookies of an answer. */
function holding(answer: Response): Visitor {
  const cookie = answer.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
  return { tenantId: "", userId: "", email: "", cookie };
}

async function doFirstStep(email: string, next = "/customers"): Promise<Visitor> {
  const answer = await app.post("/sign-in", { email, password, next });
  assert.equal(answer.headers.get("location"), `/sign-in/code?next=${encodeURIComponent(next)}`);
  return holding(answer);
}

Deno.test("two-step sign-in is set up with a picture or a typed key, and the codes are shown once", async () => {
  const person = await newPerson();
  assert.match(await readPage(app, "/account", person), /href="\/account\/two-step"/);
  await sendForm(app, "/account/two-step", {}, person);
  const html = await readPage(app, "/account/two-step", person);
  assert.match(html, /<svg role="img" aria-label="QR code with the key below"/);
  const seed = /Key: <code[^>]*>([A-Z2-7 ]+)</.exec(html)![1].replaceAll(" ", "");
  const wrong = wordsOf(await sendRefusedForm(app, "/account/two-step/confirm", { code: "000000" }, person));
  assert.match(wrong, /This code is wrong or was used/);
  assert.ok(wrong.includes("Key:"), "the key stays on the page");
  const answer = await app.post("/account/two-step/confirm", { code: codeAt(seed, clock.now()) }, person);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const codes = [...(await answer.text()).matchAll(/<code[^>]*>([0-9a-z-]{32})</g)].map(([, code]) => code);
  assert.equal(new Set(codes).size, 10);
  const after = await readPage(app, "/account/two-step", person);
  assert.match(wordsOf(after), /Recovery codes left 10/);
  assert.ok(!after.includes(seed) && !codes.some((code) => after.includes(code)));
  const renewed = await (await app.post("/account/two-step/codes", {}, person)).text();
  assert.ok(!codes.some((code) => renewed.includes(code)));
});

Deno.test("a key that was left waiting is shown to, and confirmed by, only someone who just proved who they are", async () => {
  const person = await newPerson();
  await sendForm(app, "/account/two-step", {}, person);
  const seed = /Key: <code[^>]*>([A-Z2-7 ]+)</.exec(await readPage(app, "/account/two-step", person))![1];
  clock.advance({ minutes: confirmationMinutes });
  const later = await readPage(app, "/account/two-step", person);
  assert.ok(!later.includes(seed));
  assert.match(wordsOf(later), /Set up two-step sign-in/);
  const code = codeAt(seed.replaceAll(" ", ""), clock.now());
  const asked = await app.post("/account/two-step/confirm", { code }, person);
  assert.match(asked.headers.get("location")!, /^\/confirm\?held=/);
  assert.equal((await app.post("/sign-in", { email: person.email, password })).headers.get("location"), "/");
});

Deno.test("with two-step sign-in on, the old password alone makes no new one, which would confirm the session", async () => {
  const person = await newTwoStepPerson();
  const fields = { current: password, password: "five other plain words" };
  clock.advance({ minutes: confirmationMinutes });
  const asked = await app.post("/account/password", fields, person);
  assert.match(asked.headers.get("location")!, /^\/confirm\?held=/);
  await doFirstStep(person.email);
  const session = await app.post(
    "/sign-in/code",
    { code: person.recoveryCodes[0] },
    await doFirstStep(person.email),
  );
  const changed = await app.post("/account/password", fields, holding(session));
  assert.equal(changed.headers.get("location"), "/account?done=password");
});

Deno.test("too many wrong present passwords say how long to wait, on the page of the account", async () => {
  const person = await newPerson();
  const fields = { current: "guess", password: "five other plain words" };
  for (let guess = 0; guess < limits.password.perAccountAndAddress; guess++) {
    await sendRefusedForm(app, "/account/password", fields, person);
  }
  const answer = await app.post("/account/password", { ...fields, current: password }, person);
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "900"]);
  assert.match(wordsOf(await answer.text()), /Your account .*Wait 15 minutes/);
});

Deno.test("after the password comes the code, then the page that was wanted; until then nothing opens", async () => {
  const { email, seed } = await newTwoStepPerson();
  const between = await doFirstStep(email);
  assert.match(between.cookie, new RegExp(`^${cookieName(app.origin, "step")}=[\\w-]{43}$`));
  assert.equal((await app.get("/account", between)).status, 303, "no page opens between the steps");
  const asSession = { ...between, cookie: between.cookie.replace(/^.*=/, `${cookieName(app.origin)}=`) };
  assert.equal(
    (await app.get("/account", asSession)).status,
    303,
    "the secret of a step is none of a session",
  );
  const html = await readPage(app, "/sign-in/code?next=/customers", between);
  assert.match(html, /autocomplete="one-time-code"/);
  assert.match(wordsOf(html), new RegExp(`signing in as ${email}`));
  const fields = { code: codeAt(seed, clock.now()), next: "/customers" };
  const answer = await app.post("/sign-in/code", fields, between);
  assert.equal(answer.headers.get("location"), "/customers");
  assert.match(answer.headers.getSetCookie()[1], /-step_\d+=; Path=\/; Max-Age=0/);
  assert.equal((await app.get("/account", holding(answer))).status, 200);
  assert.equal((await app.post("/sign-in/code", fields, between)).headers.get("location"), "/sign-in");
  assert.equal((await app.get("/sign-in/code")).headers.get("location"), "/sign-in");
});

Deno.test("nobody is sent off this site after the second step", async () => {
  const { email, recoveryCodes } = await newTwoStepPerson();
  const between = await doFirstStep(email, "/");
  const answer = await app.post(
    "/sign-in/code",
    { code: recoveryCodes[0], next: "//evil.example/" },
    between,
  );
  assert.equal(answer.headers.get("location"), "/");
});

Deno.test("a wrong code says so beside the field, and too many say how long to wait and leave the link", async () => {
  const { email, seed } = await newTwoStepPerson();
  const between = await doFirstStep(email);
  for (let index = 0; index < limits.code.perAccountAndAddress; index++) {
    const html = await sendRefusedForm(app, "/sign-in/code", { code: "123456" }, between);
    assert.match(html, /<title>Error: Second step/);
    assert.doesNotMatch(html, /value="123456"/);
  }
  const answer = await app.post("/sign-in/code", { code: codeAt(seed, clock.now()) }, between);
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get("retry-after"), "3600");
  const html = await answer.text();
  assert.match(wordsOf(html), /Wait 60 minutes/);
  const hidden = /name="email" value="([^"]*)"/.exec(html)![1];
  await sendForm(app, "/sign-in/mail-link", { email: hidden }, between);
  const [link] = await mailedLinks(app.environment, server);
  const signedIn = await app.post(link, {}, between);
  assert.equal((await app.get("/account", holding(signedIn))).status, 200);
});

Deno.test("a link that is opened on another browser is a first step there", async () => {
  const { email } = await newTwoStepPerson();
  await sendForm(app, "/sign-in/mail-link", { email }, await doFirstStep(email));
  const [link] = await mailedLinks(app.environment, server);
  const elsewhere = await app.post(link, {});
  assert.equal(elsewhere.headers.get("location"), "/sign-in/code?next=%2F");
  const between = holding(elsewhere);
  assert.match(await readPage(app, "/sign-in/code", between), /Use your password instead/);
  const answer = await app.post("/sign-in", { email, password }, between);
  assert.equal((await app.get("/account", holding(answer))).status, 200);
});

Deno.test("turned off, the password is enough", async () => {
  const { email, ...person } = await newTwoStepPerson();
  assert.match(await readPage(app, "/account/two-step/off", { email, ...person }), /Keep it on/);
  await sendForm(app, "/account/two-step/off", {}, { email, ...person });
  const answer = await app.post("/sign-in", { email, password });
  assert.equal((await app.get("/account", holding(answer))).status, 200);
  for (const page of ["codes", "off"]) {
    assert.equal((await app.get(`/account/two-step/${page}`, { email, ...person })).status, 303);
  }
});
