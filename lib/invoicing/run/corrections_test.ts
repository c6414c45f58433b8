/** What changes after a period was billed: the next run bills what is missing and takes back what was too much, once and to the cent. */
import assert from "node:assert/strict";
import { withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import {
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
  perMile,
  type TestCharge,
} from "../../../tests/support/billing.ts";
import {
  addTrip,
  addUsage,
  approveMonth,
  billMonths,
  creditByHand,
  documentsOf,
  newCorrectedBusiness,
  previewMonth,
  readRun,
  voidEvent,
} from "../../../tests/support/corrected_business.ts";
import { testActor } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { createPriceIndex, recordIndexValues, removeIndexValue } from "../../indexes/commands.ts";
import { recordPayment, reversePayment } from "../../payments/commands.ts";
import { voidInvoice } from "../void/commands.ts";
import { writeOffInvoice } from "../write_off/commands.ts";
import { audit } from "../../../tests/support/audit.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { environmentOf } from "../../../tests/support/environment.ts";

const { database, drop } = await testDatabase();
const environment = environmentOf(database, new FixedClock("2024-07-02T09:00:00Z"));
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await drop();
});

async function requireGreen(): Promise<void> {
  assert.deepEqual(auditBreaches(await audit(database)), []);
}

Deno.test("usage that came late is billed on the next invoice with what it corrects", async () => {
  const business = await newCorrectedBusiness(environment);
  await billMonths(business, "2024-01");
  await addTrip(business, "late", "2024-01-20", "40");
  const runId = await previewMonth(business, "2024-02");
  const { exceptions, counts } = await readRun(business, runId);
  assert.deepEqual(exceptions.map(({ exception, message }) => [exception, message]), [
    ["correction", "1–31 January 2024: £6.00 more. 1 usage event came late."],
  ]);
  assert.equal(counts.total, 51960n);
  await approveMonth(business, runId);
  assert.deepEqual(await documentsOf(database, business.tenantId), [
    "CFS-2024-0001 2024-01-01 51240 Lease, PLATE V-1 41200, Distance 1500",
    "CFS-2024-0002 2024-02-01 51960 Lease, PLATE V-1 41200, Distance 1500, Distance 600",
  ]);
  const [line] = await withTenant(
    database,
    business.tenantId,
    (db) =>
      db.sql<{ detail: string; steps: string[]; taxPoint: Temporal.PlainDate }[]>`
      select detail, steps, tax_point as "taxPoint" from invoice_line line
      join invoice_line_trace trace on trace.invoice_line_id = line.id
      join invoice_line_correction corrects on corrects.invoice_line_id = line.id`,
  );
  assert.equal(
    line.detail,
    "Corrects CFS-2024-0001, 1–31 January 2024: 21.00 instead of 15.00. 1 usage event came late.",
  );
  assert.equal(String(line.taxPoint), "2024-01-31");
  assert.deepEqual(line.steps.slice(0, 2), [
    "Corrects invoice CFS-2024-0001 for 1–31 January 2024. 1 usage event came late.",
    "Quantity 140, before 100",
  ]);
  assert.equal(line.steps.at(-1), "21.00 − 15.00 = 6.00");
  await requireGreen();
});

Deno.test("usage that was voided is given back by a credit note in its own series", async () => {
  const business = await newCorrectedBusiness(environment);
  await billMonths(business, "2024-01");
  await voidEvent(business, "trip-01");
  const runId = await previewMonth(business, "2024-02");
  const { exceptions, counts } = await readRun(business, runId);
  assert.deepEqual(exceptions.map(({ message, creditTotal }) => [message, creditTotal]), [
    ["1–31 January 2024: £15.00 less by credit note. 1 usage event no longer counts.", 1800n],
  ]);
  assert.deepEqual([counts.total, counts.creditTotal], [51240n, 1800n]);
  await approveMonth(business, runId);
  assert.deepEqual(await documentsOf(database, business.tenantId), [
    "CFS-2024-0001 2024-01-01 51240 Lease, PLATE V-1 41200, Distance 1500",
    "CFS-2024-0002 2024-02-01 51240 Lease, PLATE V-1 41200, Distance 1500",
    "CFS-CN-2024-0001 of CFS-2024-0001 1800 Distance 1500",
  ]);
  await requireGreen();
});

Deno.test("several periods change at once, up and down, and a corrected one changes again", async () => {
  const business = await newCorrectedBusiness(environment);
  await billMonths(business, "2024-01", "2024-02");
  await voidEvent(business, "trip-01");
  await addTrip(business, "late", "2024-02-20", "40");
  await billMonths(business, "2024-03");
  await voidEvent(business, "late");
  await addTrip(business, "later", "2024-01-31", "10");
  await billMonths(business, "2024-04");
  assert.deepEqual((await documentsOf(database, business.tenantId)).slice(2), [
    "CFS-2024-0003 2024-03-01 51960 Lease, PLATE V-1 41200, Distance 1500, Distance 600",
    "CFS-2024-0004 2024-04-01 51420 Lease, PLATE V-1 41200, Distance 1500, Distance 150",
    "CFS-CN-2024-0001 of CFS-2024-0001 1800 Distance 1500",
    "CFS-CN-2024-0002 of CFS-2024-0003 720 Distance 600",
  ]);
  await requireGreen();
});

Deno.test("nothing follows where nothing changed, and a run finds no period to derive again", async () => {
  const business = await newCorrectedBusiness(environment);
  await billMonths(business, "2024-01");
  // an event that no meter reads, and a second run over it
  const idle = { id: "idle", event: "engine_on", at: "2024-01-20T10:00:00Z", properties: {} };
  await addUsage(business, { ...idle, vehicleId: business.vehicleId });
  await billMonths(business, "2024-02", "2024-03");
  assert.deepEqual((await documentsOf(database, business.tenantId)).map((text) => text.split(" ")[2]), [
    "51240",
    "51240",
    "51240",
  ]);
  const asked = await withTenant(database, business.tenantId, (db) =>
    db.sql<{ text: string }[]>`
      select concat_ws(' ', run.period_start, correction.period_start, correction.state) as text
      from invoice_run_correction correction join invoice_run run on run.id = correction.invoice_run_id`);
  assert.deepEqual(asked.map(({ text }) => text), ["2024-02-01 2024-01-01 unchanged"]);
  await requireGreen();
});

Deno.test("a contract that has ended gets an invoice of its corrections alone, and a run of a billed month makes it", async () => {
  const business = await newCorrectedBusiness(environment, undefined, { endDate: "2024-02-01" });
  await billMonths(business, "2024-01");
  await addTrip(business, "late", "2024-01-20", "40");
  await billMonths(business, "2024-01");
  await voidEvent(business, "late");
  await billMonths(business, "2024-02");
  assert.deepEqual(await documentsOf(database, business.tenantId), [
    "CFS-2024-0001 2024-01-01 51240 Lease, PLATE V-1 41200, Distance 1500",
    "CFS-2024-0002 2024-01-01 720 Distance 600",
    "CFS-CN-2024-0001 of CFS-2024-0002 720 Distance 600",
  ]);
  await requireGreen();
});

Deno.test("a correction keeps the tax rate of what it corrects, with tax included too", async () => {
  const tolls: TestCharge = {
    reference: "tolls",
    name: "Tolls",
    meter: { event: "toll", aggregate: "sum", field: "amount" },
    price: { model: "per_unit", unit: "1" },
    taxCategory: "S",
    taxPercent: "5",
  };
  for (const taxInclusive of [false, true]) {
    const business = await newCorrectedBusiness(environment, [lease, perMile, tolls], { taxInclusive });
    const toll = (id: string, amount: string) => ({
      id,
      at: "2024-01-12T10:00:00Z",
      vehicleId: business.vehicleId,
      event: "toll",
      properties: { amount },
    });
    await addUsage(business, toll("toll-1", "9.99"), toll("toll-2", "0.35"));
    await billMonths(business, "2024-01");
    await voidEvent(business, "toll-2");
    await addTrip(business, "late", "2024-01-20", "3");
    await billMonths(business, "2024-02");
    await addUsage(business, toll("toll-3", "7.77"));
    await billMonths(business, "2024-03");
    const taxes = await withTenant(
      database,
      business.tenantId,
      async (db) =>
        (await db.sql<{ text: string }[]>`
        select concat_ws(' ', invoice.number, percent, base, amount) as text from invoice_tax tax
        join invoice on invoice.id = tax.invoice_id
        union all select concat_ws(' ', note.number, percent, base, amount) from credit_note_tax tax
        join credit_note note on note.id = tax.credit_note_id order by 1`).map(({ text }) => text),
    );
    assert.deepEqual(
      taxes,
      taxInclusive
        ? [
          "CFS-2024-0001 20 35583 7117",
          "CFS-2024-0001 5 985 49",
          "CFS-2024-0002 20 35621 7124",
          "CFS-2024-0003 20 35583 7117",
          "CFS-2024-0003 5 740 37",
          "CFS-CN-2024-0001 5 33 2",
        ]
        : [
          "CFS-2024-0001 20 42700 8540",
          "CFS-2024-0001 5 1034 52",
          "CFS-2024-0002 20 42745 8549",
          "CFS-2024-0003 20 42700 8540",
          "CFS-2024-0003 5 777 39",
          "CFS-CN-2024-0001 5 35 2",
        ],
    );
  }
  await requireGreen();
});

Deno.test("what was given away stays given away, and never is more credited than there is", async () => {
  const business = await newCorrectedBusiness(environment, [perMile]);
  await billMonths(business, "2024-01");
  await creditByHand(business, "CFS-2024-0001", "concession", "10.00");
  await voidEvent(business, "trip-01");
  const runId = await previewMonth(business, "2024-02");
  const { exceptions } = await readRun(business, runId);
  assert.deepEqual(exceptions.map(({ message }) => message), [
    "1–31 January 2024: £5.00 less by credit note. 1 usage event no longer counts. 1–31 January 2024 comes to £10.00 " +
    "less than its lines hold, so that part cannot be credited. Settle it with the customer by hand.",
  ]);
  await approveMonth(business, runId);
  await addTrip(business, "late", "2024-01-20", "120");
  await billMonths(business, "2024-03");
  assert.deepEqual((await documentsOf(database, business.tenantId)).slice(2), [
    "CFS-2024-0003 2024-03-01 2760 Distance 1500, Distance 800",
    "CFS-CN-2024-0001 of CFS-2024-0001 1200 Distance 1000",
    "CFS-CN-2024-0002 of CFS-2024-0001 600 Distance 500",
  ]);
  await requireGreen();
});

Deno.test("a period that was credited to be billed again is due again, in part or whole; one given away whole is not", async () => {
  const business = await newCorrectedBusiness(environment, [perMile]);
  await billMonths(business, "2024-01", "2024-02", "2024-03");
  await creditByHand(business, "CFS-2024-0001", "correction");
  await creditByHand(business, "CFS-2024-0002", "correction", "4.00");
  await creditByHand(business, "CFS-2024-0003", "concession");
  await billMonths(business, "2024-04");
  await assert.rejects(previewMonth(business, "2024-03"), /is not billed yet/);
  assert.deepEqual((await documentsOf(database, business.tenantId)).slice(3, 5), [
    "CFS-2024-0004 2024-01-01 1800 Distance 1500",
    "CFS-2024-0005 2024-04-01 2280 Distance 1500, Distance 400",
  ]);
  await requireGreen();
});

Deno.test("an index value that was corrected or taken out changes the periods from its day on", async () => {
  const business = await newCorrectedBusiness(environment, [{
    ...perMile,
    price: {
      model: "indexed",
      index: "diesel",
      base: "0.10",
      baseIndex: "1.00",
      step: "0.10",
      change: "0.01",
    },
  }]);
  const { tenantId } = business;
  const execution = { tenantId, actor: testActor() };
  const { priceIndexId } = await execute(environment, createPriceIndex, execution, {
    reference: "diesel",
    name: "Diesel",
    unit: "GBP per litre",
    publicationLagDays: 0,
  });
  const record = (values: string) =>
    execute(environment, recordIndexValues, execution, { priceIndexId, values });
  await record("2023-12-01 1.00\n2024-02-01 1.20");
  await billMonths(business, "2024-01", "2024-02");
  await record("2024-02-01 1.30");
  await record("2024-03-01 1.30");
  await billMonths(business, "2024-03");
  await execute(environment, removeIndexValue, execution, { priceIndexId, date: "2024-02-01" });
  await billMonths(business, "2024-04");
  assert.deepEqual((await documentsOf(database, tenantId)).map((text) => text.replace(/^\S+ /, "")), [
    "2024-01-01 1200 Distance 1000",
    "2024-02-01 1440 Distance 1200",
    "2024-03-01 1680 Distance 1300, Distance 100",
    "2024-04-01 1560 Distance 1300",
    "of CFS-2024-0002 240 Distance 200",
    "of CFS-2024-0003 120 Distance 100",
  ]);
  await requireGreen();
});

Deno.test("an invoice that was looked at again and found right is voided and billed anew; one that corrects others is not", async () => {
  const business = await newCorrectedBusiness(environment);
  const { tenantId } = business;
  await billMonths(business, "2024-01");
  await addTrip(business, "late", "2024-01-20", "40");
  await billMonths(business, "2024-02");
  const end = async (number: string) => {
    const [{ id: invoiceId }] = await withTenant(
      database,
      tenantId,
      (db) => db.sql<{ id: string }[]>`select id from invoice where number = ${number}`,
    );
    await execute(environment, voidInvoice, { tenantId, actor: testActor() }, { invoiceId, reason: "Wrong" });
  };
  await assert.rejects(end("CFS-2024-0002"), /bills what was missing for earlier periods/);
  await assert.rejects(end("CFS-2024-0001"), /is corrected by invoice CFS-2024-0002/);
  await billMonths(business, "2024-03");
  await addTrip(business, "nothing", "2024-03-20", "0");
  await billMonths(business, "2024-04");
  await end("CFS-2024-0003");
  await requireGreen();
  await billMonths(business, "2024-05");
  assert.deepEqual((await documentsOf(database, tenantId)).map((text) => text.slice(0, 24)), [
    "CFS-2024-0001 2024-01-01",
    "CFS-2024-0002 2024-02-01",
    "CFS-2024-0003 2024-03-01",
    "CFS-2024-0004 2024-04-01",
    "CFS-2024-0005 2024-03-01",
    "CFS-2024-0006 2024-05-01",
  ]);
  await requireGreen();
});

Deno.test("a run takes nothing back from an invoice of which a part is given up, and says so", async () => {
  const business = await newCorrectedBusiness(environment);
  const { tenantId } = business;
  await billMonths(business, "2024-01");
  const execution = { tenantId, actor: testActor() };
  const [{ id: invoiceId }] = await withTenant(
    database,
    tenantId,
    (db) => db.sql<{ id: string }[]>`select id from invoice`,
  );
  const { paymentId } = await execute(environment, recordPayment, execution, {
    settles: { invoiceId },
    amount: "100.00",
    currency: "GBP",
    receivedOn: "2024-07-02",
    method: "cash",
  });
  await execute(environment, writeOffInvoice, execution, {
    invoiceId,
    reason: "Insolvent",
    claimsTax: false,
  });
  await execute(environment, reversePayment, execution, { paymentId, reason: "The bank took it back" });
  await voidEvent(business, "trip-01");
  const { exceptions } = await readRun(business, await previewMonth(business, "2024-02"));
  assert.match(exceptions.map(({ message }) => message).join(), /CFS-2024-0001 is written off.*be credited/);
});

Deno.test("a correction keeps the tax of what it corrects, whatever is known of the customer by then", async () => {
  const byRules = [lease, perMile].map((charge): TestCharge => {
    return { ...charge, taxCategory: null, taxPercent: null, taxSupply: "vehicle_hire" };
  });
  const business = await newCorrectedBusiness(environment, byRules);
  const { tenantId } = business;
  await billMonths(business, "2024-01");
  await withTenant(database, tenantId, (db) =>
    db.sql`
      insert into exemption_certificate (tenant_id, customer_id, country, number, reason_code, reason, from_date)
      select tenant_id, id, 'GB', '77/2024', 'VATEX-EU-151', 'Embassy', '2024-01-01' from customer`);
  await addTrip(business, "late", "2024-01-20", "40");
  await billMonths(business, "2024-02");
  const lines = await withTenant(database, tenantId, (db) =>
    db.sql<{ text: string }[]>`
      select concat_ws(' ', invoice.number, line.description, line.amount, line.tax_category, line.tax_percent,
        tax.reason_code) as text
      from invoice_line line join invoice on invoice.id = line.invoice_id
      left join invoice_line_tax tax on tax.invoice_line_id = line.id order by invoice.number, position`);
  assert.deepEqual(lines.map(({ text }) => text), [
    "CFS-2024-0001 Lease, PLATE V-1 41200 S 20",
    "CFS-2024-0001 Distance 1500 S 20",
    "CFS-2024-0002 Lease, PLATE V-1 41200 E 0 VATEX-EU-151",
    "CFS-2024-0002 Distance 1500 E 0 VATEX-EU-151",
    "CFS-2024-0002 Distance 600 S 20",
  ]);
  await requireGreen();
});

Deno.test("a run leaves out a contract that cannot be taxed, says why, and bills the others", async () => {
  const byRules = [{ ...lease, taxCategory: null, taxPercent: null, taxSupply: "service" as const }];
  const business = await newCorrectedBusiness(environment, byRules);
  await withTenant(database, business.tenantId, async (db) => {
    await db.sql`update tax_registration set to_date = '2024-01-31'`;
    const other = await insertTestContract(db, business, await insertTestPlan(db, [lease]), {
      reference: "K-2",
    });
    await insertTestVehicle(db, other.contractId, "V-2");
  });
  const runId = await previewMonth(business, "2024-01");
  const { exceptions } = await readRun(business, runId);
  assert.deepEqual(
    exceptions.filter(({ exception }) => exception === "cannot_price").map(({ message }) => message),
    [
      "The company has no tax registration for GB on 2024-07-02. Add it on the tax page of the billing entity.",
    ],
  );
  await approveMonth(business, runId);
  assert.deepEqual(await documentsOf(database, business.tenantId), [
    "CFS-2024-0001 2024-01-01 49440 Lease, PLATE V-2 41200",
  ]);
});
