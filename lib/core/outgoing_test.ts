/** Calls to addresses that a tenant can set: what is refused, and what a server may do to us, on real sockets. */
import assert from "node:assert/strict";
import { makeCertificate } from "../../tests/support/certificate.ts";
import { fetchPublic, type OutgoingInit } from "./outgoing.ts";

interface Heard {
  method: string;
  path: string;
  host: string | null;
  authorization: string | null;
  body: string;
}

const name = "login.calder.example";
const certificate = await makeCertificate(name);
const heard: Heard[] = [];
const answers: Record<string, (url: URL) => Response> = {
  "/hello": () => new Response("hello", { headers: { "x-two": "yes", "content-type": "text/plain" } }),
  "/missing": () => new Response("no", { status: 404 }),
  "/empty": () => new Response(null, { status: 204 }),
  "/large": () => new Response("x".repeat(2_000_000)),
  "/endless": () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65536)) })),
  "/silent": () => new Response(new ReadableStream({})),
  "/loop": () => leadTo("/loop", 302),
  "/once": () => leadTo("/hello", 302),
  "/see-other": () => leadTo("/hello", 303),
  "/keep": () => leadTo("/hello", 307),
  "/lead": (url) => leadTo(url.searchParams.get("to")!, Number(url.searchParams.get("status") ?? 302)),
};

function leadTo(location: string, status: number): Response {
  return new Response(null, { status, headers: { location } });
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const { headers, method } = request;
  heard.push({
    method,
    path: url.pathname,
    host: headers.get("host"),
    authorization: headers.get("authorization"),
    body: await request.text(),
  });
  return answers[url.pathname]?.(url) ?? new Response("?", { status: 404 });
}

const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
const secure = Deno.serve({ ...options, ...certificate }, answer);
const plain = Deno.serve(options, answer);
Deno.test.afterAll(async () => {
  await secure.shutdown();
  await plain.shutdown();
});
Deno.test.beforeEach(() => {
  heard.length = 0;
});

const { port } = secure.addr;
const origin = `https://${name}:${port}`;
const plainOrigin = `http://127.0.0.1:${plain.addr.port}`;
const rules = {
  allowed: [origin, plainOrigin],
  certificates: certificate.cert,
  resolve: () => Promise.resolve(["127.0.0.1"]),
};

function call(path: string, init: OutgoingInit = {}): Promise<Response> {
  return fetchPublic(path.startsWith("http") ? path : origin + path, { ...rules, ...init });
}

async function refuses(url: string, init: OutgoingInit = {}, error = "AddressRefused"): Promise<void> {
  await assert.rejects(call(url, init), { name: error }, url);
}

Deno.test("an answer comes back whole, asked by the name of the host over TLS", async () => {
  const response = await call("/hello", {
    method: "POST",
    headers: { authorization: "Bearer x" },
    body: "a=1",
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-two"), "yes");
  assert.equal(response.headers.get("content-type"), "text/plain");
  assert.equal(await response.text(), "hello");
  assert.deepEqual(heard, [
    { method: "POST", path: "/hello", host: `${name}:${port}`, authorization: "Bearer x", body: "a=1" },
  ]);
  assert.equal((await call("/missing")).status, 404);
  assert.equal((await call("/empty")).status, 204);
});

Deno.test("a form is sent as one", async () => {
  const response = await call("/hello", { method: "POST", body: new URLSearchParams({ a: "1 2" }) });
  assert.equal(response.status, 200);
  assert.equal(heard[0].body, "a=1+2");
});

Deno.test("a certificate for another name, or from nobody known, ends the call", async () => {
  const other = `https://other.example:${port}`;
  await refuses(`${other}/hello`, { allowed: [other] }, "OutgoingFailed");
  await refuses("/hello", { certificates: undefined }, "OutgoingFailed");
  assert.equal(heard.length, 0);
});

Deno.test("addresses inside the network are refused in every spelling, and nothing is sent", async () => {
  const spellings = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "10.0.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0",
  ];
  for (const host of spellings) await refuses(`https://${host}:${port}/hello`);
  assert.equal(heard.length, 0);
});

Deno.test("a name that leads inside is refused like one that leads nowhere, even if it leads outside as well", async () => {
  const url = `https://inside.example:${port}/hello`;
  for (const found of [["127.0.0.1"], ["3ffe:ffff::1", "10.0.0.1"], [], ["not an address"]]) {
    await refuses(url, { resolve: () => Promise.resolve(found) });
  }
  await refuses(url, { resolve: () => Promise.reject(new Error("no such name")) });
  assert.equal(heard.length, 0);
});

Deno.test("a name is looked up once, so that it cannot lead elsewhere when the connection is made", async () => {
  let lookups = 0;
  // an address of a block that nobody has: public by its form, and nothing answers
  const resolve = () => Promise.resolve([++lookups === 1 ? "3ffe:ffff::1" : "127.0.0.1"]);
  await refuses(`https://rebinding.example:${port}/hello`, { resolve, timeoutMs: 300 }, "OutgoingFailed");
  assert.equal(lookups, 1);
  assert.equal(heard.length, 0);
});

Deno.test("only https is spoken, save to an origin that the settings allow, and no password stands in an address", async () => {
  for (
    const url of ["http://example.com/", "ftp://example.com/", "file:///etc/passwd", "data:,x", "no address"]
  ) {
    await refuses(url);
  }
  await refuses("http://plain.example/", {
    resolve: () => Promise.resolve(["3ffe:ffff::1"]),
    timeoutMs: 300,
  });
  await refuses(`https://user:secret@${name}:${port}/hello`);
  assert.equal(await (await call(`${plainOrigin}/hello`)).text(), "hello");
  await refuses(`${plainOrigin}/hello`, { allowed: [origin] });
});

Deno.test("redirects are followed, three at most, and as the standard says", async () => {
  assert.equal(await (await call("/once")).text(), "hello");
  await call("/see-other", { method: "POST", body: "a=1" });
  await call("/keep", { method: "POST", body: "a=1" });
  assert.deepEqual(heard.map(({ method, body }) => `${method} ${body}`), [
    "GET ",
    "GET ",
    "POST a=1",
    "GET ",
    "POST a=1",
    "POST a=1",
  ]);
  assert.equal((await call("/once", { redirect: "manual" })).headers.get("location"), "/hello");
  await refuses("/once", { redirect: "error" }, "OutgoingFailed");
  heard.length = 0;
  await refuses("/loop", {}, "OutgoingFailed");
  assert.equal(heard.length, 4);
});

Deno.test("a redirect is looked at like the first address", async () => {
  const inside = [
    `https://127.0.0.1:${port}/hello`,
    `http://${name}:${port}/hello`,
    "file:///etc/passwd",
    `//user:x@${name}:${port}/hello`,
  ];
  for (const to of inside) await refuses(`/lead?to=${encodeURIComponent(to)}`);
  assert.ok(heard.every(({ path }) => path === "/lead"));
});

Deno.test("neither a secret nor content follows a redirect to another origin", async () => {
  const to = encodeURIComponent(`${plainOrigin}/hello`);
  await call(`/lead?to=${to}`, { headers: { authorization: "Bearer x" } });
  assert.equal(heard.at(-1)?.authorization, null);
  await refuses(`/lead?status=307&to=${to}`, { method: "POST", body: "secret" });
  assert.equal(heard.at(-1)?.path, "/lead");
});

Deno.test("an answer that is too large, has no end, or does not come, ends the call", async () => {
  await refuses("/large", {}, "OutgoingFailed");
  assert.equal((await (await call("/large", { maxBytes: 2_000_000 })).text()).length, 2_000_000);
  await refuses("/endless", {}, "OutgoingFailed");
  await refuses("/silent", { timeoutMs: 200 }, "OutgoingFailed");
  await refuses("/hello", { signal: AbortSignal.abort() }, "OutgoingFailed");
  await refuses(
    `https://slow.example:${port}/`,
    { resolve: () => new Promise(() => {}), timeoutMs: 100 },
    "OutgoingFailed",
  );
});
