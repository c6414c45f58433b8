/** Price indexes: set up, valued, corrected, and what a bill of an indexed charge comes to by them. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  insertTestUsage,
  insertTestVehicle,
  type TestBusiness,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { FixedClock } from "../core/clock.ts";
import { type Command, execute, type Json } from "../core/command.ts";
import { isMilepostError } from "../core/errors.ts";
import { issueInvoice } from "../invoicing/commands.ts";
import { auditInvoices } from "../ops/audit/audit.ts";
import { createRatePlan } from "../plans/commands.ts";
import { createPriceIndex, recordIndexValues, removeIndexValue, updatePriceIndex } from "./commands.ts";
import { findPriceIndexDetail } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2024-06-03T09:00:00Z") };

const diesel = {
  reference: "diesel",
  name: "Diesel",
  unit: "USD per gallon",
  source: null,
  publicationLagDays: 7,
};

function run<Input, Result extends Json>(
  { tenantId }: TestBusiness,
  command: Command<Input, Result>,
  input: Input,
) {
  return execute(environment, command, { tenantId, actor: testActor() }, input);
}

async function refusal(work: Promise<unknown>): Promise<Record<string, string>> {
  const error = await work.then(() => undefined, (thrown: unknown) => thrown);
  assert.ok(isMilepostError(error), String(error));
  return { name: error.name, message: error.message, rule: error.fields[0]?.rule ?? "" };
}

async function valuesOf({ tenantId }: TestBusiness, id: string): Promise<string[]> {
  const { values } = await withTenant(database, tenantId, (db) => findPriceIndexDetail(db, id));
  return values.rows.map(({ date, value }) => `${date} ${value}`);
}

Deno.test("values are added, corrected and taken out, the newest first", async () => {
  const business = await insertTestBusiness(database);
  const { priceIndexId } = await run(business, createPriceIndex, diesel);
  const record = (values: string) => run(business, recordIndexValues, { priceIndexId, values });
  assert.deepEqual(await record("2024-02-20\t2.40\r\n\n2024-03-05; 2.85\n2024-03-12, 2.5"), {
    added: 3,
    corrected: 0,
    unchanged: 0,
  });
  assert.deepEqual(await record("2024-03-05 2.850\n2024-03-12 2.6"), {
    added: 0,
    corrected: 1,
    unchanged: 1,
  });
  assert.deepEqual(await valuesOf(business, priceIndexId), [
    "2024-03-12 2.6",
    "2024-03-05 2.85",
    "2024-02-20 2.4",
  ]);
  await run(business, removeIndexValue, { priceIndexId, date: "2024-03-12" });
  assert.deepEqual(await valuesOf(business, priceIndexId), ["2024-03-05 2.85", "2024-02-20 2.4"]);
  const gone = await refusal(run(business, removeIndexValue, { priceIndexId, date: "2024-03-12" }));
  assert.equal(gone.name, "NotFound");
});

Deno.test("lines that cannot be read are named, and none of them is kept", async () => {
  const business = await insertTestBusiness(database);
  const { priceIndexId } = await run(business, createPriceIndex, diesel);
  const record = (values: string) => refusal(run(business, recordIndexValues, { priceIndexId, values }));
  const { rule } = await record("2024-02-20 2.40\n2024-02-30 1\n2024-02-20 2.41\n2024-03-01 1,5\n1e400");
  assert.match(
    rule,
    /^Line 2, “2024-02-30 1”, is not a date and a number; line 3, .* has the date of a line above/,
  );
  assert.match(rule, /line 4, .*; line 5/);
  assert.match((await record(" \n")).rule, /Type a date and a value/);
  assert.match((await record("x\n".repeat(5_000))).rule, /at most 4000 lines/);
  assert.deepEqual(await valuesOf(business, priceIndexId), []);
});

Deno.test("a reference is used once, and a change made meanwhile is not lost", async () => {
  const business = await insertTestBusiness(database);
  const { priceIndexId } = await run(business, createPriceIndex, diesel);
  assert.equal((await refusal(run(business, createPriceIndex, diesel))).name, "AlreadyExists");
  const stranger = await insertTestBusiness(database);
  await run(stranger, createPriceIndex, diesel);
  const theirs = await refusal(run(stranger, recordIndexValues, { priceIndexId, values: "2024-01-01 1" }));
  assert.equal(theirs.name, "NotFound");
  const { index: { rowVersion } } = await withTenant(
    database,
    business.tenantId,
    (db) => findPriceIndexDetail(db, priceIndexId),
  );
  const change = { ...diesel, priceIndexId, rowVersion, publicationLagDays: 14 };
  await run(business, updatePriceIndex, change);
  assert.equal((await refusal(run(business, updatePriceIndex, change))).name, "Conflict");
  const long = { ...change, rowVersion: "0", publicationLagDays: 91 };
  assert.notEqual((await refusal(run(business, updatePriceIndex, long))).name, "");
});

Deno.test("a bill takes the value in force on each day, after the publication lag, and the auditor agrees", async () => {
  const business = await insertTestBusiness(database);
  const { priceIndexId } = await run(business, createPriceIndex, diesel);
  const values = "2024-02-01 2.41\n2024-02-20 2.40\n2024-03-05 2.85\n2024-03-26 9.99";
  await run(business, recordIndexValues, { priceIndexId, values });
  const miles = {
    reference: "miles",
    kind: "usage" as const,
    meter: { event: "trip", aggregate: "sum", field: "miles" },
    // $0.37 a mile moves by $0.01 with each $0.20 of the gallon from $2.40
    price: {
      model: "indexed",
      base: "0.37",
      index: "diesel",
      baseIndex: "2.40",
      step: "0.20",
      change: "0.01",
    },
    taxCategory: "S",
    taxPercent: "0.1",
  };
  const contractId = await withTenant(database, business.tenantId, async (db) => {
    const { contractId } = await insertTestContract(db, business, await insertTestPlan(db, [miles]));
    const vehicleId = await insertTestVehicle(db, contractId, "V-1");
    await insertTestUsage(db, [
      { id: "a", at: "2024-03-11T22:00:00Z", vehicleId, properties: { miles: "100" } },
      { id: "b", at: "2024-03-12T10:00:00Z", vehicleId, properties: { miles: "100" } },
    ]);
    return contractId;
  });
  const period = { contractId, periodStart: "2024-03-01", periodEnd: "2024-04-01" };
  const issued = await run(business, issueInvoice, period);
  // 100 × 0.37 by 2.40 until 11 March, 100 × 0.39 by 2.85 from 12 March on, and 0.1% tax
  assert.equal(issued.outcome === "issued" && issued.total, "76.08");
  const [{ indexes }] = await withTenant(
    database,
    business.tenantId,
    (db) => db.sql<{ indexes: unknown }[]>`select price_case -> 'indexes' as indexes from invoice_document`,
  );
  // no value that holds on no day of March
  assert.deepEqual(indexes, {
    diesel: [{ from: "2024-02-27", value: "2.4" }, { from: "2024-03-12", value: "2.85" }],
  });
  const audited = await auditInvoices(database, business.tenantId, [
    issued.outcome === "issued" ? issued.invoiceId : "",
  ]);
  assert.deepEqual(audited.breaches, []);
});

Deno.test("a plan names only an index that is there", async () => {
  const business = await insertTestBusiness(database);
  const plan = {
    reference: "haul",
    name: "Haulage",
    currency: "GBP",
    charges: [{
      reference: "km",
      name: "Distance",
      kind: "usage" as const,
      per: "contract" as const,
      proration: "day" as const,
      meter: { event: "trip", aggregate: "sum", field: "km" },
      price: {
        model: "indexed",
        base: "0.37",
        index: "diesel",
        baseIndex: "1.4",
        step: "0.1",
        change: "0.01",
      },
      taxCategory: null,
      taxPercent: null,
    }],
  };
  assert.match((await refusal(run(business, createRatePlan, plan))).rule, /There is no index yet\. Add one/);
  await run(business, createPriceIndex, diesel);
  await run(business, createRatePlan, plan);
});
