/** The pages of the audit trail as a browser without script walks them: filters, pages, one entry, the file, and who stays out. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { sealAuditTrails } from "../../lib/audit/sealing.ts";
import { execute } from "../../lib/core/command.ts";
import { tenantEvents } from "../../lib/realtime/stream.ts";
import { testApp, type Visitor } from "../support/app.ts";
import { registerVehicle, testActor, until } from "../support/command.ts";

const app = await testApp();
Deno.test.afterAll(() => app.stop());
const { environment } = app;

const tenantId = await app.newTenant("Calder");
const admin = await app.visitor(tenantId, "admin");
const viewer = await app.visitor(tenantId, "viewer");
const otherTenant = await app.newTenant("Other");
const stranger = await app.visitor(otherTenant, "admin");

async function register(tenantId: string, count: number, prefix: string): Promise<void> {
  for (let index = 1; index <= count; index++) {
    await execute(environment, registerVehicle, { tenantId, actor: testActor() }, {
      reference: `${prefix}-${index}`,
    });
  }
}
await register(tenantId, 60, "V");
await register(otherTenant, 2, "FOREIGN");

const unsealed = () =>
  withTenant(environment.database, tenantId, async (db) => {
    const [{ count }] = await db.sql<{ count: number }[]>`select count(*)::int as count from audit_event event
      where not exists (select from audit_seal where audit_event_id = event.id)`;
    return count;
  });
await until(async () => {
  await sealAuditTrails(environment.database);
  return await unsealed() === 0;
});

async function html(path: string, visitor: Visitor = admin, status = 200): Promise<string> {
  const answer = await app.get(path, visitor);
  const text = await answer.text();
  assert.equal(answer.status, status, `${path}: ${text.slice(-600)}`);
  return text.replaceAll("&amp;", "&");
}

const entriesOf = (text: string) =>
  [...text.matchAll(/href="(\/audit\/[0-9a-f-]{36})"/g)].map(([, path]) => path);

Deno.test("the trail is read page by page, newest first, and back again, each entry once", async () => {
  const seen: string[] = [];
  let path: string | undefined = "/audit";
  const pages: string[] = [];
  while (path) {
    pages.push(path);
    const text: string = await html(path);
    const entries = entriesOf(text);
    assert.ok(entries.length <= 25);
    seen.push(...entries);
    path = /href="(\/audit\?after=[^"]*)"/.exec(text)?.[1];
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length >= 60);
  assert.ok(pages.length >= 3);
  const back = /href="(\/audit\?before=[^"]*)"/.exec(await html(pages[2]))![1];
  assert.deepEqual(entriesOf(await html(back)), seen.slice(25, 50));
});

Deno.test("filters narrow by who, what, which thing and when", async () => {
  const { length: all } = entriesOf(await html("/audit?what=vehicles"));
  assert.equal(all, 25);
  assert.equal(entriesOf(await html("/audit?about=V-7")).length, 1);
  assert.equal(entriesOf(await html("/audit?who=cli:&about=V-7")).length, 1);
  assert.equal(entriesOf(await html("/audit?who=job:&about=V-7")).length, 0);
  assert.match(await html("/audit?what=payments"), /No entry matches\./);
  const today = environment.clock.now().toZonedDateTimeISO("UTC").toPlainDate();
  assert.equal(entriesOf(await html(`/audit?about=V-7&from=${today}&to=${today}`)).length, 1);
  assert.equal(entriesOf(await html(`/audit?about=V-7&to=${today.subtract({ days: 1 })}`)).length, 0);
  assert.match(await html("/audit?from=2024-02-02&to=2024-02-01"), /is before “From”/);
  // what means nothing filters nothing
  assert.equal(entriesOf(await html("/audit?who=%27&what=x&from=2024-13-01&after=1")).length, 25);
});

Deno.test("an entry shows its seal, the seal before it, and leads to what it is about", async () => {
  const [path] = entriesOf(await html("/audit?about=V-7"));
  const text = await html(path);
  const seal = await withTenant(environment.database, tenantId, async (db) => {
    const [row] = await db.sql<{ hash: string; previous: string; subject: string }[]>`
      select encode(seal.hash, 'hex') as hash, encode(before.hash, 'hex') as previous, event.subject_id as subject
      from audit_event event join audit_seal seal on seal.audit_event_id = event.id
      join audit_seal before on before.sequence = seal.sequence - 1
      where event.id = ${path.split("/").at(-1)!}`;
    return row;
  });
  assert.ok(text.includes(seal.hash) && text.includes(seal.previous));
  assert.match(text, new RegExp(`href="/vehicles/${seal.subject}"`));
  assert.match(text, /vehicle\.register/);
});

Deno.test("who may not read the trail stays out, and nobody sees another business's", async () => {
  for (const path of ["/audit", "/audit/export"]) await html(path, viewer, 403);
  const [own] = entriesOf(await html("/audit?about=V-7"));
  await html(own, viewer, 403);
  await html(own, stranger, 404);
  await html("/audit/no-id", admin, 404);
  assert.doesNotMatch(await html("/audit"), /FOREIGN/);
  assert.doesNotMatch(await html("/", viewer), /href="\/audit"/);
  assert.match(await html("/", admin), /href="\/audit"/);
  const answer = await app.post("/audit/export", { format: "jsonl" }, viewer);
  await answer.text();
  assert.equal(answer.status, 403);
});

Deno.test("the file has every event of its days and no other, and taking it out is an entry itself", async () => {
  const answer = await app.post("/audit/export", { format: "jsonl", from: "", to: "" }, admin);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-disposition")!, /audit-trail\.jsonl/);
  const lines = (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
  const vehicles = lines.filter(({ command }) => command === "vehicle.register");
  assert.deepEqual(
    vehicles.map(({ detail }) => detail.reference),
    Array.from({ length: 60 }, (_, n) => `V-${n + 1}`),
  );
  assert.ok(lines.every(({ tenant }) => tenant === tenantId));
  const syslog = await app.post(
    "/audit/export",
    { format: "syslog", from: "2001-01-01", to: "2001-01-02" },
    admin,
  );
  assert.equal(await syslog.text(), "");
  assert.equal(entriesOf(await html("/audit?what=audit")).length, 2);
  const [last] = entriesOf(await html("/audit?what=audit"));
  assert.match(await html(last), /&quot;to&quot;: &quot;2001-01-02&quot;|"to": "2001-01-02"/);
});

Deno.test("a wrong day or format is named and nothing leaves", async () => {
  const before = entriesOf(await html("/audit?what=audit")).length;
  const answer = await app.post("/audit/export", { format: "xml", from: "soon", to: "" }, admin);
  const text = await answer.text();
  assert.equal(answer.status, 422);
  assert.match(text, /Choose JSON lines or syslog/);
  assert.match(text, /Write a day, such as 2026-03-01/);
  assert.match(text, /value="soon"/);
  assert.equal(entriesOf(await html("/audit?what=audit")).length, before);
});

Deno.test("those who may read the trail are told live of new entries, others are not", async () => {
  const start = /data-last-event="([^"]+)"/.exec(await html("/audit"))![1];
  await register(tenantId, 1, "LIVE");
  await until(async () => {
    await sealAuditTrails(environment.database);
    return await unsealed() === 0;
  });
  const heard = async (may: ("read" | "audit.read")[]) => {
    const frames: string[] = [];
    for await (
      const frame of tenantEvents({
        database: environment.database,
        tenantId,
        mayRead: () => Promise.resolve(true),
        capabilities: new Set(may),
        lastEventId: start,
        subjectId: "audit",
        looks: 20,
        lookEveryMs: 50,
      })
    ) {
      frames.push(frame);
      if (frame.includes("audit.sealed")) break;
    }
    return frames.filter((frame) => frame.includes("audit.sealed")).length;
  };
  assert.equal(await heard(["read", "audit.read"]), 1);
  assert.equal(await heard(["read"]), 0);
});
