/** A file of customers on a real database: each row is new, there already, or told with its line and column. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testActor, testEnvironment, until } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { countsOf, faultsOf, importText } from "../../tests/support/record_import.ts";
import { execute } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { csvLine } from "../imports/csv_writer.ts";
import { mostRows } from "../imports/record_file.ts";
import { createCustomer } from "./commands.ts";
import { customerColumns, customerFile } from "./import_customers.ts";
import { listCustomersAfter } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);

const header = "reference,name,email,address,country,payment_terms_days";
const file = (...rows: string[]) => [header, ...rows, ""].join("\n");
const kept = (tenantId: string) => withTenant(database, tenantId, (db) => listCustomersAfter(db, undefined));

async function bringIn(tenantId: string, content: string | Uint8Array, options = {}) {
  return await importText(environment, tenantId, customerFile, content, options);
}

Deno.test("rows become customers, by the names of the columns in any order", async () => {
  const tenantId = await insertTestTenant(database);
  const content = "payment_terms_days,name,colour,reference,address,country,delivery,language\r\n" +
    '14, Brightwater ,blue,C-1,"18 Canal Wharf\r\n\r\n Leeds ",gb, by_hand,fr\r\n,Ash,,C-2,,,,\r\n';
  const report = await bringIn(tenantId, content);
  assert.equal(countsOf(report), "2 = 2 new + 0 there + 0 refused");
  assert.deepEqual(report.unknownColumns, ["colour"]);
  const [first, second] = await kept(tenantId);
  const { id: _id, rowVersion: _version, ...values } = first;
  assert.deepEqual(values, {
    reference: "C-1",
    name: "Brightwater",
    email: null,
    addressLines: ["18 Canal Wharf", "Leeds"],
    country: "GB",
    language: "fr",
    paymentTermsDays: 14,
    invoiceDelivery: "by_hand",
    erasedAt: null,
  });
  assert.deepEqual([second.paymentTermsDays, second.invoiceDelivery, second.language], [30, "email", null]);
  const polish = await bringIn(tenantId, "reference,name,language\nC-4,Oak,pl\n");
  assert.match(
    faultsOf(polish)[0],
    /^2 language: Use one of the languages of documents.*For example de-DE\.$/,
  );
  const odd = await bringIn(tenantId, "reference,name,delivery\nC-3,Elm,pigeon\n");
  assert.deepEqual(faultsOf(odd), ["2 delivery: Use email or by_hand. For example email."]);
});

Deno.test("every bad cell is named by line and column, and the good rows are taken", async () => {
  const tenantId = await insertTestTenant(database);
  const content = file(
    'C-1,Brightwater,no at,"1\n2",UK,400',
    "C-2,,,,,",
    "C-3,Ash,,,GB,soon",
    "C-4,Too,many,values,GB,30,1",
    ",Nobody,,,,",
    "C-5,Good,,,,",
  );
  const report = await bringIn(tenantId, content);
  assert.equal(countsOf(report), "6 = 1 new + 0 there + 5 refused");
  assert.deepEqual(faultsOf(report), [
    "2 email: Write an e-mail address with one @. For example accounts@example.com.",
    "2 country: Use the two letters of a country. For example GB.",
    "2 payment_terms_days: Use a whole number from 0 to 365. For example 0.",
    "4 name: Fill in name. For example Brightwater Facilities Ltd.",
    "5 payment_terms_days: Use a whole number from 0 to 365. For example 0.",
    "6 whole row: The row has 7 values, and the header names 6.",
    "7 reference: Fill in reference. For example C-118.",
  ]);
  assert.equal(report.refused[0].problems[1].value, "UK");
  assert.deepEqual((await kept(tenantId)).map(({ reference }) => reference), ["C-5"]);
});

Deno.test("a row is judged by the same rules as the form", async () => {
  const tenantId = await insertTestTenant(database);
  const refused = await bringIn(tenantId, file(`${"x".repeat(101)},Ash,,,,`));
  const error = await execute(environment, createCustomer, { tenantId, actor: testActor() }, {
    reference: "x".repeat(101),
    name: "Ash",
    addressLines: [],
  }).catch((reason) => reason);
  assert.ok(isMilepostError(error, "InvalidInput"));
  assert.deepEqual(faultsOf(refused), [`2 reference: ${error.fields[0].rule} For example C-118.`]);
});

Deno.test("what is there with the same content is a duplicate; with other content it is set aside, and stays", async () => {
  const tenantId = await insertTestTenant(database);
  const first = file("C-1,Brightwater,a@b.example,1 High Street,GB,14", "C-2,Ash,,,,");
  assert.equal(countsOf(await bringIn(tenantId, first)), "2 = 2 new + 0 there + 0 refused");
  assert.equal(countsOf(await bringIn(tenantId, first)), "2 = 0 new + 2 there + 0 refused");
  const changed = await bringIn(tenantId, file("C-1,Brightwater Ltd,a@b.example,1 High Street,JP,14"));
  assert.deepEqual(faultsOf(changed), [
    "2 name: There is already a customer C-1. It differs in name and country. Change it on its page.",
  ]);
  // what a file does not say is not compared
  assert.equal(
    countsOf(await bringIn(tenantId, "reference,name\nC-1,Brightwater\n")),
    "1 = 0 new + 1 there + 0 refused",
  );
  assert.equal((await kept(tenantId))[0].name, "Brightwater");
});

Deno.test("rows that repeat an earlier one of the file are judged alike in a check and in the import", async () => {
  const rows = Array.from({ length: 600 }, (_, index) => `C-${index},Name ${index},,,,`);
  const content = file(...rows, "C-0,Name 0,,,,", "C-599,Another,,,,", "C-600,,,,,", "C-600,Good,,,,");
  const tenantId = await insertTestTenant(database);
  const dry = await bringIn(tenantId, content, { dryRun: true });
  assert.equal(countsOf(dry), "604 = 601 new + 1 there + 2 refused");
  assert.match(faultsOf(dry)[0], /^603 name: Line 601 has the customer C-599 already\. It differs in name\./);
  assert.deepEqual(await kept(tenantId), []);
  const wet = await bringIn(tenantId, content);
  assert.equal(countsOf(wet), countsOf(dry));
  assert.deepEqual(wet.refused.map(({ line }) => line), dry.refused.map(({ line }) => line));
  assert.equal((await kept(tenantId)).length, 601);
});

Deno.test("a file that is cut, in another encoding, empty, too long or without its columns is refused whole", async () => {
  const tenantId = await insertTestTenant(database);
  const cases: [string | Uint8Array, RegExp][] = [
    [`${header}\nC-1,Ash,,,,\nC-2,Birc`, /The file ends in the middle of a row \(2 of 6 values\) on line 3/],
    [`${header}\nC-1,Ash,,,,\nC-2,"Birch`, /inside a quoted value that starts on line 3/],
    [
      Uint8Array.from([...new TextEncoder().encode(`${header}\nC-1,Z`), 0xfc, 0x72]),
      /is not UTF-8.*Windows-1252/,
    ],
    [Uint8Array.from([0xff, 0xfe, 0x72, 0x00, 0x65, 0x00]), /in UTF-16/],
    ["", /The file is empty/],
    [
      "name,email\nAsh,\n",
      /A file of customers needs the column “reference”, which is not in this one\. It has/,
    ],
    ["reference;name\nC-1;Ash\n", /columns “reference”, “name”.*separated by “;”\. Save it with commas\./],
    ["reference,name,name\nC-1,Ash,Birch\n", /Two columns are called "name"/],
    [`reference,name\n${"C-1,Ash\n".repeat(mostRows + 1)}`, /at most 20,000 rows and 16 MB\. Split it/],
  ];
  for (const [content, said] of cases) {
    const report = await bringIn(tenantId, content);
    assert.match(report.failure ?? "", said);
    assert.match(report.failure ?? "", /Nothing was imported\.$/);
    assert.equal(countsOf(report), "0 = 0 new + 0 there + 0 refused");
  }
  assert.deepEqual(await kept(tenantId), []);
});

Deno.test("what the export writes is there already, formulas and apostrophes as well", async () => {
  const tenantId = await insertTestTenant(database);
  const odd = ["=1+1", "'=1+1", "+44", "-", "@a", "'quoted'", 'a "b", c', "Zürich 東京"];
  for (const [index, name] of odd.entries()) {
    await execute(environment, createCustomer, { tenantId, actor: testActor() }, {
      reference: `${name} ${index}`,
      name,
      addressLines: [name, "two"],
      country: index % 2 ? "JP" : null,
      email: index % 2 ? "a@b.example" : null,
      paymentTermsDays: index,
    });
  }
  const customers = await kept(tenantId);
  const exported = csvLine(customerColumns.map(({ name }) => name)) +
    customers.map((customer) => csvLine(customerColumns.map(({ value }) => value(customer)))).join("");
  assert.match(exported, /^'=1\+1 0,/m);
  assert.equal(countsOf(await bringIn(tenantId, exported)), "8 = 0 new + 8 there + 0 refused");
  const elsewhere = await insertTestTenant(database, "Elsewhere");
  assert.equal(countsOf(await bringIn(elsewhere, exported)), "8 = 8 new + 0 there + 0 refused");
  const plain = ({ id: _id, rowVersion: _version, ...values }: typeof customers[number]) => values;
  assert.deepEqual((await kept(elsewhere)).map(plain), customers.map(plain));
});

Deno.test("another tenant's customer of the same reference is neither seen nor touched", async () => {
  const [one, other] = [await insertTestTenant(database), await insertTestTenant(database)];
  await bringIn(one, file("C-1,Theirs,,,,"));
  assert.equal(countsOf(await bringIn(other, file("C-1,Ours,,,,"))), "1 = 1 new + 0 there + 0 refused");
  assert.deepEqual((await kept(one)).map(({ name }) => name), ["Theirs"]);
});

Deno.test("a batch that meets another writer looks again, and counts what that one kept", async () => {
  const tenantId = await insertTestTenant(database);
  let late: ReturnType<typeof bringIn> | undefined;
  await withTenant(database, tenantId, async (db) => {
    await db.sql`insert into customer (tenant_id, reference, name, address_lines, payment_terms_days)
      values (${tenantId}, 'C-1', 'Ash', '{}', 30)`;
    late = bringIn(tenantId, file("C-2,Birch,,,,", "C-1,Ash,,,,"));
    await until(async () => (await db.sql`select 1 from pg_locks where not granted`).length > 0);
  });
  assert.equal(countsOf(await late!), "2 = 1 new + 1 there + 0 refused");
});

Deno.test("the same key and file give the same answer again, and the trail keeps counts", async () => {
  const tenantId = await insertTestTenant(database);
  const content = file("C-1,Ash,,,,", "C-2,,,,,");
  const first = await bringIn(tenantId, content, { key: "k" });
  const second = await bringIn(tenantId, content, { key: "k" });
  assert.deepEqual(second, first);
  assert.equal(countsOf(await bringIn(tenantId, content)), "2 = 0 new + 1 there + 1 refused");
  const trail = await withTenant(
    database,
    tenantId,
    (db) => db.query.selectFrom("audit_event").select(["command", "detail"]).orderBy("xid").execute(),
  );
  assert.deepEqual(trail[0], {
    command: "customer.import",
    detail: { fileName: "records.csv", rows: 2, added: 1, known: 0, refused: 1 },
  });
  assert.equal(trail.length, 2);
});

Deno.test("who may not write customers is refused, whatever the file", async () => {
  const tenantId = await insertTestTenant(database);
  for (const content of [file("C-1,Ash,,,,"), ""]) {
    await assert.rejects(
      bringIn(tenantId, content, { actor: testActor(new Set(["read"])), dryRun: true }),
      (error) => isMilepostError(error, "NotPermitted"),
    );
  }
});
