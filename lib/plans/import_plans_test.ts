/** A file of plans on a real database: every price there and back, and each bad cell told with its line and column. */
import assert from "node:assert/strict";
import type { NewCharge } from "../../db/queries/rate_plan.ts";
import { withTenant } from "../../db/tenant.ts";
import { insertTestTenant, testActor, testEnvironment } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { countsOf, faultsOf, importText } from "../../tests/support/record_import.ts";
import { execute } from "../core/command.ts";
import { csvFile } from "../imports/csv_writer.ts";
import { createPriceIndex } from "../indexes/commands.ts";
import { createRatePlan, createRatePlanVersion } from "./commands.ts";
import { listPlanRows, planFile, planFileColumns } from "./import_plans.ts";
import { findPlan, listPlans } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = testEnvironment(database);

/** The last column, when a charge is billed, may be left out. */
const header = planFileColumns.map(({ name }) => name).filter((name) =>
  !["timing", "tax_supply"].includes(name)
).join(",");
const file = (...rows: string[]) => [header, ...rows, ""].join("\n");
const bringIn = (tenantId: string, content: string, options = {}) =>
  importText(environment, tenantId, planFile, content, options);

async function newTenant(): Promise<string> {
  const tenantId = await insertTestTenant(database);
  await execute(environment, createPriceIndex, { tenantId, actor: testActor() }, {
    reference: "diesel",
    name: "Diesel",
    unit: "GBP",
    source: "",
    publicationLagDays: 0,
  });
  return tenantId;
}

async function exported(tenantId: string): Promise<string> {
  const parts = csvFile(
    planFileColumns,
    (last) => withTenant(database, tenantId, (db) => listPlanRows(db, last), { readOnly: true }),
  );
  return (await Array.fromAsync(parts)).join("");
}

/** Every plan with all of its versions and charges, without ids and times. */
async function kept(tenantId: string) {
  return await withTenant(database, tenantId, async (db) => {
    const plans = [];
    for (const { id } of (await listPlans(db, {})).rows) {
      const { plan: { reference, name }, versions } = await findPlan(db, id);
      const found = await Promise.all(versions.map(({ version }) => findPlan(db, id, version)));
      plans.push({
        reference,
        name,
        versions: found.map(({ chosen: { version, currency, taxInclusive }, charges }) => ({
          version,
          currency,
          taxInclusive,
          charges: charges.map(({ id: _, ...charge }) => charge),
        })),
      });
    }
    return plans;
  });
}

const lease: NewCharge = {
  reference: "lease",
  name: "Lease, monthly",
  kind: "recurring",
  per: "vehicle",
  proration: "fixed30",
  timing: "advance",
  meter: null,
  price: { model: "flat", amount: "412.00" },
  taxCategory: "S",
  taxPercent: "20",
};
const where = { purpose: "business", billable: true, flag: "true", quoted: '"x"', padded: " y " };
const meter = { event: "trip", aggregate: "sum", field: "km", where };
const perUnit = { model: "per_unit", unit: "0.2" };

/** One of each model that a price case has, and what else a charge may be. */
const charges: NewCharge[] = [
  lease,
  {
    ...lease,
    reference: "setup",
    kind: "one_time",
    per: "contract",
    proration: "day",
    timing: "arrears",
    taxCategory: "Z",
    taxPercent: "0",
  },
  ...([
    perUnit,
    { model: "graduated", tiers: [{ upTo: "10", unit: "1", flat: "2" }, { upTo: null, unit: "0.5" }] },
    { model: "volume", tiers: [{ upTo: null, unit: "0.5" }], flatFeeOnZero: true },
    { model: "package", size: "10", price: "100", free: "10" },
    { model: "stairstep", tiers: [{ upTo: "10", amount: "5" }, { upTo: "20", amount: "9" }] },
    {
      model: "percentage",
      field: "the fare",
      percent: "1.3",
      perEvent: "2",
      freeEvents: "3",
      maxPerEvent: "9",
    },
    { model: "pass_through", field: "cost", markupPercent: "5" },
    { model: "active_vehicle", amount: "5" },
    { model: "pooled", includedPerVehicle: "100", overage: perUnit },
    { model: "pooled", includedPerVehicle: "1", overage: { model: "volume", tiers: [{ unit: "1" }] } },
    { model: "best_rate", startField: "start", endField: "end", units: [{ per: "day", price: "45" }] },
    {
      model: "indexed",
      base: "0.37",
      index: "diesel",
      baseIndex: "2.4",
      step: "0.2",
      change: "0.01",
      floor: "0",
    },
    {
      model: "time_of_use",
      bands: [{ name: "night", days: ["mon", "fri"], from: "22:00", to: "06:00", unit: "0.1" }],
      otherwise: { unit: "0.2" },
    },
  ].map((price, index): NewCharge => ({
    ...lease,
    reference: `use-${index}`,
    name: `=Use "${index}"`,
    kind: "usage",
    per: index % 2 === 0 ? "contract" : "vehicle",
    proration: "day",
    timing: "arrears",
    meter: index === 0 ? { event: "trip", aggregate: "count" } : meter,
    price,
  }))),
];

Deno.test("every plan and version comes back equal from its own file, in another business", async () => {
  const [one, other] = [await newTenant(), await newTenant()];
  const execution = { tenantId: one, actor: testActor() };
  const plain = { ...lease, taxCategory: null, taxPercent: null };
  const { ratePlanId } = await execute(environment, createRatePlan, execution, {
    reference: "every",
    name: "Every model",
    currency: "GBP",
    charges,
  });
  await execute(environment, createRatePlan, execution, {
    reference: "all",
    name: "Plain, in yen",
    currency: "JPY",
    charges: [plain],
  });
  await execute(environment, createRatePlanVersion, execution, {
    ratePlanId,
    afterVersion: 1,
    taxInclusive: true,
    charges: [{ ...lease, price: { model: "flat", amount: "425.00" } }],
  });
  await execute(environment, createRatePlan, execution, {
    reference: "rules",
    name: "By the tax rules",
    currency: "EUR",
    charges: [{ ...plain, taxSupply: "vehicle_hire" }],
  });
  const content = await exported(one);
  const rows = charges.length + 3;
  assert.equal(countsOf(await bringIn(one, content)), `${rows} = 0 new + ${rows} there + 0 refused`);
  const report = await bringIn(other, content);
  assert.deepEqual(faultsOf(report), []);
  assert.equal(countsOf(report), `${rows} = ${rows} new + 0 there + 0 refused`);
  const plans = await kept(other);
  assert.deepEqual(plans.map(({ reference, versions }) => [reference, versions.length]), [
    ["all", 1],
    ["every", 2],
    ["rules", 1],
  ]);
  assert.deepEqual(plans[1].versions[1].charges, charges.map((charge) => ({ taxSupply: null, ...charge })));
  assert.equal(plans[2].versions[0].charges[0].taxSupply, "vehicle_hire");
  assert.deepEqual(plans, await kept(one));
  assert.equal(await exported(other), content);
});

Deno.test("what stands once for a plan is left out below, in any order of rows, and a dry run keeps nothing", async () => {
  const tenantId = await newTenant();
  const content = file(
    "small,Small,,gbp,,lease,Lease,recurring,vehicle,,,,,,flat amount 99,,",
    "other,Other,1,EUR,yes,km,Distance,usage,,,trip,sum,km,purpose = business,per_unit unit 0.12,S,19",
    'small,,2,,,lease,Lease,recurring,vehicle,none,,,,,"{""model"":""flat"",""amount"":""101""}",,',
    "small,,,,,setup,Set-up,one_time,,,,,,,flat amount 10,,",
  );
  const checked = await bringIn(tenantId, content, { dryRun: true });
  assert.equal(countsOf(checked), "4 = 4 new + 0 there + 0 refused");
  assert.deepEqual(await kept(tenantId), []);
  await bringIn(tenantId, content);
  assert.equal(
    await exported(tenantId),
    [
      `${header},timing,tax_supply`,
      "other,Other,1,EUR,yes,km,Distance,usage,contract,,trip,sum,km,purpose = business,per_unit unit 0.12,S,19,,",
      "small,Small,1,GBP,no,lease,Lease,recurring,vehicle,day,,,,,flat amount 99,,,arrears,",
      "small,Small,1,GBP,no,setup,Set-up,one_time,contract,,,,,,flat amount 10,,,,",
      "small,Small,2,GBP,no,lease,Lease,recurring,vehicle,none,,,,,flat amount 101,,,arrears,",
      "",
    ].join("\r\n"),
  );
});

Deno.test("each bad cell is told by line and column, and its plan is left out whole", async () => {
  const tenantId = await newTenant();
  const report = await bringIn(
    tenantId,
    file(
      "a,A,,POUND,maybe,,,weekly,van,,,,,,flat,,5",
      "a,B,x,EUR,,km,Distance,usage,,day,,add,,purpose,per_unit unit 0.12 unit 1,,",
      "b,Good,,GBP,,lease,Lease,recurring,,weekly,trip,,,,flat sum 1,S,",
      "b,,,,,more,More,recurring,,,,,,,flat amount 1,S,20",
      'c,C,2,GBP,,lease,Lease,recurring,,,,,,,"{""model"":1",,',
      "d,D,1,GBP,,lease,Lease,recurring,,,,,,,flat amount 1,,",
      "d,,,,,lease,Again,recurring,,,,,,,flat amount 1,,",
      "d,,3,,,lease,Lease,recurring,,,,,,,flat amount 1,,",
      'e,E,,GBP,,tiers,Tiers,usage,,,trip,count,,,"{""model"":""graduated"",""tiers"":[{""upTo"":5}]}",,',
      "e,,,,,oil,Oil,usage,,,trip,count,,,indexed base 1 index oil baseIndex 1 step 1 change 1,,",
      "f,Fine,,GBP,,lease,Lease,recurring,,,,,,,flat amount 1,,",
    ),
  );
  assert.equal(countsOf(report), "11 = 1 new + 0 there + 10 refused");
  assert.deepEqual(faultsOf(report), [
    "2 tax_inclusive: Write yes or no. For example no.",
    "2 charge: Fill in charge. For example km.",
    "2 charge_name: Fill in charge name. For example Distance.",
    "2 tax_percent: A rate belongs to a tax category. Fill in tax_category, or leave this empty.",
    '2 kind: "weekly" is not allowed. Allowed: recurring, usage, one_time.',
    '2 per: "van" is not allowed. Allowed: contract, vehicle.',
    "2 price: amount: Fill this in.",
    '2 currency: "POUND" is not allowed. Allowed: an active ISO 4217 code with minor units, such as USD.',
    "3 where: “purpose” is not a field and its value. For example purpose = business.",
    "3 version: Use a whole number from 1 to 9999. For example 1.",
    "3 proration: Only a recurring charge is prorated. Leave it empty.",
    "3 price: Write the model, then the name and the value of each figure, each once. Tiers and bands are written as JSON. For example per_unit unit 0.12.",
    '3 aggregate: "add" is not allowed. Allowed: sum, count, max, unique, last_minus_first, time_weighted.',
    "3 event: Fill this in.",
    "3 name: Line 2 says A. Write the same, or nothing.",
    "4 event: Only a usage charge has a meter. Leave it empty.",
    "4 tax_percent: Fill this in.",
    '4 proration: "weekly" is not allowed. Allowed: day, second, fixed30, none.',
    '4 price: sum: "1" is an unknown field. Allowed: model, amount.',
    "4 price: amount: Fill this in.",
    "5 reference: Left out with line 4: a plan is taken whole.",
    '6 price: This is not JSON. Check its quotes, commas and brackets. For example {"model":"flat","amount":"99.00"}.',
    "7 reference: Left out with line 8: a plan is taken whole.",
    '8 charge: "lease" is given twice. Allowed: a different id for each charge.',
    "9 version: The versions of a plan are counted from 1 without a gap. There is no version 2.",
    '10 price: tiers[0].upTo: 5 is not allowed. Allowed: a decimal number in quotes such as "12.50", with at most 12 decimals and 100 characters.',
    "11 price: index: There is no such index. These are there: diesel.",
  ]);
  assert.deepEqual((await kept(tenantId)).map(({ reference }) => reference), ["f"]);
});

Deno.test("a recurring charge may be billed in advance, and no other", async () => {
  const tenantId = await newTenant();
  const row = (reference: string, kind: string, timing: string) =>
    `${reference},${reference},,GBP,,lease,Lease,${kind},,,,,,,flat amount 1,,,${timing}`;
  const content = [
    `${header},timing`,
    row("a", "recurring", "advance"),
    row("b", "recurring", "later"),
    row("c", "one_time", "advance"),
    "",
  ].join("\n");
  const report = await bringIn(tenantId, content);
  assert.deepEqual(faultsOf(report), [
    "3 timing: Use arrears or advance. For example arrears.",
    "4 timing: Only a recurring charge is billed in advance. Leave it empty.",
  ]);
  const [plan] = await kept(tenantId);
  assert.equal(plan.versions[0].charges[0].timing, "advance");
});

Deno.test("of a plan that is there each row is there already, or told to differ; nothing is changed", async () => {
  const tenantId = await newTenant();
  const row = "a,A,1,GBP,no,lease,Lease,recurring,vehicle,day,,,,,flat amount 99,S,20";
  // members in another order than the database keeps them in
  const other =
    'a,,,,,km,Km,usage,,,trip,count,,"b = 1\na = 2","{""tiers"":[{""unit"":""1""}],""model"":""volume""}",S,20';
  await bringIn(tenantId, file(row, other));
  assert.equal(countsOf(await bringIn(tenantId, file(row, other))), "2 = 0 new + 2 there + 0 refused");
  const before = await kept(tenantId);
  const report = await bringIn(
    tenantId,
    file(
      row,
      row.replace("99", "101").replace("GBP", ""),
      row.replace("A,1", "Another,1"),
      row.replace("lease,", "oil,"),
      row.replace("A,1", "A,2"),
    ),
  );
  assert.equal(countsOf(report), "5 = 0 new + 1 there + 4 refused");
  assert.deepEqual(faultsOf(report), [
    "3 price: There is already a plan a. The charge lease of version 1 differs in price. Make a new version on its page.",
    "4 name: Line 2 says A. Write the same, or nothing.",
    "5 charge: There is already a plan a. Its version 1 has no charge oil, and never changes. Make a new version on its page.",
    "6 version: There is already a plan a, without version 2. Make the version on its page.",
  ]);
  const short = "price,reference,charge,charge_name,kind,name,currency\n" +
    '"{""amount"":""99"",""model"":""flat""}",a,lease,Lease,recurring,B,\n';
  assert.deepEqual(faultsOf(await bringIn(tenantId, short)), [
    "2 currency: Fill this in. Allowed: an active ISO 4217 code with minor units, such as USD.",
  ]);
  assert.deepEqual(
    faultsOf(await bringIn(tenantId, short.replace("B,\n", "B,GBP\n"))),
    [
      "2 name: There is already a plan a. The charge lease of version 1 differs in name. Make a new version on its page.",
    ],
  );
  assert.deepEqual(await kept(tenantId), before);
});

Deno.test("a line that cannot be read, and signs that no text has, leave nothing of a plan", async () => {
  const tenantId = await newTenant();
  const row = "a,A,1,GBP,no,lease,Lease,recurring,vehicle,day,,,,,flat amount 99,S,20";
  const torn = await bringIn(tenantId, file(row, "a,A,1", row.replace("a,", "b,")));
  assert.match(torn.failure!, /^Line 3: .*3 .*17.* A plan is taken whole, so every line must be readable\./);
  const odd = '"{""model"":""flat"",""amount"":""1"",""x"":""\\u0000""}"';
  const told = faultsOf(await bringIn(tenantId, file(row.replace("flat amount 99", odd))));
  assert.deepEqual(told, [
    "2 price: It holds a character that is none. Take it out. For example per_unit unit 0.12.",
  ]);
  const deep = `"{""model"":${"[".repeat(500_000)}${"]".repeat(500_000)}}"`;
  const [said] = faultsOf(await bringIn(tenantId, file(row.replace("flat amount 99", deep))));
  assert.match(said, /^2 price: model: a list of 1 is not allowed/);
  assert.deepEqual(await kept(tenantId), []);
});

Deno.test("rows of a plan stay together in a long file, and a second try finds all of it", async () => {
  const tenantId = await newTenant();
  const rows = Array.from(
    { length: 70 },
    (_, version) =>
      Array.from(
        { length: 8 },
        (_, plan) => `p${plan},P,${version + 1},GBP,,lease,Lease,recurring,,,,,,,flat amount ${version},,`,
      ),
  ).flat();
  assert.equal(countsOf(await bringIn(tenantId, file(...rows))), "560 = 560 new + 0 there + 0 refused");
  assert.deepEqual((await kept(tenantId)).map(({ versions }) => versions.length), Array(8).fill(70));
  assert.equal(countsOf(await bringIn(tenantId, file(...rows))), "560 = 0 new + 560 there + 0 refused");
  const many = Array.from(
    { length: 201 },
    (_, index) => `many,M,,GBP,,c${index},C,recurring,,,,,,,flat amount 1,,`,
  );
  const [first, second] = faultsOf(await bringIn(tenantId, file(...many)));
  assert.equal(first, "2 charge: A version has at most 200 charges; this has 201.");
  assert.equal(second, "3 reference: Left out with line 2: a plan is taken whole.");
});
