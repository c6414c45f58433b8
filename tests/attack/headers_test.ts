/** What every answer carries, asked of every address that the app has, signed in and not, over http and https. */
import assert from "node:assert/strict";
import { testApp } from "../support/app.ts";
import { listRoutes } from "../support/route_table.ts";

const plain = await testApp();
/** Behind a proxy that speaks https with browsers. */
const secure = await testApp({ origin: "https://billing.calder.example" });
Deno.test.afterAll(async () => {
  await plain.stop();
  await secure.stop();
});

const routes = await listRoutes();
const streams = ["/events"];

/** Every path that answers GET, ids of nothing put in, and some that no route has. */
const paths = [
  ...routes.filter(({ methods, path }) => methods.includes("GET") && !streams.includes(path))
    .map(({ path }) => path.replaceAll(/\[[^\]]+\]/g, crypto.randomUUID())),
  "/no-such-page",
  "/api/no-such-page",
  "/favicon.svg",
  "/%00",
  "/%ff",
  "/../etc/passwd",
];

const fixed: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Everything that is wrong with the headers of an answer. */
function problemsOf({ headers, url }: Response, isHttps: boolean): string[] {
  // the address of what a customer opens is a secret
  const referrer = new URL(url).pathname.startsWith("/pay/") ? "no-referrer" : "same-origin";
  const problems = Object.entries({ ...fixed, "referrer-policy": referrer }).filter(([name, value]) =>
    headers.get(name) !== value
  )
    .map(([name]) => `${name}: ${headers.get(name)}`);
  const policy = headers.get("content-security-policy") ?? "";
  const isPage = headers.get("content-type")?.startsWith("text/html");
  for (const needed of ["default-src 'none'", "frame-ancestors 'none'"]) {
    if (!policy.includes(needed)) problems.push(`policy without ${needed}`);
  }
  if (isPage && !policy.includes("require-trusted-types-for 'script'")) problems.push("no trusted types");
  if (isPage && !policy.includes("base-uri 'none'")) problems.push("base may be set");
  if (isPage && !policy.includes("form-action 'self'")) problems.push("forms may go elsewhere");
  if (/unsafe|nonce|strict-dynamic|\*|https?:/.test(policy)) problems.push(`policy is wide: ${policy}`);
  if (!/camera=\(\).*geolocation=\(\).*microphone=\(\)/.test(headers.get("permissions-policy") ?? "")) {
    problems.push("permissions");
  }
  if (!/^[0-9a-f-]{36}$/.test(headers.get("x-request-id") ?? "")) problems.push("no request id");
  if (headers.has("server") || headers.has("x-powered-by")) problems.push("says what it runs on");
  if (headers.has("access-control-allow-origin")) problems.push("other sites may read it");
  const strict = isHttps ? "max-age=63072000; includeSubDomains" : null;
  if (headers.get("strict-transport-security") !== strict) problems.push("strict transport");
  if (isPage && !/no-store|private, no-cache/.test(headers.get("cache-control") ?? "")) {
    problems.push("kept in caches");
  }
  return problems;
}

for (const [app, name] of [[plain, "http"], [secure, "https"]] as const) {
  Deno.test(`every answer over ${name} carries the headers that bind browsers, errors and redirects too`, async () => {
    const isHttps = name === "https";
    const visitor = await app.visitor(await app.newTenant(), "admin", "biller", "approver");
    const problems: string[] = [];
    for (const who of [visitor, undefined]) {
      for (const path of paths) {
        const answer = await app.get(path, who);
        await answer.body?.cancel();
        if (answer.status >= 500) problems.push(`${path}: ${answer.status}`);
        problems.push(
          ...problemsOf(answer, isHttps).map((problem) => `${path} (${answer.status}): ${problem}`),
        );
      }
    }
    assert.deepEqual(problems, [], problems.join("\n"));
  });
}

Deno.test("the cookie of a session is out of reach: for this host alone, over https alone, and for no script", async () => {
  const visitor = await secure.visitor(await secure.newTenant(), "viewer");
  const answer = await secure.post("/sign-out", {}, visitor);
  assert.match(
    answer.headers.get("set-cookie") ?? "",
    /^__Host-milepost=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax; Secure$/,
  );
});

Deno.test("a change that another site asks for is refused on every route, whatever it looks like", async () => {
  const visitor = await plain.visitor(await plain.newTenant(), "admin", "biller", "approver");
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { origin: "null", "sec-fetch-site": "cross-site" },
    { origin: "https://evil.example", "sec-fetch-site": "" },
    { origin: plain.origin.replace("127.0.0.1", "127.0.0.1.evil.example"), "sec-fetch-site": "same-site" },
  ];
  const posts = routes.filter(({ methods }) => methods.includes("POST"));
  const taken: string[] = [];
  for (const { path } of posts) {
    const address = path.replaceAll(/\[[^\]]+\]/g, crypto.randomUUID());
    for (const headers of foreign) {
      const answer = await plain.post(address, { name: "a" }, visitor, headers);
      await answer.body?.cancel();
      if (answer.status !== 403) taken.push(`${address}: ${answer.status} from ${headers.origin}`);
    }
  }
  assert.ok(posts.length > 50);
  assert.deepEqual(taken, []);
});
