/**
 * Bills the trips of two cities from the files that the cities published: rough files without ids or vehicles, brought in
 * as they are. Every invoice must come to the cent to what `reckoning.ts` counts from the file alone.
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import { createContract } from "../../lib/contracts/commands.ts";
import { FixedClock } from "../../lib/core/clock.ts";
import { type Command, type Environment, execute, type Json } from "../../lib/core/command.ts";
import { createCustomer } from "../../lib/customers/commands.ts";
import { findMapping } from "../../lib/imports/saved_mappings.ts";
import { draftInvoice, issueDraft, issueInvoice, type IssueResult } from "../../lib/invoicing/commands.ts";
import { audit } from "../support/audit.ts";
import { createRatePlan, type RatePlanInput } from "../../lib/plans/commands.ts";
import { createBillingEntity } from "../../lib/tenants/commands.ts";
import { importUsageFile } from "../../lib/usage/import_file.ts";
import { insertTestTenant, testActor } from "../support/command.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { cents, exact, groupBy, percent, readPlainCsv, showCents, sum, times, toCents } from "./reckoning.ts";
import { environmentOf } from "../support/environment.ts";

const trips = new URL("../../../shared/data/trips/", import.meta.url);
const newYorkFile = new URL("nyc-taxi-2019-03.csv", trips);
const chicagoFile = new URL("chicago-taxi.csv", trips);

/** `../shared/data` is no part of the repository, so a checkout alone has nothing to bill. */
function isThere(file: URL): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

type Row = Record<string, string>;
type Counts = Record<"rows" | "events" | "duplicates" | "quarantined", number>;

/** A city whose taxi companies are billed for what they drove. */
class City {
  readonly clock: FixedClock;
  readonly #environment: Environment;
  readonly #actor = testActor();

  constructor(readonly database: TestDatabase, readonly tenantId: string, start: string) {
    this.clock = new FixedClock(start);
    this.#environment = environmentOf(database.database, this.clock);
  }

  execute<Input, Result extends Json>(command: Command<Input, Result>, input: Input): Promise<Result> {
    return execute(this.#environment, command, { tenantId: this.tenantId, actor: this.#actor }, input);
  }

  /** A billing entity, a plan, and a customer with a contract for each of the references; gives the contracts' ids. */
  async setUp(
    entity: { name: string; zone: string; numberPrefix: string },
    charges: RatePlanInput["charges"],
    contracts: readonly { reference: string; name: string }[],
    startDate: string,
  ): Promise<Map<string, string>> {
    const { billingEntityId } = await this.execute(createBillingEntity, {
      ...entity,
      addressLines: ["1 Depot Road"],
      country: "US",
      currency: "USD",
    });
    const plan = { reference: "per-mile", name: "By the mile", currency: "USD", charges };
    const { ratePlanVersionId } = await this.execute(createRatePlan, plan);
    const ids = new Map<string, string>();
    for (const { reference, name } of contracts) {
      const { customerId } = await this.execute(createCustomer, { reference, name, addressLines: [] });
      const created = await this.execute(createContract, {
        reference,
        customerId,
        billingEntityId,
        ratePlanVersionId,
        startDate,
        vehicles: [],
      });
      ids.set(reference, created.contractId);
    }
    return ids;
  }

  async import(file: URL, mapping: string): Promise<Counts> {
    const report = await importUsageFile(this.#environment, {
      tenantId: this.tenantId,
      actor: this.#actor,
      mapping: findMapping(mapping),
      fileName: file.pathname.split("/").at(-1)!,
      content: (await Deno.open(file)).readable,
      bytesTotal: null,
    });
    assert.equal(report.failure, null);
    const { rows, events, duplicates, quarantined } = report;
    assert.equal(rows, events + duplicates + quarantined);
    return { rows, events, duplicates, quarantined };
  }

  /** Moves to the morning of the second day after a month, and gives the month as a period of a contract. */
  after(month: string, contractId: string) {
    const start = Temporal.PlainDate.from(`${month}-01`);
    const end = start.add({ months: 1 });
    this.clock.moveTo(`${end.add({ days: 1 })}T15:00:00Z`);
    return { contractId, periodStart: `${start}`, periodEnd: `${end}` };
  }
}

function reports(rows: number, events: number, duplicates: number, quarantined: number): Counts {
  return { rows, events, duplicates, quarantined };
}

/** The numbers of each year run from 1 in the order in which they were given. */
function requireGapless(prefix: string, issued: readonly IssueResult[]): void {
  const numbers = issued.map((invoice) => invoice.outcome === "issued" ? invoice.number : invoice.reason);
  const next = new Map<string, number>();
  for (const number of numbers) {
    const [, year] = number.split("-");
    const expected = (next.get(year) ?? 0) + 1;
    next.set(year, expected);
    assert.equal(number, `${prefix}-${year}-${`${expected}`.padStart(4, "0")}`);
  }
}

/** The auditor agrees, every check of it looked at something, and the customers owe the sum of what was reckoned. */
async function requireBooks(database: TestDatabase, owed: bigint): Promise<void> {
  const report = await audit(database.database);
  assert.deepEqual(report.checks.filter(({ ok }) => !ok), []);
  assert.equal(report.ok, true);
  const admin = postgres(database.adminUrl, { max: 1 });
  try {
    const [ledger] = await admin`
      select sum(amount)::text as balance, count(*)::int as entries,
        sum(amount) filter (where customer_id is not null)::text as receivable
      from ledger_entry`;
    assert.equal(ledger.balance, "0");
    assert.ok(ledger.entries > 0);
    assert.equal(ledger.receivable, `${owed}`);
  } finally {
    await admin.end();
  }
}

const perMile = {
  reference: "miles",
  name: "Distance",
  kind: "usage",
  per: "contract",
  proration: "none",
  meter: { event: "trip", aggregate: "sum", field: "miles" },
} as const;

const newYorkPrices = { mile: "0.37", share: "0.015", tax: "8.875" };

/** Distance and a share of the fares, both taxed, and tolls at cost without tax. */
const newYorkCharges: RatePlanInput["charges"] = [
  {
    ...perMile,
    price: { model: "per_unit", unit: newYorkPrices.mile },
    taxCategory: "S",
    taxPercent: newYorkPrices.tax,
  },
  {
    ...perMile,
    reference: "share",
    name: "Share of the fares",
    meter: { event: "trip", aggregate: "sum", field: "total" },
    price: { model: "per_unit", unit: newYorkPrices.share },
    taxCategory: "S",
    taxPercent: newYorkPrices.tax,
  },
  {
    ...perMile,
    reference: "tolls",
    name: "Road tolls, passed on at cost",
    meter: { event: "trip", aggregate: "sum", field: "tolls" },
    price: { model: "pass_through", field: "tolls" },
    taxCategory: "E",
    taxPercent: "0",
  },
];

function reckonNewYork(rows: readonly Row[]): { lines: string[]; total: bigint } {
  const column = (name: string) => sum(rows.map((row) => exact(row[name])));
  const miles = toCents(times(column("trip_distance"), exact(newYorkPrices.mile)));
  const share = toCents(times(column("total_amount"), exact(newYorkPrices.share)));
  const tolls = toCents(column("tolls_amount"));
  const tax = toCents(times(cents(miles + share), percent(newYorkPrices.tax)));
  return { lines: [miles, share, tolls].map(showCents), total: miles + share + tolls + tax };
}

Deno.test({
  name: isThere(newYorkFile)
    ? "New York's trips, negative totals and all, are billed to the cent"
    : "New York's trips are not billed: ../shared/data/trips is absent",
  ignore: !isThere(newYorkFile),
  async fn() {
    const database = await testDatabase();
    try {
      const rows = readPlainCsv(newYorkFile);
      assert.equal(rows.length, 6_500);
      assert.equal(rows.filter(({ total_amount }) => total_amount.startsWith("-")).length, 10);
      const tenantId = await insertTestTenant(database.database, "New York");
      const city = new City(database, tenantId, "2019-01-02T15:00:00Z");
      const vendors = ["1", "2", "4"].map((id) => ({
        reference: `nyc-vendor-${id}`,
        name: `Meter vendor ${id}`,
      }));
      const entity = { name: "Hudson Fleet Billing", zone: "America/New_York", numberPrefix: "NYC" };
      const contracts = await city.setUp(entity, newYorkCharges, vendors, "2019-02-01");

      assert.deepEqual(await city.import(newYorkFile, "nyc-taxi"), reports(6_500, 6_500, 0, 0));
      assert.deepEqual(await city.import(newYorkFile, "nyc-taxi"), reports(6_500, 0, 6_500, 0));

      const byMonth = groupBy(
        rows,
        (row) => `${row.tpep_pickup_datetime.slice(0, 7)} nyc-vendor-${row.VendorID}`,
      );
      const issued: IssueResult[] = [];
      let owed = 0n;
      for (const month of ["2019-02", "2019-03"]) {
        for (const [reference, contractId] of contracts) {
          const period = city.after(month, contractId);
          const driven = byMonth.get(`${month} ${reference}`);
          const draft = await city.execute(draftInvoice, period);
          if (!driven) {
            assert.equal(draft.outcome, "nothing_to_bill", `${month} ${reference}`);
            continue;
          }
          const { lines, total } = reckonNewYork(driven);
          assert.ok(draft.outcome === "drafted");
          assert.equal(draft.usageCount, `${driven.length}`);
          const nonZero = lines.filter((amount) => amount !== "0.00");
          assert.deepEqual(
            draft.lines.map(({ amount }) => amount).filter((amount) => amount !== "0.00"),
            nonZero,
          );
          const invoice = await city.execute(issueDraft, { invoiceId: draft.invoiceId });
          assert.equal(invoice.total, showCents(total), `${month} ${reference}`);
          issued.push(invoice);
          owed += total;
        }
      }
      // One trip of the file called March began in February.
      assert.deepEqual(issued.map(({ outcome }) => outcome), ["issued", "issued", "issued", "issued"]);
      assert.equal(showCents(owed), "12309.90");
      requireGapless("NYC", issued);
      await requireBooks(database, owed);
    } finally {
      await database.drop();
    }
  },
});

const chicagoPrices = { mile: "0.125", tax: "10.25" };

function reckonChicago(rows: readonly Row[]): bigint {
  const miles = sum(rows.map((row) => exact(row.trip_miles)));
  const net = toCents(times(miles, exact(chicagoPrices.mile)));
  return net + toCents(times(cents(net), percent(chicagoPrices.tax)));
}

/** "Top Cab Affiliation" is billed on the contract chicago-top-cab-affiliation. */
function chicagoReference(company: string): string {
  return `chicago-${company.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "").join("-")}`;
}

Deno.test({
  name: isThere(chicagoFile)
    ? "Chicago's trips are billed to the cent, month by month, and those without a company wait in quarantine"
    : "Chicago's trips are not billed: ../shared/data/trips is absent",
  ignore: !isThere(chicagoFile),
  async fn() {
    const database = await testDatabase();
    try {
      const rows = readPlainCsv(chicagoFile);
      assert.equal(rows.length, 15_002);
      const named = rows.filter(({ company }) => company !== "");
      assert.equal(named.length, 15_002 - 5_140);
      const tenantId = await insertTestTenant(database.database, "Chicago");
      const city = new City(database, tenantId, "2013-01-02T15:00:00Z");
      const companies = [...new Set(named.map(({ company }) => company))];
      assert.equal(companies.length, 61);
      const entity = { name: "Lakeshore Fleet Billing", zone: "UTC", numberPrefix: "CHI" };
      const price = { model: "per_unit", unit: chicagoPrices.mile };
      const charges = [{ ...perMile, price, taxCategory: "S", taxPercent: chicagoPrices.tax }];
      const customers = companies.map((name) => ({ reference: chicagoReference(name), name }));
      const contracts = await city.setUp(entity, charges, customers, "2013-01-01");

      assert.deepEqual(await city.import(chicagoFile, "chicago-taxi"), reports(15_002, 9_862, 0, 5_140));
      assert.deepEqual(await city.import(chicagoFile, "chicago-taxi"), reports(15_002, 0, 9_862, 5_140));

      const byMonth = groupBy(named, ({ trip_start_timestamp, company }) => {
        const month = new Date(Number(trip_start_timestamp) * 1000).toISOString().slice(0, 7);
        return `${month} ${chicagoReference(company)}`;
      });
      assert.equal(byMonth.size, 435);
      const issued: IssueResult[] = [];
      let owed = 0n, standing = 0;
      for (const [key, driven] of [...byMonth].sort(([left], [right]) => left < right ? -1 : 1)) {
        const [month, reference] = key.split(" ");
        const total = reckonChicago(driven);
        const period = city.after(month, contracts.get(reference)!);
        const invoice = await city.execute(issueInvoice, period);
        assert.equal(invoice.total, showCents(total), key);
        if (invoice.outcome === "issued") issued.push(invoice);
        else standing++;
        assert.equal(invoice.outcome, total === 0n ? "nothing_to_bill" : "issued", key);
        owed += total;
      }
      assert.deepEqual({ issued: issued.length, standing, owed: showCents(owed) }, {
        issued: 411,
        standing: 24,
        owed: "2954.56",
      });
      requireGapless("CHI", issued);
      await requireBooks(database, owed);
    } finally {
      await database.drop();
    }
  },
});
