/** The rules of EN 16931, each seen to be found broken: on a bill that is taxed, one by reverse charge, and one outside the tax. */
import postgres from "postgres";
import { withTenant } from "../../../db/tenant.ts";
import { type Breakage, testBreakages } from "../../../tests/support/audit_breakages.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
  type TestCharge,
} from "../../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { issueInvoice } from "../../invoicing/commands.ts";
import { setCustomerTax } from "../../tax/commands.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
Deno.test.afterAll(async () => {
  await admin.end();
  await drop();
});

const environment = { ...testEnvironment(database), clock: new FixedClock("2024-02-05T09:00:00Z") };

/** A German seller's bill of January for a customer of a country, at 99.99 so that rounding shows. */
async function bill(reference: string, taxSupply: TestCharge["taxSupply"], country: string, vatId: string) {
  const charge: TestCharge = {
    ...lease,
    price: { model: "flat", amount: "99.99" },
    taxCategory: null,
    taxPercent: null,
    taxSupply,
  };
  const business = await insertTestBusiness(database, { country: "DE", name: reference });
  const asker = { tenantId: business.tenantId, actor: testActor() };
  const { contractId, customerId } = await withTenant(database, business.tenantId, async (db) => {
    const made = await insertTestContract(db, business, await insertTestPlan(db, [charge]), { reference });
    await db.sql`update customer set country = ${country} where id = ${made.customerId}`;
    await insertTestVehicle(db, made.contractId, "V-1");
    return made;
  });
  await execute(environment, setCustomerTax, asker, { customerId, isBusiness: vatId !== "", vatId });
  await execute(environment, issueInvoice, asker, {
    contractId,
    periodStart: "2024-01-01",
    periodEnd: "2024-02-01",
  });
}
await bill("taxed", "vehicle_hire", "DE", "");
await bill("abroad", "vehicle_hire", "FR", "FR40303265045");
await bill("outside", "disbursement", "DE", "");

const check = "taxes obey the rules of EN 16931";
const of = (category: string) => `(select invoice_id from invoice_tax where category = '${category}')`;
const lineOf = (category: string) => `(select id from invoice_line where tax_category = '${category}')`;
const rule = (shows: string, plant: string, mend: string): Breakage => ({ check, plant, mend, shows });
/** An amount of one document that is one more, and then as it was. */
const oneMore = (shows: string, table: string, column: string, where: string) =>
  rule(
    `"${shows}"`,
    `update ${table} set ${column} = ${column} + 1 where ${where}`,
    `update ${table} set ${column} = ${column} - 1 where ${where}`,
  );

testBreakages(database, admin, {
  "a sum before tax that is not its lines": oneMore(
    "BR-CO-10",
    "invoice_document",
    "subtotal",
    `invoice_id = ${of("S")}`,
  ),
  "bases that are not the sum before tax": oneMore("BR-CO-13", "invoice_tax", "base", "category = 'S'"),
  "a tax total that is not its taxes": oneMore(
    "BR-CO-14",
    "invoice_document",
    "tax_total",
    `invoice_id = ${of("S")}`,
  ),
  "a total that is not the sum of both": oneMore(
    "BR-CO-15",
    "invoice_document",
    "total",
    `invoice_id = ${of("S")}`,
  ),
  "a tax that is a cent above its base and rate": oneMore(
    "BR-CO-17",
    "invoice_tax",
    "amount",
    "category = 'S'",
  ),
  "a line of a rate that is not in the summary": rule(
    '"BR-CO-18"',
    `update invoice_line set tax_percent = 7 where tax_category = 'S'`,
    `update invoice_line set tax_percent = 19 where tax_category = 'S'`,
  ),
  "a base that is not the lines of its rate": oneMore(
    "BR-S-08",
    "invoice_line",
    "amount",
    "tax_category = 'S'",
  ),
  "tax on a reverse charge": oneMore("BR-AE-09", "invoice_tax", "amount", "category = 'AE'"),
  "a reverse charge without its reason": rule(
    '"BR-AE-10"',
    `update invoice_line_tax set reason_code = null where invoice_line_id = ${lineOf("AE")}`,
    `update invoice_line_tax set reason_code = 'VATEX-EU-AE' where invoice_line_id = ${lineOf("AE")}`,
  ),
  "a reverse charge without the buyer's number": rule(
    '"BR-AE-02"',
    `update invoice_document set buyer = buyer - 'vatId' where invoice_id = ${of("AE")}`,
    `update invoice_document set buyer = buyer || '{"vatId":"FR40303265045"}' where invoice_id = ${of("AE")}`,
  ),
  "a number on a bill outside the tax": rule(
    '"BR-O-02"',
    `insert into invoice_tax_registration select tenant_id, invoice_id, 1, 'DE', 'vat', 'DE1' from invoice_tax
      where category = 'O'`,
    `delete from invoice_tax_registration where number = 'DE1'`,
  ),
  "a tax beside what is outside it": rule(
    '"BR-O-11"',
    `insert into invoice_tax select tenant_id, invoice_id, 2, 'Z', 0, 0, 0 from invoice_tax where category = 'O'`,
    `delete from invoice_tax where category = 'Z'`,
  ),
});
