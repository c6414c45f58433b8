/** The plan form: what is typed becomes a charge and comes back, its buttons lose nothing, and each fault finds its field. */
import assert from "node:assert/strict";
import type { NewCharge } from "../../../../db/queries/rate_plan.ts";
import { isMilepostError } from "../../../../lib/core/errors.ts";
import { requirePriceable } from "../../../../lib/plans/version_rules.ts";
import { chargeOf, emptyCharge, valuesOf } from "./charge_values.ts";
import { changed, chargesOf, planErrors, type PlanValues, readPlanValues } from "./plan_values.ts";

const charge: NewCharge = {
  reference: "km",
  name: "Distance",
  kind: "usage",
  per: "vehicle",
  proration: "day",
  meter: {
    event: "trip",
    aggregate: "sum",
    field: "km",
    where: { purpose: "business", billable: true, flag: "true" },
  },
  price: { model: "per_unit", unit: "0.27" },
  taxCategory: "S",
  taxPercent: "20",
  timing: "arrears",
};

const prices = [
  { model: "flat", amount: "412.00" },
  { model: "per_unit", unit: "0.27" },
  { model: "graduated", tiers: [{ upTo: "10", unit: "1", flat: "2" }, { upTo: null, unit: "0.5" }] },
  { model: "volume", tiers: [{ upTo: null, unit: "0.5" }], flatFeeOnZero: true },
  { model: "package", size: "10", price: "100", free: "10" },
  { model: "stairstep", tiers: [{ upTo: "10", amount: "5" }, { upTo: "20", amount: "9" }] },
  { model: "percentage", field: "amount", percent: "1.3", perEvent: "2", freeEvents: "3", maxPerEvent: "9" },
  { model: "pass_through", field: "cost", markupPercent: "5" },
  { model: "active_vehicle", amount: "5" },
  { model: "pooled", includedPerVehicle: "100", overage: { model: "per_unit", unit: "0.2" } },
  { model: "pooled", includedPerVehicle: "100", overage: { model: "flat", amount: "9" } },
  {
    model: "best_rate",
    startField: "start",
    endField: "end",
    units: [{ per: "day", price: "45" }, { per: "week", price: "220" }],
  },
  {
    model: "indexed",
    base: "0.37",
    index: "diesel",
    baseIndex: "2.40",
    step: "0.20",
    change: "0.01",
    ceiling: "0.5",
  },
  {
    model: "time_of_use",
    bands: [
      { name: "night", days: ["mon", "tue", "wed", "thu", "fri"], from: "22:00", to: "06:00", unit: "0.1" },
      {
        name: "noon",
        days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        from: "12:00",
        to: "13:00",
        unit: "0",
      },
    ],
    otherwise: { unit: "0.2" },
  },
];

for (const price of prices) {
  Deno.test(`a ${JSON.stringify(price)} price is the same after a way through the form`, () => {
    const saved = { ...charge, price };
    assert.deepEqual(chargeOf(valuesOf(saved), 0), { charge: saved, problems: [] });
  });
}

/** As a browser sends the form: every value under its name. */
function sent(values: Record<string, string>): PlanValues {
  return readPlanValues((name) => values[name] ?? "");
}

const lease = {
  "charge-1-kind": "recurring",
  "charge-1-model": "flat",
  "charge-1-per": "vehicle",
  "charge-1-name": "Lease",
  "charge-1-reference": "lease",
  "charge-1-price-amount": " 412.00 ",
  "charge-1-taxCategory": "S",
  "charge-1-taxPercent": "20",
};
const miles = {
  "charge-2-kind": "usage",
  "charge-2-model": "graduated",
  "charge-2-per": "contract",
  "charge-2-name": "Miles",
  "charge-2-reference": "miles",
  "charge-2-event": "trip",
  "charge-2-aggregate": "sum",
  "charge-2-field": "miles",
  "charge-2-tier-1": "1",
  "charge-2-tier-1-upTo": "1000",
  "charge-2-tier-1-unit": "0.15",
  "charge-2-tier-2": "1",
  "charge-2-tier-2-upTo": "500",
  "charge-2-tier-2-unit": "abc",
  "charge-2-taxCategory": "S",
  "charge-2-taxPercent": "120",
};

Deno.test("a button adds or removes one charge or tier and keeps the rest as typed", () => {
  const values = sent({ ...lease, ...miles, currency: "gbp" });
  assert.equal(values.currency, "GBP");
  const more = changed(values, "add_charge");
  assert.deepEqual(more.charges.slice(0, 2), values.charges);
  assert.deepEqual(more.charges[2], { ...emptyCharge, taxCategory: "S", taxPercent: "120" });
  assert.deepEqual(changed(more, "remove_charge 3"), values);
  assert.deepEqual(changed(values, "remove_charge 1").charges, [values.charges[1]]);
  const taller = changed(values, "add_tier 2");
  assert.equal(taller.charges[1].tiers.length, 3);
  assert.deepEqual(changed(taller, "remove_tier 2 3"), values);
  assert.deepEqual(changed(values, "remove_tier 2 1").charges[1].tiers, [values.charges[1].tiers[1]]);
  assert.deepEqual(changed(values, "show 1"), values);
});

function refused(values: PlanValues) {
  const { charges, problems } = chargesOf(values);
  assert.deepEqual(problems, []);
  try {
    requirePriceable({
      currency: values.currency,
      taxInclusive: values.taxInclusive,
      charges,
      indexes: new Map([["diesel", "1.42"]]),
    });
  } catch (error) {
    if (!isMilepostError(error)) throw error;
    return new Map(planErrors(error, values).map(({ field, message }) => [field, message]));
  }
  throw new Error("The form was not refused.");
}

Deno.test("each fault stands beside its field, in words without JSON", () => {
  const errors = refused(sent({ ...lease, ...miles, "charge-1-price-amount": "", "charge-1-reference": "" }));
  assert.deepEqual([...errors.keys()].sort(), [
    "charge-1-price-amount",
    "charge-1-reference",
    "charge-2-taxPercent",
    "charge-2-tier-2-unit",
    "charge-2-tier-2-upTo",
    "currency",
  ]);
  assert.equal(errors.get("charge-1-price-amount"), "Fill this in.");
  assert.equal(errors.get("charge-1-reference"), "Fill this in.");
  assert.equal(
    errors.get("charge-2-tier-2-unit"),
    '"abc" is not allowed. Allowed: a decimal number such as "12.50", with at most 12 decimals and 100 characters.',
  );
  assert.match(errors.get("charge-2-tier-2-upTo")!, /a number above 1000/);
});

Deno.test("a charge without tax next to taxed ones is refused, as billing would refuse it", () => {
  const errors = refused(sent({
    ...lease,
    currency: "GBP",
    "charge-2-kind": "one_time",
    "charge-2-model": "flat",
    "charge-2-per": "contract",
    "charge-2-name": "",
    "charge-2-reference": "setup",
    "charge-2-price-amount": "99",
  }));
  assert.deepEqual([...errors.keys()].sort(), ["charge-2-name", "charge-2-taxCategory"]);
});

Deno.test("a condition without its value and a price that is no JSON are refused before anything is priced", () => {
  const where = { ...valuesOf(charge), where: "purpose" };
  assert.deepEqual(chargeOf(where, 1).problems.map(({ field }) => field), ["charges[1].meter.where"]);
  const json = { ...emptyCharge, model: "json", json: "{" };
  assert.deepEqual(chargeOf(json, 0).problems.map(({ field }) => field), ["charges[0].price"]);
});

Deno.test("days of a band are read as people write them", () => {
  const days = (text: string) => {
    const band = { ...emptyCharge.tiers[0], name: "n", days: text, from: "22:00", to: "06:00", unit: "1" };
    const { charge } = chargeOf({ ...emptyCharge, model: "time_of_use", tiers: [band] }, 0);
    return (charge.price as { bands: { days: string[] }[] }).bands[0].days.join(" ");
  };
  assert.equal(days("Mon – Wed, saturday"), "mon tue wed sat");
  assert.equal(days("sat-mon"), "sat sun mon");
  assert.equal(days(""), "mon tue wed thu fri sat sun");
  assert.equal(days("someday"), "someday");
});

Deno.test("a fault deep in a price stands beside the figure that the form has for it", () => {
  const usage = {
    "charge-1-kind": "usage",
    "charge-1-per": "contract",
    "charge-1-name": "Distance",
    "charge-1-reference": "km",
    "charge-1-event": "trip",
    "charge-1-aggregate": "sum",
    "charge-1-field": "km",
    "charge-1-taxCategory": "S",
    "charge-1-taxPercent": "20",
    currency: "GBP",
  };
  const faults = (price: Record<string, string>) => [...refused(sent({ ...usage, ...price })).keys()].sort();
  assert.deepEqual(faults({ "charge-1-model": "pooled", "charge-1-price-includedPerVehicle": "1" }), [
    "charge-1-price-overageUnit",
  ]);
  assert.deepEqual(
    faults({
      "charge-1-model": "best_rate",
      "charge-1-price-startField": "start",
      "charge-1-price-endField": "end",
      "charge-1-price-dayPrice": "5",
      "charge-1-price-weekPrice": "x",
    }),
    ["charge-1-price-weekPrice"],
  );
  assert.deepEqual(
    faults({
      "charge-1-model": "time_of_use",
      "charge-1-tier-1": "1",
      "charge-1-tier-1-name": "night",
      "charge-1-tier-1-days": "moonday",
      "charge-1-tier-1-from": "22:00",
      "charge-1-tier-1-to": "06:00",
      "charge-1-tier-1-unit": "1",
    }),
    ["charge-1-price-otherwiseUnit", "charge-1-tier-1-days"],
  );
  const indexed = {
    "charge-1-model": "indexed",
    "charge-1-price-base": "0.37",
    "charge-1-price-baseIndex": "1.4",
    "charge-1-price-step": "0.2",
    "charge-1-price-change": "0.01",
    "charge-1-price-index": "petrol",
  };
  const errors = refused(sent({ ...usage, ...indexed }));
  assert.deepEqual([...errors], [[
    "charge-1-price-index",
    "There is no such index. These are there: diesel.",
  ]]);
});

Deno.test("what a charge supplies for the tax rules comes back as it was chosen", () => {
  const byRules: NewCharge = { ...charge, taxCategory: null, taxPercent: null, taxSupply: "vehicle_hire" };
  assert.equal(valuesOf(byRules).taxCategory, "vehicle_hire");
  assert.deepEqual(chargeOf(valuesOf(byRules), 0).charge, byRules);
  // a rate that was typed before is dropped with the category
  assert.equal(chargeOf({ ...valuesOf(byRules), taxPercent: "20" }, 0).charge.taxPercent, null);
});
