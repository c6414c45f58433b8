/** Events are sealed once, in the order in which they became final, by however many sealers there are. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { findBrokenSeals } from "../../db/queries/audit_chain_checks.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import {
  insertTestTenant,
  registerVehicle,
  testActor,
  testEnvironment,
  until,
} from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { execute } from "../core/command.ts";
import { noSeal, sealHash } from "./seal.ts";
import { sealAuditTrails } from "./sealing.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 2, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});
const environment = testEnvironment(database);
const actor = testActor();

const register = (tenantId: string, reference: string) =>
  execute(environment, registerVehicle, { tenantId, actor }, { reference });

/** The commands' subjects in the order of their seals, checked to be numbered from 1. */
async function sealedOf(tenantId: string): Promise<string[]> {
  const rows = await admin<{ sequence: string; reference: string }[]>`
    select seal.sequence, event.detail ->> 'reference' as reference from audit_seal seal
    join audit_event event on event.tenant_id = seal.tenant_id and event.id = seal.audit_event_id
    where seal.tenant_id = ${tenantId} order by seal.sequence`;
  assert.deepEqual(rows.map(({ sequence }) => Number(sequence)), rows.map((_, index) => index + 1));
  return rows.map(({ reference }) => reference);
}

const breaches = async (tenantId: string) =>
  (await withSystem(database, (db) => findBrokenSeals(db, tenantId))).breaches;

/** Transactions of other databases on the server hold back what is final, so one look may not see all. */
const sealUntil = (tenantId: string, count: number) =>
  until(async () => {
    await sealAuditTrails(database);
    return (await sealedOf(tenantId)).length === count;
  });

Deno.test("what is sealed is as documented", () => {
  const event = {
    tenantId: "018f0000-0000-7000-8000-000000000001",
    id: "018f0000-0000-7000-8000-000000000002",
    xid: "771",
    at: "2026-04-02T13:10:00.123456Z",
    actor: "user:018f0000-0000-7000-8000-000000000003",
    command: "customer.create",
    subjectType: "customer",
    subjectId: "C-1",
    detail: '{"name": "Zoë"}',
  };
  // sha256sum of the netstrings written out by hand, as docs/audit_trail.md shows them
  assert.equal(
    sealHash(noSeal, 1n, event).toHex(),
    "a070184de6186d0eb900ec6dc4453a7f8d623157e048e93831e89ca3c870cf4c",
  );
});

Deno.test("eight sealers at once make one chain, while commands go on", async () => {
  const tenantId = await insertTestTenant(database);
  const references = Array.from({ length: 60 }, (_, index) => `V-${index}`);
  const writing = Promise.all(references.map((reference) => register(tenantId, reference)));
  const sealing = Array.from({ length: 8 }, async () => {
    for (let round = 0; round < 10; round++) await sealAuditTrails(database);
  });
  await Promise.all([writing, ...sealing]);
  await sealUntil(tenantId, references.length);
  assert.deepEqual((await sealedOf(tenantId)).sort(), references.sort());
  assert.deepEqual(await breaches(tenantId), []);
});

Deno.test("more events than are sealed at a time are one chain too", async () => {
  const tenantId = await insertTestTenant(database);
  await admin`insert into audit_event (tenant_id, actor, command, subject_type, subject_id, detail)
    select ${tenantId}, 'cli:tester', 'test.many', 'test', n::text, jsonb_build_object('reference', n::text)
    from generate_series(1, 2500) n`;
  await until(async () => {
    await sealAuditTrails(database);
    const { length } = await sealedOf(tenantId);
    assert.ok(length === 0 || length === 2500, `${length} of one transaction are sealed`);
    return length === 2500;
  });
  assert.deepEqual(await breaches(tenantId), []);
});

Deno.test("an event waits for the transactions that began before it, so that none comes to stand before a sealed one", async () => {
  const tenantId = await insertTestTenant(database);
  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
  const { promise: begun, resolve: tellBegun } = Promise.withResolvers<void>();
  await register(tenantId, "first");
  const early = admin.begin(async (sql) => {
    await sql`insert into audit_event (tenant_id, actor, command, subject_type, subject_id, detail)
      values (${tenantId}, 'cli:tester', 'test.early', 'test', '1', '{"reference": "early"}')`;
    tellBegun();
    await mayCommit;
  });
  try {
    await begun;
    await register(tenantId, "late");
    await sealUntil(tenantId, 1);
    assert.deepEqual(await sealedOf(tenantId), ["first"]);
  } finally {
    commit();
    await early;
  }
  await sealUntil(tenantId, 3);
  assert.deepEqual(await sealedOf(tenantId), ["first", "early", "late"]);
  assert.deepEqual(await breaches(tenantId), []);
});

Deno.test("no role that serves can write, change or remove a seal, or change an event", async () => {
  const tenantId = await insertTestTenant(database);
  await register(tenantId, "V");
  await sealUntil(tenantId, 1);
  const denied = /permission denied/;
  const statements = [
    "update audit_seal set sequence = sequence + 1",
    "delete from audit_seal",
    "truncate audit_seal",
    "update audit_event set actor = 'nobody'",
    "delete from audit_event",
    "truncate audit_event",
  ];
  for (const statement of statements) {
    await assert.rejects(withTenant(database, tenantId, (db) => db.sql.unsafe(statement)), denied);
    await assert.rejects(withSystem(database, (db) => db.sql.unsafe(statement)), denied);
  }
  const forged = "insert into audit_seal select tenant_id, 2, uuidv7(), xid, hash from audit_seal";
  await assert.rejects(withTenant(database, tenantId, (db) => db.sql.unsafe(forged)), denied);
});
