/** Requests above the limit of a tenant, a key or an address: how they are refused, and whom that leaves alone. */
import assert from "node:assert/strict";
import { createApiKey } from "../../lib/auth/api_keys.ts";
import { ProcessRateLimiter } from "../../lib/core/rate_limit.ts";
import { startRedis } from "../support/redis.ts";
import { operator, type TestApp, testApp } from "../support/app.ts";

/** For it no time passes, so nothing comes free. */
const still = () => new ProcessRateLimiter(() => 0);

const settings = {
  MILEPOST_TENANT_REQUESTS: "5",
  MILEPOST_API_KEY_REQUESTS: "3",
  MILEPOST_SIGN_IN_REQUESTS: "2",
};

async function statusesOf(asks: (() => Promise<Response>)[]): Promise<number[]> {
  const answers = await Promise.all(asks.map((ask) => ask()));
  for (const answer of answers) await answer.body?.cancel();
  return answers.map(({ status }) => status).sort();
}

function repeat(count: number, ask: () => Promise<Response>): (() => Promise<Response>)[] {
  return Array.from({ length: count }, () => ask);
}

async function keyOf(app: TestApp, tenantId: string): Promise<string> {
  const asker = { tenantId, actor: operator };
  const input = { name: "Telematics", capabilities: ["read" as const] };
  return (await createApiKey(app.environment, asker, input)).secret;
}

Deno.test("a tenant above its limit is refused with when to come again; another tenant and the probes are not", async () => {
  const app = await testApp({ settings, rateLimit: still() });
  try {
    const one = await app.visitor(await app.newTenant(), "viewer");
    const other = await app.visitor(await app.newTenant(), "viewer");
    const first = await app.get("/vehicles", one);
    assert.equal(first.headers.get("ratelimit-policy"), '"tenant";q=5;w=1');
    assert.equal(first.headers.get("ratelimit"), '"tenant";r=4;t=1');
    await first.body?.cancel();
    assert.deepEqual(await statusesOf(repeat(5, () => app.get("/vehicles", one))), [
      200,
      200,
      200,
      200,
      429,
    ]);
    const answer = await app.get("/vehicles", one);
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get("retry-after"), "1");
    assert.equal(answer.headers.get("ratelimit"), '"tenant";r=0;t=1');
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.match(await answer.text(), /Wait a moment and send it again/);
    assert.deepEqual(
      await statusesOf([() => app.get("/views/no-such-view", other), ...repeat(9, () => app.get("/health"))]),
      [
        ...Array(9).fill(200),
        404,
      ],
    );
  } finally {
    await app.stop();
  }
});

Deno.test("tries to sign in are limited by address, long before pages are", async () => {
  const app = await testApp({
    settings: { ...settings, MILEPOST_TENANT_REQUESTS: "500" },
    rateLimit: still(),
  });
  try {
    const nobody = { email: "nobody@calder.example", password: "four plain words here" };
    const tries = repeat(4, () => app.post("/sign-in", nobody));
    assert.deepEqual(await statusesOf(tries), [401, 401, 429, 429]);
    assert.deepEqual(await statusesOf(repeat(4, () => app.get("/sign-in"))), [200, 200, 200, 200]);
  } finally {
    await app.stop();
  }
});

Deno.test("an address that a sender writes down counts for nothing; one that a trusted proxy adds is the sender's", async () => {
  const app = await testApp({
    settings: { ...settings, MILEPOST_TENANT_REQUESTS: "500" },
    rateLimit: still(),
  });
  const form = {
    method: "POST",
    body: new URLSearchParams({ email: "nobody@calder.example", password: "a" }),
  };
  const signIn = (url: string, ...forwarded: string[]) => () =>
    fetch(`${url}/sign-in`, { ...form, headers: { "x-forwarded-for": forwarded.join(", ") } });
  try {
    const forged = Array.from({ length: 4 }, (_, index) => signIn(app.url, `203.0.113.${index}`));
    assert.deepEqual(await statusesOf(forged), [401, 401, 429, 429], "no proxy is trusted");
    const behindTwo = app.beside({ MILEPOST_TRUSTED_PROXIES: "2" });
    const one = Array.from(
      { length: 4 },
      (_, index) => signIn(behindTwo, `203.0.113.${index}`, "198.51.100.1", "10.0.0.1"),
    );
    assert.deepEqual(await statusesOf(one), [401, 401, 429, 429], "what stands before may be forged");
    const others = Array.from(
      { length: 4 },
      (_, index) => signIn(behindTwo, `198.51.100.${index + 2}`, "10.0.0.1"),
    );
    assert.deepEqual(await statusesOf(others), [401, 401, 401, 401], "each sender has a limit of its own");
    const past = repeat(2, signIn(behindTwo, "198.51.100.9"));
    assert.deepEqual(await statusesOf(past), [429, 429], "who came past the proxies is the address itself");
  } finally {
    await app.stop();
  }
});

Deno.test("a key has a lower limit of its own, within that of its tenant, also when a session is sent with it", async () => {
  const app = await testApp({
    settings: { ...settings, MILEPOST_TENANT_REQUESTS: "500" },
    rateLimit: still(),
  });
  try {
    const tenantId = await app.newTenant();
    const visitor = await app.visitor(tenantId, "viewer");
    const ask = (secret: string, cookie = "") => () =>
      fetch(`${app.url}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${secret}`, cookie } });
    const [one, other] = [await keyOf(app, tenantId), await keyOf(app, tenantId)];
    const statuses = await statusesOf([...repeat(2, ask(one)), ...repeat(2, ask(one, visitor.cookie))]);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    const answer = await ask(other)();
    assert.equal(answer.headers.get("ratelimit-policy"), '"api-key";q=3;w=1');
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
  } finally {
    await app.stop();
  }
});

Deno.test("two processes that share a Redis share the limits", async () => {
  const redis = await startRedis();
  const shared = {
    ...settings,
    UPSTASH_REDIS_REST_URL: redis.url,
    UPSTASH_REDIS_REST_TOKEN: redis.token,
  };
  const apps = [await testApp({ settings: shared }), await testApp({ settings: shared })];
  try {
    const form = { email: "nobody@calder.example", password: "four plain words here" };
    const statuses = await statusesOf(apps.flatMap((app) => repeat(2, () => app.post("/sign-in", form))));
    assert.deepEqual(statuses, [401, 401, 429, 429]);
  } finally {
    for (const app of apps) await app.stop();
    await redis.stop();
  }
});
