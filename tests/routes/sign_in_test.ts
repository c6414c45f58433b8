/** Guards the way in over plain HTTP, as a browser without script goes it. */
import assert from "node:assert/strict";
import { redeemLink } from "../../lib/auth/links.ts";
import { idleHours } from "../../lib/auth/sessions.ts";
import { limits } from "../../lib/auth/throttle.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { addMember, makeMemberLink } from "../../lib/tenants/members.ts";
import { withSystem } from "../../db/system.ts";
import { cookieName } from "../../session_cookie.ts";
import { operator, type TestApp, testApp } from "../support/app.ts";

const clock = new FixedClock("2024-03-01T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());

const password = "four plain words here";
let count = 0;

/** A person with a password, admin of a tenant of their own. */
async function newPerson(at: TestApp = app) {
  const email = `person${++count}@calder.example`;
  const { tenantId, linkPath } = await createTenant(at.environment, operator, {
    name: `Calder ${count}`,
    adminEmail: email,
  });
  await redeemLink(at.environment, linkPath.split("/").at(-1)!, { password, userAgent: "" });
  return { email, tenantId, tenantName: `Calder ${count}` };
}

function cookieFrom(answer: Response): string {
  return answer.headers.getSetCookie()[0].split(";")[0];
}

/** A visitor as the cookie of an answer makes one. */
function holding(answer: Response) {
  return { tenantId: "", userId: "", email: "", cookie: cookieFrom(answer) };
}

Deno.test("the sign-in page is a form of e-mail address and password, without script", async () => {
  const answer = await app.get("/sign-in");
  const html = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(html, /<title>Sign in – Milepost<\/title>/);
  assert.match(html, /<input[^>]* name="email"/);
  assert.match(html, /<input[^>]* name="password"/);
  assert.doesNotMatch(html, /<script/);
});

Deno.test("whoever signs in comes to where they wanted to go, and the cookie is out of reach of script", async () => {
  const { email } = await newPerson();
  const wanted = await app.get("/account?from=menu");
  assert.equal(wanted.status, 303);
  const door = wanted.headers.get("location")!;
  assert.equal(door, "/sign-in?next=%2Faccount%3Ffrom%3Dmenu");
  const html = await (await app.get(door)).text();
  const next = /name="next" value="([^"]*)"/.exec(html)![1];
  const answer = await app.post("/sign-in", { email, password, next });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("location"), "/account?from=menu");
  const [cookie] = answer.headers.getSetCookie();
  assert.match(
    cookie,
    new RegExp(
      `^milepost_${new URL(app.url).port}=[\\w-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax$`,
    ),
  );
  assert.equal((await app.get("/account", holding(answer))).status, 200);
  assert.equal(
    (await app.get("/sign-in?next=/account", holding(answer))).headers.get("location"),
    "/account",
  );
});

Deno.test("over https the cookie is __Host- and secure, and a plain one is not looked at", async () => {
  const secure = await testApp({ clock, origin: "https://billing.calder.example" });
  try {
    const { email } = await newPerson(secure);
    const answer = await secure.post("/sign-in", { email, password });
    const [cookie] = answer.headers.getSetCookie();
    assert.match(cookie, /^__Host-milepost=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
    assert.match(answer.headers.get("strict-transport-security") ?? "", /max-age=\d{8}/);
    assert.equal((await secure.get("/account", holding(answer))).status, 200);
    const token = cookieFrom(answer).split("=")[1];
    const plain = {
      ...holding(answer),
      cookie: `${cookieName("http://127.0.0.1")}=${token}; milepost=${token}`,
    };
    assert.equal((await secure.get("/account", plain)).status, 303);
  } finally {
    await secure.stop();
  }
});

Deno.test("a wrong password and an unknown address get the same words, and keep the address that was typed", async () => {
  const { email } = await newPerson();
  const pages = [];
  for (const typed of [email, "nobody@calder.example"]) {
    const answer = await app.post("/sign-in", { email: typed, password: "wrong words, all of them" });
    const html = await answer.text();
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.getSetCookie().length, 0);
    assert.match(html, /<title>Error: Sign in/);
    assert.match(html, /do not match/);
    assert.ok(html.includes(`value="${typed}"`), "the address is kept");
    assert.ok(!html.includes("wrong words"), "the password is not");
    pages.push(html.replaceAll(typed, "…"));
  }
  assert.equal(pages[0], pages[1]);
});

Deno.test("an empty field says what to type", async () => {
  const answer = await app.post("/sign-in", { email: " ", password: "" });
  const html = await answer.text();
  assert.equal(answer.status, 422);
  assert.match(html, /Type your work e-mail address/);
  assert.match(html, /Type your password/);
});

Deno.test("after too many tries even the right password waits, and the page says how long", async () => {
  const { email } = await newPerson();
  for (let index = 0; index < limits.password.perAccountAndAddress; index++) {
    assert.equal((await app.post("/sign-in", { email, password: "wrong" })).status, 401);
  }
  const answer = await app.post("/sign-in", { email, password });
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get("retry-after"), "900");
  assert.match(await answer.text(), /too many tries. Wait 15 minutes/i);
  clock.advance({ minutes: 15 });
  assert.equal((await app.post("/sign-in", { email, password })).status, 303);
});

Deno.test("nobody is sent off this site after signing in", async () => {
  const { email } = await newPerson();
  const answer = await app.post("/sign-in", { email, password });
  const visitor = holding(answer);
  for (
    const next of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example/",
      "\\\\evil.example",
      "/\t/evil.example",
      "/.//evil.example/",
      "/x/..//evil.example/",
      "javascript:alert(1)",
      "evil.example",
      "/sign-in",
      "/sign-out",
    ]
  ) {
    const seen = await app.get(`/sign-in?next=${encodeURIComponent(next)}`, visitor);
    assert.equal(seen.headers.get("location"), "/", JSON.stringify(next));
  }
  const sent = await app.post("/sign-in", { email, password, next: "//evil.example/" });
  assert.equal(sent.headers.get("location"), "/");
});

Deno.test("a form that another site sends is refused, and changes nothing", async () => {
  const { email } = await newPerson();
  const visitor = holding(await app.post("/sign-in", { email, password }));
  const foreign: Record<string, string>[] = [
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:1" },
    { "sec-fetch-site": "cross-site", origin: "null" },
  ];
  for (const headers of foreign) {
    for (const path of ["/sign-out", "/tenants", "/sign-in"]) {
      const answer = await app.post(path, { email, password }, visitor, headers);
      assert.equal(answer.status, 403, `${path} ${JSON.stringify(headers)}`);
      assert.match(await answer.text(), /sent from another site/);
    }
  }
  const old = await fetch(`${app.url}/sign-out`, {
    method: "POST",
    headers: { origin: "https://evil.example", cookie: visitor.cookie },
    redirect: "manual",
  });
  assert.equal(old.status, 403, "a browser without Sec-Fetch-Site");
  await old.body?.cancel();
  assert.equal((await app.get("/account", visitor)).status, 200, "still signed in");
});

Deno.test("signing out ends the session in the database, not only in the browser", async () => {
  const { email } = await newPerson();
  const visitor = holding(await app.post("/sign-in", { email, password }));
  assert.equal((await app.get("/sign-out", visitor)).status, 405, "a link or a picture signs nobody out");
  assert.equal((await app.get("/account", visitor)).status, 200);
  const answer = await app.post("/sign-out", {}, visitor);
  assert.equal(answer.headers.get("location"), "/sign-in");
  assert.match(answer.headers.getSetCookie()[0], /=; Path=\/; Max-Age=0; HttpOnly/);
  assert.equal((await app.get("/account", visitor)).headers.get("location"), "/sign-in?next=%2Faccount");
});

Deno.test("who was away too long signs in again", async () => {
  const visitor = await app.visitor(await app.newTenant(), "viewer");
  clock.advance({ hours: idleHours });
  assert.equal((await app.get("/account", visitor)).status, 303);
});

Deno.test("a link shows whom it is for, takes a password once, and then says it is over", async () => {
  const { linkPath } = await createTenant(app.environment, operator, {
    name: "Ash",
    adminEmail: "ash@ash.example",
  });
  for (let look = 0; look < 2; look++) {
    const seen = await app.get(linkPath);
    assert.equal(seen.status, 200);
    assert.equal(seen.headers.get("cache-control"), "no-store");
    assert.match(await seen.text(), /This link is for ash@ash\.example/);
  }
  const weak = await app.post(linkPath, { password: "short" });
  assert.equal(weak.status, 422);
  assert.match(await weak.text(), /at least 12 characters; this has 5/);
  const used = await app.post(linkPath, { password });
  assert.equal(used.status, 303);
  assert.equal(used.headers.get("location"), "/");
  assert.equal((await app.get("/account", holding(used))).status, 200);
  for (const again of [await app.get(linkPath), await app.post(linkPath, { password })]) {
    assert.equal(again.status, 410);
    assert.equal(again.headers.getSetCookie().length, 0);
    assert.match(await again.text(), /was used or has expired. Ask for a new one/);
  }
  assert.equal((await app.post("/sign-in", { email: "ash@ash.example", password })).status, 303);
});

Deno.test("a link for someone with a password says that the old one stops working", async () => {
  const { email, tenantId } = await newPerson();
  const path = await makeMemberLink(app.environment, { tenantId, actor: operator }, email);
  assert.match(await (await app.get(path)).text(), /Your old password stops working/);
  assert.equal((await app.get("/sign-in/link/no-such-link")).status, 410);
});

Deno.test("the switcher changes between one's own tenants, and to no other", async () => {
  const { email, tenantName } = await newPerson();
  const [second, third] = [await app.newTenant("Second Ltd"), await app.newTenant("Third Ltd")];
  await addMember(app.environment, { tenantId: second, actor: operator }, { email, roles: ["viewer"] });
  const visitor = holding(await app.post("/sign-in", { email, password }));
  const list = await (await app.get("/tenants", visitor)).text();
  assert.match(list, new RegExp(`Work in ${tenantName}<`));
  assert.match(list, /Work in Second Ltd</);
  assert.doesNotMatch(list, /Third Ltd/);
  const chosen = await app.post("/tenants", { tenant: second }, visitor);
  assert.equal(chosen.headers.get("location"), "/");
  assert.equal((await app.get("/account", visitor)).status, 303, "other rights, other secret");
  visitor.cookie = cookieFrom(chosen);
  assert.match(
    await (await app.get("/account", visitor)).text(),
    /<title>Your account – Second Ltd – Milepost/,
  );
  for (const tenant of [third, "no-such-id", ""]) {
    assert.equal((await app.post("/tenants", { tenant }, visitor)).status, 404, tenant);
  }
  assert.match(await (await app.get("/account", visitor)).text(), /Second Ltd/);
});

Deno.test("whoever belongs to no tenant is told so", async () => {
  const { email, tenantId } = await newPerson();
  const visitor = holding(await app.post("/sign-in", { email, password }));
  await withSystem(app.environment.database, async (db) => {
    await db.query.deleteFrom("membership").where("tenant_id", "=", tenantId).execute();
  });
  const answer = await app.get("/account", visitor);
  assert.equal(answer.headers.get("location"), "/tenants");
  assert.match(await (await app.get("/tenants", visitor)).text(), /No business has added/);
});
