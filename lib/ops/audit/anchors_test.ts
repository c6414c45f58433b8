/** What the owner of the database can take away or write anew so that every seal fits, the anchors miss. */
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { join } from "node:path";
import postgres from "postgres";
import { listTenantsToAnchor } from "../../../db/queries/audit_anchor.ts";
import { withSystem } from "../../../db/system.ts";
import { auditAnchor, findDueAnchors } from "../../../jobs/handlers/audit_anchor.ts";
import { startWorker } from "../../../jobs/worker.ts";
import {
  insertTestJob,
  insertTestTenant,
  registerVehicle,
  testActor,
  until,
} from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { environmentOf } from "../../../tests/support/environment.ts";
import { makeAnchorKeyPair, signAnchor } from "../../audit/anchor.ts";
import { anchorName, anchorTrail } from "../../audit/anchoring.ts";
import { ownCommands } from "../../audit/commands.ts";
import { sealAuditTrails } from "../../audit/sealing.ts";
import { execute } from "../../core/command.ts";
import { canonicalJson } from "../../core/json.ts";
import { anchorFolder } from "../../integrations/anchors/folder.ts";
import { audit, auditBreaches } from "./audit.ts";
import { auditTrail } from "./trail.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
await admin.unsafe("set session_replication_role = replica");
const folder = await Deno.makeTempDir();
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
  await Deno.remove(folder, { recursive: true });
});
const environment = environmentOf(database);
const store = anchorFolder(folder);
const witness = { secrets: environment.secrets, store };
const actor = testActor();

const sealed = async (tenantId: string) =>
  Number((await admin`select count(*) from audit_seal where tenant_id = ${tenantId}`)[0].count);

/** Registers vehicles until so many events are sealed. */
async function register(tenantId: string, count: number): Promise<void> {
  const before = await sealed(tenantId);
  for (let index = 0; index < count; index++) {
    const reference = crypto.randomUUID();
    await execute(environment, registerVehicle, { tenantId, actor }, { reference });
  }
  await until(async () => {
    await sealAuditTrails(database);
    return await sealed(tenantId) >= before + count;
  });
}

/** A trail of five events, anchored at the fifth. Its own events about that follow. */
async function anchoredTenant() {
  const tenantId = await insertTestTenant(database);
  await register(tenantId, 5);
  const anchored = await anchorTrail(environment, store, { tenantId, actor });
  await register(tenantId, 1);
  assert.deepEqual(await problems(tenantId), []);
  return { tenantId, path: join(folder, tenantId, anchored!.name), sequence: anchored!.sequence };
}

const problems = async (tenantId: string) =>
  (await auditTrail(database, witness, tenantId)).breaches.map(({ problem }) => problem);

Deno.test("an anchor names the newest seal, and anyone can check its signature", async () => {
  const { tenantId, path, sequence } = await anchoredTenant();
  assert.equal(sequence, 5n);
  const { signature, ...said } = JSON.parse(await Deno.readTextFile(path));
  const [{ hash }] = await admin`select encode(hash, 'hex') as hash from audit_seal
    where tenant_id = ${tenantId} and sequence = 5`;
  assert.deepEqual([said.tenant, said.sequence, said.hash], [tenantId, "5", hash]);
  const der = Buffer.concat([
    Buffer.from("302a300506032b6570032100", "hex"),
    Buffer.from(said.publicKey, "base64"),
  ]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  assert.ok(verify(null, Buffer.from(canonicalJson(said)), key, Buffer.from(signature, "base64")));
  const { anchors } = await auditTrail(database, witness, tenantId);
  assert.equal(anchors, 1);
});

Deno.test("found: the newest events taken off with their seals", async () => {
  const { tenantId } = await anchoredTenant();
  await admin`delete from audit_event where tenant_id = ${tenantId}
    and id not in (select audit_event_id from audit_seal where tenant_id = ${tenantId} and sequence <= 4)`;
  await admin`delete from audit_seal where tenant_id = ${tenantId} and sequence > 4`;
  assert.deepEqual(await problems(tenantId), ["truncated: the audit trail ends before its seal 5"]);
  const report = await audit(database, witness);
  assert.deepEqual(report.checks.filter(({ ok }) => !ok).map(({ name }) => name), [
    "every anchor of the audit trails stands in them",
  ]);
  assert.match(auditBreaches(report).join(), /truncated/);
  await admin`delete from audit_anchor where tenant_id = ${tenantId}`;
  assert.deepEqual(await problems(tenantId), ["truncated: the audit trail ends before its seal 5"]);
});

Deno.test("found: an event edited and everything sealed anew", async () => {
  const { tenantId } = await anchoredTenant();
  await admin`update audit_event set actor = 'user:another' where tenant_id = ${tenantId}
    and id = (select audit_event_id from audit_seal where tenant_id = ${tenantId} and sequence = 2)`;
  await admin`delete from audit_seal where tenant_id = ${tenantId}`;
  await register(tenantId, 1);
  assert.deepEqual(await problems(tenantId), ["rewritten: seal 5 is another one now"]);
});

Deno.test("found: an anchor that another key signed, also where the open half of the key was changed with it", async () => {
  const { tenantId, path, sequence } = await anchoredTenant();
  const { publicKey, privateKey } = makeAnchorKeyPair();
  const [{ id }] = await admin`update audit_anchor_key set public_key = ${publicKey}
    where tenant_id = ${tenantId} returning id`;
  const [{ hash }] = await admin`select hash from audit_seal where tenant_id = ${tenantId} and sequence = 5`;
  const anchoredAt = Temporal.Instant.from("2026-04-02T00:00:00Z");
  await Deno.writeTextFile(
    path,
    signAnchor({ tenantId, sequence, hash, anchoredAt, keyId: id, publicKey }, privateKey),
  );
  assert.deepEqual(await problems(tenantId), ["forged: it is not signed by a key of this business"]);
});

Deno.test("found: an anchor that was edited, is another business's, is none, or is gone", async () => {
  const { tenantId, path } = await anchoredTenant();
  const text = await Deno.readTextFile(path);
  const forged = ["forged: it is not signed by a key of this business"];
  await Deno.writeTextFile(path, text.replace('"sequence":"5"', '"sequence":"4"'));
  assert.ok((await problems(tenantId)).includes(forged[0]));
  const another = await anchoredTenant();
  await Deno.writeTextFile(path, await Deno.readTextFile(another.path));
  assert.deepEqual(await problems(tenantId), forged);
  await Deno.writeTextFile(path, "{}");
  assert.ok((await problems(tenantId)).includes("unreadable: this file is no anchor"));
  await Deno.writeTextFile(path, text.replace('"sequence":"5"', `"sequence":"${"9".repeat(19)}"`));
  assert.ok((await problems(tenantId)).includes("unreadable: this file is no anchor"));
  await Deno.remove(path);
  assert.deepEqual(await problems(tenantId), ["missing: this anchor is not where anchors are kept"]);
  await Deno.writeTextFile(path, text);
  assert.deepEqual(await problems(tenantId), []);
});

Deno.test("an anchor is written once: what stands there stays", async () => {
  const tenantId = crypto.randomUUID();
  assert.equal(await store.keep(tenantId, anchorName(1n), "first"), "first");
  assert.equal(await store.keep(tenantId, anchorName(1n), "second"), "first");
  assert.deepEqual(await store.list(tenantId), [{ name: "000000000001.json", text: "first" }]);
  assert.deepEqual([...Deno.readDirSync(join(folder, tenantId))].map(({ name }) => name), [
    "000000000001.json",
  ]);
});

Deno.test("a job a day anchors what holds, once something happened, and keeps what came out", async () => {
  const tenantId = await insertTestTenant(database);
  const isDue = async () => {
    const due = await withSystem(database, (db) => findDueAnchors(db, environment.clock.now()));
    return due.some((job) => job.tenantId === tenantId);
  };
  const worker = startWorker({
    environment,
    handlers: [auditAnchor(store)],
    sweepEveryMs: 20,
    report: () => {},
  });
  const anchorNow = async () => {
    const id = await insertTestJob(database, tenantId, { kind: "audit.anchor" });
    await until(async () => (await admin`select from job where id = ${id} and state = 'done'`).length === 1);
  };
  const outcomes = async () =>
    (await admin`select ok, looked_at::int as looked_at, jsonb_array_length(breaches) as breaches, verified_by
      from audit_verification where tenant_id = ${tenantId} order by verified_at`).map((row) => ({ ...row }));
  try {
    assert.equal(await isDue(), false);
    await register(tenantId, 3);
    assert.equal(await isDue(), true);
    await anchorNow();
    assert.deepEqual(await outcomes(), [{
      ok: true,
      looked_at: 3,
      breaches: 0,
      verified_by: "job:audit.anchor",
    }]);
    assert.equal((await store.list(tenantId)).length, 1);
    await until(async () => {
      await sealAuditTrails(database);
      return await sealed(tenantId) === 6;
    });
    assert.deepEqual(
      (await withSystem(database, (db) => listTenantsToAnchor(db, ownCommands))).includes(tenantId),
      false,
    );
    await register(tenantId, 1);
    assert.equal(await isDue(), true);
    await admin`update audit_event set actor = 'user:another' where tenant_id = ${tenantId}
      and id = (select audit_event_id from audit_seal where tenant_id = ${tenantId} and sequence = 2)`;
    await anchorNow();
    const [, second] = await outcomes();
    assert.equal(second.ok, false);
    assert.equal(second.breaches, 1);
    assert.equal((await store.list(tenantId)).length, 1);
  } finally {
    await worker.stop();
  }
});
