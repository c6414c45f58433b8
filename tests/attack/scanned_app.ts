/**
 * The seeded app as scanners find it: they say who they are in their user agent, stay signed in whatever they send, and each route that
 * answers them is counted by the server itself.
 */
import { createHash } from "node:crypto";
import postgres from "postgres";
import { createApiKey } from "../../lib/auth/api_keys.ts";
import { createApiClient } from "../../lib/oauth/api_clients.ts";
import { startApp } from "../access/start_app.ts";
import type { Ask } from "../isolation/crawl.ts";
import { operator } from "../support/app.ts";
import { noteSecret } from "../support/noted_secrets.ts";
import { listRoutes, type Route } from "../support/route_table.ts";
import { routeRows } from "../routes/rights.ts";
import { offeredAsks } from "./offered.ts";

export const userAgent = "milepost-scanner";
/** The pages of what to attack, which the product does not have. */
export const linksPath = "/attack-links";
export const formsPath = "/attack-forms";

export interface ScannedApp {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** What a browser would send as Origin: as behind a proxy that speaks https, so that cookies and headers are those of production. */
  origin: string;
  cookie: string;
  /** Of a program that may do all that a key may. */
  apiKey: string;
  apiClient: { id: string; secret: string };
  asks: Ask[];
  /** What was answered with an error of the server's own: status, method, path. */
  failures: string[];
  stop(): Promise<void>;
}

/** `GET /invoices/[id]` and so on: each route with each method that it has a handler for. */
export async function routeKeys(): Promise<string[]> {
  return (await listRoutes()).flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`));
}

const limits = {
  MILEPOST_TENANT_REQUESTS: "100000",
  MILEPOST_API_KEY_REQUESTS: "100000",
  MILEPOST_SIGN_IN_REQUESTS: "100000",
};

/** Adds to `reached` each route key that a scanner got an answer of: not "there is no such thing", not "not you", not the sign-in. */
export async function startScannedApp(reached: Set<string>): Promise<ScannedApp> {
  const patterns = (await listRoutes()).map(patternOf).sort((one, other) => one.open - other.open);
  const failures: string[] = [];
  let asks: Ask[] = [];
  let restore: () => Promise<unknown> = () => Promise.resolve();
  const seeded = await startApp(limits, {
    origin: "https://billing.calder.example",
    async around(request, handle) {
      if (!request.headers.get("user-agent")?.startsWith(userAgent)) return await handle(request);
      const { pathname } = new URL(request.url);
      if (pathname === linksPath) return page(asks.filter(({ method }) => method === "GET").map(linkTo));
      if (pathname === formsPath) return page(asks.filter(({ method }) => method === "POST").map(formTo));
      await restore();
      const answer = await handle(request);
      // where one signs in and out, being led to the sign-in is an answer
      const isTurnedAway = !/^\/(?:sign-|confirm)/.test(pathname) &&
        /^\/(?:sign-in|confirm)/.test(answer.headers.get("location") ?? "");
      if (![403, 404, 405].includes(answer.status) && !isTurnedAway) {
        const found = patterns.find(({ form }) => form.test(pathname));
        if (found) reached.add(`${request.method} ${found.path}`);
      }
      if (answer.status >= 500) {
        failures.push(`${answer.status} ${request.method} ${request.url.slice(0, 300)}`);
      }
      return answer.headers.get("content-type") === "text/event-stream" ? await beginningOf(answer) : answer;
    },
  });
  const { app, tenantId } = seeded;
  // nothing that is typed as an address may be looked up, or called, outside of this machine
  Object.assign(app.environment, { outgoing: { resolve: () => Promise.resolve(["127.0.0.1"]) } });
  const visitor = await app.visitor(tenantId, "admin", "biller", "approver");
  const admin = postgres(app.database.adminUrl, { max: 2, fetch_types: false, onnotice: () => {} });
  const hash = createHash("sha256").update(visitor.cookie.split("=")[1]).digest();
  const [{ id }] = await admin`select id from session where token_hash = ${hash}`;
  const own = `user:${visitor.userId}`;
  await admin`with keys as (update passkey set user_id = ${visitor.userId}) update saved_view set owner = ${own}`;
  // scanners send one key again and again, sign themselves out, end sessions and change the business
  restore = () =>
    admin`
      with keys as (delete from idempotency_key)
      update session set token_hash = ${hash}, tenant_id = ${tenantId}, ended_at = null,
        authenticated_at = greatest(authenticated_at, now()), last_seen_at = greatest(last_seen_at, now())
      where id = ${id}`;
  const asker = { tenantId, actor: operator };
  const key = await createApiKey(app.environment, asker, {
    name: "Scanner",
    capabilities: ["read", "usage.import"],
  });
  const client = await createApiClient(app.environment, asker, { name: "Scanner", capabilities: ["read"] });
  asks = withEveryRoute(await offeredAsks(seeded, visitor), seeded.fill).map(filledIn);
  for (const secret of [key.secret, client.secret]) noteSecret(secret);
  return {
    url: app.url.replace("localhost", "127.0.0.1"),
    origin: app.origin,
    cookie: visitor.cookie,
    apiKey: key.secret,
    apiClient: { id: client.clientId, secret: client.secret },
    asks,
    failures,
    async stop() {
      await admin.end();
      await seeded.stop();
    },
  };
}

/** With each route that no page offers, such as one for programs: sent as the table of rights has it, without fields. */
function withEveryRoute(offered: Ask[], fill: (path: string) => string): Ask[] {
  const seen = new Set(offered.map(({ method, path }) => `${method} ${path.split("?")[0]}`));
  const others = routeRows.flatMap(({ path, needs }) =>
    Object.keys(needs).map((method): Ask => ({
      method: method as Ask["method"],
      path: fill(path),
      fields: {},
    }))
  );
  return [...offered, ...others.filter(({ method, path }) => !seen.has(`${method} ${path.split("?")[0]}`))];
}

interface Pattern {
  path: string;
  form: RegExp;
  /** How many parts of it are open: `/plans/new` comes before `/plans/[id]`. */
  open: number;
}

function patternOf({ path }: Route): Pattern {
  const form = path.replace(/[.+]/g, "\\$&").replace(/\[[^\]]+\]/g, "[^/]+");
  return { path, form: new RegExp(`^${form}$`), open: path.split("[").length };
}

/**
 * A field that is empty on the page has a value in it, because scanners leave empty ones alone. It is one that a search finds
 * something by: where a list is empty anyhow, an answer tells nothing of a condition that was slipped into it.
 */
function filledIn(ask: Ask): Ask {
  const filled = (value: string) => value === "" ? "1" : value;
  const [plain, query] = ask.path.split("?");
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => [name, filled(value)]);
  return {
    ...ask,
    path: parameters.length > 0 ? `${plain}?${new URLSearchParams(parameters)}` : plain,
    fields: Object.fromEntries(Object.entries(ask.fields).map(([name, value]) => [name, filled(value)])),
  };
}

const escape = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function linkTo({ path }: Ask): string {
  return `<a href="${escape(path)}">go</a>`;
}

function formTo({ path, fields }: Ask): string {
  const isUpload = Object.hasOwn(fields, "file");
  // a form without a field is none to wapiti
  const sent = Object.keys(fields).length > 0 ? fields : { sent: "oak" };
  const inputs = Object.entries(sent).map(([name, value]) =>
    `<input type="${name === "file" ? "file" : "hidden"}" name="${escape(name)}" value="${escape(value)}">`
  );
  return `<form method="post" action="${escape(path)}"${isUpload ? ' enctype="multipart/form-data"' : ""}>${
    inputs.join("")
  }<button>Send</button></form>`;
}

function page(parts: string[]): Response {
  const headers = { "content-type": "text/html; charset=utf-8" };
  return new Response(`<!doctype html><html lang="en"><title>All</title>${parts.join("\n")}`, { headers });
}

/** A stream of news never ends, and scanners would wait for that. */
async function beginningOf({ body, status, headers }: Response): Promise<Response> {
  const reader = body!.getReader();
  let timer: number | undefined;
  const wait = new Promise<undefined>((resolve) => timer = setTimeout(resolve, 200));
  const first = await Promise.race([reader.read(), wait]);
  clearTimeout(timer);
  reader.cancel().catch(() => {}); // it ends in its own time
  return new Response(first?.value, { status, headers });
}
