/** The job that asks about VAT numbers, with a VIES over HTTP: what is asked when, and what is kept. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import type { VatNumberPort } from "../../lib/integrations/port.ts";
import { viesConnector } from "../../lib/integrations/vies/connector.ts";
import { customerTaxOf } from "../../lib/tax/views.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  lease,
} from "../../tests/support/billing.ts";
import { testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { startViesServer } from "../../tests/support/vies_server.ts";
import { findDueVatChecks, vatCheck } from "./vat_check.ts";

const { database, drop } = await testDatabase();
const server = startViesServer();
Deno.test.afterAll(async () => {
  await server.stop();
  await drop();
});

const day = 24;

/** A German business with a French customer and a British one, each with a number. */
async function scene() {
  server.questions.length = 0;
  server.valid.clear();
  server.error = null;
  const clock = new FixedClock("2026-03-01T12:00:00Z");
  const environment = { ...testEnvironment(database), clock };
  const business = await insertTestBusiness(database, { country: "DE" });
  const { tenantId } = business;
  const [french] = await withTenant(database, tenantId, async (db) => {
    // that of its home is a made-up one and VIES knows none of Switzerland, so nobody can ask by those
    await db.sql`insert into tax_registration (tenant_id, billing_entity_id, country, kind, number, from_date)
      values (${tenantId}, ${business.entityId}, 'CH', 'vat', 'CHE107787577MWST', '2019-01-01'),
        (${tenantId}, ${business.entityId}, 'AT', 'vat', 'ATU 1358 5627', '2021-01-01')`;
    const plan = await insertTestPlan(db, [lease]);
    const customers = [["FR", "FR40303265045"], ["GB", "GB980780684"]].map(async ([country, vatId]) => {
      const { customerId } = await insertTestContract(db, business, plan);
      await db.query.insertInto("customer_tax").values({
        tenant_id: tenantId,
        customer_id: customerId,
        is_business: true,
        vat_id: vatId,
        vat_id_country: country,
      }).execute();
      return customerId;
    });
    return await Promise.all(customers);
  });
  return {
    french,
    tenantId,
    later: (hours: number) => clock.moveTo(clock.now().add({ hours })),
    isDue: async () => {
      const due = await withSystem(database, (db) => findDueVatChecks(db, clock.now()));
      return due.some((job) => job.tenantId === tenantId);
    },
    run: (port: VatNumberPort | null = viesConnector(server.url)) =>
      vatCheck(port).run(environment, { id: "none", attempt: 1, tenantId, payload: null }),
    check: async () => (await withTenant(database, tenantId, (db) => customerTaxOf(db, french))).lastCheck,
  };
}

Deno.test("a new number is asked about once, and then again after a month", async () => {
  const { run, isDue, later, check } = await scene();
  server.valid.add("FR40303265045");
  assert.ok(await isDue());
  await run();
  assert.deepEqual(server.questions, [{
    countryCode: "FR",
    vatNumber: "40303265045",
    requesterMemberStateCode: "AT",
    requesterNumber: "U13585627",
  }], "the British one is not asked about");
  const found = await check();
  assert.deepEqual([found?.status, found?.consultationNumber, String(found?.checkedAt)], [
    "valid",
    "WAPIAAA1",
    "2026-03-01T12:00:00Z",
  ]);
  later(29 * day);
  assert.ok(!await isDue());
  await run();
  assert.equal(server.questions.length, 1);
  later(day);
  server.valid.clear();
  assert.ok(await isDue());
  await run();
  assert.equal((await check())?.status, "invalid");
});

Deno.test("no answer is kept as unknown, and asked for again the next day", async () => {
  const { run, isDue, later, check } = await scene();
  server.error = "MS_UNAVAILABLE";
  await run();
  assert.deepEqual([(await check())?.status, (await check())?.consultationNumber], ["unknown", null]);
  assert.ok(!await isDue());
  later(day);
  assert.ok(await isDue());
  server.error = null;
  server.valid.add("FR40303265045");
  await run();
  assert.equal((await check())?.status, "valid");
});

Deno.test("where no register is set nobody is asked and nothing is kept", async () => {
  const { run, check } = await scene();
  await run(null);
  assert.equal(await check(), undefined);
  assert.deepEqual(server.questions, []);
});
