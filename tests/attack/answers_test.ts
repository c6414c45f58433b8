/** What all answers have in common, asked of every address with something of nearly everything behind it. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { setUserPassword } from "../../db/queries/user.ts";
import { withSystem } from "../../db/system.ts";
import { hashPassword } from "../../lib/auth/password.ts";
import { openSession } from "../../lib/auth/sessions.ts";
import { removeMember } from "../../lib/tenants/members.ts";
import { cookieName } from "../../session_cookie.ts";
import { routesToVisit } from "../access/routes.ts";
import { startApp } from "../access/start_app.ts";
import { operator, type Visitor } from "../support/app.ts";
import { listRoutes } from "../support/route_table.ts";

const { app, tenantId, fill, stop } = await startApp();
const admin = postgres(app.database.adminUrl, { max: 1, fetch_types: false, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await stop();
});

/** It goes on until the reader leaves. */
const streams = ["/events"];
const answering = (await listRoutes()).filter(({ methods, path }) =>
  methods.includes("GET") && !path.includes("[") && !streams.includes(path)
);
const paths = [
  ...new Set([
    ...routesToVisit.map(({ path }) => fill(path)),
    ...answering.map(({ path }) => path),
    "/no-such-page",
    "/favicon.svg",
  ]),
];

interface Seen {
  path: string;
  answer: Response;
  text: string;
}

async function readAll(visitor: Visitor | undefined): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const path of paths) {
    const answer = await app.get(path, visitor);
    seen.push({ path, answer, text: await answer.text() });
  }
  return seen;
}

/** Someone with a password who has to confirm who they are before the next weighty thing. */
async function longSignedIn({ userId, ...visitor }: Visitor): Promise<Visitor> {
  const { database, clock } = app.environment;
  const anHourAgo = clock.now().subtract({ hours: 1 });
  const passwordHash = await hashPassword("four plain words here");
  const token = await withSystem(database, async (db) => {
    await setUserPassword(db, userId, passwordHash);
    return await openSession(db, userId, "test", anHourAgo, ["password"]);
  });
  return { ...visitor, userId, cookie: `${cookieName(app.origin)}=${token}` };
}

/** Someone whose only business has removed them, and who signed in again. */
async function ofNoBusiness(): Promise<Visitor> {
  const removed = await app.visitor(await app.newTenant(), "viewer");
  await removeMember(app.environment, { tenantId: removed.tenantId, actor: operator }, removed.userId);
  return await longSignedIn(removed);
}

/** A hash of each table. When and where someone was seen last is noted as they go. */
async function contentOfTables(): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  const tables = await admin<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`;
  for (const { name } of tables) {
    const [{ hash }] = await admin.unsafe(
      `select md5(coalesce(string_agg(row, '|' order by row), '')) as hash
         from (select (to_jsonb(t) - '{last_seen_at,address}'::text[])::text as row from "${name}" t) rows`,
    );
    content[name] = hash;
  }
  return content;
}

const member = await app.visitor(tenantId, "admin", "biller", "approver");
const lateMember = await longSignedIn(member);
const homeless = await ofNoBusiness();
// the first who asks for the public keys has the first one made
await (await app.get("/.well-known/jwks.json")).body?.cancel();
// and the first who opens a customer's link is noted
for (const path of paths.filter((path) => path.startsWith("/pay/"))) {
  await (await app.get(path)).body?.cancel();
}
const before = await contentOfTables();
const forMember = await readAll(member);
const forLateMember = await readAll(lateMember);
const forNobody = await readAll(undefined);
const after = await contentOfTables();
const all = [...forMember, ...forLateMember, ...forNobody];
const pages = (seen: Seen[]) =>
  seen.filter(({ answer }) => answer.headers.get("content-type")?.startsWith("text/html"));

Deno.test("every answer with content says its type, and text its characters", () => {
  const withContent = all.filter(({ text }) => text !== "");
  const typeless = withContent.filter(({ answer }) => {
    const type = answer.headers.get("content-type") ?? "";
    return /^text\/|xml/.test(type)
      ? !/; ?charset=utf-8$/i.test(type)
      : !/^application\/[\w.+-]+$/.test(type);
  });
  assert.ok(withContent.length > 200, `${withContent.length} answers`);
  assert.deepEqual(
    typeless.map(({ path, answer }) => `${path}: ${answer.headers.get("content-type")}`),
    [],
  );
});

Deno.test("who reads changes nothing, whatever address it is", () => {
  assert.ok(forMember.filter(({ answer }) => answer.status === 200).length > 80);
  const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
  assert.deepEqual(changed, []);
});

Deno.test("no field for a password or a secret shows what is typed", () => {
  let hidden = 0;
  const shown: string[] = [];
  for (const { path, text } of pages(all)) {
    for (const [field, name] of text.matchAll(/<input[^>]* name="([^"]*(?:password|secret)[^"]*)"[^>]*>/gi)) {
      if (/ type="password"/.test(field)) hidden++;
      else shown.push(`${path}: ${name}`);
    }
    // a manager of passwords knows them by this, whatever their name
    for (const [field] of text.matchAll(/<input[^>]* autocomplete="(?:current|new)-password"[^>]*>/g)) {
      if (!/ type="password"/.test(field)) shown.push(`${path}: ${field}`);
    }
  }
  assert.deepEqual(shown, []);
  assert.ok(hidden >= 6, `${hidden} fields`);
});

/** Pages for whoever is not signed in; there the way is in, or none is needed. */
const opensSignedOut = /^\/(?:sign-in|invitation|pay)\//;

Deno.test("the way out is on every page of who is signed in, errors too", async () => {
  const signedIn = pages([...forMember, ...forLateMember]);
  const without = signedIn.filter(({ path, text }) =>
    !opensSignedOut.test(path) && !/<form[^>]* action="\/sign-out"[^>]*>[\s\S]*?<button/.test(text)
  );
  assert.ok(signedIn.length > 150, `${signedIn.length} pages`);
  assert.deepEqual(without.map(({ path, answer }) => `${path} (${answer.status})`), []);
  assert.match(await (await app.get("/tenants", homeless)).text(), /No business has added[\s\S]*Sign out/);
});
