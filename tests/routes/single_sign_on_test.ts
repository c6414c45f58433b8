/** Guards sign-in by a company's provider: who comes in, where to, and every way in which someone else must not. */
import assert from "node:assert/strict";
import { generateKeyPair } from "jose";
import { withTenant } from "../../db/tenant.ts";
import { idleHours, loadSession, longestDays } from "../../lib/auth/sessions.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { saveIdentityProvider } from "../../lib/oidc/identity_provider.ts";
import { findMember } from "../../db/queries/membership.ts";
import { addMember, removeMember } from "../../lib/tenants/members.ts";
import { operator, testApp, type Visitor } from "../support/app.ts";
import { startCrookedProvider, type Vouching } from "../support/crooked_provider.ts";

const provider = await startCrookedProvider();
const other = await startCrookedProvider();
const app = await testApp({ settings: { MILEPOST_OUTGOING_ALLOWED: `${provider.issuer},${other.issuer}` } });
Deno.test.afterAll(async () => {
  await app.stop();
  await provider.stop();
  await other.stop();
});
const { environment } = app;

let count = 0;
/** A business that signs in by the provider, and people of its domain. */
async function newCompany(newcomerRole = "", issuer = provider.issuer) {
  const tenantId = await app.newTenant();
  const address = `calder-${++count}`;
  await saveIdentityProvider(environment, { tenantId, actor: operator }, {
    address,
    issuer,
    clientId: "milepost",
    clientSecret: "kept-between-us",
    domains: "calder.example",
    newcomerRole,
  });
  const email = `person${++count}@calder.example`;
  return { tenantId, address, email };
}

type Company = Awaited<ReturnType<typeof newCompany>>;

const inviteTo = (tenantId: string, email: string) =>
  addMember(environment, { tenantId, actor: operator }, { email, roles: ["biller"] });

/** A browser that was sent to the provider. */
async function leave({ address }: Company, cookie = "", next = "/invoices") {
  const answer = await app.get(`/sign-in/sso/${address}/start?next=${encodeURIComponent(next)}`, undefined, {
    cookie,
  });
  assert.equal(answer.status, 303, await answer.clone().text());
  const page = new URL(answer.headers.get("location")!);
  const [held] = answer.headers.getSetCookie()[0].split(";");
  return { page, cookie: held, state: page.searchParams.get("state")! };
}

type Leaving = Awaited<ReturnType<typeof leave>>;

interface Coming {
  code: string;
  state?: string;
  iss?: string | null;
  cookie?: string;
  tenantId?: string;
}

function comeBack({ tenantId }: Company, left: Leaving, coming: Coming): Promise<Response> {
  const query = new URLSearchParams({ code: coming.code, state: coming.state ?? left.state });
  if (coming.iss !== null) query.set("iss", coming.iss ?? provider.issuer);
  const path = `/sign-in/sso/${coming.tenantId ?? tenantId}/callback?${query}`;
  return app.get(path, undefined, { cookie: coming.cookie ?? left.cookie });
}

const vouched = (email: string, more: Vouching = {}): Vouching => ({
  ...more,
  claims: { email, email_verified: true, name: "Amira Haddad", ...more.claims },
});

/** From the door to the answer, with a provider that vouches so. */
async function signIn(company: Company, subject: string, vouching: Vouching): Promise<Response> {
  const left = await leave(company);
  return await comeBack(company, left, { code: provider.vouch(left.page, subject, vouching) });
}

async function sessionOf(answer: Response) {
  assert.equal(answer.status, 303, await answer.clone().text());
  const [cookie] = answer.headers.getSetCookie()[0].split(";");
  const session = await loadSession(environment, cookie.split("=")[1]);
  return { session: session!, cookie };
}

async function assertRefused(answer: Response, message: RegExp): Promise<void> {
  assert.equal(answer.status, 401, await answer.clone().text());
  assert.deepEqual(answer.headers.getSetCookie(), []);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.match(await answer.text(), message);
}

const tampered = /could not be checked, so nobody was signed in/;
const begunElsewhere = /is over, or was begun in another browser/;
const notInvited = /cannot come in here/;

Deno.test("a member comes in by the provider, to the page that was asked for", async () => {
  const company = await newCompany();
  const { userId } = await inviteTo(company.tenantId, company.email);
  const answer = await signIn(company, "s-1", vouched(company.email));
  assert.equal(answer.headers.get("location"), "/invoices");
  const { session } = await sessionOf(answer);
  assert.deepEqual([session.user.id, session.tenant?.id, session.methods], [userId, company.tenantId, [
    "oidc",
  ]]);
});

Deno.test("the way there asks for a code with PKCE, a state and a nonce, each new", async () => {
  const company = await newCompany();
  const [one, two] = [await leave(company), await leave(company)];
  for (const { page } of [one, two]) {
    assert.equal(page.origin + page.pathname, `${provider.issuer}/authorize`);
    const asked = Object.fromEntries(page.searchParams);
    assert.equal(asked.response_type, "code");
    assert.equal(asked.code_challenge_method, "S256");
    assert.equal(asked.redirect_uri, `${app.origin}/sign-in/sso/${company.tenantId}/callback`);
  }
  for (const name of ["state", "nonce", "code_challenge"]) {
    assert.ok(one.page.searchParams.get(name)!.length >= 43);
    assert.notEqual(one.page.searchParams.get(name), two.page.searchParams.get(name));
  }
});

Deno.test("a provider whose description names another issuer is not gone to, and its word is not taken", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const left = await leave(company);
  const code = provider.vouch(left.page, "s-1", vouched(company.email));
  try {
    for (const issuer of [other.issuer, `${provider.issuer}/`, `${provider.issuer}/tenant`, undefined]) {
      provider.metadata.issuer = issuer;
      const start = await app.get(`/sign-in/sso/${company.address}/start`);
      assert.equal(start.status, 401, String(issuer));
      assert.equal(start.headers.get("location"), null);
      await start.body?.cancel();
    }
    provider.metadata.issuer = other.issuer;
    await assertRefused(await comeBack(company, left, { code }), tampered);
  } finally {
    delete provider.metadata.issuer;
  }
});

Deno.test("a session by a provider ends by the same times as any other, and asks the provider anew", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const { cookie } = await sessionOf(await signIn(company, "s-1", vouched(company.email)));
  const token = cookie.split("=")[1];
  const now = environment.clock.now();
  const at = (hours: number) =>
    loadSession({ ...environment, clock: new FixedClock(now.add({ hours })) }, token);
  assert.equal(await at(idleHours + 1), null, "away");
  for (let hours = 0; hours < 24 * longestDays; hours += idleHours - 1) {
    assert.ok(await at(hours), `${hours}`);
  }
  assert.equal(await at(24 * longestDays + 1), null, "in use all the time");
  const asked = provider.asked.length;
  await sessionOf(await signIn(company, "s-1", vouched(company.email)));
  assert.equal(provider.asked.length, asked + 1);
});

Deno.test("two tabs of one browser both come back", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const one = await leave(company);
  const two = await leave(company, one.cookie);
  assert.equal(two.cookie, one.cookie);
  for (const left of [one, two]) {
    const code = provider.vouch(left.page, "s-1", vouched(company.email));
    await sessionOf(await comeBack(company, left, { code }));
  }
});

Deno.test("who came in before is known by issuer and subject, whatever the address is now", async () => {
  const company = await newCompany();
  const { userId } = await inviteTo(company.tenantId, company.email);
  await sessionOf(await signIn(company, "s-1", vouched(company.email)));
  const again = await signIn(company, "s-1", { claims: { email: "married@elsewhere.example" } });
  assert.equal((await sessionOf(again)).session.user.id, userId);
  // The address was given to a colleague, who is somebody else at the provider.
  await assertRefused(await signIn(company, "s-2", vouched(company.email)), notInvited);
});

Deno.test("an address that the provider has not checked, or of another domain, lets nobody in", async () => {
  const company = await newCompany("viewer");
  await inviteTo(company.tenantId, company.email);
  const unchecked = /does not say that it checked your e-mail address/;
  for (const email_verified of [false, "true", undefined]) {
    const vouching = vouched(company.email, { claims: { email_verified } });
    await assertRefused(await signIn(company, "s-1", vouching), unchecked);
  }
  await assertRefused(await signIn(company, "s-1", { claims: { email_verified: true } }), unchecked);
  for (
    const email of [
      "a@evil.example",
      "a@sub.calder.example",
      "a@calder.example@evil.example",
      "calder.example",
    ]
  ) {
    await assertRefused(await signIn(company, "s-1", vouched(email)), notInvited);
  }
});

Deno.test("a newcomer becomes what the admin chose, or stays outside", async () => {
  const open = await newCompany("viewer");
  const { session } = await sessionOf(await signIn(open, "s-1", vouched(open.email)));
  assert.deepEqual(session.memberships.map(({ roles }) => roles), [["viewer"]]);
  assert.equal(session.user.name, "Amira Haddad");
  const closed = await newCompany();
  await assertRefused(await signIn(closed, "s-1", vouched(closed.email)), notInvited);
});

Deno.test("who has an account already is not made a member without being asked", async () => {
  const elsewhere = await newCompany();
  const company = await newCompany("viewer");
  await inviteTo(elsewhere.tenantId, company.email);
  await assertRefused(await signIn(company, "s-1", vouched(company.email)), notInvited);
  const { database } = environment;
  assert.equal(
    await withTenant(database, company.tenantId, (db) => findMember(db, company.email)),
    undefined,
  );
});

Deno.test("who was taken out of the team does not come in again", async () => {
  const company = await newCompany("viewer");
  const { session } = await sessionOf(await signIn(company, "s-1", vouched(company.email)));
  await removeMember(environment, { tenantId: company.tenantId, actor: operator }, session.user.id);
  await assertRefused(await signIn(company, "s-1", vouched(company.email)), notInvited);
});

Deno.test("the provider of one business opens nothing of another, though the person belongs to both", async () => {
  const company = await newCompany();
  const victim = await app.newTenant("The other business");
  await inviteTo(company.tenantId, company.email);
  await inviteTo(victim, company.email);
  const { session, cookie } = await sessionOf(await signIn(company, "s-1", vouched(company.email)));
  assert.deepEqual(session.memberships.map(({ tenantId }) => tenantId), [company.tenantId]);
  const visitor: Visitor = { ...company, userId: session.user.id, cookie };
  assert.doesNotMatch(await (await app.get("/tenants", visitor)).text(), /The other business/);
  assert.equal((await app.post("/tenants", { tenant: victim }, visitor)).status, 404);
  const later = await loadSession(environment, cookie.split("=")[1]);
  assert.equal(later?.tenant?.id, company.tenantId);
  // Nor the account, which is the way into both.
  for (const path of ["/account/password", "/account/name", "/account/two-step", "/account/passkeys"]) {
    assert.equal((await app.post(path, { name: "x" }, visitor)).status, 403, path);
  }
  assert.equal((await app.get("/account/two-step", visitor)).status, 403);
  assert.equal((await app.get("/account", visitor)).status, 200);
});

Deno.test("a wrong state, none, or that of another browser is refused", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const [left, stranger] = [await leave(company), await leave(company)];
  const code = provider.vouch(left.page, "s-1", vouched(company.email));
  await assertRefused(await comeBack(company, left, { code, state: "x".repeat(43) }), begunElsewhere);
  await assertRefused(await comeBack(company, left, { code, state: "" }), begunElsewhere);
  await assertRefused(await comeBack(company, left, { code, cookie: "" }), begunElsewhere);
  await assertRefused(await comeBack(company, left, { code, cookie: stranger.cookie }), begunElsewhere);
  await assertRefused(await comeBack(company, left, { code, state: stranger.state }), begunElsewhere);
  await sessionOf(await comeBack(company, left, { code }));
});

Deno.test("an answer is good once, and a code once", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const left = await leave(company);
  const code = provider.vouch(left.page, "s-1", vouched(company.email));
  await sessionOf(await comeBack(company, left, { code }));
  const asked = provider.asked.length;
  await assertRefused(await comeBack(company, left, { code }), begunElsewhere);
  assert.equal(provider.asked.length, asked);
});

Deno.test("a code that was meant for another browser is refused", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const [attacker, victim] = [await leave(company), await leave(company)];
  const code = provider.vouch(attacker.page, "attacker", vouched(company.email));
  await assertRefused(await comeBack(company, victim, { code }), tampered);
});

Deno.test("an answer for another business, or by another provider, is refused", async () => {
  const [one, two] = [await newCompany(), await newCompany("", other.issuer)];
  await inviteTo(one.tenantId, one.email);
  const left = await leave(one);
  const code = provider.vouch(left.page, "s-1", vouched(one.email));
  await assertRefused(await comeBack(one, left, { code, tenantId: two.tenantId }), begunElsewhere);
  await assertRefused(await comeBack(one, left, { code, iss: other.issuer }), tampered);
  const again = await leave(one);
  const second = provider.vouch(again.page, "s-1", vouched(one.email));
  await assertRefused(await comeBack(one, again, { code: second, iss: null }), tampered);
  const third = await leave(one);
  const claims = { iss: other.issuer };
  const crossed = provider.vouch(third.page, "s-1", vouched(one.email, { claims }));
  await assertRefused(await comeBack(one, third, { code: crossed }), tampered);
});

Deno.test("an ID token with a wrong nonce, audience, time, algorithm or signature is refused", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const seconds = Math.floor(Date.now() / 1000);
  const foreign = await generateKeyPair("RS256");
  const wrong: Record<string, Vouching> = {
    "wrong nonce": { claims: { nonce: "x".repeat(43) } },
    "no nonce": { claims: { nonce: undefined } },
    "another audience": { claims: { aud: "someone-else" } },
    "among others, for someone else": { claims: { aud: ["milepost", "b"], azp: "b" } },
    "expired": { claims: { iat: seconds - 7200, exp: seconds - 3600 } },
    "no subject": { claims: { sub: undefined } },
    "no algorithm": { key: "none" },
    "the public key as a secret": {
      header: { alg: "HS256" },
      key: new TextEncoder().encode(provider.publicJwk),
    },
    "the client's secret as a key": {
      header: { alg: "HS256" },
      key: new TextEncoder().encode("kept-between-us"),
    },
    "a key of somebody else under the name of the provider's": { key: foreign.privateKey },
    "no token": { token: "x" },
  };
  for (const [what, vouching] of Object.entries(wrong)) {
    const answer = await signIn(company, "s-1", vouched(company.email, vouching));
    assert.equal(answer.status, 401, what);
    await assertRefused(answer, tampered);
  }
});

Deno.test("a provider that says no is told apart from one that lies", async () => {
  const company = await newCompany();
  const left = await leave(company);
  const query = new URLSearchParams({ error: "access_denied", state: left.state, iss: provider.issuer });
  const path = `/sign-in/sso/${company.tenantId}/callback?${query}`;
  await assertRefused(await app.get(path, undefined, { cookie: left.cookie }), /did not sign you in/);
});

Deno.test("an answer that comes after the provider was changed is refused", async () => {
  const company = await newCompany();
  await inviteTo(company.tenantId, company.email);
  const left = await leave(company);
  const code = provider.vouch(left.page, "s-1", vouched(company.email));
  await saveIdentityProvider(environment, { tenantId: company.tenantId, actor: operator }, {
    address: company.address,
    issuer: other.issuer,
    clientId: "milepost",
    clientSecret: "another",
    domains: "calder.example",
    newcomerRole: "",
  });
  await assertRefused(await comeBack(company, left, { code }), begunElsewhere);
});

Deno.test("another site leads to the door, and not through it", async () => {
  const { address } = await newCompany();
  const answer = await app.get(`/sign-in/sso/${address}/start`, undefined, {
    "sec-fetch-site": "cross-site",
  });
  assert.equal(answer.headers.get("location"), `/sign-in/sso/${address}?next=%2F`);
  const away = await leave({ address } as Company, "", "https://evil.example/");
  assert.equal(away.page.origin, provider.issuer);
});

Deno.test("the address of a company leads to its door; an unknown one does not say what exists", async () => {
  const { address, tenantId } = await newCompany();
  const sent = await app.post("/sign-in/sso", { company: ` ${address.toUpperCase()} `, next: "/invoices" });
  assert.equal(sent.headers.get("location"), `/sign-in/sso/${address}?next=%2Finvoices`);
  for (const company of [address, tenantId]) {
    const door = await (await app.get(`/sign-in/sso/${company}`)).text();
    assert.match(door, new RegExp(`You sign in at ${new URL(provider.issuer).host}`));
  }
  const unknown = await app.post("/sign-in/sso", { company: "nobody" });
  assert.equal(unknown.status, 422);
  assert.match(await unknown.text(), /id="company-error"/);
  for (const company of ["nobody", crypto.randomUUID(), await app.newTenant()]) {
    assert.equal((await app.get(`/sign-in/sso/${company}`)).status, 404);
  }
});

const settings = (address: string, more: Record<string, string> = {}) => ({
  address,
  issuer: provider.issuer,
  client_id: "milepost",
  client_secret: "kept-between-us",
  domains: "Calder.Example, calder.test",
  newcomer_role: "viewer",
  ...more,
});

Deno.test("an admin sets the provider, its secret is sealed, and nobody else may look", async () => {
  const tenantId = await app.newTenant();
  const admin = await app.visitor(tenantId, "admin");
  const saved = await app.post("/single-sign-on", settings("halifax"), admin);
  assert.equal(saved.headers.get("location"), "/single-sign-on?done=saved", await saved.text());
  const page = await (await app.get("/single-sign-on", admin)).text();
  assert.match(page, /\/sign-in\/sso\/halifax/);
  assert.match(page, /value="calder.example, calder.test"/);
  assert.doesNotMatch(page, /kept-between-us/);
  const stored = await withTenant(environment.database, tenantId, async (db) => [
    await db.query.selectFrom("identity_provider").selectAll().execute(),
    await db.query.selectFrom("audit_event").selectAll().execute(),
  ]);
  assert.doesNotMatch(JSON.stringify(stored), /kept-between-us/);
  // An empty secret keeps the one that is there, but not for another provider.
  assert.equal(
    (await app.post("/single-sign-on", settings("halifax", { client_secret: "" }), admin)).status,
    303,
  );
  const moved = settings("halifax", { client_secret: "", issuer: other.issuer });
  assert.equal((await app.post("/single-sign-on", moved, admin)).status, 422);
  for (const role of ["biller", "viewer", "approver"] as const) {
    const visitor = await app.visitor(tenantId, role);
    assert.equal((await app.get("/single-sign-on", visitor)).status, 403);
    assert.equal((await app.post("/single-sign-on", settings("mine"), visitor)).status, 403);
    assert.equal((await app.post("/single-sign-on/remove", {}, visitor)).status, 403);
  }
  const stranger = await app.visitor(await app.newTenant(), "admin");
  assert.equal((await app.post("/single-sign-on", settings("halifax"), stranger)).status, 422);
  assert.equal((await app.post("/single-sign-on/remove", {}, admin)).status, 303);
  assert.equal((await app.get("/sign-in/sso/halifax")).status, 404);
  assert.equal((await app.get("/single-sign-on/remove", admin)).status, 404);
});

Deno.test("settings that cannot work are refused by field, and what was typed is kept", async () => {
  const admin = await app.visitor(await app.newTenant(), "admin");
  const wrong: [string, string][] = [
    ["address", "a b"],
    ["address", "x"],
    ["address", crypto.randomUUID()],
    ["issuer", "login.example"],
    ["issuer", "http://127.0.0.1:1"],
    ["issuer", "https://169.254.169.254/latest"],
    ["issuer", `${provider.issuer}/other`],
    ["client_id", ""],
    ["client_secret", ""],
    ["domains", ""],
    ["domains", "example"],
    ["newcomer_role", "admin"],
  ];
  for (const [field, value] of wrong) {
    const refused = await app.post("/single-sign-on", settings("leeds", { [field]: value }), admin);
    assert.equal(refused.status, 422, `${field} ${value}`);
    const page = await refused.text();
    assert.match(page, new RegExp(`id="${field}-error"`), `${field} ${value}`);
    assert.match(page, /value="(leeds|milepost)"/);
    assert.doesNotMatch(page, /kept-between-us/);
  }
});
