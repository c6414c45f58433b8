/** Guards what scripts rely on: the words of `milepost`, its JSON, its exit codes, and a sentence for everything that goes wrong. */
import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { insertUsageMapping } from "../../db/queries/usage_mapping.ts";
import { ownerRole } from "../../db/roles.ts";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { findLink } from "../../lib/auth/links.ts";
import { systemClock } from "../../lib/core/clock.ts";
import { insertTestBusiness } from "../support/billing.ts";
import { testDatabase } from "../support/database.ts";
import { milepost, settingsOf } from "../support/milepost.ts";

const database = await testDatabase();
Deno.test.afterAll(database.drop);

const settings = settingsOf(database);
const folder = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

const run = (...words: string[]) => milepost(words, { settings, folder });
const made = await run("tenants", "create", "Calder", "--admin", "Amira@calder.example");

Deno.test("what is typed wrong ends with 2 and says what is allowed", async () => {
  const cases: [string[], RegExp][] = [
    [[], /These exist:\n {2}milepost tenants\n/],
    [["fly"], /There is no command "fly"/],
    [
      ["tenants", "crate", "Calder"],
      /There is no command "tenants crate".*milepost tenants create NAME --admin EMAIL/s,
    ],
    [["tenants", "create", "--admin", "a@b.example"], /NAME is missing.*Example: milepost tenants create/s],
    [["tenants", "create", "Calder"], /--admin EMAIL is missing/],
    [["tenants", "create", "Calder", "--admin"], /--admin needs a value/],
    [["members", "add", "a@b.example", "--role", "--tenant", "Calder"], /--role needs a value/],
    [
      ["tenants", "create", "Calder", "--admin", "a@b.example", "--boss", "x"],
      /no option --boss. It takes --admin/,
    ],
    [["tenants", "create", "Calder", "Ltd", "--admin", "a@b.example"], /"Ltd" is one word too many/],
    [
      ["tenants", "create", "X", "--admin", "a@b.example", "--admin", "c@d.example"],
      /--admin stands there twice/,
    ],
    [["import", "usage", "x.csv", "--tenant", "T", "--dry-run=no"], /--dry-run is a switch/],
    [["verify", "-x"], /no option -x. It takes no options/],
  ];
  for (const [words, said] of cases) {
    const { code, output, remarks } = await run(...words);
    assert.equal(code, 2, `${words.join(" ")}: ${remarks}`);
    assert.equal(output, "");
    assert.match(remarks, said);
  }
});

Deno.test("help lists every command with its options", async () => {
  const { code, output } = await run("help");
  assert.equal(code, 0);
  for (const name of ["tenants create", "import usage", "price", "verify", "migrate", "config"]) {
    assert.match(output, new RegExp(`^milepost ${name}`, "m"));
  }
});

Deno.test("tenants create prints a link that works, and the trail names who typed it", async () => {
  assert.equal(made.code, 0, made.remarks);
  const { tenant, link } = JSON.parse(made.output);
  assert.match(link, /^http:\/\/127\.0\.0\.1:8000\/sign-in\/link\/[\w-]{43}$/);
  const environment = { database: database.database, clock: systemClock };
  assert.equal((await findLink(environment, link.split("/").at(-1))).email, "amira@calder.example");
  const trail = await withTenant(
    database.database,
    tenant,
    (db) => db.query.selectFrom("audit_event").select(["actor", "command"]).orderBy("xid").execute(),
  );
  assert.deepEqual(trail[0], { actor: `cli:${userInfo().username}`, command: "tenant.create" });
  const listed = JSON.parse((await run("tenants")).output).tenants;
  assert.ok(listed.some(({ id, name }: Record<string, unknown>) => id === tenant && name === "Calder"));
});

Deno.test("members add gives a role and a link; members link makes another; both know the tenant by name", async () => {
  const added = await run("members", "add", "tom@calder.example", "--tenant", "Calder", "--role", "approver");
  assert.equal(added.code, 0, added.remarks);
  const { roles, link } = JSON.parse(added.output);
  assert.deepEqual(roles, ["approver"]);
  const again = JSON.parse((await run("members", "link", "tom@calder.example", "--tenant", "Calder")).output);
  assert.notEqual(again.link, link);
  const wrong = await run("members", "add", "tom@calder.example", "--tenant", "Calder", "--role", "owner");
  assert.equal(wrong.code, 1);
  assert.match(wrong.remarks, /one or more of admin, biller, approver, viewer/);
  const nowhere = await run("members", "link", "tom@calder.example", "--tenant", "Nobody");
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.remarks, /There is no tenant "Nobody". List them with: milepost tenants/);
});

Deno.test("a wrong value is refused with 1, and nothing is half-made", async () => {
  const { code, output, remarks } = await run("tenants", "create", "Ash", "--admin", "not-an-address");
  assert.equal(code, 1);
  assert.equal(output, "");
  assert.match(remarks, /Use one e-mail address/);
  assert.equal(JSON.parse((await run("tenants")).output).tenants.length, 1);
});

Deno.test("import reads a file from where the command was typed, and its rows add up", async () => {
  await Deno.writeTextFile(
    join(folder, "trips.csv"),
    "id,event,contract,vehicle,at,km,cost,purpose\n" +
      "e1,trip,K-1,,2024-01-02T10:00:00Z,12.4,,\ne2,trip,,,2024-01-03T10:00:00Z,3,,\n",
  );
  const words = ["import", "usage", "trips.csv", "--tenant", "Calder"];
  const dry = await run(...words, "--dry-run");
  const wet = await run(...words);
  for (const { code, output, remarks } of [dry, wet]) {
    assert.equal(code, 0, remarks);
    const { rows, events, duplicates, quarantined, seconds } = JSON.parse(output);
    assert.equal(rows, 2);
    assert.equal(rows, events + duplicates + quarantined);
    assert.equal(typeof seconds, "number");
    assert.match(remarks, /100% 2 rows/);
  }
  const kept = await withSystem(
    database.database,
    (db) => db.query.selectFrom("usage_import").select("id").execute(),
  );
  assert.equal(kept.length, 1, "the dry run left nothing");
});

Deno.test("import reads a file by a mapping that people of the tenant made", async () => {
  const tenantId = await withSystem(database.database, async (db) => {
    const { id } = await db.query.selectFrom("tenant").select("id").where("name", "=", "Calder")
      .executeTakeFirstOrThrow();
    return id;
  });
  await withTenant(database.database, tenantId, (db) =>
    insertUsageMapping(db, {
      name: "Our tracker",
      terms: {
        source: "tracker",
        form: "csv",
        delimiter: ";",
        event: "trip",
        at: { column: "When", format: { form: "rfc3339" } },
        subject: { vehicle: { column: "Van" } },
        fields: [],
        dimensions: [],
      },
      columns: ["When", "Van"],
      actor: "cli:test",
      now: Temporal.Now.instant(),
    }));
  await Deno.writeTextFile(join(folder, "tracker.csv"), "When;Van\n2024-01-02T10:00:00Z;V-none\n");
  const words = ["import", "usage", "tracker.csv", "--tenant", "Calder", "--map", "our tracker"];
  const { code, output, remarks } = await run(...words);
  assert.equal(code, 0, remarks);
  const { rows, quarantined } = JSON.parse(output);
  assert.deepEqual([rows, quarantined], [1, 1]);
});

Deno.test("import says what is wrong with a file or a mapping, and where it looked", async () => {
  const missing = await run("import", "usage", "nowhere.csv", "--tenant", "Calder");
  assert.equal(missing.code, 1);
  assert.ok(missing.remarks.includes(join(folder, "nowhere.csv")), missing.remarks);
  const folderGiven = await run("import", "usage", ".", "--tenant", "Calder");
  assert.equal(folderGiven.code, 1);
  assert.match(folderGiven.remarks, /is a folder/);
  await Deno.writeTextFile(join(folder, "other.csv"), "a,b\n1,2\n");
  const columns = await run("import", "usage", "other.csv", "--tenant", "Calder");
  assert.equal(columns.code, 1);
  assert.match(columns.remarks, /needs the columns/);
  assert.equal(JSON.parse(columns.output).rows, 0, "the counts are told all the same");
  const mapping = await run("import", "usage", "trips.csv", "--tenant", "Calder", "--map", "mars-taxi");
  assert.equal(mapping.code, 1);
  assert.match(mapping.remarks, /no mapping "mars-taxi".*nyc-taxi/);
});

Deno.test("price reads standard input or a file, needs no database, and names the path of what is wrong", async () => {
  const priceCase = JSON.stringify({
    currency: "USD",
    zone: "America/Chicago",
    period: { start: "2024-01-01", end: "2024-02-01" },
    charges: [{ id: "setup", kind: "one_time", on: "2024-01-05", price: { model: "flat", amount: "99.00" } }],
  });
  const unreachable = {
    DATABASE_URL: "postgres://a:b@127.0.0.1:1/x",
    DATABASE_SYSTEM_URL: "postgres://a:b@127.0.0.1:1/x",
  };
  const piped = await milepost(["price", "-"], { settings: unreachable, input: priceCase });
  assert.equal(piped.code, 0, piped.remarks);
  assert.equal(JSON.parse(piped.output).due, "99.00");
  await Deno.writeTextFile(join(folder, "case.json"), priceCase);
  assert.equal((await run("price", "case.json")).output, piped.output);
  const wrong = await milepost(["price"], { input: priceCase.replace("flat", "flatt") });
  assert.equal(wrong.code, 1);
  assert.match(wrong.remarks, /^\$\.charges\[0\]\.price\.model: "flatt"/);
  const torn = await milepost(["price"], { input: priceCase.slice(0, 40) });
  assert.equal(torn.code, 1);
  assert.match(torn.remarks, /Standard input is not JSON/);
  const hostile = [
    priceCase.replace('"99.00"', `"${"9".repeat(1_000_000)}"`),
    priceCase.replace('"99.00"', "1e400"),
    priceCase.replace('"99.00"', `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
  ];
  for (const input of hostile) {
    const refused = await milepost(["price"], { input });
    assert.equal(refused.code, 1);
    assert.match(refused.remarks, /^\$\.charges\[0\]\.price\.amount: .* Allowed: a decimal number in quotes/);
    assert.ok(refused.remarks.length < 400 && refused.output === "");
  }
  const member = await milepost(["price"], { input: priceCase.replace('"flat"', '"__proto__"') });
  assert.match(member.remarks, /^\$\.charges\[0\]\.price\.model: "__proto__" .* Allowed: flat, per_unit/);
  const noNumber = await milepost(["price"], { input: priceCase.replace('"99.00"', "NaN") });
  assert.match(noNumber.remarks, /^Standard input is not JSON: Unexpected token 'N'/);
});

Deno.test("verify ends with one line of JSON: 0 when all holds, 1 with the breach when it does not", async () => {
  const sound = await run("verify");
  assert.equal(sound.code, 0, sound.remarks);
  const { checks, ok } = JSON.parse(sound.output.trim().split("\n").at(-1)!);
  assert.equal(ok, true);
  assert.ok(checks.length > 5 && checks.every((check: { ok: boolean }) => check.ok));
  const { tenantId, entityId } = await insertTestBusiness(database.database);
  await withTenant(database.database, tenantId, (db) =>
    db.query.insertInto("number_series").values({
      tenant_id: tenantId,
      billing_entity_id: entityId,
      document_type: "invoice",
      year: 2024,
      last_number: 3n,
      last_issue_date: null,
    }).execute());
  const broken = await run("verify");
  assert.equal(broken.code, 1);
  assert.equal(JSON.parse(broken.output.trim().split("\n").at(-1)!).ok, false);
  assert.match(broken.remarks, /Broken: .*gap/);
});

Deno.test("config lists every setting without secrets; a wrong or unknown one is named and ends with 1", async () => {
  const listed = await run("config");
  assert.equal(listed.code, 0, listed.remarks);
  assert.ok(!listed.output.includes(database.appUrl));
  const names = JSON.parse(listed.output).settings.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("MILEPOST_PORT") && names.includes("DATABASE_URL"));
  const wrong = await milepost(["config"], { settings: { MILEPOST_PORT: "eighty", MILEPOST_COLOUR: "red" } });
  assert.equal(wrong.code, 1);
  assert.match(wrong.remarks, /MILEPOST_PORT is "eighty": Use a whole number from 0 to 65535/);
  assert.match(wrong.remarks, /MILEPOST_COLOUR: There is no such setting/);
  const refused = await milepost(["tenants"], { settings: { MILEPOST_PORT: "eighty" } });
  assert.equal(refused.code, 1);
});

Deno.test("a Postgres that does not answer, and settings that do not fit, are told in a sentence", async () => {
  const stopped = new URL(database.appUrl);
  stopped.port = "1";
  const down = await milepost(["tenants"], {
    settings: { DATABASE_URL: stopped.href, DATABASE_SYSTEM_URL: stopped.href },
  });
  assert.equal(down.code, 1);
  assert.match(down.remarks, /^No Postgres answers at 127\.0\.0\.1:1/);
  assert.doesNotMatch(down.remarks, /\n\s+at /, "no stack");
  const half = await milepost(["tenants"], { settings: { DATABASE_URL: database.appUrl } });
  assert.equal(half.code, 1);
  assert.match(half.remarks, /DATABASE_SYSTEM_URL: Set it too/);
  const superuser = await milepost(["tenants"], {
    settings: { ...settings, DATABASE_URL: database.adminUrl },
  });
  assert.equal(superuser.code, 1);
  assert.match(superuser.remarks, /is a superuser, so row security would not keep tenants apart/);
});

Deno.test("a database that is behind is refused, and migrate brings it up to date", async () => {
  const name = `behind_${crypto.randomUUID().slice(0, 8)}`;
  const admin = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} owner ${ownerRole}`);
  try {
    const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const app = { DATABASE_URL: at(database.appUrl), DATABASE_SYSTEM_URL: at(database.systemUrl) };
    const refused = await milepost(["tenants"], { settings: app });
    assert.equal(refused.code, 1);
    assert.match(
      refused.remarks,
      /older than this program: 0001_house.*milepost migrate.*DATABASE_OWNER_URL/,
    );
    const owner = { ...app, DATABASE_OWNER_URL: at(database.ownerUrl) };
    const first = await milepost(["migrate"], { settings: owner });
    assert.equal(first.code, 0, first.remarks);
    assert.equal(JSON.parse(first.output).migrated[0], "0001_house");
    assert.deepEqual(JSON.parse((await milepost(["migrate"], { settings: owner })).output), { migrated: [] });
    assert.equal((await milepost(["tenants"], { settings: app })).code, 0);
  } finally {
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  }
});

Deno.test("secrets rotate makes a new active key in the key file, and rewrap puts everything under it", async () => {
  const keyFile = join(folder, "rotated_keys");
  const withKeys = (...words: string[]) =>
    milepost(words, { settings: { ...settings, MILEPOST_KEY_FILE: keyFile }, folder });
  const rotated = await withKeys("secrets", "rotate");
  assert.equal(rotated.code, 0, rotated.remarks);
  const { key } = JSON.parse(rotated.output);
  const kept = JSON.parse(await Deno.readTextFile(keyFile)).keys;
  assert.deepEqual([kept.length, kept.at(-1).id], [2, key], "the first one was made on the way");
  const rewrapped = await withKeys("secrets", "rewrap");
  assert.equal(rewrapped.code, 0, rewrapped.remarks);
  assert.equal(JSON.parse(rewrapped.output).key, key);
  assert.ok(!`${rotated.output}${rotated.remarks}${rewrapped.output}`.includes(kept.at(-1).key));
  await Deno.chmod(keyFile, 0o644);
  const refused = await withKeys("secrets", "rewrap");
  assert.equal(refused.code, 1);
  assert.match(refused.remarks, /Other accounts may read or write it/);
});

Deno.test("privacy export prints all that is kept of a customer or a person, and says who is not there", async () => {
  const file = join(folder, "people.csv");
  await Deno.writeTextFile(file, "reference,name,email\nC-77,Ottokar Zilp,zilp@zilp.example\n");
  assert.equal((await run("import", "customers", file, "--tenant", "Calder")).code, 0);
  const customer = await run("privacy", "export", "customer", "C-77", "--tenant", "Calder");
  assert.equal(customer.code, 0, customer.remarks);
  assert.equal(JSON.parse(customer.output).customer[0].email, "zilp@zilp.example");
  const person = await run("privacy", "export", "person", "Amira@calder.example");
  assert.equal(person.code, 0, person.remarks);
  assert.equal(JSON.parse(person.output).user[0].email, "amira@calder.example");
  const nobody = await run("privacy", "export", "person", "nobody@calder.example");
  assert.deepEqual([nobody.code, nobody.output], [1, ""]);
  assert.match(nobody.remarks, /Nobody has this e-mail address/);
  const unknown = await run("privacy", "export", "customer", "C-78", "--tenant", "Calder");
  assert.equal(unknown.code, 1);
  assert.match(unknown.remarks, /no such customer/);
});
