/** Tax in the seller's currency: stated at issue by the rates of the tax point, kept by credit notes, and asked for before anything is numbered. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { withTenant } from "../../../db/tenant.ts";
import { handlers } from "../../../jobs/handlers/list.ts";
import { startWorker } from "../../../jobs/worker.ts";
import { audit } from "../../../tests/support/audit.ts";
import { type Breakage, testBreakages } from "../../../tests/support/audit_breakages.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestVehicle,
  lease,
  perMile,
  type TestBusiness,
} from "../../../tests/support/billing.ts";
import { testActor, testUser, until } from "../../../tests/support/command.ts";
import { testDatabase } from "../../../tests/support/database.ts";
import { addTrip, billMonths, newCorrectedBusiness } from "../../../tests/support/corrected_business.ts";
import { environmentOf } from "../../../tests/support/environment.ts";
import { FixedClock } from "../../core/clock.ts";
import { execute } from "../../core/command.ts";
import { recordExchangeRate } from "../../currencies/commands.ts";
import { creditNoteContent } from "../../documents/credit_note_content.ts";
import { invoiceContent } from "../../documents/invoice_content.ts";
import { auditBreaches } from "../../ops/audit/audit.ts";
import { issueInvoice } from "../commands.ts";
import { type CreditChoice, issueCreditNote } from "../credit/commands.ts";
import { findCreditNote } from "../credit/views.ts";
import { approveRun, prepareRun } from "../run/commands.ts";
import { findRun } from "../run/views.ts";
import { findInvoice } from "../views.ts";

const { database, adminUrl, drop } = await testDatabase();
const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
const clock = new FixedClock("2024-04-02T09:00:00Z");
const environment = environmentOf(database, clock);
const worker = startWorker({ environment, handlers, sweepEveryMs: 20, report: () => {} });
Deno.test.afterAll(async () => {
  await worker.stop();
  await admin.end();
  await drop();
});

const preparer = testUser("00000000-0000-7000-8000-000000000001");
const march = { periodStart: "2024-03-01", periodEnd: "2024-04-01" };

async function newContract(business: TestBusiness, currency: string, price = "412.00"): Promise<string> {
  return await withTenant(database, business.tenantId, async (db) => {
    const charge = { ...lease, price: { model: "flat", amount: price } };
    const { contractId } = await insertTestContract(
      db,
      business,
      await insertTestPlan(db, [charge], { currency }),
      { reference: `K-${currency}` },
    );
    await insertTestVehicle(db, contractId, `V-${currency}`);
    return contractId;
  });
}

const rate = ({ tenantId }: TestBusiness, pair: string, day: string, rate: string) => {
  const [base, quote] = pair.split("/");
  return execute(environment, recordExchangeRate, { tenantId, actor: testActor() }, {
    base,
    quote,
    day,
    rate,
  });
};

async function issue({ tenantId }: TestBusiness, contractId: string): Promise<string> {
  const result = await execute(environment, issueInvoice, { tenantId, actor: testActor() }, {
    contractId,
    ...march,
  });
  assert.ok(result.outcome === "issued");
  return result.invoiceId;
}

async function credit({ tenantId }: TestBusiness, invoiceId: string, choice: CreditChoice) {
  const { creditNoteId } = await execute(environment, issueCreditNote, { tenantId, actor: testActor() }, {
    invoiceId,
    credit: choice,
    purpose: "concession",
    reason: "Given back",
  });
  return await withTenant(database, tenantId, (db) => findCreditNote(db, creditNoteId));
}

const invoiceOf = ({ tenantId }: TestBusiness, id: string) =>
  withTenant(database, tenantId, (db) => findInvoice(db, id));

Deno.test("without a rate of the tax point nothing is issued, and with one the tax is stated by it", async () => {
  const business = await insertTestBusiness(database);
  const contractId = await newContract(business, "USD");
  await assert.rejects(
    () => issue(business, contractId),
    /There is no exchange rate from USD to GBP for 2024-04-02/,
  );
  await rate(business, "GBP/USD", "2024-03-25", "1.25");
  await assert.rejects(
    () => issue(business, contractId),
    /8 days before 2024-04-02\. It may be at most 7 days old/,
  );
  const left = await withTenant(database, business.tenantId, (db) => db.sql`select id from invoice`);
  assert.equal(left.length, 0);
  await rate(business, "EUR/USD", "2024-04-01", "1.0772");
  await rate(business, "EUR/GBP", "2024-04-01", "0.85588");
  const { taxTotal, statedTax } = await invoiceOf(business, await issue(business, contractId));
  // 82.40 / 1.0772 × 0.85588 = 65.4698…
  assert.deepEqual([taxTotal, statedTax?.currency, statedTax?.amount], [8240n, "GBP", 6547n]);
  assert.deepEqual(
    statedTax!.rates.map(({ base, quote, rate, source }) => `${base}/${quote} ${rate} ${source}`),
    [
      "EUR/USD 1.0772 manual",
      "EUR/GBP 0.85588 manual",
    ],
  );
});

Deno.test("a later correction of the rate leaves what was issued, in the currency with other decimals too", async () => {
  const business = await insertTestBusiness(database);
  const contractId = await newContract(business, "JPY", "41200");
  await rate(business, "GBP/JPY", "2024-04-02", "190.55");
  const id = await issue(business, contractId);
  await rate(business, "GBP/JPY", "2024-04-02", "170");
  const { statedTax } = await invoiceOf(business, id);
  assert.equal(statedTax?.amount, 4324n); // 8240 / 190.55 = 43.2432…
});

Deno.test("the seller's own currency states nothing twice", async () => {
  const business = await insertTestBusiness(database);
  const { statedTax } = await invoiceOf(business, await issue(business, await newContract(business, "GBP")));
  assert.equal(statedTax, null);
});

Deno.test("credit notes keep the rate of their invoice, and in any split they come to its stated tax", async () => {
  const business = await insertTestBusiness(database);
  const contractId = await newContract(business, "USD");
  await rate(business, "USD/GBP", "2024-04-02", "0.79333");
  const id = await issue(business, contractId);
  await rate(business, "USD/GBP", "2024-04-02", "0.5");
  const stated = (await invoiceOf(business, id)).statedTax!.amount;
  const notes = [
    await credit(business, id, { kind: "amount", amount: "100.01" }),
    await credit(business, id, { kind: "amount", amount: "33.33" }),
    await credit(business, id, { kind: "whole" }),
  ];
  const amounts = notes.map(({ statedTax }) => statedTax!.amount);
  assert.deepEqual(amounts, [1587n, 529n, 4421n]); // 20.00, then 6.67 × 0.79333
  assert.equal(amounts.reduce((sum, amount) => sum + amount, 0n), stated);
  const { sections } = creditNoteContent(notes[0]);
  assert.match(
    JSON.stringify(sections),
    /VAT in GBP: £15\.87, at the exchange rate 1 USD = 0\.79333 GBP \(set by us, /,
  );
});

Deno.test("the paper names amount, rate, source and day in the customer's language", async () => {
  const business = await insertTestBusiness(database);
  const contractId = await newContract(business, "USD");
  await rate(business, "USD/GBP", "2024-04-02", "0.79333");
  const invoice = await invoiceOf(business, await issue(business, contractId));
  const printed = (language: string) =>
    JSON.stringify(invoiceContent({ ...invoice, buyer: { ...invoice.buyer, language } }, [], []).sections);
  assert.match(
    printed("en-GB"),
    /VAT in GBP: £65\.37, at the exchange rate 1 USD = 0\.79333 GBP \(set by us, 2 April 2024\)/,
  );
  assert.match(
    printed("de-DE"),
    /in GBP: 65,37.£, zum Wechselkurs 1 USD = 0,79333 GBP \(von uns festgelegt, 2\. April 2024\)/,
  );
});

Deno.test("a run parks what lacks a rate with the reason, and the others go on", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId, entityId } = business;
  for (const currency of ["GBP", "USD", "CHF"]) await newContract(business, currency);
  await rate(business, "GBP/USD", "2024-03-30", "1.25");
  const { runId } = await execute(environment, prepareRun, { tenantId, actor: preparer }, {
    billingEntityId: entityId,
    month: "2024-03",
  });
  const found = () => withTenant(database, tenantId, (db) => findRun(db, runId), { readOnly: true });
  await until(async () => (await found()).run.state === "awaiting_approval");
  const { run, exceptions } = await found();
  const leftOut = exceptions.filter(({ state }) => state === "left_out");
  assert.deepEqual(leftOut.map(({ message }) => message.split(". ")[0]), [
    "There is no exchange rate from CHF to GBP for 2024-04-02 or before",
  ]);
  const approver = testUser("00000000-0000-7000-8000-000000000002");
  await execute(environment, approveRun, { tenantId, actor: approver }, {
    runId,
    resultHash: run.resultHash!.toHex(),
    note: "",
  });
  await until(async () => (await found()).run.state === "done");
  assert.equal((await found()).counts.issued, 2);
});

Deno.test("a rate that grew too old between preview and approval parks its invoice, and the others go on", async () => {
  const business = await insertTestBusiness(database);
  const { tenantId, entityId } = business;
  for (const currency of ["GBP", "USD"]) await newContract(business, currency);
  await rate(business, "GBP/USD", "2024-04-01", "1.25");
  const { runId } = await execute(environment, prepareRun, { tenantId, actor: preparer }, {
    billingEntityId: entityId,
    month: "2024-03",
  });
  const found = () => withTenant(database, tenantId, (db) => findRun(db, runId), { readOnly: true });
  await until(async () => (await found()).run.state === "awaiting_approval");
  const { run, counts: previewed } = await found();
  assert.equal(previewed.leftOut, 0);
  const approver = testUser("00000000-0000-7000-8000-000000000002");
  clock.moveTo("2024-04-09T09:00:00Z");
  try {
    await execute(environment, approveRun, { tenantId, actor: approver }, {
      runId,
      resultHash: run.resultHash!.toHex(),
    });
    await until(async () => ["done", "blocked"].includes((await found()).run.state));
  } finally {
    clock.moveTo("2024-04-02T09:00:00Z");
  }
  const { run: { state }, counts, exceptions } = await found();
  assert.deepEqual([state, counts.issued, counts.parked], ["done", 1, 1]);
  const [parked] = exceptions.filter(({ state }) => state === "parked");
  assert.match(parked.message, /from USD to GBP is of 2024-04-01, 8 days before 2024-04-09/);
});

Deno.test("what bills more of an earlier month is stated by the rate of that month's invoice", async () => {
  const corrected = await newCorrectedBusiness(environment, [lease, perMile], { currency: "USD" });
  await rate(corrected, "USD/GBP", "2024-04-01", "0.8");
  await billMonths(corrected, "2024-01");
  await addTrip(corrected, "late", "2024-01-20", "100"); // $15.00, with $3.00 of tax
  await rate(corrected, "USD/GBP", "2024-04-02", "0.5");
  await billMonths(corrected, "2024-02");
  const [{ id }] = await withTenant(
    database,
    corrected.tenantId,
    (db) => db.sql<{ id: string }[]>`select id from invoice order by number desc limit 1`,
  );
  const { taxTotal, statedTax } = await invoiceOf(corrected, id);
  // 85.40 × 0.5 + 3.00 × 0.8
  assert.deepEqual([taxTotal, statedTax?.amount], [8840n, 4510n]);
  assert.deepEqual(statedTax?.rates.map(({ rate }) => rate), ["0.5", "0.8"]);
});

Deno.test("the auditor comes to the same", async () => {
  assert.deepEqual(auditBreaches(await audit(database)), []);
});

const check = "tax in the seller's currency follows from the rates of its tax point";
const ofCredits = "credit notes take back the tax in the seller's currency that they take of the tax";
const breakages: Record<string, Breakage> = {
  "tax stated a penny too high": {
    check,
    plant: "update invoice_tax_currency set tax_amount = tax_amount + 1 where tax_amount = 4324",
    mend: "update invoice_tax_currency set tax_amount = tax_amount - 1 where tax_amount = 4325",
    shows: "states another tax than its rates give",
  },
  "a used rate that was changed": {
    check,
    plant: "update exchange_rate set rate = 190.5 where rate = 190.55",
    mend: "update exchange_rate set rate = 190.55 where rate = 190.5",
    shows: "states another tax than its rates give",
  },
  "a rate of a later day": {
    check,
    plant: "update exchange_rate set day = '2024-04-03' where rate = 190.55",
    mend: "update exchange_rate set day = '2024-04-02' where rate = 190.55",
    shows: "was converted by a rate of a later day",
  },
  "a part of the tax left out": {
    check,
    plant: "update invoice_tax_currency_part set tax_amount = tax_amount - 1",
    mend: "update invoice_tax_currency_part set tax_amount = tax_amount + 1",
    shows: "converts another tax than it has",
  },
  "a credit note that takes a penny more": {
    check: ofCredits,
    plant: "update credit_note_tax_currency set tax_amount = 1588 where tax_amount = 1587",
    mend: "update credit_note_tax_currency set tax_amount = 1587 where tax_amount = 1588",
    shows: "is credited by another tax",
  },
};
testBreakages(database, admin, breakages);
