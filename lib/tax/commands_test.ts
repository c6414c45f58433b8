/** What people say for the tax rules, on a real database: what is right is kept, what is wrong is refused with an example. */
import assert from "node:assert/strict";
import { withTenant } from "../../db/tenant.ts";
import {
  insertTestBusiness,
  insertTestContract,
  insertTestPlan,
  lease,
} from "../../tests/support/billing.ts";
import { testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { FixedClock } from "../core/clock.ts";
import { type Command, execute, type Json } from "../core/command.ts";
import { isMilepostError, type MilepostError } from "../core/errors.ts";
import {
  addExemptionCertificate,
  addTaxRate,
  endExemptionCertificate,
  removeTaxRate,
  setCustomerTax,
  setTaxPlace,
} from "./commands.ts";
import { customerTaxOf, ownTaxRates, ratesInForce, taxPlacesOf } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = { ...testEnvironment(database), clock: new FixedClock("2026-03-01T12:00:00Z") };

async function scene() {
  const business = await insertTestBusiness(database);
  const { tenantId } = business;
  const ids = await withTenant(
    database,
    tenantId,
    async (db) => await insertTestContract(db, business, await insertTestPlan(db, [lease])),
  );
  const run = <Input, Result extends Json>(command: Command<Input, Result>, input: Input) =>
    execute(environment, command, { tenantId, actor: testActor() }, input);
  const read = <Result>(
    work: (db: Parameters<Parameters<typeof withTenant<Result>>[2]>[0]) => Promise<Result>,
  ) => withTenant(database, tenantId, work, { readOnly: true });
  return { ...ids, run, read };
}

async function refusal(work: Promise<unknown>): Promise<MilepostError> {
  const error = await work.then(() => undefined, (cause) => cause);
  assert.ok(isMilepostError(error), `was not refused: ${error}`);
  return error;
}

Deno.test("a VAT number is kept in one spelling, and leaves the trail without it", async () => {
  const { customerId, run, read } = await scene();
  await run(setCustomerTax, { customerId, isBusiness: true, vatId: "gb 980 7806 84" });
  const tax = await read((db) => customerTaxOf(db, customerId));
  assert.deepEqual([tax.isBusiness, tax.vatId, tax.vatIdCountry], [true, "GB980780684", "GB"]);
  const [{ detail }] = await read((db) =>
    db.sql<{ detail: Json }[]>`select detail from audit_event where command = 'customer_tax.set'`
  );
  assert.deepEqual(detail, { isBusiness: true, hasVatId: true });
  await run(setCustomerTax, { customerId, isBusiness: false, vatId: " " });
  assert.equal((await read((db) => customerTaxOf(db, customerId))).vatId, null);
});

Deno.test("a wrong number is refused with one of that country, one of another country and a private one too", async () => {
  const { customerId, run, read } = await scene();
  const refused = async (vatId: string, isBusiness = true) => {
    const { fields: [{ rule, example }] } = await refusal(
      run(setCustomerTax, { customerId, isBusiness, vatId }),
    );
    return [rule, example];
  };
  assert.deepEqual(await refused("GB 980 7806 85"), [
    "This is not a VAT number of GB. Look for a digit that was mistyped.",
    "GB980780684",
  ]);
  assert.match(String((await refused("DE136695976"))[0]), /a number of DE. The customer’s address is in GB/);
  assert.match(String((await refused("GB980780684", false))[0]), /A private person has no VAT number/);
  assert.equal((await read((db) => customerTaxOf(db, customerId))).isBusiness, false, "nothing was kept");
});

Deno.test("certificates of one country do not overlap, and end", async () => {
  const { customerId, run, read } = await scene();
  const input = {
    customerId,
    country: "GB",
    number: "77/2026",
    reasonCode: "vatex-eu-151",
    reason: "Embassy",
    fromDate: "2026-01-01",
    lastDate: "2026-12-31",
  };
  const { certificateId } = await run(addExemptionCertificate, input);
  const again = await refusal(
    run(addExemptionCertificate, { ...input, fromDate: "2026-12-31", lastDate: "" }),
  );
  assert.match(again.message, /Certificate 77\/2026 of GB holds on some of these days/);
  await run(addExemptionCertificate, { ...input, fromDate: "2027-01-01", lastDate: "" });
  await run(addExemptionCertificate, { ...input, country: "FR" });
  await run(endExemptionCertificate, { certificateId, toDate: "2026-07-01" });
  const early = await refusal(run(endExemptionCertificate, { certificateId, toDate: "2025-12-31" }));
  assert.match(early.message, /It begins on 2026-01-01/);
  const later = await refusal(run(endExemptionCertificate, { certificateId, toDate: "2026-08-01" }));
  assert.match(later.message, /It ends on 2026-07-01/);
  const backwards = { ...input, country: "DE", lastDate: "2025-12-31" };
  assert.match((await refusal(run(addExemptionCertificate, backwards))).message, /It begins on/);
  const reasonless = { ...input, country: "DE", reasonCode: "151" };
  assert.equal((await refusal(run(addExemptionCertificate, reasonless))).fields[0].example, "VATEX-EU-151");
  const { certificates } = await read((db) => customerTaxOf(db, customerId));
  assert.deepEqual(certificates.map(({ country, from, to }) => `${country} ${from} ${to}`), [
    "FR 2026-01-01 2027-01-01",
    "GB 2027-01-01 null",
    "GB 2026-01-01 2026-07-01",
  ]);
  assert.equal(certificates[0].reasonCode, "VATEX-EU-151");
});

Deno.test("of the places of one day the last that was said holds", async () => {
  const { contractId, run, read } = await scene();
  const place = { contractId, country: "US", region: " TX / Harris", fromDate: "2026-01-01" };
  await run(setTaxPlace, place);
  await run(setTaxPlace, { ...place, region: "CA" });
  await run(setTaxPlace, { ...place, country: "gb", region: "", fromDate: "2025-01-01" });
  const places = await read((db) => taxPlacesOf(db, contractId));
  assert.deepEqual(places.map(({ from, country, region }) => `${from} ${country} ${region}`), [
    "2025-01-01 GB null",
    "2026-01-01 US CA",
  ]);
  assert.match(
    (await refusal(run(setTaxPlace, { ...place, region: "TX//Houston" }))).message,
    /state, then a slash/,
  );
});

Deno.test("a rate is added once for a place and day, and taken out only while it is to come", async () => {
  const { run, read } = await scene();
  const rate = { country: "US", region: "TX", percent: "6.250", fromDate: "2026-01-01" };
  const { taxRateId } = await run(addTaxRate, rate);
  assert.match(
    (await refusal(run(addTaxRate, rate))).message,
    /already a rate for this place from 2026-01-01/,
  );
  for (const percent of ["-1", "100.01", "6,25", "1e1", ""]) {
    assert.equal((await refusal(run(addTaxRate, { ...rate, percent }))).fields[0].field, "percent");
  }
  assert.match((await refusal(run(removeTaxRate, { taxRateId }))).message, /holds since 2026-01-01/);
  const tomorrow = await run(addTaxRate, { ...rate, fromDate: "2026-03-02" });
  assert.match(
    (await refusal(run(removeTaxRate, tomorrow))).message,
    /holds since/,
    "in the east it is tomorrow",
  );
  const ahead = await run(addTaxRate, { ...rate, fromDate: "2026-03-03" });
  await run(removeTaxRate, ahead);
  await run(addTaxRate, { country: "DE", region: "", percent: "21", fromDate: "2027-01-01" });
  assert.deepEqual(
    (await read(ownTaxRates)).map(({ country, from, percent }) => `${country} ${from} ${percent}`),
    [
      "DE 2027-01-01 21",
      "US 2026-03-02 6.25",
      "US 2026-01-01 6.25",
    ],
  );
  const inForce = await read((db) => ratesInForce(db, ["DE"], Temporal.PlainDate.from("2026-03-01")));
  assert.deepEqual(
    inForce.map(({ rateClass, percents, from, until }) => [rateClass, ...percents, `${from} ${until}`]),
    [
      ["standard", "19", "2021-01-01 2027-01-01"],
      ["standard", "21", "2027-01-01 null"],
      ["reduced", "7", "2021-01-01 null"],
    ],
  );
});
