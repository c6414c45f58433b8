/** Every price model explains its amounts in plain words, from the traces that it really writes. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { anyCase } from "../../../../tests/support/generated_price_cases.ts";
import { type CaseInput, priceJson } from "../../../../tests/support/price_case.ts";
import { checkProperty } from "../../../../tests/support/property.ts";
import { explainAmount, type ExplainedCharge } from "./explain_amount.ts";

const trips = (field: string) => ({ event: "trip", aggregate: "sum", field });
const usage = (price: CaseInput, meter: CaseInput = trips("miles"), more: CaseInput = {}) => {
  return { id: "charge", kind: "usage", meter, price, ...more };
};

/** Two vans in March, the second from the 12th, with a long trip each, a hire and a fill. */
function explain(charge: CaseInput) {
  const input = {
    currency: "GBP",
    zone: "Europe/London",
    period: { start: "2026-03-01", end: "2026-04-01" },
    vehicles: [
      { id: "V-1", from: "2026-03-01", to: null },
      { id: "V-2", from: "2026-03-12", to: null },
    ],
    charges: [charge],
    indexes: {
      diesel: [{ from: "2026-01-01", value: "2.95" }, { from: "2026-03-15", value: "2.2" }],
    },
    usage: [
      { id: "a", event: "trip", vehicle: "V-1", at: "2026-03-05T10:00:00Z", miles: "1482.4" },
      { id: "b", event: "trip", vehicle: "V-2", at: "2026-03-20T20:00:00Z", miles: "701.5" },
      {
        id: "h",
        event: "hire",
        vehicle: "V-1",
        at: "2026-03-20T20:00:00Z",
        start: "2026-03-20T20:00:00Z",
        end: "2026-03-22T21:30:00Z",
      },
      { id: "f", event: "fuel", vehicle: "V-1", at: "2026-03-20T20:00:00Z", cost: "71.05" },
    ],
  };
  const line = priceJson(input).lines.at(-1)!;
  return explainAmount({
    charge: charge as unknown as ExplainedCharge,
    quantity: line.quantity,
    steps: line.trace,
    currency: "GBP",
  });
}

const tiers = [{ upTo: "500", unit: "0.12" }, { upTo: null, unit: "0.16", flat: "3" }];

const cases: Record<string, { charge: CaseInput; sentence: string; rows?: string[][] }> = {
  "flat, for a part of the period": {
    charge: { id: "charge", kind: "recurring", per: "vehicle", price: { model: "flat", amount: "412" } },
    sentence: "20 of the 31 days of the period, at £412.00 for all of it.",
  },
  "per unit": {
    charge: usage({ model: "per_unit", unit: "0.15" }),
    sentence: "2,183.9 miles at £0.15 each.",
  },
  "per unit, with free ones": {
    charge: usage({ model: "per_unit", unit: "0.15" }, trips("miles"), { freeUnits: "100.5" }),
    sentence: "2,083.4 miles at £0.15 each. Of 2,183.9 used, 100.5 were free.",
  },
  graduated: {
    charge: usage({ model: "graduated", tiers }),
    sentence: "2,183.9 miles, each part by the price of its own tier.",
    rows: [["The first 500", "£0.12", "none", "£60.00"], ["The next 1,683.9", "£0.16", "£3.00", "£272.424"]],
  },
  volume: {
    charge: usage({ model: "volume", tiers }),
    sentence: "All 2,183.9 miles have the price of the tier that they reach, above 500.",
    rows: [["up to 500", "£0.12 each", "not this one"], [
      "above 500",
      "£0.16 each and £3.00 once",
      "reached",
    ]],
  },
  package: {
    charge: usage({ model: "package", size: "10", price: "3", free: "5" }),
    sentence: "Each started package of 10 miles costs £3.00, the first 5 free: 218 of them.",
  },
  stairstep: {
    charge: usage({
      model: "stairstep",
      tiers: [{ upTo: "500", amount: "50" }, { upTo: null, amount: "90" }],
    }),
    sentence: "2,183.9 miles cost one amount, that of the step that they reach, above 500.",
    rows: [["up to 500", "£50.00", "not this one"], ["above 500", "£90.00", "reached"]],
  },
  percentage: {
    charge: usage({ model: "percentage", field: "cost", percent: "2", perEvent: "0.2" }, {
      ...trips("cost"),
      event: "fuel",
    }),
    sentence: "2% of the cost and £0.20 for each event.",
    rows: [["Part", "71.05 × 2%", "£1.421"], ["Part", "1 event × 0.20", "£0.20"]],
  },
  "pass through": {
    charge: usage({ model: "pass_through", field: "cost", markupPercent: "2" }, {
      ...trips("cost"),
      event: "fuel",
    }),
    sentence: "What it cost is passed on, with 2% added.",
    rows: [["Markup", "71.05 × 2%", "£1.421"]],
  },
  "best rate": {
    charge: usage({
      model: "best_rate",
      startField: "start",
      endField: "end",
      units: [{ per: "hour", price: "6" }, { per: "day", price: "40" }],
    }, { event: "hire", aggregate: "count" }),
    sentence: "Each hire pays the cheapest set of whole units that covers its time.",
    rows: [["h", "49.5 hours", "2 days at £40.00 + 2 hours at £6.00", "£92.00"]],
  },
  pooled: {
    charge: usage({
      model: "pooled",
      includedPerVehicle: "1000",
      overage: { model: "graduated", tiers: [{ upTo: "500", unit: "0.12" }, { upTo: null, unit: "0.16" }] },
    }),
    sentence: "2 vehicles share a pool of 1,645.16 miles. What was used above it, 538.74, is charged once.",
    rows: [["V-1", "1,000", "1,482.4", "482.4", "£59.28"], ["V-2", "645.16", "701.5", "56.34", "£6.92"]],
  },
  indexed: {
    charge: usage({
      model: "indexed",
      base: "0.37",
      index: "diesel",
      baseIndex: "2.40",
      step: "0.20",
      change: "0.01",
    }),
    sentence: "The price of miles moves with diesel, by the value in force on the day of use.",
    rows: [
      ["1 January 2026", "2.95", "£0.39", "1,482.4", "£578.136"],
      ["15 March 2026", "2.2", "£0.36", "701.5", "£252.54"],
    ],
  },
  "time of use": {
    charge: usage({
      model: "time_of_use",
      bands: [{ name: "day", days: ["thu"], from: "06:00", to: "18:30", unit: "0.5" }],
      otherwise: { unit: "0.2" },
    }),
    sentence: "The price of miles goes by the time of day and week.",
    rows: [["day", "1,482.4", "£0.50", "£741.20"], ["At other times", "701.5", "£0.20", "£140.30"]],
  },
  "active vehicle": {
    charge: usage({ model: "active_vehicle", amount: "9" }, { event: "trip", aggregate: "count" }),
    sentence: "Each vehicle with at least one trip event pays £9.00 once: 2 vehicles.",
  },
};

for (const [name, { charge, sentence, rows }] of Object.entries(cases)) {
  Deno.test(`why, for ${name}`, () => {
    const explained = explain(charge);
    assert.equal(explained.sentence, sentence);
    assert.deepEqual(explained.table?.rows, rows);
    for (const row of rows ?? []) assert.equal(row.length, explained.table!.columns.length);
  });
}

Deno.test("a pool has a bar of what it holds and what is over", () => {
  const { bar } = explain(cases.pooled.charge);
  assert.deepEqual(bar, {
    title: "Used against the pool",
    description: "The pool holds 1,645.16 miles. 2,183.9 were used, so 538.74 are over.",
    withinPercent: 75.33,
    boundLabel: "In the pool 1,645.16",
    unit: "Miles",
    endLabel: "Used 2,183.9: 538.74 over",
  });
});

Deno.test("whatever is priced is explained: no word or figure of a sentence or a table is missing", () => {
  let tables = 0;
  checkProperty(
    fc.property(anyCase, (input) => {
      const charges = new Map((input.charges as CaseInput[]).map((charge) => [charge.id, charge]));
      for (const line of priceJson(input).lines) {
        const explained = explainAmount({
          charge: charges.get(line.charge) as unknown as ExplainedCharge,
          quantity: line.quantity,
          steps: line.trace,
          currency: String(input.currency),
        });
        const said = JSON.stringify(explained);
        assert.doesNotMatch(said, /undefined|NaN|null|Infinity/, `${JSON.stringify(line)}\n${said}`);
        assert.match(explained.sentence, /^\S.*\.$/);
        // What a table shows instead of a step, it shows.
        const { table, steps } = explained;
        if (table) tables += 1;
        assert.ok(table || steps.length === line.trace.length, said);
        for (const row of table?.rows ?? []) assert.equal(row.length, table!.columns.length);
      }
    }),
    { oneIn: 4 },
  );
  assert.ok(tables > 100, `only ${tables} tables`);
});
