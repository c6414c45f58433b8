/**
 * What attackers type, in every field of every form, every filter and every address, against the real server: it never fails,
 * never shows its innards, and takes nothing that its forms do not offer.
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import { createCustomer } from "../../lib/customers/commands.ts";
import { execute } from "../../lib/core/command.ts";
import { CsvReader } from "../../lib/imports/csv.ts";
import { createVehicle } from "../../lib/vehicles/commands.ts";
import { startApp } from "../access/start_app.ts";
import type { Ask } from "../isolation/crawl.ts";
import { operator } from "../support/app.ts";
import { listRoutes } from "../support/route_table.ts";
import { head, sendRaw } from "../support/raw_socket.ts";
import { offeredAsks, streams } from "./offered.ts";
import { innards, payloads } from "./payloads.ts";

const seeded = await startApp();
Deno.test.afterAll(seeded.stop);
const { app, tenantId } = seeded;
const everyRole = () => app.visitor(tenantId, "admin", "biller", "approver");
let visitor = await everyRole();

/** Every form and every filter that the pages offer, one of each kind. */
async function offered(): Promise<Ask[]> {
  return (await offeredAsks(seeded, visitor)).filter(({ method, path }) => {
    const isFilter = method === "GET" && path.includes("?") && !streams.has(path.split("?")[0]);
    return (method === "POST" || isFilter) && !/^\/(?:sign-out|tenants)/.test(path);
  });
}

/** Asks, and gives everything that is wrong with the answer. */
async function problemsOf(ask: Ask): Promise<string[]> {
  const answer = ask.method === "GET"
    ? await app.get(ask.path, visitor)
    : await app.post(ask.path, ask.fields, visitor);
  const text = await answer.text();
  const location = answer.headers.get("location") ?? "/";
  // what ends one's sessions is among the forms
  if (location.startsWith("/sign-in")) visitor = await everyRole();
  const said = `${ask.method} ${ask.path.slice(0, 200)} ${JSON.stringify(ask.fields).slice(0, 200)}`;
  const problems: string[] = [];
  if (answer.status >= 500) problems.push(`${said}: ${answer.status}`);
  const found = innards.exec(text)?.[0];
  if (found !== undefined) problems.push(`${said}: shows ${found}`);
  const isPage = answer.headers.get("content-type")?.startsWith("text/html");
  if (isPage && /<script>alert|<img src=x/.test(text)) problems.push(`${said}: writes a tag back`);
  if (answer.headers.has("x-injected")) problems.push(`${said}: a header came in`);
  if (new URL(location, app.origin).origin !== app.origin) problems.push(`${said}: leads to ${location}`);
  return problems;
}

async function tryAll(asks: Iterable<Ask>, least: number): Promise<void> {
  const problems: string[] = [];
  let count = 0;
  for (const ask of asks) {
    count++;
    problems.push(...await problemsOf(ask));
  }
  assert.ok(count >= least, `${count} tried`);
  assert.deepEqual(problems, [], problems.slice(0, 30).join("\n"));
}

const asks = await offered();
const posts = asks.filter(({ method }) => method === "POST");
/** The long form types everything everywhere, the short one goes round. */
const isLong = Deno.env.get("MILEPOST_TEST_ATTACK") === "long";
let turn = 0;
const typed = () => isLong ? payloads : [payloads[turn++ % payloads.length]];

Deno.test("every field of every form takes whatever is typed: it is refused or kept, never a failure", async () => {
  function* mutations(): Generator<Ask> {
    for (const form of posts) {
      for (const name of Object.keys(form.fields).filter((name) => name !== "key")) {
        for (const payload of typed()) yield { ...form, fields: { ...form.fields, [name]: payload } };
      }
      const everywhere = payloads[turn++ % payloads.length];
      yield {
        ...form,
        fields: Object.fromEntries(Object.keys(form.fields).map((name) => [name, everywhere])),
      };
      yield { ...form, fields: {} };
    }
  }
  await tryAll(mutations(), 300);
});

Deno.test("every filter and every other part of an address takes whatever is typed", async () => {
  const routes = await listRoutes();
  function* mutations(): Generator<Ask> {
    for (const { path } of asks.filter(({ method }) => method === "GET")) {
      const [plain, query] = path.split("?");
      for (const name of new URLSearchParams(query).keys()) {
        for (const payload of typed()) {
          const changed = new URLSearchParams(query);
          changed.set(name, payload.slice(0, 4_000));
          yield { method: "GET", path: `${plain}?${changed}`, fields: {} };
        }
      }
    }
    for (const { path, methods } of routes.filter(({ path }) => path.includes("["))) {
      for (const payload of typed()) {
        const part = encodeURIComponent(payload.slice(0, 2_000).replace(/[\ud800-\udfff]/g, "?"));
        const filled = path.replaceAll(/\[[^\]]+\]/g, () => part);
        for (const method of methods) {
          yield { method: method as Ask["method"], path: filled, fields: { key: "k" } };
        }
      }
    }
    for (
      const name of ["next", "return", "returnTo", "redirect", "url", "cursor", "after", "done", "search"]
    ) {
      for (
        const value of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
      ) {
        for (const path of ["/sign-in", "/vehicles", "/invoices", "/", "/tenants"]) {
          yield { method: "GET", path: `${path}?${name}=${encodeURIComponent(value)}`, fields: {} };
        }
      }
    }
  }
  await tryAll(mutations(), 300);
});

/** The rows, with their table, in which a text stands. */
async function tablesThatHold(text: string): Promise<string[]> {
  const admin = postgres(app.database.adminUrl, { max: 1, fetch_types: false });
  try {
    const tables = await admin<{ name: string }[]>`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`;
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await admin.unsafe(`select t::text as row from "${name}" t where t::text like $1`, [
        `%${text}%`,
      ]);
      found.push(...rows.map(({ row }) => `${name}: ${row}`));
    }
    return found;
  } finally {
    await admin.end();
  }
}

Deno.test("a form takes no field that it does not offer", async () => {
  const uuid = "ffffffff-ffff-7fff-bfff-ffffffffffff";
  const words = "mass-assigned";
  const names = ["tenant", "tenant_id", "tenantId", "id", "user_id", "userId", "created_by", "createdBy"];
  const others = [
    "role",
    "roles",
    "capabilities",
    "isAdmin",
    "state",
    "status",
    "number",
    "approved_by",
    "hash",
    "__proto__",
    "constructor",
  ];
  const extra: Record<string, string> = Object.fromEntries([
    ...names.map((name) => [name, uuid]),
    ...others.map((name) => [name, words]),
  ]);
  const problems: string[] = [];
  for (const form of await offered()) {
    if (form.method !== "POST") continue;
    const unknown = Object.fromEntries(
      Object.entries(extra).filter(([name]) => !Object.hasOwn(form.fields, name)),
    );
    problems.push(...await problemsOf({ ...form, fields: { ...form.fields, ...unknown } }));
  }
  assert.deepEqual(problems, [], problems.join("\n"));
  assert.deepEqual(Object.keys(Object.prototype), [], "what every object has stays as it is");
  assert.deepEqual([...await tablesThatHold(uuid), ...await tablesThatHold(words)], []);
});

Deno.test("what comes twice, or in the address of a form, counts as the form said it first", async () => {
  const words = "said-twice";
  const problems: string[] = [];
  let sent = 0;
  for (const form of await offered()) {
    if (form.method !== "POST") continue;
    const names = Object.keys(form.fields);
    const again = names.map((name): [string, string] => [name, words]);
    const answer = await fetch(`${app.url}${form.path.split("?")[0]}?${new URLSearchParams(again)}`, {
      method: "POST",
      body: new URLSearchParams([...Object.entries(form.fields), ...again]),
      headers: { cookie: visitor.cookie, origin: app.origin },
      redirect: "manual",
    });
    await answer.body?.cancel();
    sent++;
    if (answer.headers.get("location")?.startsWith("/sign-in")) visitor = await everyRole();
    if (answer.status >= 500) problems.push(`${form.path}: ${answer.status}`);
  }
  assert.ok(sent > 50, `${sent} forms`);
  assert.deepEqual(problems, []);
  assert.deepEqual(await tablesThatHold(words), []);

  const rename = (address: string, names: string[]) =>
    fetch(`${app.url}/account/name${address}`, {
      method: "POST",
      body: new URLSearchParams(names.map((name) => ["name", name])),
      headers: { cookie: visitor.cookie, origin: app.origin },
      redirect: "manual",
    });
  assert.equal((await rename("?name=Nobody", ["Amira", "Somebody"])).status, 303);
  const page = await (await app.get("/account?name=Nobody", visitor)).text();
  assert.match(page, /Amira/);
  assert.doesNotMatch(page, /Nobody|Somebody/);
  assert.equal((await rename("?name=Nobody", [])).status, 422, "an address fills no field of a form");
});

Deno.test("no file outside of what is served is reached by any spelling of a path, and no folder lists its files", async () => {
  const host = new URL(app.url).host;
  const spellings = [
    "/../deno.json",
    "/%2e%2e/deno.json",
    "/..%2fdeno.json",
    "/static/../deno.json",
    "/static/..%5c..%5cdeno.json",
    "/....//....//etc/passwd",
    "//etc/passwd",
    "/%c0%ae%c0%ae/etc/passwd",
    "/.git/config",
    "/.env",
    "/deno.json",
    "/main.ts",
    "/.milepost/queue.kv",
    "/assets/%00/deno.json",
    "/assets",
    "/assets/",
    "/static/",
    "/routes/",
  ];
  for (const path of spellings) {
    const { status, text } = await sendRaw(
      app.url,
      head(`GET ${path}`, `host: ${host}`, `cookie: ${visitor.cookie}`),
    );
    assert.ok(status >= 300 && status < 500, `${path}: ${status}`);
    assert.doesNotMatch(text, /"imports"|root:x:|\[core\]|composeApp/, path);
  }
});

Deno.test("no cell of any file that is exported begins a formula", async () => {
  const asker = { tenantId, actor: operator };
  const formulas = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", '=HYPERLINK("https://evil.example")', "'=1"];
  for (const [index, formula] of formulas.entries()) {
    const customer = {
      name: formula,
      reference: `F-${index}`,
      email: "",
      country: "GB",
      addressLines: ["Leeds"],
    };
    await execute(
      app.environment,
      createCustomer,
      asker,
      customer as Parameters<typeof createCustomer.run>[1],
    )
      .catch(() => {});
    const vehicle = { reference: `${formula} ${index}`, plate: `P ${index}`, vin: "", attributes: {} };
    await execute(app.environment, createVehicle, asker, vehicle).catch(() => {});
  }
  const files = (await listRoutes()).filter(({ path, methods }) =>
    path.endsWith(".csv") && methods.includes("GET")
  );
  assert.ok(files.length >= 5);
  let cells = 0, guarded = 0;
  for (const { path } of files.filter(({ path }) => !path.includes("["))) {
    const answer = await app.get(path, visitor);
    assert.equal(answer.headers.get("content-type"), "text/csv; charset=utf-8", path);
    assert.match(
      answer.headers.get("content-disposition") ?? "",
      /^attachment; filename="[A-Za-z0-9-]+\.csv"$/,
      path,
    );
    const reader = new CsvReader();
    for (const { fields } of [...reader.push(new Uint8Array(await answer.arrayBuffer())), ...reader.end()]) {
      for (const cell of fields) {
        cells++;
        if (/^'+[=+\-@\t]/.test(cell)) guarded++;
        assert.ok(!/^[=+\-@\t\r]/.test(cell) || /^-\d+(\.\d+)?$/.test(cell), `${path}: ${cell}`);
      }
    }
  }
  assert.ok(cells > 1_000 && guarded >= 4, `${cells} cells, ${guarded} guarded`);
});

Deno.test("packed files, files without line ends and files of quotes are refused with a sentence, and nothing is unpacked", async () => {
  const zeros = new Blob([new Uint8Array(20_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
  const bomb = new Uint8Array(await new Response(zeros).arrayBuffer());
  const files: [string, Uint8Array<ArrayBuffer>][] = [
    ["bomb.csv.gz", bomb],
    ["book.xlsx", new TextEncoder().encode("PK\x03\x04\x14\x00\x06\x00 [Content_Types].xml")],
    ["long.csv", new TextEncoder().encode(`reference,name\n${"a".repeat(2_000_000)}`)],
    ["quotes.csv", new TextEncoder().encode(`reference,name\n"${'""'.repeat(600_000)}`)],
    ["commas.csv", new TextEncoder().encode(",".repeat(500_000))],
    ["../../etc/cron.d/x\r\nx-injected: yes", new TextEncoder().encode("\0\0\0\0")],
  ];
  for (const path of ["/customers/import", "/vehicles/import", "/plans/import", "/contracts/import"]) {
    for (const [name, content] of files) {
      const form = new FormData();
      form.set("step", "check");
      form.set("file", new File([content], name));
      const answer = await fetch(app.url + path, {
        method: "POST",
        body: form,
        headers: { cookie: visitor.cookie, origin: app.origin },
        redirect: "manual",
      });
      const text = await answer.text();
      assert.ok([200, 400, 413, 422].includes(answer.status), `${path} ${name}: ${answer.status}`);
      assert.doesNotMatch(text, innards);
      assert.equal(answer.headers.get("x-injected"), null);
      if (name.startsWith("bomb")) assert.match(text, /compressed \(gzip\)/);
      if (name.startsWith("book")) assert.match(text, /Excel workbook or a ZIP/);
    }
  }
});
