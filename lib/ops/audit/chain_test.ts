/** The auditor names each way of tampering with the sealed audit trail, planted by the database's superuser. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { audit } from "../../../tests/support/audit.ts";
import {
  insertTestTenant,
  registerVehicle,
  testActor,
  testEnvironment,
  until,
} from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { execute } from "../../core/command.ts";
import { sealAuditTrails } from "../../audit/sealing.ts";
import { audit as auditUnsealed, auditBreaches } from "./audit.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});
const check = "the audit trail is sealed without a break";

const tenants = [await insertTestTenant(database, "First"), await insertTestTenant(database, "Second")];
for (const tenantId of tenants) {
  for (const reference of ["A", "B", "C", "D", "E"]) {
    await execute(testEnvironment(database), registerVehicle, { tenantId, actor: testActor() }, {
      reference,
    });
  }
}
await until(async () => {
  await sealAuditTrails(database);
  const [{ count }] = await admin`select count(*)::int as count from audit_seal`;
  return count === 10;
});

const event = (sequence: number) =>
  `(select audit_event_id from audit_seal where tenant_id = '${tenants[0]}' and sequence = ${sequence})`;
const third = `where tenant_id = '${tenants[0]}' and id = ${event(3)}`;
const edited = { shows: "edited: it is not what was sealed", at: "3" };

/** What is done to the trail of the first tenant, and how the auditor names it: the first breach, and its number. */
const tampering: Record<string, { plant: string[]; shows: string; at: string | null }> = {
  "another actor": { plant: [`update audit_event set actor = 'user:another' ${third}`], ...edited },
  "another command": { plant: [`update audit_event set command = 'vehicle.forget' ${third}`], ...edited },
  "another subject": { plant: [`update audit_event set subject_id = 'another' ${third}`], ...edited },
  "another kind of subject": { plant: [`update audit_event set subject_type = 'van' ${third}`], ...edited },
  "another detail": { plant: [`update audit_event set detail = '{"reference": "X"}' ${third}`], ...edited },
  "a later time": {
    plant: [`update audit_event set at = at + interval '1 microsecond' ${third}`],
    ...edited,
  },
  "another transaction": {
    plant: [`update audit_event set xid = (select xid from audit_event where id = ${event(4)}) ${third}`],
    ...edited,
  },
  "another hash": {
    plant: [`update audit_seal set hash = sha256(hash) where audit_event_id = ${event(3)}`],
    ...edited,
  },
  "an event deleted": {
    plant: [`delete from audit_event ${third}`],
    shows: "deleted: its event is gone",
    at: "3",
  },
  "an event and its seal deleted": {
    plant: [
      `delete from audit_event ${third}`,
      `delete from audit_seal where tenant_id = '${tenants[0]}' and sequence = 3`,
    ],
    shows: "removed: seals before it are gone",
    at: "4",
  },
  "the first events and their seals deleted": {
    plant: [
      `delete from audit_event where tenant_id = '${tenants[0]}' and id in (${event(1)}, ${event(2)})`,
      `delete from audit_seal where tenant_id = '${tenants[0]}' and sequence <= 2`,
    ],
    shows: "removed: seals before it are gone",
    at: "3",
  },
  "an event deleted and the seals numbered again": {
    plant: [
      `delete from audit_event ${third}`,
      `delete from audit_seal where tenant_id = '${tenants[0]}' and sequence = 3`,
      `update audit_seal set sequence = sequence - 1 where tenant_id = '${tenants[0]}' and sequence > 3`,
    ],
    ...edited,
  },
  "two events in another order": {
    plant: [
      `update audit_seal set sequence = 99 where tenant_id = '${tenants[0]}' and sequence = 3`,
      `update audit_seal set sequence = 3 where tenant_id = '${tenants[0]}' and sequence = 4`,
      `update audit_seal set sequence = 4 where tenant_id = '${tenants[0]}' and sequence = 99`,
    ],
    shows: "reordered: it does not stand between the events before and after it",
    at: "3",
  },
  "an event put in the middle": {
    plant: [
      `insert into audit_event (tenant_id, xid, actor, command, subject_type, subject_id, detail)
       select tenant_id, xid, actor, command, subject_type, subject_id, detail from audit_event ${third}`,
      `update audit_event set id = overlay(id::text placing '0' from 36)::uuid
       where tenant_id = '${tenants[0]}' and not exists (select from audit_seal where audit_event_id = id)`,
    ],
    shows: "inserted: it stands among sealed events without a seal",
    at: null,
  },
  "an event that nobody seals": {
    plant: [
      `insert into audit_event (tenant_id, at, actor, command, subject_type, subject_id, detail)
       values ('${tenants[0]}', now() - interval '61 seconds', 'cli:tester', 'test.old', 'test', '1', '{}')`,
    ],
    shows: "unsealed: it has waited for its seal for more than a minute",
    at: null,
  },
};

/** Runs the statements with constraints out of the way, and gives a way back to how it was. */
async function plant(statements: readonly string[]): Promise<() => Promise<void>> {
  await admin.unsafe("set session_replication_role = replica");
  await admin.unsafe(
    "create table kept_event as table audit_event; create table kept_seal as table audit_seal",
  );
  let changed = 0;
  for (const statement of statements) changed += (await admin.unsafe(statement)).count;
  assert.ok(changed >= statements.length, "nothing was planted");
  return async () => {
    await admin.unsafe(`
      delete from audit_seal; delete from audit_event;
      insert into audit_event table kept_event; insert into audit_seal table kept_seal;
      drop table kept_event; drop table kept_seal`);
  };
}

Deno.test("a trail that nobody touched passes, each event looked at", async () => {
  const report = await audit(database);
  assert.deepEqual(auditBreaches(report), []);
  assert.equal(report.checks.find(({ name }) => name === check)!.count, 10);
});

for (const [name, { plant: statements, shows, at }] of Object.entries(tampering)) {
  Deno.test(`found: ${name}`, async () => {
    const mend = await plant(statements);
    try {
      const report = await auditUnsealed(database);
      assert.deepEqual(report.checks.filter(({ ok }) => !ok).map((each) => each.name), [check]);
      const [first] = report.checks.find((each) => each.name === check)!.breaches;
      assert.equal(first.tenant, tenants[0]);
      assert.equal(first.problem, shows);
      if (at !== null) assert.equal(String(first.sequence), at);
    } finally {
      await mend();
    }
  });
}

Deno.test("an event of this minute may still wait for its seal", async () => {
  const mend = await plant([
    `insert into audit_event (tenant_id, at, actor, command, subject_type, subject_id, detail)
     values ('${tenants[0]}', now() - interval '30 seconds', 'cli:tester', 'test.new', 'test', '1', '{}')`,
  ]);
  try {
    assert.deepEqual(auditBreaches(await auditUnsealed(database)), []);
  } finally {
    await mend();
  }
});
