/**
 * The wall between tenants, address by address: whatever one business can open or send, another one tries with the same ids. It gets
 * 404 and no trace, and nothing changes. The addresses come from the pages and the route table, so a new one joins by itself;
 * one that nothing reaches fails here until it is visited in tests/access/routes.ts.
 */
import assert from "node:assert/strict";
import { routesToVisit } from "../access/routes.ts";
import { listRoutes, type Route } from "../support/route_table.ts";
import { type Ask, asksOf, kindOf, uuidForm } from "./crawl.ts";
import { openTwoBusinesses } from "./two_businesses.ts";

const both = await openTwoBusinesses();
Deno.test.afterAll(both.stop);
const { seeded: { app, fill, tenantId: otherId }, own, other, traces } = both;

/** Parameters whose value is no id of anything: what stands for them. */
const fixedParameters: Record<string, string[]> = {
  "/invoices/*/lines/*": ["1"],
  "/outbox/*/attachments/*": ["1"],
};

/** Addresses that ask for no session: what opens them is a secret in them. `other_doors_test.ts` tries those of invoices. */
const beforeTenants = /^\/(?:sign-in|health|metrics|pay)/;

const routes = (await listRoutes()).filter(({ path }) => path.includes("[") && !beforeTenants.test(path));

const paths = [...new Set(routesToVisit.map(({ path }) => path))].filter((path) =>
  path.startsWith("/") && !beforeTenants.test(path)
);

/** What the other business can press, one or two of each kind. */
async function pressable(): Promise<Ask[]> {
  const kept = new Map<string, Ask[]>();
  const keep = (ask: Ask) => {
    const kind = kindOf(ask);
    const same = kept.get(kind) ?? [];
    if (same.length < 2) kept.set(kind, [...same, ask]);
  };
  for (const path of paths) {
    const filled = fill(path);
    keep({ method: "GET", path: filled, fields: {} });
    const answer = await app.get(filled, other);
    for (const ask of asksOf(await answer.text(), filled.split("?")[0])) keep(ask);
  }
  return [...kept.values()].flat().filter(({ path, fields }) =>
    hasForeignId(path) || Object.values(fields).some((value) => hasForeignId(value))
  );
}

function hasForeignId(text: string): boolean {
  return (text.match(uuidForm) ?? []).some((id) => traces.ids.has(id));
}

/** For routes that no page leads to at the moment: ids that stand at the same place of other addresses. */
function candidates(route: Route): Ask[] {
  const known = new Map<string, Set<string>>(
    Object.entries(fixedParameters).map(([place, values]) => [place, new Set(values)]),
  );
  for (const path of paths) {
    const parts = path.replace(/\?.*/, "").split("/");
    parts.forEach((part, index) => {
      if (!part.startsWith("{")) return;
      const place = parts.slice(0, index + 1).map((one) => one.replace(/^\{.*\}$/, "*")).join("/");
      known.set(place, (known.get(place) ?? new Set()).add(fill(part)));
    });
  }
  let filled = [""];
  let place = "";
  for (const part of route.path.split("/").slice(1)) {
    const isParameter = part.startsWith("[");
    place += isParameter ? "/*" : `/${part}`;
    const values = isParameter ? [...known.get(place) ?? []] : [part];
    filled = filled.flatMap((before) => values.map((value) => `${before}/${value}`));
  }
  const fields = { key: crypto.randomUUID() };
  return filled.slice(0, 6).flatMap((path) =>
    route.methods.map((method) => ({ method: method as Ask["method"], path, fields }))
  );
}

function belongsTo(ask: Ask, route: Route): boolean {
  const form = new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/\[[^\]]+\]/g, "[^/]+")}$`);
  return form.test(ask.path.replace(/\?.*/, "")) && route.methods.includes(ask.method);
}

interface Outcome {
  ask: Ask;
  status: number;
  /** Ids and words of the other business in head or body. */
  found: string[];
}

/** An id that was sent may come back: whoever sent it knew it. */
async function attempt(ask: Ask): Promise<Outcome> {
  const answer = ask.method === "GET"
    ? await app.get(ask.path, own)
    : await app.post(ask.path, ask.fields, own);
  const { status } = answer;
  const location = answer.headers.get("location");
  const text = `${JSON.stringify([...answer.headers])}\n${await answer.text()}`;
  const sent = `${ask.path} ${JSON.stringify(ask.fields)}`;
  const ids = [...new Set(text.match(uuidForm) ?? [])].filter((id) =>
    traces.ids.has(id) && !sent.includes(id)
  );
  const words = traces.words.filter((word) => text.includes(word) && !sent.includes(word));
  // what takes only what is sent leads whoever opens it to the page beside it, which is asked in its place
  const next = ask.method === "GET" && status === 303 && location?.startsWith("/")
    ? await attempt({ ...ask, path: location })
    : undefined;
  return {
    ask: next?.ask ?? ask,
    status: next?.status ?? status,
    found: [...ids, ...words, ...next?.found ?? []],
  };
}

/** The path names something of the other business, or only its fields or filters do. */
const namesForeign = ({ path }: Ask) => hasForeignId(path.replace(/\?.*/, ""));

const before = await both.fingerprint(otherId);
const pressed = await pressable();
const asks = [...pressed];
for (const route of routes) {
  for (const method of route.methods) {
    const isReached = pressed.some((ask) => ask.method === method && belongsTo(ask, route));
    if (!isReached) asks.push(...candidates(route).filter((ask) => ask.method === method));
  }
}

Deno.test("every address with an id was tried, by every method that it takes", () => {
  const missing = routes.flatMap((route) =>
    route.methods.filter((method) => !asks.some((ask) => ask.method === method && belongsTo(ask, route)))
      .map((method) => `${method} ${route.path}`)
  );
  assert.deepEqual(missing, [], `Visit them in tests/access/routes.ts:\n${missing.join("\n")}`);
  assert.ok(asks.length > 150 && traces.ids.size > 500 && traces.words.length > 100);
});

Deno.test("what belongs to another business is not found, whatever is asked of it, and leaves no trace", async () => {
  const breaches: string[] = [];
  for (const ask of asks) {
    const { status, found, ask: asked } = await attempt(ask);
    const said = `${ask.method} ${ask.path} ${JSON.stringify(ask.fields).slice(0, 200)}: ${status}`;
    if (found.length > 0) breaches.push(`${said} tells ${found.slice(0, 5).join(", ")}`);
    if (status >= 500) breaches.push(said);
    // a form may be refused for its values before anything is looked up
    const isRefused = ask.method === "GET" ? status === 404 : [400, 404, 409, 413, 422].includes(status);
    if (namesForeign(asked) && !isRefused) breaches.push(said);
  }
  assert.deepEqual(breaches, [], breaches.join("\n"));
});

Deno.test("no page, list or file of one's own tells of another business", async () => {
  const unnamed = (await listRoutes()).filter(({ path, methods }) =>
    methods.includes("GET") && !path.includes("[") && path !== "/events" && !beforeTenants.test(path)
  );
  const breaches: string[] = [];
  for (const { path } of unnamed) {
    const { status, found } = await attempt({ method: "GET", path, fields: {} });
    if (status >= 500 || found.length > 0) {
      breaches.push(`${path}: ${status} ${found.slice(0, 5).join(", ")}`);
    }
  }
  assert.deepEqual(breaches, [], breaches.join("\n"));
});

Deno.test("a form of one's own with an id of another business in it is refused", async () => {
  const ownIds = await both.idsOf(own.tenantId);
  const foreign = new Map([...await both.idsOf(otherId)].map(([id, table]) => [table, id]));
  const seen = new Set<string>(), forms: Ask[] = [];
  const queue = ["/", ...paths.filter((path) => !path.includes("{"))];
  for (let next = 0; next < queue.length && next < 400; next++) {
    const answer = await app.get(queue[next], own);
    for (const ask of asksOf(await answer.text(), queue[next].split("?")[0])) {
      if (seen.has(kindOf(ask))) continue;
      seen.add(kindOf(ask));
      if (ask.method === "POST") forms.push(ask);
      else if (ask.path !== "/events" && !ask.path.startsWith("/static")) queue.push(ask.path);
    }
  }
  const breaches: string[] = [];
  let tried = 0;
  for (const form of forms.filter(({ path }) => path !== "/sign-out")) {
    for (const [name, value] of Object.entries(form.fields)) {
      const table = ownIds.get(value);
      const foreignId = table && foreign.get(table);
      if (!foreignId) continue;
      tried++;
      const { status, found, ask } = await attempt({
        ...form,
        fields: { ...form.fields, [name]: foreignId },
      });
      if (status < 400 || status >= 500 || found.length > 0) {
        breaches.push(`${ask.path} with ${name} of another: ${status} ${found.slice(0, 5).join(", ")}`);
      }
    }
  }
  assert.ok(tried >= 2, `${tried} forms with ids of ${forms.length}`);
  assert.deepEqual(breaches, [], breaches.join("\n"));
});

Deno.test("after all of that nothing of the other business has changed, and nothing of it stands among one's own rows", async () => {
  assert.deepEqual(await both.fingerprint(otherId), before);
  const taken = [...new Set((await both.textOf(own.tenantId)).match(uuidForm) ?? [])].filter((id) =>
    traces.ids.has(id)
  );
  assert.deepEqual(taken, []);
});
