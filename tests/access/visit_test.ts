/** Which visits the runner makes, and that it signs in, fills in ids, reports what is wrong, and always stops the product. */
import assert from "node:assert/strict";
import { routesToVisit, type RouteToVisit } from "./routes.ts";
import { serveHtml } from "./samples/serve.ts";
import { type RunningApp, visitRoutes, visitsOf } from "./visit.ts";

const routes: RouteToVisit[] = [
  { path: "/sign-in", as: ["signed_out"] },
  { path: "/invoices/{invoice}", as: ["viewer", "biller"] },
  { path: "/customers", as: ["viewer", "biller"] },
];

Deno.test("a short run visits every route once, with role, width and scheme rotating", () => {
  const visits = visitsOf(routes, false);
  assert.deepEqual(visits.map(({ route }) => route.path), routes.map(({ path }) => path));
  assert.deepEqual(visits.map(({ visitor }) => visitor), ["signed_out", "biller", "viewer"]);
  assert.deepEqual(visits.map(({ screen }) => `${screen.width} ${screen.scheme}`), [
    "320 light",
    "320 dark",
    "768 light",
  ]);
});

Deno.test("a full run visits every route in each role, width and scheme", () => {
  assert.equal(visitsOf(routes, true).length, (1 + 2 + 2) * 3 * 2);
});

Deno.test("no route is listed twice for a visitor, or without one", () => {
  const visits = routesToVisit.flatMap(({ path, as }) => as.map((visitor) => `${path} as ${visitor}`));
  assert.equal(new Set(visits).size, visits.length);
  assert.deepEqual(routesToVisit.filter(({ as }) => as.length === 0), []);
});

Deno.test({
  name: "the runner signs in, fills in ids, and stops the product",
  sanitizeResources: false,
  sanitizeOps: false,
}, async (t) => {
  const asked: string[] = [];
  const signedIn: string[] = [];
  let stopped = 0;
  const startApp = (): Promise<RunningApp> => {
    const server = serveHtml((path) => {
      asked.push(path);
      return "<!DOCTYPE html><html lang=en><head><link rel=icon href=data:,></head><body>Here</body></html>";
    });
    return Promise.resolve({
      url: server.url,
      fill: (path) => path.replace("{invoice}", "inv-7"),
      signIn: (_context, visitor) => Promise.resolve(void signedIn.push(visitor)),
      stop: () => {
        stopped++;
        return server.stop();
      },
    });
  };
  await visitRoutes(t, routes, startApp, { all: false, checks: ["status"] });
  assert.deepEqual(asked, ["sign-in", "invoices/inv-7", "customers"]);
  assert.deepEqual(signedIn, ["biller", "viewer"]);
  assert.equal(stopped, 1);
});
