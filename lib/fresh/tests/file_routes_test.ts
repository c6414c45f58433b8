/** Files in `routes/` become routes, layouts, middlewares and error pages. */
import assert from "node:assert/strict";
import { App, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import { comparePatterns, describeFile, isRouteFile } from "../src/file_routes.ts";

const root = new URL("./site", import.meta.url).href;
const applySnapshot = await new Builder({ root }).build({ snapshot: "memory" });

function site(pattern?: string, config = {}) {
  const app = new App<Record<string, unknown>>(config).use(staticFiles()).fsRoutes(pattern);
  applySnapshot(app);
  const handler = app.handler();
  return (path: string, init?: RequestInit) => handler(new Request(`http://localhost${path}`, init));
}

const get = site();

Deno.test("file names become patterns", () => {
  const cases = [
    ["index.tsx", "/"],
    ["about.ts", "/about"],
    ["blog/index.ts", "/blog"],
    ["blog/[slug].ts", "/blog/:slug"],
    ["blog/[slug]/comments.ts", "/blog/:slug/comments"],
    ["old/[...path].ts", "/old/:path*"],
    ["docs/[[version]]/index.ts", "/docs{/:version}?"],
    ["docs/[[version]].ts", "/docs{/:version}?"],
    ["[[lang]]/index.tsx", "/{:lang}?"],
    ["[[lang]]/about.tsx", "{/:lang}?/about"],
    ["(app)/invoices/[id]/void.tsx", "/invoices/:id/void"],
    ["a-[x].ts", "/a-:x"],
    ["[a]b.ts", "/{:a}b"],
    ["sitemap.xml.ts", "/sitemap.xml"],
    ["what+(why).ts", "/what\\+\\(why\\)"],
  ];
  for (const [file, pattern] of cases) {
    assert.equal(describeFile(file).pattern, pattern, file);
    new URLPattern({ pathname: pattern });
  }
  assert.throws(() => describeFile("[a-b].ts"), /routes\/\[a-b\]\.ts: \[a-b\] is not a parameter name/);
  assert.throws(() => describeFile("[a.ts"), /unmatched bracket/);
});

Deno.test("more specific patterns come first", () => {
  const sorted = [
    "/:rest*",
    "/a/:b",
    "{/:lang}?/about",
    "/:a/:b",
    "/a/:rest*",
    "/a/b-:c",
    "/docs{/:version}?",
  ]
    .sort(comparePatterns);
  assert.ok(sorted.indexOf("/a/:b") < sorted.indexOf("/a/:rest*"));
  assert.ok(sorted.indexOf("/a/:b") < sorted.indexOf("/:a/:b"));
  assert.equal(sorted.at(-1), "/:rest*");
});

Deno.test("tests and private folders are no routes", async () => {
  assert.ok(!isRouteFile("(_components)/part.tsx"));
  assert.ok(!isRouteFile("a/(_islands)/b.tsx"));
  assert.ok(!isRouteFile("index_test.ts"));
  assert.ok(!isRouteFile("notes.md"));
  assert.equal((await get("/ignored_test")).status, 404);
});

Deno.test("a page stands in its layout and the app wrapper", async () => {
  assert.match(
    await (await get("/")).text(),
    /^<!DOCTYPE html><html lang="en"><head><title>Site<\/title><\/head><body><main><h1>Home/,
  );
});

Deno.test("middlewares of the folders run in order, those of a group only there", async () => {
  const response = await get("/users/7");
  assert.equal(response.headers.get("x-user"), "7");
  assert.match(await response.text(), /<h1>User 7 first second admin<\/h1>/);
  const made = await get("/users/7", { method: "POST" });
  assert.equal(made.status, 201);
  const refused = await get("/users/7", { method: "PUT" });
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get("allow"), "GET, POST, HEAD, OPTIONS");
});

Deno.test("parameters: optional, rest, with text around, and a pattern of its own", async () => {
  assert.match(await (await get("/docs")).text(), /docs latest/);
  assert.match(await (await get("/docs/v2")).text(), /docs v2/);
  assert.match(await (await get("/old/a/b")).text(), /old a\/b/);
  assert.equal(await (await get("/a-one", { method: "PATCH" })).text(), "PATCH one");
  assert.deepEqual(await (await get("/x/std@1.2/mod/a.ts")).json(), {
    module: "std",
    version: "1.2",
    path: "mod/a.ts",
  });
  assert.equal((await get("/override")).status, 404);
});

Deno.test("a route's config leaves layouts out and sends a policy", async () => {
  const response = await get("/users/new");
  assert.match(await response.text(), /<body><h1>New<\/h1><\/body>/);
  assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'self'/);
});

Deno.test("error pages: 404 is one page for all, other errors go to the nearest", async () => {
  for (const path of ["/users/0", "/never", "/api/never"]) {
    const response = await get(path);
    assert.equal(response.status, 404, path);
    assert.match(await response.text(), new RegExp(`<main><h1>No ${path}</h1></main>`));
  }
  const log = console.error;
  const logged: unknown[] = [];
  console.error = (value: unknown) => logged.push(value);
  try {
    const failed = await get("/users/13");
    assert.equal(failed.status, 500);
    assert.match(await failed.text(), /<main><h1>Sorry: unlucky<\/h1><\/main>/);
  } finally {
    console.error = log;
  }
  assert.equal((logged[0] as Error).message, "unlucky");
  assert.deepEqual(await (await get("/api/fails")).json(), { error: "Error: api" });
});

Deno.test("static files: content type, ETag, 304, HEAD, and addresses that may be kept for good", async () => {
  const response = await get("/logo.svg");
  assert.equal(response.headers.get("content-type"), "image/svg+xml; charset=utf-8");
  assert.equal(response.headers.get("cache-control"), "no-cache");
  const etag = response.headers.get("etag")!;
  await response.body?.cancel();
  const unchanged = await get("/logo.svg", { headers: { "if-none-match": `"other", ${etag}` } });
  assert.equal(unchanged.status, 304);
  assert.equal(unchanged.body, null);
  const head = await get("/logo.svg", { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), "70");
  assert.equal(head.body, null);
  assert.equal((await get("/logo.svg", { method: "POST" })).status, 404);

  const home = await (await get("/")).text();
  const locked = /<img src="(\/logo\.svg\?__frsh_c=[0-9a-f]+)" alt/.exec(home)?.[1];
  assert.ok(locked, home);
  assert.match(home, /<img src="\/elsewhere.svg" alt/);
  const kept = await get(locked);
  assert.equal(kept.headers.get("cache-control"), "public, max-age=31536000, immutable");
  await kept.body?.cancel();
  const stale = await get("/logo.svg?__frsh_c=0123&v=1");
  assert.equal(stale.status, 307);
  assert.equal(stale.headers.get("location"), "/logo.svg?v=1");
});

Deno.test("static files: nothing outside the folder is reachable", async () => {
  for (const path of ["/../routes/index.tsx", "/%2e%2e/routes/index.tsx", "/..%2froutes/index.tsx", "/%00"]) {
    assert.equal((await get(path)).status, 404, path);
  }
});

Deno.test("a route's own style sheet is linked in the head", async () => {
  const html = await (await get("/styled")).text();
  const href = /<link rel="stylesheet" href="(\/styled\.css\?__frsh_c=[0-9a-f]+)"><\/head>/.exec(html)?.[1];
  assert.ok(href, html);
  assert.match(await (await get(href)).text(), /teal/);
});

Deno.test("file routes below a pattern and a base path", async () => {
  const below = site("/sub/*", { basePath: "/base" });
  assert.match(await (await below("/base/sub")).text(), /<h1>Home/);
  assert.match(await (await below("/base/sub/users/7")).text(), /User 7 first second admin/);
  assert.equal((await below("/users/7")).status, 404);
  assert.equal((await below("/base/logo.svg")).status, 200);
});

Deno.test("without a snapshot fsRoutes() says what to do", () => {
  const folder = Deno.cwd();
  const empty = Deno.makeTempDirSync();
  try {
    Deno.chdir(empty);
    assert.throws(() => new App().fsRoutes().handler(), /Build the app first.*snapshot: "memory"/);
  } finally {
    Deno.chdir(folder);
    Deno.removeSync(empty);
  }
});
