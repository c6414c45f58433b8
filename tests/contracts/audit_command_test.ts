/** `milepost verify` and `milepost audit` find what the owner of the database did to the trail of a business, and keep what they found. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { testDatabase } from "../support/database.ts";
import { milepost, settingsOf } from "../support/milepost.ts";

const database = await testDatabase();
const admin = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
const folder = await Deno.makeTempDir();
Deno.test.afterAll(async () => {
  await admin.end();
  await database.drop();
  await Deno.remove(folder, { recursive: true });
});
const settings = {
  ...settingsOf(database),
  MILEPOST_KEY_FILE: join(folder, "keys"),
  MILEPOST_ANCHOR_PATH: join(folder, "anchors"),
};
const run = (...words: string[]) => milepost(words, { settings, folder });

const made = await run("tenants", "create", "Calder", "--admin", "amira@calder.example");
const { tenant } = JSON.parse(made.output);
const people = ["tom", "ines", "jo", "lee"];
for (const person of people) {
  const added = await run(
    "members",
    "add",
    `${person}@calder.example`,
    "--tenant",
    "Calder",
    "--role",
    "viewer",
  );
  assert.equal(added.code, 0, added.remarks);
}

const checks = (output: string) =>
  JSON.parse(output).checks.filter(({ ok }: { ok: boolean }) => !ok).map(({ name }: { name: string }) =>
    name
  );

/** Runs statements as the superuser, past every guard of the tables, and undoes them. */
async function tampered(statements: string[], look: () => Promise<void>): Promise<void> {
  await admin.unsafe("set session_replication_role = replica");
  await admin.unsafe(
    "create table kept_event as table audit_event; create table kept_seal as table audit_seal",
  );
  for (const statement of statements) assert.ok((await admin.unsafe(statement)).count > 0, statement);
  try {
    await look();
  } finally {
    await admin.unsafe(`delete from audit_seal; delete from audit_event;
      insert into audit_event table kept_event; insert into audit_seal table kept_seal;
      drop table kept_event, kept_seal`);
  }
}

Deno.test("an anchored trail that nobody touched holds, and each look at it is kept", async () => {
  const anchored = await run("audit", "anchor", "--tenant", "Calder");
  assert.equal(anchored.code, 0, anchored.remarks);
  const [anchor] = JSON.parse(anchored.output).anchors;
  assert.equal(anchor.tenant, tenant);
  assert.ok(Number(anchor.sequence) > people.length);
  const file = JSON.parse(await Deno.readTextFile(join(folder, "anchors", anchor.file)));
  assert.deepEqual([file.sequence, file.hash], [anchor.sequence, anchor.hash]);
  const verified = await run("audit", "verify", "--tenant", "Calder");
  assert.equal(verified.code, 0, verified.remarks);
  const { ok, anchors, breaches } = JSON.parse(verified.output);
  assert.deepEqual({ ok, anchors, breaches }, { ok: true, anchors: 1, breaches: 0 });
  assert.equal((await run("verify")).code, 0);
  const kept =
    await admin`select scope, ok from audit_verification where tenant_id = ${tenant} order by verified_at`;
  assert.deepEqual(kept.map((row) => ({ ...row })), [{ scope: "trail", ok: true }, {
    scope: "books",
    ok: true,
  }]);
});

Deno.test("a row that was edited is named by verify, which ends with 1 and keeps what it found", async () => {
  const edit = "update audit_event set actor = 'cli:nobody' where command = 'tenant.create'";
  await tampered([edit], async () => {
    const whole = await run("verify");
    assert.equal(whole.code, 1);
    assert.deepEqual(checks(whole.output), ["the audit trail is sealed without a break"]);
    assert.match(whole.remarks, /"command":"tenant.create".*"problem":"edited: it is not what was sealed"/);
    const alone = await run("audit", "verify", "--tenant", "Calder");
    assert.equal(alone.code, 1);
    assert.match(alone.remarks, /edited: it is not what was sealed/);
    const [kept] = await admin`select ok, breaches -> 0 ->> 'problem' as problem from audit_verification
      where tenant_id = ${tenant} and scope = 'books' order by verified_at desc limit 1`;
    assert.deepEqual({ ...kept }, { ok: false, problem: "edited: it is not what was sealed" });
  });
});

Deno.test("the newest rows taken off with their seals are missed by the anchor", async () => {
  await tampered([
    `delete from audit_event where id in (select audit_event_id from audit_seal where sequence > 3)`,
    `delete from audit_seal where sequence > 3`,
  ], async () => {
    const whole = await run("verify");
    assert.equal(whole.code, 1);
    assert.deepEqual(checks(whole.output), ["every anchor of the audit trails stands in them"]);
    assert.match(whole.remarks, /truncated: the audit trail ends before its seal \d+/);
  });
});

Deno.test("the trail and the evidence are written to files from where the command was typed", async () => {
  const exported = await run("audit", "export", "trail.jsonl", "--tenant", "Calder", "--format", "jsonl");
  assert.equal(exported.code, 0, exported.remarks);
  const text = await Deno.readTextFile(join(folder, "trail.jsonl"));
  assert.equal(JSON.parse(exported.output).bytes, new TextEncoder().encode(text).length);
  const events = text.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(events[0].command, "tenant.create");
  assert.ok(events.slice(0, 4).every(({ seal }, index) => seal.sequence === String(index + 1)));
  const syslog = await run(
    ...[
      "audit",
      "export",
      "trail.syslog",
      "--tenant",
      "Calder",
      "--format",
      "syslog",
      "--from",
      "2024-01-01",
    ],
  );
  assert.equal(syslog.code, 0, syslog.remarks);
  assert.match(
    await Deno.readTextFile(join(folder, "trail.syslog")),
    /^\d+ <109>1 .* - milepost - tenant\.create \[/,
  );
  const wrong = await run("audit", "export", "x", "--tenant", "Calder", "--format", "xml", "--from", "soon");
  assert.equal(wrong.code, 1);
  assert.match(wrong.remarks, /Use jsonl or syslog/);
  const today = Temporal.Now.plainDateISO("UTC").toString();
  const evidence = await run(
    "evidence",
    "evidence.json",
    "--tenant",
    "Calder",
    "--from",
    "2024-01-01",
    "--to",
    today,
  );
  assert.equal(evidence.code, 0, evidence.remarks);
  const { access, migrations, verifications } = JSON.parse(
    await Deno.readTextFile(join(folder, "evidence.json")),
  );
  assert.equal(access.length, people.length + 1);
  assert.ok(migrations.length > 20);
  assert.ok(verifications.some(({ ok }: { ok: boolean }) => !ok));
});

Deno.test("what is typed wrong is told", async () => {
  assert.equal((await run("audit", "verify")).code, 2);
  const nowhere = await run("audit", "verify", "--tenant", "Nobody");
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.remarks, /There is no tenant "Nobody"/);
});
