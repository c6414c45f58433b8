/** The middlewares that come with the package, and WebSockets. */
import assert from "node:assert/strict";
import { App, cors, csp, csrf, HttpError, trailingSlashes } from "fresh";

type State = Record<string, unknown>;

const at = (path: string, init?: RequestInit) => new Request(`http://fleet.test${path}`, init);

Deno.test("trailingSlashes: never", async () => {
  const handler = new App<State>().use(trailingSlashes("never")).get("/", (ctx) => ctx.text("home"))
    .get("/a", (ctx) => ctx.text("a")).handler();
  const redirected = await handler(at("/a/?b=1"));
  assert.equal(redirected.status, 308);
  assert.equal(redirected.headers.get("location"), "/a?b=1");
  assert.equal(await (await handler(at("/a"))).text(), "a");
  assert.equal(await (await handler(at("/"))).text(), "home");
});

Deno.test("trailingSlashes: always, but not for files", async () => {
  const handler = new App<State>().use(trailingSlashes("always")).get("/a", (ctx) => ctx.text("a"))
    .get("/a.css", (ctx) => ctx.text("css")).handler();
  const redirected = await handler(at("/a?b=1"));
  assert.equal(redirected.headers.get("location"), "/a/?b=1");
  assert.equal(await (await handler(at("/a/"))).text(), "a");
  assert.equal(await (await handler(at("/a.css"))).text(), "css");
});

Deno.test("csrf: what another site's page sends is refused, everything else passes", async () => {
  const own = new App<State>().use(csrf()).all("/", (ctx) => ctx.text("ok")).handler();
  const named = new App<State>().use(csrf({ origin: ["https://a.test", "https://b.test"] }))
    .all("/", (ctx) => ctx.text("ok")).handler();
  const judged = new App<State>().use(csrf({ origin: (origin) => origin.endsWith(".a.test") }))
    .all("/", (ctx) => ctx.text("ok")).handler();
  const cases = [
    [own, "GET", { "sec-fetch-site": "cross-site", origin: "https://evil.test" }, 200],
    [own, "POST", { "sec-fetch-site": "same-origin" }, 200],
    [own, "POST", { "sec-fetch-site": "none" }, 200],
    [own, "POST", {}, 200],
    [own, "POST", { origin: "http://fleet.test" }, 200],
    [own, "POST", { "sec-fetch-site": "cross-site" }, 403],
    [own, "POST", { "sec-fetch-site": "same-site" }, 403],
    [own, "DELETE", { "sec-fetch-site": "cross-site", origin: "https://evil.test" }, 403],
    [own, "POST", { origin: "https://evil.test" }, 403],
    [own, "POST", { origin: "null" }, 403],
    [named, "POST", { "sec-fetch-site": "cross-site", origin: "https://b.test" }, 200],
    [named, "POST", { origin: "http://fleet.test" }, 403],
    [judged, "POST", { origin: "https://x.a.test" }, 200],
    [judged, "POST", { origin: "https://a.test.evil" }, 403],
  ] as const;
  for (const [handler, method, headers, status] of cases) {
    const response = await handler(at("/", { method, headers }));
    assert.equal(response.status, status, `${method} ${JSON.stringify(headers)}`);
    await response.body?.cancel();
  }
});

Deno.test("cors: preflight and response", async () => {
  const handler = new App<State>()
    .use(cors({
      origin: ["https://a.test"],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["x-key"],
      exposeHeaders: ["x-total"],
      maxAge: 600,
      credentials: true,
    }))
    .get("/", (ctx) => ctx.text("ok", { headers: { vary: "Cookie" } })).handler();
  const preflight = await handler(at("/", {
    method: "OPTIONS",
    headers: { origin: "https://a.test", "access-control-request-method": "POST" },
  }));
  assert.equal(preflight.status, 204);
  assert.deepEqual(
    ["allow-origin", "allow-methods", "allow-headers", "allow-credentials", "max-age"]
      .map((name) => preflight.headers.get(`access-control-${name}`)),
    ["https://a.test", "GET, POST", "x-key", "true", "600"],
  );
  const allowed = await handler(at("/", { headers: { origin: "https://a.test" } }));
  assert.equal(allowed.headers.get("access-control-allow-origin"), "https://a.test");
  assert.equal(allowed.headers.get("access-control-expose-headers"), "x-total");
  assert.equal(allowed.headers.get("vary"), "Cookie, Origin");
  const other = await handler(at("/", { headers: { origin: "https://b.test" } }));
  assert.equal(other.headers.get("access-control-allow-origin"), null);
  const open = await new App<State>().use(cors()).get("/", (ctx) => ctx.text("ok")).handler()(at("/"));
  assert.equal(open.headers.get("access-control-allow-origin"), "*");
  assert.throws(() => cors({ credentials: true }), /credentials need named origins/);
});

Deno.test("csp: defaults, own directives, reports", async () => {
  const policy = async (options: Parameters<typeof csp>[0], name = "content-security-policy") =>
    (await new App<State>().use(csp(options)).get("/", (ctx) => ctx.text("ok")).handler()(at("/"))).headers
      .get(name);
  assert.match(
    await policy({}) ?? "",
    /^default-src 'self'; script-src 'self' 'unsafe-inline'; .*frame-ancestors 'none'/,
  );
  const own = await policy({ csp: ["script-src 'self'", "form-action 'none'"] }) ?? "";
  assert.match(own, /; script-src 'self';/);
  assert.equal(own.match(/form-action/g)?.length, 1);
  const reported =
    await policy({ reportOnly: true, reportTo: "/reports" }, "content-security-policy-report-only") ?? "";
  assert.match(reported, /report-to csp-endpoint; report-uri \/reports/);
  assert.equal(await policy({ reportOnly: true }), null);
});

Deno.test("csp: a nonce per request for what the app renders itself", async () => {
  const handler = new App<State>().use(csp({ useNonce: true }))
    .get("/", (ctx) =>
      ctx.render(
        <html>
          <head>
            <style>{"p { color: teal }"}</style>
          </head>
          <body>
            <script dangerouslySetInnerHTML={{ __html: "1" }} />
          </body>
        </html>,
      ))
    .get("/json", (ctx) => ctx.json({})).handler();
  const nonces = new Set<string>();
  for (const _ of [1, 2]) {
    const response = await handler(at("/"));
    const nonce =
      /script-src 'self' 'nonce-([^']+)'/.exec(response.headers.get("content-security-policy")!)![1];
    const html = await response.text();
    assert.ok(html.includes(`<style nonce="${nonce}">`) && html.includes(`<script nonce="${nonce}">`), html);
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 2);
  const plain = await handler(at("/json"));
  assert.match(plain.headers.get("content-security-policy")!, /script-src 'self' 'unsafe-inline'/);
});

Deno.test("a middleware that gives nothing is named by its address", async () => {
  const seen: unknown[] = [];
  const handler = new App<State>()
    .onError((ctx) => {
      seen.push(ctx.error);
      return ctx.text("sorry", { status: 500 });
    })
    .use((() => {}) as unknown as () => Response)
    .get("/a", (ctx) => ctx.text("a")).handler();
  assert.equal((await handler(at("/a"))).status, 500);
  assert.match(String(seen[0]), /\/a gave no Response; return ctx\.next\(\)/);
});

Deno.test("a route that gives data and has no page says so", async () => {
  const seen: unknown[] = [];
  const handler = new App<State>().onError((ctx) => {
    seen.push(ctx.error);
    return ctx.text("sorry", { status: 500 });
  }).route("/a", { handlers: { GET: () => ({ data: 1 }) } }).handler();
  await handler(at("/a"));
  assert.match(String(seen[0]), /handler of \/a gave no Response, and the route has no page/);
});

Deno.test("ws: messages go both ways, and a plain request is 400", async () => {
  const app = new App<State>()
    .ws("/managed", {
      open: (socket) => socket.send("welcome"),
      message: (socket, event) => socket.send(`heard ${event.data}`),
    })
    .get("/bare", (ctx) => {
      const { socket, response } = ctx.upgrade({ idleTimeout: 30 });
      socket.onopen = () => socket.send("bare");
      return response;
    });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, app.handler());
  const host = `127.0.0.1:${server.addr.port}`;
  const talk = (path: string, count: number) =>
    new Promise<string[]>((resolve, reject) => {
      const got: string[] = [];
      const socket = new WebSocket(`ws://${host}${path}`);
      socket.onerror = () => reject(new Error(`no connection to ${path}`));
      socket.onmessage = ({ data }) => {
        got.push(data);
        if (got.length === 1) socket.send("hello");
        if (got.length === count) socket.close();
      };
      socket.onclose = () => resolve(got);
    });
  try {
    assert.deepEqual(await talk("/managed", 2), ["welcome", "heard hello"]);
    assert.deepEqual(await talk("/bare", 1), ["bare"]);
    const plain = await fetch(`http://${host}/managed`);
    assert.equal(plain.status, 400);
    await plain.body?.cancel();
  } finally {
    await server.shutdown();
  }
});

Deno.test("HttpError: says what its status means", () => {
  assert.equal(new HttpError(404).message, "Not Found");
  assert.equal(new HttpError(403, "Admins only").message, "Admins only");
  assert.equal(new HttpError(499).message, "HTTP 499");
});
