/** Guards the term of a key: when it ends, what its successor may do, and what people see of a key. */
import assert from "node:assert/strict";
import { createApiKey, keyCapabilities, loadKeyHolder, succeedApiKey } from "../../lib/auth/api_keys.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { operator, testApp, type Visitor } from "../support/app.ts";

const clock = new FixedClock("2024-05-02T09:00:00Z");
const app = await testApp({ clock });
Deno.test.afterAll(() => app.stop());

async function newAdmin(): Promise<Visitor> {
  clock.moveTo("2024-05-02T09:00:00Z");
  return await app.visitor(await app.newTenant(), "admin");
}

const preview = (secret: string) =>
  fetch(`${app.url}/api/v1/price-previews`, {
    method: "POST",
    body: "{}",
    headers: { authorization: `Bearer ${secret}` },
  });

async function secretOf(answer: Response): Promise<string> {
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const [, secret] = /<code[^>]*>(mp_[\w-]{65})<\/code>/.exec(await answer.text())!;
  return secret;
}

Deno.test("a key works to the end of its last day, and is then refused by that day's name", async () => {
  const admin = await newAdmin();
  const made = await app.post(
    "/api-keys",
    { name: "Box", may_read: "yes", last_day: "2024-05-03" },
    admin,
  );
  const secret = await secretOf(made);
  clock.moveTo("2024-05-03T23:59:59Z");
  assert.equal((await preview(secret)).status, 422);
  clock.moveTo("2024-05-04T00:00:00Z");
  const refused = await preview(secret);
  assert.equal(refused.status, 401);
  assert.match((await refused.json()).detail, /This key expired: its last day was 2024-05-03/);
  // After a day away the admin signs in again.
  const again = await app.visitor(admin.tenantId, "admin");
  const page = await (await app.get("/api-keys", again)).text();
  assert.match(page, />ended</);
  assert.doesNotMatch(page, /\/successor"/);
});

Deno.test("a last day that is over or no day is refused, and what was typed is kept", async () => {
  const admin = await newAdmin();
  for (const last_day of ["2024-05-01", "soon", "2024-02-30"]) {
    const refused = await app.post("/api-keys", { name: "Box", may_read: "yes", last_day }, admin);
    assert.equal(refused.status, 422);
    const page = await refused.text();
    assert.match(page, /id="last_day-error"/);
    assert.match(page, /value="Box"/);
  }
});

Deno.test("a key and its successor both work until the old one's last day", async () => {
  const admin = await newAdmin();
  const { tenantId } = admin;
  const old = await createApiKey(app.environment, { tenantId, actor: operator }, {
    name: "Box",
    capabilities: ["read"],
  });
  const path = `/api-keys/${old.apiKeyId}/successor`;
  assert.match(await (await app.get(path, admin)).text(), /value="2024-05-09"/);
  const successor = await secretOf(await app.post(path, { old_last_day: "2024-05-09" }, admin));
  assert.notEqual(successor, old.secret);
  clock.moveTo("2024-05-09T20:00:00Z");
  for (const secret of [old.secret, successor]) {
    const holder = await loadKeyHolder(app.environment, secret);
    assert.deepEqual([holder?.actor.name, ...holder!.actor.capabilities], ["Box", "read"]);
  }
  clock.moveTo("2024-05-10T00:00:00Z");
  assert.equal((await preview(old.secret)).status, 401);
  assert.equal((await preview(successor)).status, 422);
  const again = await app.visitor(tenantId, "admin");
  assert.equal((await app.get(path, again)).status, 404);
  assert.equal((await app.post(path, { old_last_day: "2024-05-12" }, again)).status, 404);
  const input = { apiKeyId: old.apiKeyId, oldLastDay: "2024-05-12" };
  await assert.rejects(succeedApiKey(app.environment, { tenantId, actor: operator }, input), {
    name: "NotFound",
  });
});

Deno.test("a successor never lengthens the term of the old key, and the overlap has a bound", async () => {
  const admin = await newAdmin();
  const { tenantId } = admin;
  const old = await createApiKey(app.environment, { tenantId, actor: operator }, {
    name: "Box",
    capabilities: ["read"],
    lastDay: "2024-05-04",
  });
  const path = `/api-keys/${old.apiKeyId}/successor`;
  for (const old_last_day of ["", "2024-05-01", "2024-08-02"]) {
    assert.equal((await app.post(path, { old_last_day }, admin)).status, 422, old_last_day);
  }
  await secretOf(await app.post(path, { old_last_day: "2024-05-09" }, admin));
  clock.moveTo("2024-05-05T00:00:00Z");
  assert.equal((await preview(old.secret)).status, 401);
});

Deno.test("nobody makes a successor of another business's key, or without the right", async () => {
  const admin = await newAdmin();
  const { apiKeyId } = await createApiKey(
    app.environment,
    { tenantId: await app.newTenant(), actor: operator },
    { name: "Theirs", capabilities: ["read"] },
  );
  const path = `/api-keys/${apiKeyId}/successor`;
  assert.equal((await app.get(path, admin)).status, 404);
  assert.equal((await app.post(path, { old_last_day: "2024-05-09" }, admin)).status, 404);
  const biller = await app.visitor(admin.tenantId, "biller");
  assert.equal((await app.get(path, biller)).status, 403);
  assert.equal((await app.post(path, { old_last_day: "2024-05-09" }, biller)).status, 403);
});

Deno.test("people see the beginning and the end of a key, and never the whole", async () => {
  const admin = await newAdmin();
  const { secret } = await createApiKey(app.environment, { tenantId: admin.tenantId, actor: operator }, {
    name: "Box",
    capabilities: keyCapabilities,
  });
  const page = await (await app.get("/api-keys", admin)).text();
  assert.ok(page.includes(`${secret.slice(0, 11)}…${secret.slice(-4)}`));
  assert.ok(!page.includes(secret.slice(25, -4)));
});
