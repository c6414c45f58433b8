/** Guards the API: who is let in, what a batch of events becomes, and that every refusal says what to do. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { createApiKey, keyCapabilities } from "../../lib/auth/api_keys.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { createVehicle } from "../../lib/vehicles/commands.ts";
import { execute } from "../../lib/core/command.ts";
import { operator, testApp, type Visitor } from "../support/app.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  perMile,
} from "../support/billing.ts";
import { milepost } from "../support/milepost.ts";

const app = await testApp({ clock: new FixedClock("2024-05-02T09:00:00Z") });
Deno.test.afterAll(() => app.stop());
const { environment } = app;

/** A tenant with the vehicle V-1 on a contract by the mile since January. */
async function newFleet() {
  const business = await insertTestBusiness(environment.database);
  const { tenantId } = business;
  await withTenant(environment.database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, [perMile]);
    const { contractId } = await insertTestContract(db, business, plan, { reference: "K-1" });
    await insertTestVehicle(db, contractId, "V-1", "2024-01-01");
  });
  return tenantId;
}

async function keyOf(tenantId: string, ...capabilities: string[]): Promise<string> {
  const asker = { tenantId, actor: operator };
  const { secret } = await createApiKey(environment, asker, { name: "Telematics", capabilities });
  return secret;
}

const trip = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  event: "trip",
  vehicle: "V-1",
  at: "2024-03-05T10:00:00Z",
  miles: "12.4",
  ...more,
});

function send(path: string, body: BodyInit, secret?: string, headers: Record<string, string> = {}) {
  return fetch(app.url + path, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...headers,
    },
  });
}

const sendEvents = (events: unknown[], secret?: string, headers: Record<string, string> = {}) =>
  send("/api/v1/usage-events", JSON.stringify({ source: "box", events }), secret, headers);

async function problemOf(answer: Response): Promise<{ status: number; detail: string }> {
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  return await answer.json();
}

Deno.test("a batch is answered event by event, and sent again it is all duplicates", async () => {
  const tenantId = await newFleet();
  const secret = await keyOf(tenantId, "usage.import");
  const events = [
    trip("a"),
    trip("b", { miles: 12.4 }),
    trip("c", { vehicle: "V-9" }),
    trip("a"),
    trip("a", { miles: "13" }),
    trip("d", { miles: "twelve" }),
    trip("e", { at: "yesterday" }),
    trip("f", { contract: "K-1" }),
    "no event",
    { ...trip("g"), vehicle: undefined, contract: "K-1" },
  ];
  const answer = await sendEvents(events, secret);
  assert.equal(answer.status, 200);
  const first = await answer.json();
  assert.deepEqual([first.events, first.duplicates, first.quarantined], [2, 1, 7]);
  assert.deepEqual(
    first.problems.map(({ position, field }: { position: number; field: string }) => [position, field]),
    [[2, "miles"], [3, "vehicle"], [5, "id"], [6, "miles"], [7, "at"], [8, "vehicle"], [9, "whole row"]],
  );
  assert.match(first.problems[0].reason, /Write numbers as text, so that none is rounded: "12.4"/);
  const again = await (await sendEvents(events, secret)).json();
  assert.deepEqual([again.events, again.duplicates, again.quarantined], [0, 3, 7]);
});

Deno.test("text that no database keeps is set aside with a sentence, and the others are recorded", async () => {
  const secret = await keyOf(await newFleet(), "usage.import");
  const events = [
    trip("a\0b"),
    trip("c", { vehicle: "V\0" }),
    trip("d", { event: "\0" }),
    trip("e", { note: "a\0" }),
    trip("f", { note: "\ud800" }),
    trip("g", { "n\0": "1" }),
    trip("h", { corrects: "\0" }),
    { id: "i", event: "void", at: "2024-03-05T10:00:00Z", corrects: "\0" },
    "\0\udc00",
    trip("j", { ["n".repeat(1_000)]: "1" }),
    trip("fine"),
  ];
  const answer = await sendEvents(events, secret);
  assert.equal(answer.status, 200);
  const { events: added, quarantined, problems } = await answer.json();
  assert.deepEqual([added, quarantined], [1, 10]);
  assert.match(problems[0].reason, /a character that is none/);
  assert.ok(problems.every(({ field }: { field: string }) => field.length <= 101));
});

Deno.test("lists in lists without end are refused, with and without a key", async () => {
  const secret = await keyOf(await newFleet(), "usage.import", "read");
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  for (
    const [path, body] of [["usage-events", `{"events":[${deep}]}`], ["price-previews", deep]] as const
  ) {
    const answer = await send(`/api/v1/${path}`, body, secret, { "idempotency-key": "deep" });
    assert.equal(answer.status, 400);
    assert.match((await problemOf(answer)).detail, /more than 100 lists and objects/);
  }
});

Deno.test("a body that is compressed is refused as such", async () => {
  const secret = await keyOf(await newFleet(), "usage.import");
  const text = new Blob([JSON.stringify({ events: [trip("a")] })]);
  const body = await new Response(text.stream().pipeThrough(new CompressionStream("gzip"))).bytes();
  const answer = await send("/api/v1/usage-events", body, secret, { "content-encoding": "gzip" });
  assert.equal(answer.status, 400);
  assert.match((await problemOf(answer)).detail, /compressed \(gzip\)/);
});

Deno.test("the same idempotency key gives the stored answer, and other input under it is refused", async () => {
  const secret = await keyOf(await newFleet(), "usage.import");
  const headers = { "idempotency-key": "batch-1" };
  const first = await (await sendEvents([trip("a")], secret, headers)).json();
  assert.deepEqual(await (await sendEvents([trip("a")], secret, headers)).json(), first);
  const other = await sendEvents([trip("b")], secret, headers);
  assert.equal(other.status, 409);
  assert.match((await problemOf(other)).detail, /already used with other input/);
});

Deno.test("events may come as lines of JSON", async () => {
  const secret = await keyOf(await newFleet(), "usage.import");
  const lines = `${JSON.stringify(trip("a"))}\n\n${JSON.stringify(trip("b"))}\n`;
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await send("/api/v1/usage-events?source=box", lines, secret, headers);
  assert.equal((await answer.json()).events, 2);
  const broken = await send("/api/v1/usage-events", `${lines}{"id":`, secret, headers);
  assert.equal(broken.status, 400);
  assert.match((await problemOf(broken)).detail, /Line 3 is not JSON/);
  assert.equal((await (await sendEvents([trip("a"), trip("b")], secret)).json()).duplicates, 2);
});

for (
  const [what, body, status, detail] of [
    ["no JSON", "{", 400, /The body is not JSON/],
    ["a list", "[]", 422, /Send an object with a list of events/],
    ["another field", '{"event":[],"events":[]}', 422, /source and events are allowed/],
    ["no events", '{"events":[]}', 422, /Send 1 to 1000 events at a time/],
    ["1,001 events", JSON.stringify({ events: Array(1001).fill(1) }), 422, /Send 1 to 1000 events/],
    ["a source with spaces", '{"source":"a b","events":[1]}', 422, /letters, digits/],
    ["5 MB", `{"events":["${"x".repeat(5_000_000)}"]}`, 413, /above 5 MB/],
  ] as const
) {
  Deno.test(`a body with ${what} is refused whole, in a sentence`, async () => {
    const tenantId = await newFleet();
    const answer = await send("/api/v1/usage-events", body, await keyOf(tenantId, "usage.import"));
    assert.equal(answer.status, status);
    assert.match((await problemOf(answer)).detail, detail);
    const imports = await withTenant(
      environment.database,
      tenantId,
      (db) => db.query.selectFrom("usage_import").selectAll().execute(),
    );
    assert.deepEqual(imports, []);
  });
}

Deno.test("nobody comes in without a key, with a wrong one, or with one that was revoked", async () => {
  const tenantId = await newFleet();
  const secret = await keyOf(tenantId, ...keyCapabilities);
  for (const wrong of [undefined, "mp_no", secret.slice(0, -1) + (secret.endsWith("A") ? "B" : "A")]) {
    const answer = await sendEvents([trip("a")], wrong);
    assert.equal(answer.status, 401);
    assert.match((await problemOf(answer)).detail, /Authorization: Bearer mp_/);
  }
  const admin = await app.visitor(tenantId, "admin");
  const keys = await (await app.get("/api-keys", admin)).text();
  const [, path] = /href="(\/api-keys\/[^"]+\/revoke)"/.exec(keys)!;
  assert.equal((await app.post(path, {}, admin)).status, 303);
  assert.equal((await sendEvents([trip("a")], secret)).status, 401);
});

Deno.test("a key does what it was made for, in its own tenant alone", async () => {
  const [one, other] = [await newFleet(), await newFleet()];
  const reader = await keyOf(one, "read");
  const refused = await sendEvents([trip("a")], reader);
  assert.equal(refused.status, 403);
  assert.match((await problemOf(refused)).detail, /You cannot import usage/);
  await execute(environment, createVehicle, { tenantId: other, actor: operator }, {
    reference: "V-2",
    plate: "A 1",
  });
  const answer = await sendEvents([trip("a", { vehicle: "V-2" })], await keyOf(one, "usage.import"));
  assert.match((await answer.json()).problems[0].reason, /There is no vehicle "V-2"/);
});

Deno.test("an admin makes a key and sees its secret once; others may not look", async () => {
  const tenantId = await newFleet();
  const admin = await app.visitor(tenantId, "admin");
  const made = await app.post("/api-keys", { name: "Box", may_usage_import: "yes" }, admin);
  assert.equal(made.headers.get("cache-control"), "no-store");
  const [, secret] = /<code[^>]*>(mp_[\w-]{65})<\/code>/.exec(await made.text())!;
  assert.equal((await sendEvents([trip("a")], secret)).status, 200);
  assert.doesNotMatch(await (await app.get("/api-keys", admin)).text(), new RegExp(secret));
  const without = await app.post("/api-keys", { name: "", may_read: "yes" }, admin);
  assert.equal(without.status, 422);
  assert.match(await without.text(), /Fill in name/);
  const none = await app.post("/api-keys", { name: "Box" }, admin);
  assert.equal(none.status, 422);
  const biller: Visitor = await app.visitor(tenantId, "biller");
  assert.equal((await app.get("/api-keys", biller)).status, 403);
  assert.equal((await app.post("/api-keys", { name: "x", may_read: "yes" }, biller)).status, 403);
});

const priceCase = {
  currency: "USD",
  zone: "America/Chicago",
  period: { start: "2024-01-01", end: "2024-02-01" },
  vehicles: [{ id: "v1", from: "2024-01-10", to: null }],
  charges: [{
    id: "lease",
    kind: "recurring",
    per: "vehicle",
    price: { model: "flat", amount: "450.00" },
  }],
};

Deno.test("a price preview is what the command line prints, for a program and for a person", async () => {
  const tenantId = await newFleet();
  const body = JSON.stringify(priceCase);
  const printed = JSON.parse((await milepost(["price"], { input: body })).output);
  assert.equal(printed.lines[0].amount, "319.35");
  const byKey = await send("/api/v1/price-previews", body, await keyOf(tenantId, "read"));
  assert.deepEqual(await byKey.json(), printed);
  const { cookie } = await app.visitor(tenantId, "viewer");
  const byPerson = await send("/api/v1/price-previews", body, undefined, { cookie, origin: app.origin });
  assert.deepEqual(await byPerson.json(), printed);
  const fromElsewhere = await send("/api/v1/price-previews", body, undefined, {
    cookie,
    origin: "https://evil.example",
  });
  assert.equal(fromElsewhere.status, 403);
});

Deno.test("a case that cannot be priced names the path, the value and what is allowed", async () => {
  const wrong = JSON.stringify({ ...priceCase, colour: "red", currency: "XXX" });
  const answer = await send("/api/v1/price-previews", wrong, await keyOf(await newFleet(), "read"));
  assert.equal(answer.status, 422);
  const { fields } = await answer.json();
  assert.ok(
    fields.some(({ field, value }: { field: string; value: string }) =>
      field === "$.currency" && value === '"XXX"'
    ),
  );
});

Deno.test("a hostile case is answered with the place and what is allowed, and never with itself", async () => {
  const secret = await keyOf(await newFleet(), "read");
  const text = JSON.stringify(priceCase);
  const usage = Array.from({ length: 5_000 }, (_, index) => {
    return { id: `e${index}`, event: "trip", vehicle: "v1", at: "2024-01-12T10:00:00Z" };
  });
  const count = {
    kind: "usage",
    meter: { event: "trip", aggregate: "count" },
    price: { model: "flat", amount: "1" },
  };
  const charges = Array.from({ length: 500 }, (_, index) => ({ ...count, id: `c${index}` }));
  for (
    const [body, status, field] of [
      [text.replace('"450.00"', `"${"9".repeat(1_000_000)}"`), 422, "$.charges[0].price.amount"],
      [text.replace('"450.00"', "1e400"), 422, "$.charges[0].price.amount"],
      [text.replace('"flat"', '"constructor"'), 422, "$.charges[0].price.model"],
      [text.replace('"450.00"', "NaN"), 400, undefined],
      [JSON.stringify({ ...priceCase, usage, charges }), 422, "$"],
    ] as const
  ) {
    const answer = await send("/api/v1/price-previews", body, secret);
    assert.equal(answer.status, status);
    const problem = await answer.text();
    assert.ok(problem.length < 2_000, problem.slice(0, 2_000));
    if (field !== undefined) assert.equal(JSON.parse(problem).fields[0].field, field);
  }
});

Deno.test("the description of the API is open to all, and names every route that there is", async () => {
  const described = await (await fetch(`${app.url}/api/v1/openapi.json`)).json();
  assert.equal(described.openapi, "3.1.0");
  const files = [...Deno.readDirSync(new URL("../../routes/api/v1", import.meta.url))]
    .filter(({ name, isFile }) => isFile && !name.startsWith("_") && name !== "openapi.json.ts")
    .map(({ name }) => `/${name.replace(/\.tsx?$/, "")}`);
  assert.deepEqual(Object.keys(described.paths).sort(), files.sort());
  const { key, client } = described.components.securitySchemes;
  assert.equal(key.scheme, "bearer");
  assert.equal(client.flows.clientCredentials.tokenUrl, "/oauth/token");
  assert.deepEqual(Object.keys(client.flows.clientCredentials.scopes), keyCapabilities);
  for (const { post } of Object.values<{ post: { security: object[] } }>(described.paths)) {
    assert.deepEqual(post.security.map((each) => Object.keys(each)[0]), ["key", "client"]);
  }
});
