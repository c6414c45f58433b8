/** No card number stands anywhere after a run of the app: people who type one are told, and tables and logs are searched. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withSystem } from "../../db/system.ts";
import { reportToStandardError } from "../../jobs/report.ts";
import { holdsCardNumber } from "../../lib/core/card_number.ts";
import { setUpDemo } from "../../tools/demo_business.ts";
import { testApp } from "../support/app.ts";
import { testSecrets } from "../support/environment.ts";
import { fieldsOf, readPage, sendRefusedForm, wordsOf } from "../support/pages.ts";
import { scanTables } from "../support/table_scan.ts";

const card = "4242 4242 4242 4242";
const said = "looks like the number of a payment card";

/** All that the process writes, kept while it is still shown. */
const written: string[] = [];
for (const name of ["debug", "info", "log", "warn", "error"] as const) {
  const write = console[name];
  console[name] = (...parts: unknown[]) => {
    written.push(parts.map(String).join(" "));
    write(...parts);
  };
}

const writeError = Deno.stderr.writeSync.bind(Deno.stderr);
Deno.stderr.writeSync = (bytes) => {
  written.push(new TextDecoder().decode(bytes));
  return writeError(bytes);
};

const app = await testApp();
Deno.test.afterAll(() => app.stop());
await setUpDemo(app.database.database, testSecrets, () => {});
const { tenantId, customerId, invoiceId } = await withSystem(app.database.database, async (db) => {
  const [row] = await db.sql<{ tenantId: string; customerId: string; invoiceId: string }[]>`
    select tenant_id as "tenantId", customer_id as "customerId", id as "invoiceId" from invoice
    where state = 'issued' and open_amount > 0 order by id limit 1`;
  return row;
});
const admin = await app.visitor(tenantId, "admin");

const holding = async () =>
  (await scanTables(app.database.adminUrl)).filter(({ text }) => holdsCardNumber(text)).map(({ table }) =>
    table
  );

/** Forms with the field of free text that is filled with the number. */
const forms: readonly [path: string, field: string, more?: Record<string, string>][] = [
  ["/customers/new", "name", { reference: "C-CARD" }],
  ["/customers/new", "reference", { name: "Calder" }],
  ["/customers/new", "addressLines", { name: "Calder", reference: "C-CARD" }],
  [`/customers/${customerId}/edit`, "name"],
  ["/vehicles/new", "plate", { reference: "V-CARD" }],
  ["/entities/new", "name"],
  [`/invoices/${invoiceId}/payments/new`, "reference", { amount: "1.00" }],
  ["/coupons/new", "name", { code: "CARD" }],
];

Deno.test("a card's number in a field of free text is refused with a sentence, and not written down", async () => {
  for (const [path, field, more] of forms) {
    const form = await readPage(app, path, admin);
    const fields = { ...fieldsOf(form, path), ...more, [field]: card };
    const page = await sendRefusedForm(app, path, fields, admin);
    assert.ok(wordsOf(page).includes(said), `${path} ${field}: ${wordsOf(page).slice(0, 900)}`);
    assert.ok(page.includes(`href="#${field}"`), `${path} names ${field}`);
  }
  const renamed = await app.post("/account/name", { name: card }, admin);
  assert.equal(renamed.status, 422);
  assert.ok(wordsOf(await renamed.text()).includes(said));
});

Deno.test("after a whole business and all these tries no table and no line of the log holds one", async () => {
  await app.get(`/customers?search=${encodeURIComponent(card)}`, admin);
  await app.get(`/customers/${encodeURIComponent(card)}`, admin);
  await app.post("/customers/new", { name: "\0" + card }, admin, { "content-type": "text/nonsense" });
  assert.deepEqual(await holding(), []);
  assert.deepEqual(written.filter(holdsCardNumber), []);
});

Deno.test("one that is planted is found, in text, in JSON, in bytes and in the log", async () => {
  const sql = postgres(app.database.adminUrl, { max: 1 });
  try {
    for (
      const [table, plant] of [
        ["customer", `update customer set name = '${card}' where id = '${customerId}'`],
        [
          "job",
          `insert into job (tenant_id, kind, payload) values ('${tenantId}', 'x', '{"a": ["${card}"]}')`,
        ],
        [
          "usage_file_part",
          `insert into usage_file_part (tenant_id, usage_import_id, position, content)
            select tenant_id, id, 99, convert_to('a,${card},b', 'UTF8') from usage_import limit 1`,
        ],
      ]
    ) {
      await sql.unsafe(plant);
      assert.ok((await holding()).includes(table), table);
    }
  } finally {
    await sql.end();
  }
  console.debug(`planted ${card}`);
  reportToStandardError({ what: "trouble", where: "a test", error: `planted ${card}` });
  assert.equal(written.filter(holdsCardNumber).length, 2);
});
