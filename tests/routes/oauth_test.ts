/** Guards access by OAuth 2: how a client gets a token, what it opens, and every way in which one must not be good. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";
import * as oauth from "openid-client";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { execute } from "../../lib/core/command.ts";
import { schedules, tick } from "../../jobs/schedule.ts";
import { createApiClient, endApiClient, setCapabilitiesOfApiClient } from "../../lib/oauth/api_clients.ts";
import { loadSigningKey, publishedKeys } from "../../lib/oauth/signing_keys.ts";
import { operator, testApp } from "../support/app.ts";

const start = "2024-05-02T09:00:00Z";
const clock = new FixedClock(start);
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());
const { environment } = app;

async function newClient(...capabilities: string[]) {
  clock.moveTo(start);
  const asker = { tenantId: await app.newTenant(), actor: operator };
  return { asker, ...await createApiClient(environment, asker, { name: "Charging stations", capabilities }) };
}

type Client = Awaited<ReturnType<typeof newClient>>;

const ask = (fields: Record<string, string> | string, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/oauth/token`, { method: "POST", body: new URLSearchParams(fields), headers });

const basic = (user: string, password: string) => ({
  authorization: `Basic ${
    Buffer.from(`${encodeURIComponent(user)}:${encodeURIComponent(password)}`).toString("base64")
  }`,
});

const grant = { grant_type: "client_credentials" };

async function tokenOf({ clientId, secret }: Client, fields: Record<string, string> = {}): Promise<string> {
  const answer = await ask({ ...grant, ...fields }, basic(clientId, secret));
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()).access_token;
}

/** Reads with a token what every client may; 422 is the API's answer to an empty case. */
const preview = (token: string) =>
  fetch(`${app.url}/api/v1/price-previews`, {
    method: "POST",
    body: "{}",
    headers: { authorization: `Bearer ${token}` },
  });

const sendUsage = (token: string) =>
  fetch(`${app.url}/api/v1/usage-events`, {
    method: "POST",
    body: JSON.stringify({
      events: [{ id: "a", event: "trip", vehicle: "V-1", at: "2024-03-05T10:00:00Z", miles: "1" }],
    }),
    headers: { authorization: `Bearer ${token}` },
  });

async function assertRefused(token: string, detail: RegExp): Promise<void> {
  const answer = await preview(token);
  assert.equal(answer.status, 401, await answer.clone().text());
  assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="Milepost", error="invalid_token"');
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.match((await answer.json()).detail, detail);
}

const jwks = async (): Promise<JSONWebKeySet> =>
  await (await fetch(`${app.url}/.well-known/jwks.json`)).json();

Deno.test("a client gets a token by the header or the body, and comes in with it", async () => {
  const client = await newClient("read", "usage.import");
  const { clientId, secret } = client;
  const byBody = await ask({ ...grant, client_id: clientId, client_secret: secret });
  const byHeader = await ask(grant, basic(clientId, secret));
  for (const answer of [byBody, byHeader]) {
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const { access_token, token_type, expires_in, scope } = await answer.json();
    assert.deepEqual([token_type, expires_in, scope], ["Bearer", 600, "read usage.import"]);
    assert.equal((await preview(access_token)).status, 422);
    assert.equal((await sendUsage(access_token)).status, 200);
  }
});

Deno.test("a token has the claims of RFC 9068, and anybody can check it with the published keys", async () => {
  const client = await newClient("read");
  const token = await tokenOf(client);
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await jwks()), {
    currentDate: new Date(start),
  });
  assert.equal(protectedHeader.typ, "at+jwt");
  assert.equal(protectedHeader.alg, "ES256");
  const { iss, aud, sub, client_id, scope, tenant, iat, exp, jti } = payload;
  assert.deepEqual([iss, aud], [app.origin, `${app.origin}/api/v1`]);
  assert.deepEqual([sub, client_id, scope, tenant], [
    client.clientId,
    client.clientId,
    "read",
    client.asker.tenantId,
  ]);
  assert.equal(exp! - iat!, 600);
  assert.notEqual(jti, decodeJwt(await tokenOf(client)).jti);
});

Deno.test("an independent client library finds its way by the metadata alone", async () => {
  const { clientId, secret } = await newClient("read");
  for (const method of [oauth.ClientSecretBasic(secret), oauth.ClientSecretPost(secret)]) {
    const config = await oauth.discovery(new URL(app.origin), clientId, undefined, method, {
      algorithm: "oauth2",
      execute: [oauth.allowInsecureRequests],
    });
    const { access_token, expires_in } = await oauth.clientCredentialsGrant(config, { scope: "read" });
    assert.equal(expires_in, 600);
    assert.equal((await preview(access_token)).status, 422);
  }
});

Deno.test("what is wrong with a request for a token has the name that RFC 6749 gives it", async () => {
  const { clientId, secret } = await newClient("read");
  const right = basic(clientId, secret);
  const other = await newClient("read");
  const cases: [string, Promise<Response>, number, string][] = [
    ["no grant", ask({}, right), 400, "invalid_request"],
    ["another grant", ask({ grant_type: "password" }, right), 400, "unsupported_grant_type"],
    ["a scope too many", ask({ ...grant, scope: "read usage.import" }, right), 400, "invalid_scope"],
    ["a scope that is none", ask({ ...grant, scope: "members.manage" }, right), 400, "invalid_scope"],
    ["a parameter twice", ask("grant_type=client_credentials&grant_type=x", right), 400, "invalid_request"],
    ["no credentials", ask(grant), 401, "invalid_client"],
    ["a wrong secret", ask(grant, basic(clientId, `${secret}x`)), 401, "invalid_client"],
    ["another client's secret", ask(grant, basic(clientId, other.secret)), 401, "invalid_client"],
    ["an unknown client", ask(grant, basic("mpc_nobody", secret)), 401, "invalid_client"],
    ["no base64", ask(grant, { authorization: "Basic ?" }), 401, "invalid_client"],
    ["a bearer", ask(grant, { authorization: "Bearer x" }), 401, "invalid_client"],
    ["two ways at once", ask({ ...grant, client_secret: secret }, right), 400, "invalid_request"],
    ["two clients at once", ask({ ...grant, client_id: other.clientId }, right), 400, "invalid_request"],
    ["JSON", ask(grant, { ...right, "content-type": "application/json" }), 400, "invalid_request"],
  ];
  for (const [what, sent, status, code] of cases) {
    const answer = await sent;
    assert.equal(answer.status, status, what);
    const { error, error_description } = await answer.json();
    assert.equal(error, code, what);
    // RFC 6749, section 5.2 allows these characters alone.
    assert.match(error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/, what);
    assert.equal(answer.headers.get("www-authenticate"), status === 401 ? 'Basic realm="Milepost"' : null);
    assert.equal(answer.headers.get("cache-control"), "no-store");
  }
  assert.equal((await fetch(`${app.url}/oauth/token`)).status, 405);
});

Deno.test("a client id has one spelling, so that nobody is two clients", async () => {
  const { clientId, secret } = await newClient("read");
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // 43 characters carry 258 bits, and 256 are used: three more spellings decode to the same bytes.
  const twin = clientId.slice(0, -1) + alphabet[alphabet.indexOf(clientId.at(-1)!) + 1];
  assert.equal((await ask(grant, basic(twin, secret))).status, 401);
});

Deno.test("a token does what it was asked for, and what the client may do by now", async () => {
  const client = await newClient("read", "usage.import");
  const reading = await tokenOf(client, { scope: "read" });
  const refused = await sendUsage(reading);
  assert.equal(refused.status, 403);
  assert.equal(
    refused.headers.get("www-authenticate"),
    'Bearer realm="Milepost", error="insufficient_scope", scope="usage.import"',
  );
  const both = await tokenOf(client);
  assert.equal((await sendUsage(both)).status, 200);
  const narrowed = { apiClientId: client.apiClientId, capabilities: ["read"] };
  await execute(environment, setCapabilitiesOfApiClient, client.asker, narrowed);
  assert.equal((await sendUsage(both)).status, 403);
  assert.equal((await preview(both)).status, 422);
});

Deno.test("a client that is ended is out at once, with its token and its secret", async () => {
  const client = await newClient("read");
  const token = await tokenOf(client);
  await execute(environment, endApiClient, client.asker, { apiClientId: client.apiClientId });
  await assertRefused(token, /its client was ended/);
  assert.equal((await ask(grant, basic(client.clientId, client.secret))).status, 401);
});

Deno.test("a token is refused once its ten minutes are over", async () => {
  const token = await tokenOf(await newClient("read"));
  clock.moveTo("2024-05-02T09:09:59Z");
  assert.equal((await preview(token)).status, 422);
  clock.moveTo("2024-05-02T09:10:00Z");
  await assertRefused(token, /has expired/);
});

/** A token like one of the client's, with other claims or another header, signed by the right key. */
async function signed(client: Client, claims: JWTPayload, header: Record<string, unknown> = {}) {
  const { id, algorithm, key } = await loadSigningKey(environment);
  const good = decodeJwt(await tokenOf(client));
  return await new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: algorithm, kid: id, typ: "at+jwt", ...header }).sign(key);
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

Deno.test("a token with a wrong or missing claim is refused, though the signature is right", async () => {
  const client = await newClient("read");
  const other = await newClient("read");
  assert.equal((await preview(await signed(client, {}))).status, 422);
  const seconds = Date.parse(start) / 1000;
  const wrong: JWTPayload[] = [
    { iss: "https://evil.example" },
    { aud: "https://evil.example/api/v1" },
    { aud: app.origin },
    { nbf: seconds + 60 },
    { exp: undefined },
    { jti: undefined },
    { scope: undefined },
    { scope: ["read"] },
    { sub: undefined },
    { client_id: undefined },
    { client_id: "mpc_nobody" },
    { tenant: other.asker.tenantId },
    { client_id: other.clientId },
  ];
  for (const claims of wrong) {
    await assertRefused(await signed(client, claims), /not good here/);
  }
});

Deno.test("a token with another type, algorithm or key is refused", async () => {
  const client = await newClient("read");
  await assertRefused(await signed(client, {}, { typ: "JWT" }), /not good here/);
  await assertRefused(await signed(client, {}, { typ: undefined }), /not good here/);
  await assertRefused(await signed(client, {}, { kid: undefined }), /not good here/);
  await assertRefused(await signed(client, {}, { kid: "../../etc/passwd" }), /not good here/);
  await assertRefused(await signed(client, {}, { kid: crypto.randomUUID() }), /not good here/);
  await assertRefused(
    await signed(client, {}, { crit: ["exp"], exp: 1 }).catch(() => "a.b.c"),
    /not good here/,
  );
  const good = decodeJwt(await tokenOf(client));
  const { id } = await loadSigningKey(environment);
  const header = { typ: "at+jwt", kid: id };

  // alg none, with and without a signature left over
  const none = `${encode({ ...header, alg: "none" })}.${encode(good)}.`;
  await assertRefused(none, /not good here/);
  const [, , signature] = (await tokenOf(client)).split(".");
  await assertRefused(none + signature, /not good here/);

  // the public key as the secret of an HMAC, in each form somebody might have it
  const [publicJwk] = (await jwks()).keys;
  const secrets = [JSON.stringify(publicJwk), publicJwk.x!, publicJwk.x! + publicJwk.y!];
  for (const secret of secrets) {
    const forged = await new SignJWT(good).setProtectedHeader({ ...header, alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
    await assertRefused(forged, /not good here/);
  }

  // a key of the attacker's own, under the name of ours, or brought along in the header
  const own = await generateKeyPair("ES256", { extractable: true });
  for (const more of [{}, { jwk: await exportJWK(own.publicKey) }, { jku: `${app.url}/keys` }]) {
    const forged = await new SignJWT(good).setProtectedHeader({ ...header, alg: "ES256", ...more })
      .sign(own.privateKey);
    await assertRefused(forged, /not good here/);
  }

  // signed with one of our keys, under the name of another
  clock.moveTo("2024-05-31T09:00:00Z");
  const [first, second] = (await publishedKeys(environment)).keys;
  assert.ok(first.kid !== second.kid);
  await assertRefused(await signed(client, {}, { kid: second.kid }), /not good here/);
  assert.equal((await preview(await signed(client, {}, { kid: first.kid }))).status, 422);
});

Deno.test("a token that somebody changed is refused", async () => {
  const [header, claims, signature] = (await tokenOf(await newClient("read"))).split(".");
  const wider = encode({
    ...JSON.parse(Buffer.from(claims, "base64url").toString()),
    scope: "read usage.import",
  });
  await assertRefused(`${header}.${wider}.${signature}`, /not good here/);
  await assertRefused(`${header}.${claims}.${signature.slice(4)}`, /not good here/);
  await assertRefused(`${header}.${claims}.`, /not good here/);
  await assertRefused("a.b.c", /not good here/);
});

Deno.test("without a key or a token the answer says which scheme it takes, and no error", async () => {
  const answer = await fetch(`${app.url}/api/v1/price-previews`, { method: "POST", body: "{}" });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="Milepost"');
});

Deno.test("a key is published before it signs, and stays until its last token has ended", async () => {
  const client = await newClient("read");
  await tokenOf(client);
  const rotation = schedules.find(({ name }) => name === "signing keys")!;
  const kids = async () => (await jwks()).keys.map(({ kid }) => kid);
  clock.moveTo("2024-05-02T09:00:00Z");
  const [first] = await kids();
  const term = await withSystem(
    environment.database,
    (db) =>
      db.query.selectFrom("signing_key").select("signs_until").where("id", "=", first!)
        .executeTakeFirstOrThrow(),
  );
  const end = term.signs_until;

  clock.moveTo(end.subtract({ hours: 47 }));
  await tick(environment, rotation);
  const [, second, ...more] = await kids();
  assert.deepEqual(more, []);
  clock.moveTo(end.subtract({ seconds: 5 }));
  const old = await tokenOf(client);
  assert.equal(decodeProtectedHeader(old).kid, first);
  clock.moveTo(end);
  assert.equal(decodeProtectedHeader(await tokenOf(client)).kid, second);
  assert.equal((await preview(old)).status, 422);
  clock.moveTo(end.add({ minutes: 11 }));
  await tick(environment, rotation);
  assert.deepEqual(await kids(), [second]);
  await assertRefused(old, /not good here/);
});

Deno.test("a key whose time is over makes no token good, even before it is removed", async () => {
  const client = await newClient("read");
  const claims = decodeJwt(await tokenOf(client));
  const stolen = await loadSigningKey(environment);
  clock.moveTo("2024-08-02T09:00:00Z");
  const seconds = Date.parse("2024-08-02T09:00:00Z") / 1000;
  const forged = await new SignJWT({ ...claims, iat: seconds, exp: seconds + 600 })
    .setProtectedHeader({ alg: stolen.algorithm, kid: stolen.id, typ: "at+jwt" }).sign(stolen.key);
  await assertRefused(forged, /not good here/);
});

Deno.test("several processes that find no key make one", async () => {
  await withSystem(environment.database, (db) => db.query.deleteFrom("signing_key").execute());
  const found = await Promise.all(Array.from({ length: 4 }, () => publishedKeys(environment)));
  assert.deepEqual(new Set(found.map(({ keys }) => keys.map(({ kid }) => kid).join())).size, 1);
});

Deno.test("the published keys hold nothing private, and may be kept for an hour", async () => {
  await tokenOf(await newClient("read"));
  const answer = await fetch(`${app.url}/.well-known/jwks.json`);
  assert.equal(answer.headers.get("cache-control"), "public, max-age=3600");
  assert.equal(answer.headers.get("content-type"), "application/jwk-set+json");
  const { keys } = await answer.json();
  for (const key of keys) {
    assert.deepEqual(Object.keys(key).sort(), ["alg", "crv", "kid", "kty", "use", "x", "y"]);
  }
});

Deno.test("secrets are nowhere in the clear: not the client's, not the private key", async () => {
  const { secret, asker } = await newClient("read");
  const { database } = environment;
  const stored = JSON.stringify([
    await withTenant(
      database,
      asker.tenantId,
      (db) => db.query.selectFrom("api_client").selectAll().execute(),
    ),
    await withTenant(
      database,
      asker.tenantId,
      (db) => db.query.selectFrom("audit_event").selectAll().execute(),
    ),
  ]);
  assert.match(stored, /Charging stations/);
  assert.ok(!stored.includes(secret));
  const keys = await withSystem(database, (db) => db.query.selectFrom("signing_key").selectAll().execute());
  for (const { private_jwk_sealed } of keys) {
    assert.ok(!Buffer.from(private_jwk_sealed).toString("latin1").includes('"d"'));
  }
});

Deno.test("an admin makes a client, changes its rights and ends it; others may not look", async () => {
  clock.moveTo(start);
  const tenantId = await app.newTenant();
  const admin = await app.visitor(tenantId, "admin");
  const made = await app.post("/api-clients", { name: "Box", may_read: "yes" }, admin);
  assert.equal(made.headers.get("cache-control"), "no-store");
  const page = await made.text();
  const [, secret] = /<code[^>]*>(mps_[\w-]{43})<\/code>/.exec(page)!;
  const [, clientId] = /<code[^>]*>(mpc_[\w-]{43})<\/code>/.exec(page)!;
  assert.equal((await ask(grant, basic(clientId, secret))).status, 200);
  const list = await (await app.get("/api-clients", admin)).text();
  assert.ok(!list.includes(secret));
  const [path] = /\/api-clients\/[0-9a-f-]{36}/.exec(list)!;
  assert.equal((await app.post(path, {}, admin)).status, 422);
  assert.equal((await app.post(path, { may_usage_import: "yes" }, admin)).status, 303);
  assert.equal((await (await ask(grant, basic(clientId, secret))).json()).scope, "usage.import");
  const stranger = await app.visitor(await app.newTenant(), "admin");
  const biller = await app.visitor(tenantId, "biller");
  for (const [visitor, status] of [[stranger, 404], [biller, 403]] as const) {
    assert.equal((await app.get(path, visitor)).status, status);
    assert.equal((await app.post(path, { may_read: "yes" }, visitor)).status, status);
    assert.equal((await app.get(`${path}/end`, visitor)).status, status);
    assert.equal((await app.post(`${path}/end`, {}, visitor)).status, status);
  }
  assert.equal((await app.post("/api-clients", { name: "x", may_read: "yes" }, biller)).status, 403);
  assert.equal((await app.post("/api-clients", { name: "", may_read: "yes" }, admin)).status, 422);
  assert.equal((await app.post(`${path}/end`, {}, admin)).status, 303);
  assert.equal((await ask(grant, basic(clientId, secret))).status, 401);
  assert.equal((await app.post(`${path}/end`, {}, admin)).status, 404);
});
