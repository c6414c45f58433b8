/** Exchange rates recorded, imported and corrected on a real database: nothing twice, nothing lost, and the latest one holds. */
import assert from "node:assert/strict";
import { listRatesUpTo } from "../../db/queries/exchange_rate.ts";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { FixedClock } from "../core/clock.ts";
import { type Command, execute, type Json } from "../core/command.ts";
import { importEcbRates, recordExchangeRate, setOldestRate } from "./commands.ts";
import { listRates } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const clock = new FixedClock("2024-01-05T12:00:00Z");
const environment = { ...testEnvironment(database), clock };

function run<Input, Result extends Json>(tenantId: string, command: Command<Input, Result>, input: Input) {
  return execute(environment, command, { tenantId, actor: testActor() }, input);
}

async function newestUpTo(tenantId: string, day: string): Promise<string[]> {
  const rates = await withTenant(
    database,
    tenantId,
    (db) => listRatesUpTo(db, ["EUR", "USD", "GBP"], Temporal.PlainDate.from(day)),
  );
  return rates.map((rate) => `${rate.base}/${rate.quote} ${rate.day} ${rate.rate} ${rate.source}`);
}

const file = "Date,USD,GBP\n2024-01-03,1.0919,0.86488\n2024-01-02,1.0956,0.86645\n";

Deno.test("a file read twice adds nothing, a corrected rate is a newer row, and what was there stays", async () => {
  const tenantId = await insertTestTenant(database);
  assert.deepEqual(await run(tenantId, importEcbRates, { content: file }), {
    added: 4,
    corrected: 0,
    unchanged: 0,
    unknown: [],
  });
  assert.equal((await run(tenantId, importEcbRates, { content: file })).unchanged, 4);
  const corrected = await run(tenantId, importEcbRates, { content: file.replace("1.0919", "1.0920") });
  assert.deepEqual([corrected.added, corrected.corrected, corrected.unchanged], [0, 1, 3]);
  const rows = await withTenant(database, tenantId, (db) => db.sql`select id from exchange_rate`);
  assert.equal(rows.length, 5);
  assert.deepEqual(await newestUpTo(tenantId, "2024-01-04"), [
    "EUR/GBP 2024-01-03 0.86488 ecb",
    "EUR/USD 2024-01-03 1.092 ecb",
  ]);
  assert.deepEqual(await newestUpTo(tenantId, "2024-01-02"), [
    "EUR/GBP 2024-01-02 0.86645 ecb",
    "EUR/USD 2024-01-02 1.0956 ecb",
  ]);
  await assert.rejects(
    () => withTenant(database, tenantId, (db) => db.sql`update exchange_rate set rate = 2`),
    /permission denied/,
  );
});

Deno.test("a rate by hand goes before one of a file of the same day, not before a newer one", async () => {
  const tenantId = await insertTestTenant(database);
  await run(tenantId, recordExchangeRate, { base: "eur", quote: "USD", day: "2024-01-02", rate: "1.10" });
  await run(tenantId, importEcbRates, { content: file });
  assert.deepEqual((await newestUpTo(tenantId, "2024-01-02"))[1], "EUR/USD 2024-01-02 1.1 manual");
  assert.deepEqual((await newestUpTo(tenantId, "2024-01-03"))[1], "EUR/USD 2024-01-03 1.0919 ecb");
});

Deno.test("a rate that cannot be is refused at its field", async () => {
  const tenantId = await insertTestTenant(database);
  const good = { base: "EUR", quote: "USD", day: "2024-01-02", rate: "1.1" };
  const refused = (change: Partial<typeof good>, words: RegExp) =>
    assert.rejects(() => run(tenantId, recordExchangeRate, { ...good, ...change }), (error: Error) => {
      const { fields } = error as unknown as { fields: { field: string; rule?: string }[] };
      assert.match(`${fields[0].field}: ${fields[0].rule}`, words);
      return true;
    });
  await refused({ rate: "0" }, /^rate: Type a number above zero/);
  await refused({ rate: "1,1" }, /^rate: /);
  await refused({ rate: "1.12345678901" }, /^rate: /);
  await refused({ quote: "EUR" }, /^quote: Choose two different currencies/);
  await refused({ quote: "XAU" }, /^quote: Use the three letters/);
  await refused({ day: "2024-01-07" }, /^day: This day is still to come/);
  await refused({ day: "1998-12-31" }, /^day: Use a day in or after 1999/);
  const tomorrow = file.replace("2024-01-03", "2024-01-09");
  await assert.rejects(() => run(tenantId, importEcbRates, { content: tomorrow }), /still to come|cannot/i);
  assert.deepEqual(await newestUpTo(tenantId, "2024-01-05"), []);
});

Deno.test("the list says how old each rate is, and which is too old by the age that holds", async () => {
  const tenantId = await insertTestTenant(database);
  await run(tenantId, importEcbRates, { content: file });
  const listed = async () => {
    const { page, oldestDays } = await withTenant(database, tenantId, (db) => listRates(db, clock.now()));
    return [
      oldestDays,
      ...page.rows.map(({ quote, ageDays, isTooOld }) => `${quote} ${ageDays} ${isTooOld}`),
    ];
  };
  assert.deepEqual(await listed(), [7, "GBP 2 false", "USD 2 false"]);
  assert.deepEqual(await run(tenantId, setOldestRate, { oldestDays: 1 }), { before: 7 });
  assert.deepEqual(await listed(), [1, "GBP 2 true", "USD 2 true"]);
  await assert.rejects(() => run(tenantId, setOldestRate, { oldestDays: 367 }));
});
