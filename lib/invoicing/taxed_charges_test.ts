/** Bills taxed by the rules: from what is known of the customer to what is stored, and the auditor comes to the same. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import { audit } from "../../tests/support/audit.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  lease,
  perMile,
  type TestBusiness,
  type TestCharge,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testSecrets } from "../../tests/support/environment.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { auditBreaches } from "../ops/audit/audit.ts";
import { invoiceDocument } from "../documents/views.ts";
import { explainLine } from "./views.ts";
import { issueInvoice } from "./commands.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);

const hire: TestCharge = { ...lease, taxCategory: null, taxPercent: null, taxSupply: "vehicle_hire" };
const trips: TestCharge = { ...perMile, taxCategory: null, taxPercent: null, taxSupply: "vehicle_hire" };

interface Case {
  country: string;
  charges?: TestCharge[];
  taxInclusive?: boolean;
  contract?: { startDate?: string; endDate?: string; anchorDay?: number };
  prepare?: (business: TestBusiness, ids: { customerId: string; contractId: string }) => Promise<void>;
  period?: [string, string];
  now?: string;
}

/** Bills one vehicle that drives 100 miles on 20 December and 60 on 5 January. */
async function billed(
  { country, charges = [hire, trips], taxInclusive, contract, prepare, period, now = "2024-02-05" }: Case,
) {
  const business = await insertTestBusiness(database, { country, zone: "UTC" });
  const { tenantId } = business;
  const ids = await withTenant(database, tenantId, async (db) => {
    const plan = await insertTestPlan(db, charges, { taxInclusive });
    const ids = await insertTestContract(db, business, plan, { startDate: "2023-12-01", ...contract });
    await db.sql`update customer set country = ${country} where id = ${ids.customerId}`;
    const vehicleId = await insertTestVehicle(db, ids.contractId, "V-1", "2023-12-01");
    await insertTestUsage(db, [
      { id: "december", at: "2023-12-20T10:00:00Z", vehicleId, properties: { miles: "100" } },
      { id: "january", at: "2024-01-05T10:00:00Z", vehicleId, properties: { miles: "60" } },
    ]);
    return ids;
  });
  await prepare?.(business, ids);
  const environment = { ...testEnvironment(database), clock: new FixedClock(`${now}T09:00:00Z`) };
  const [periodStart, periodEnd] = period ?? ["2024-01-01", "2024-02-01"];
  const result = await execute(environment, issueInvoice, { tenantId, actor: testActor() }, {
    contractId: ids.contractId,
    periodStart,
    periodEnd,
  });
  assert.equal(result.outcome, "issued");
  assert.deepEqual(auditBreaches(await audit(database)), []);
  return { ...await storedOf(tenantId), tenantId };
}

/** What the paper of the only invoice says beside its lines. */
async function paperOf(tenantId: string) {
  return await withTenant(database, tenantId, async (db) => {
    const { id } = await db.query.selectFrom("invoice").select("id").executeTakeFirstOrThrow();
    const { steps } = await explainLine(db, id, 1);
    const { content } = await invoiceDocument(db, { secrets: testSecrets }, id);
    const summary = content.sections.find(({ table }) => table?.columns.length === 4)!;
    return {
      facts: content.facts.map(({ label, value }) => `${label}: ${value}`),
      sender: content.sender.lines.at(-1),
      receiver: content.receiver.lines.at(-1),
      reasons: summary.paragraphs,
      lastStep: steps.at(-1),
    };
  });
}

async function storedOf(tenantId: string): Promise<{ lines: string[]; taxes: string[] }> {
  return await withTenant(database, tenantId, async (db) => {
    const lines = await db.sql<{ text: string }[]>`
      select concat_ws(' ', line.description, line.amount, line.tax_category, trim_scale(line.tax_percent),
        coalesce(tax.tax_point::text, 'no day'), coalesce(tax.country, '-'), tax.reason_code) as text
      from invoice_line line left join invoice_line_tax tax on tax.invoice_line_id = line.id order by line.position`;
    const taxes = await db.sql<{ text: string }[]>`
      select concat_ws(' ', category, trim_scale(percent), base, amount) as text from invoice_tax order by position`;
    return { lines: lines.map(({ text }) => text), taxes: taxes.map(({ text }) => text) };
  });
}

/** What is known of the customer: business with this number, which the tax office confirmed or denied. */
function customerTax(country: string, vatId: string | null, status?: "valid" | "invalid") {
  return async (business: TestBusiness, { customerId }: { customerId: string }) => {
    await withTenant(database, business.tenantId, async (db) => {
      await db.sql`update customer set country = ${country} where id = ${customerId}`;
      if (country === "FR") await db.sql`update customer set language = 'de' where id = ${customerId}`;
      await db.query.insertInto("customer_tax").values({
        tenant_id: db.tenantId,
        customer_id: customerId,
        is_business: true,
        vat_id: vatId,
        vat_id_country: vatId && country,
      }).execute();
      if (status === undefined) return;
      const at = Temporal.Instant.from("2024-01-01T00:00:00Z");
      const checks = [[status, at], ["unknown", at.add({ hours: 24 })]] as const;
      for (const [status, checked_at] of checks) {
        await db.query.insertInto("vat_check")
          .values({ tenant_id: db.tenantId, customer_id: customerId, vat_id: vatId!, status, checked_at })
          .execute();
      }
    });
  };
}

Deno.test("a bill at home has the rate of the last day of its period", async () => {
  const { lines, taxes } = await billed({ country: "DE" });
  assert.deepEqual({ lines, taxes }, {
    lines: ["Lease, PLATE V-1 41200 S 19 2024-01-31 DE", "Distance 900 S 19 2024-01-31 DE"],
    taxes: ["S 19 42100 7999"],
  });
});

Deno.test("a business of another state owes the tax itself, and that is what the line says", async () => {
  const bill = await billed({ country: "DE", prepare: customerTax("FR", "FR40303265045", "valid") });
  assert.deepEqual(bill.lines[0], "Lease, PLATE V-1 41200 AE 0 2024-01-31 FR VATEX-EU-AE");
  assert.deepEqual(bill.taxes, ["AE 0 42100 0"]);
  const paper = await paperOf(bill.tenantId);
  assert.ok(paper.facts.includes("Leistungsdatum: 31. Januar 2024"), paper.facts.join());
  assert.equal(paper.sender, "USt-IdNr. GB 123 4567 89");
  assert.equal(paper.receiver, "USt-IdNr. FR40303265045");
  assert.deepEqual(paper.reasons, [
    "Steuerschuldnerschaft des Leistungsempfängers (Richtlinie 2006/112/EG, Artikel 196).",
  ]);
  assert.equal(paper.lastStep, "The tax office confirmed the VAT number.");
});

Deno.test("one whose number the tax office denied is charged; that it did not answer later takes nothing back", async () => {
  const denied = customerTax("FR", "FR40303265045", "invalid");
  const short = { startDate: "2024-01-01", endDate: "2024-01-31" };
  const bill = await billed({ country: "DE", contract: short, prepare: denied });
  assert.deepEqual(bill.taxes, ["S 19 42100 7999"].map((text) => text.replace("42100 7999", "40771 7746")));
});

Deno.test("a long hire of one who counts as private is taxed at home with them, by the One Stop Shop", async () => {
  const denied = customerTax("FR", "FR40303265045", "invalid");
  const bill = await billed({
    country: "DE",
    prepare: async (business, ids) => {
      await denied(business, ids);
      await withTenant(database, business.tenantId, (db) =>
        db.sql`
        insert into tax_registration (tenant_id, billing_entity_id, country, kind, number, from_date)
        select tenant_id, id, 'DE', 'oss', 'DE136695976', '2021-07-01' from billing_entity`);
    },
  });
  assert.deepEqual(bill.taxes, ["S 20 42100 8420"]);
});

Deno.test("what falls due once has the rate of its day", async () => {
  const setup: TestCharge = {
    ...hire,
    kind: "one_time",
    per: "contract",
    reference: "setup",
    name: "Set-up",
  };
  const contract = { anchorDay: 15, startDate: "2023-12-15" };
  const bill = await billed({
    country: "CH",
    charges: [setup],
    contract,
    period: ["2023-12-15", "2024-01-15"],
  });
  assert.deepEqual(bill.lines, ["Set-up 41200 S 7.7 2023-12-15 CH"]);
});

Deno.test("a Swiss bill over the change of the rate has a line for each rate, by days and by event", async () => {
  const bill = await billed({
    country: "CH",
    contract: { anchorDay: 15, startDate: "2023-12-15" },
    period: ["2023-12-15", "2024-01-15"],
  });
  assert.deepEqual({ lines: bill.lines, taxes: bill.taxes }, {
    lines: [
      "Lease, PLATE V-1 22594 S 7.7 2023-12-31 CH",
      "Lease, PLATE V-1 18606 S 8.1 2024-01-14 CH",
      "Distance 1500 S 7.7 2023-12-31 CH",
      "Distance 900 S 8.1 2024-01-14 CH",
    ],
    taxes: ["S 7.7 24094 1855", "S 8.1 19506 1580"],
  });
});

Deno.test("a price in tiers is not parted, so that it stays what it is", async () => {
  const tiers: TestCharge = {
    ...trips,
    price: { model: "graduated", tiers: [{ upTo: "120", unit: "0.10" }, { upTo: null, unit: "1" }] },
  };
  const contract = { anchorDay: 15, startDate: "2023-12-15" };
  const bill = await billed({
    country: "CH",
    charges: [tiers],
    contract,
    period: ["2023-12-15", "2024-01-15"],
  });
  assert.deepEqual(bill.lines, ["Distance 5200 S 8.1 2024-01-14 CH"]);
});

Deno.test("where the invoice decides, the rate is that of the day of the draft", async () => {
  const gst = async ({ tenantId }: TestBusiness) => {
    await withTenant(database, tenantId, (db) =>
      db.sql`
      insert into tax_registration (tenant_id, billing_entity_id, country, kind, number, from_date)
      select tenant_id, id, 'SG', 'gst', 'M90367530E', '2020-01-01' from billing_entity`);
    // a made-up rate from the day of the draft on
    await withTenant(database, tenantId, (db) =>
      db.sql`
      insert into tax_rate (tenant_id, country, from_date, percent) values (${tenantId}, 'SG', '2024-01-02', 9.5)`);
  };
  const late = await billed({
    country: "SG",
    prepare: gst,
    period: ["2023-12-01", "2024-01-01"],
    now: "2024-01-02",
  });
  assert.deepEqual(late.taxes, ["S 9.5 42700 4057"]);
  assert.match(late.lines[0], /no day SG$/);
});

Deno.test("prices that hold the tax keep their gross to the cent", async () => {
  const bill = await billed({
    country: "DE",
    charges: [{ ...hire, price: { model: "flat", amount: "353.90" } }],
    taxInclusive: true,
  });
  assert.deepEqual({ lines: bill.lines, taxes: bill.taxes }, {
    lines: ["Lease, PLATE V-1 35390 S 19 2024-01-31 DE"],
    taxes: ["S 19 29739 5651"],
  });
});

Deno.test("a certificate makes a bill exempt while it holds; own rates and the place of handing over count", async () => {
  const certified = async (business: TestBusiness, { customerId }: { customerId: string }) => {
    await withTenant(database, business.tenantId, (db) =>
      db.sql`
      insert into exemption_certificate (tenant_id, customer_id, country, number, reason_code, reason, from_date)
      values (${db.tenantId}, ${customerId}, 'DE', '77/2023', 'VATEX-EU-151', 'Embassy', '2023-01-01')`);
  };
  const exempt = await billed({ country: "DE", prepare: certified });
  assert.deepEqual(exempt.lines[0], "Lease, PLATE V-1 41200 E 0 2024-01-31 DE VATEX-EU-151");
  const inTexas = async (business: TestBusiness, { contractId }: { contractId: string }) => {
    await withTenant(database, business.tenantId, async (db) => {
      await db.sql`insert into tax_place (tenant_id, contract_id, from_date, country, region)
        values (${db.tenantId}, ${contractId}, '2023-12-01', 'US', 'TX/Harris')`;
      await db.sql`insert into tax_rate (tenant_id, country, region, from_date, percent)
        values (${db.tenantId}, 'US', 'TX', '2020-01-01', 6.25), (${db.tenantId}, 'US', 'TX/Harris', '2020-01-01', 2)`;
    });
  };
  const american = await billed({ country: "US", prepare: inTexas });
  assert.deepEqual(american.taxes, ["S 8.25 42100 3473"]);
});

Deno.test("what is outside the tax is billed alone, and never beside what is taxed", async () => {
  const tolls: TestCharge = { ...trips, reference: "toll", name: "Tolls", taxSupply: "disbursement" };
  const prepare = customerTax("DE", "DE136695976", "valid");
  const alone = await billed({ country: "DE", charges: [tolls], prepare });
  assert.deepEqual({ lines: alone.lines, taxes: alone.taxes }, {
    lines: ["Tolls 900 O 0 2024-01-31 - VATEX-EU-O"],
    taxes: ["O 0 900 0"],
  });
  const paper = await paperOf(alone.tenantId);
  assert.deepEqual(
    [paper.sender, paper.receiver],
    ["Halifax HX3 9QT", "Leeds LS11 5PS"],
    "no numbers: BR-O-02",
  );
  assert.deepEqual(paper.reasons, ["Not subject to VAT."]);
  await assert.rejects(() => billed({ country: "DE", charges: [hire, tolls] }), {
    message: "What is outside the tax needs an invoice of its own. Give it a plan and a contract of its own.",
  });
});

Deno.test("without a registration on that day nothing is billed and nothing is left behind", async () => {
  const ended = async ({ tenantId }: TestBusiness) => {
    await withTenant(database, tenantId, (db) => db.sql`update tax_registration set to_date = '2024-01-31'`);
  };
  let tenant = "";
  const refused = billed({
    country: "DE",
    prepare: async (business) => {
      tenant = business.tenantId;
      await ended(business);
    },
  });
  await assert.rejects(() => refused, /no tax registration for DE on 2024-01-31/);
  assert.deepEqual(await storedOf(tenant), { lines: [], taxes: [] });
});
