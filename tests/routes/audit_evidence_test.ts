/** The evidence for auditors: complete for its days, of one business only, and taking it out is an entry of the trail. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { recordFailedSignIn } from "../../lib/auth/account_trail.ts";
import { recordVerification } from "../../lib/audit/commands.ts";
import { withSystem } from "../../db/system.ts";
import { execute } from "../../lib/core/command.ts";
import { addMember } from "../../lib/tenants/members.ts";
import { testApp } from "../support/app.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { testActor, until } from "../support/command.ts";

const app = await testApp();
Deno.test.afterAll(() => app.stop());
const { environment } = app;
const { database } = environment;
const { tenantId, entityId } = await insertTestBusiness(database);
const admin = await app.visitor(tenantId, "admin");
const viewer = await app.visitor(tenantId, "viewer", "approver");
const foreign = await app.visitor(await app.newTenant("Foreign"), "admin");
const asker = { tenantId, actor: testActor() };
const newcomer = await addMember(environment, asker, { email: "new@calder.example", roles: ["viewer"] });
await withSystem(database, (db) => recordFailedSignIn(db, viewer.userId, "password"));
await withTenant(database, tenantId, (db) =>
  db.sql`
    insert into bank_details (tenant_id, billing_entity_id, state, kind, ending, details_sealed, proposed_by, proposed_at,
      decided_by, decided_at)
    values (${tenantId}, ${entityId}, 'in_force', 'iban', '3000', '\\x00', ${`user:${admin.userId}`}, now(),
      ${`user:${viewer.userId}`}, now())`);
await execute(environment, recordVerification, asker, { scope: "books", lookedAt: 12, breaches: [] });

const today = environment.clock.now().toZonedDateTimeISO("Europe/London").toPlainDate();

async function evidence(from: Temporal.PlainDate, to: Temporal.PlainDate) {
  const answer = await app.post("/audit/evidence", { from: `${from}`, to: `${to}` }, admin);
  const text = await answer.text();
  assert.equal(answer.status, 200, text.slice(-500));
  assert.match(answer.headers.get("content-disposition")!, /attachment; filename="evidence-/);
  return JSON.parse(text);
}

Deno.test("it says who may do what, what changed, what was approved and verified, with an index first", async () => {
  let found: Awaited<ReturnType<typeof evidence>>;
  // what other databases of this server are writing holds back what is final
  await until(async () => {
    found = await evidence(today, today);
    return found.changes.some(({ command }: { command: string }) => command === "evidence.export");
  });
  assert.deepEqual(Object.keys(found).slice(0, 2), ["evidence", "index"]);
  for (const { part, shows, count } of found.index) {
    assert.ok(shows.length > 20);
    assert.equal(found[part].length, count, part);
  }
  const access = new Map(found.access.map((row: { userId: string }) => [row.userId, row]));
  assert.deepEqual([...access.keys()].sort(), [admin.userId, viewer.userId, newcomer.userId].sort());
  const seen = access.get(viewer.userId) as { roles: string[]; lastSignIn: { methods: string[] } };
  assert.deepEqual(seen.roles.toSorted(), ["approver", "viewer"]);
  assert.ok(seen.lastSignIn.methods.length > 0);
  assert.equal((access.get(newcomer.userId) as { lastSignIn: unknown }).lastSignIn, null);
  const changed = found.changes.map(({ command, subject }: { command: string; subject: { id: string } }) =>
    `${command} ${subject.id}`
  );
  assert.ok(changed.includes(`member.set ${newcomer.userId}`), changed.join("\n"));
  assert.deepEqual(
    found.failedSignIns.map(({ subject, detail }: Record<string, unknown>) => [subject, detail]),
    [[{ type: "user", id: viewer.userId }, { method: "password" }]],
  );
  const [approval] = found.approvals;
  assert.deepEqual([approval.kind, approval.bySecondPerson], ["bank_details", true]);
  assert.deepEqual(
    found.verifications.map(({ scope, ok, lookedAt }: Record<string, unknown>) => ({ scope, ok, lookedAt })),
    [{ scope: "books", ok: true, lookedAt: "12" }],
  );
  assert.ok(!JSON.stringify(found).includes(foreign.userId));
  assert.ok(!JSON.stringify(found).includes("details_sealed"));
});

Deno.test("days in which nothing happened have nothing but who is on the team now", async () => {
  const day = Temporal.PlainDate.from("2001-01-01");
  const { index } = await evidence(day, day);
  const counts = Object.fromEntries(
    index.map(({ part, count }: { part: string; count: number }) => [part, count]),
  );
  assert.deepEqual(counts, {
    access: 3,
    changes: 0,
    failedSignIns: 0,
    approvals: 0,
    verifications: 0,
    anchors: 0,
    migrations: 0,
  });
});

Deno.test("who may not read the trail gets none of it, and wrong days are named", async () => {
  const refused = await app.post("/audit/evidence", { from: `${today}`, to: `${today}` }, viewer);
  await refused.text();
  assert.equal(refused.status, 403);
  const looked = await app.get("/audit/evidence", viewer);
  await looked.text();
  assert.equal(looked.status, 403);
  const wrong = await app.post("/audit/evidence", { from: "soon", to: `${today}` }, admin);
  assert.match(await wrong.text(), /Write the first day, such as 2026-01-01/);
  assert.equal(wrong.status, 422);
  const backwards = await app.post(
    "/audit/evidence",
    { from: `${today}`, to: `${today.subtract({ days: 1 })}` },
    admin,
  );
  assert.match(await backwards.text(), /before the first one/);
});
