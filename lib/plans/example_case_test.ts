/** An example comes to what a bill of the same facts would. */
import assert from "node:assert/strict";
import type { NewCharge } from "../../db/queries/rate_plan.ts";
import { isMilepostError } from "../core/errors.ts";
import { exampleUnit, priceExample } from "./example_case.ts";
import type { MeterTerms, PriceTerms } from "./terms.ts";

function usage(reference: string, meter: MeterTerms, price: PriceTerms): NewCharge {
  const terms = { kind: "usage", per: "vehicle", proration: "day" } as const;
  return { reference, name: reference, ...terms, meter, price, taxCategory: "S", taxPercent: "20" };
}
const lease: NewCharge = {
  ...usage("lease", { event: "none", aggregate: "count" }, { model: "flat", amount: "412.00" }),
  kind: "recurring",
  meter: null,
};
const perUnit = (unit: string): PriceTerms => ({ model: "per_unit", unit });

function example(charges: NewCharge[], days: string, quantities: string[]) {
  return priceExample({ currency: "GBP", taxInclusive: false, charges, indexes: new Map() }, {
    days,
    quantities,
  }).result;
}

Deno.test("days prorate, a quantity is priced, and the tax is on both", () => {
  const km = usage("km", { event: "trip", aggregate: "sum", field: "km" }, perUnit("0.27"));
  const { lines, tax, total } = example([lease, km], "10", ["", "100.5"]);
  assert.deepEqual(lines.map(({ amount }) => amount), ["132.90", "27.14"]); // 412 × 10/31, 100.5 × 0.27
  assert.equal(lines[0].trace[0], "10 of 31 days (1 to 10 January)");
  assert.equal(tax[0].amount, "32.01");
  assert.equal(total, "192.05");
});

Deno.test("every way of counting comes to the quantity, also where charges share an event", () => {
  const aggregates = ["sum", "count", "max", "unique", "last_minus_first", "time_weighted"] as const;
  const charges = aggregates.map((aggregate) =>
    usage(aggregate, { event: "trip", aggregate, field: "km", where: { billable: true } }, perUnit("1"))
  );
  const { lines } = example(charges, "31", aggregates.map(() => "12"));
  assert.deepEqual(lines.map(({ quantity }) => quantity), aggregates.map(() => "12"));
});

Deno.test("prices that look at each event have one to look at", () => {
  const charges = [
    usage("toll", { event: "toll", aggregate: "count" }, {
      model: "pass_through",
      field: "cost",
      markupPercent: "10",
    }),
    usage("fee", { event: "sale", aggregate: "sum", field: "units" }, {
      model: "percentage",
      field: "amount",
      percent: "5",
    }),
    usage("hire", { event: "hire", aggregate: "count" }, {
      model: "best_rate",
      startField: "from",
      endField: "to",
      units: [{ per: "hour", price: "5" }, { per: "day", price: "20" }],
    }),
    usage("used", { event: "trip", aggregate: "count" }, { model: "active_vehicle", amount: "7" }),
  ];
  const { lines } = example(charges, "31", ["50", "200", "5", "1"]);
  assert.deepEqual(lines.map(({ amount }) => amount), ["55.00", "10.00", "20.00", "7.00"]);
  assert.equal(exampleUnit(charges[0]), "Money in cost of one toll event");
});

Deno.test("nothing used is nothing billed", () => {
  const km = usage("km", { event: "trip", aggregate: "sum", field: "km" }, perUnit("0.27"));
  assert.deepEqual(example([km], "31", ["0"]).lines, []);
});

Deno.test("figures that cannot be are named by their field", () => {
  const trips = usage("trips", { event: "trip", aggregate: "count" }, perUnit("1"));
  const steps = usage("steps", { event: "trip", aggregate: "sum", field: "km" }, {
    model: "stairstep",
    tiers: [{ upTo: "10", amount: "5" }],
  });
  const fieldsOf = (days: string, quantities: string[]) => {
    try {
      example([lease, trips, steps], days, quantities);
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      return error.fields.map(({ field }) => field);
    }
  };
  assert.deepEqual(fieldsOf("32", ["", "1.5", "x"]), ["days", "quantity-2", "quantity-3"]);
  assert.deepEqual(fieldsOf("31", ["", "1001", "0"]), ["quantity-2"]);
  assert.deepEqual(fieldsOf("31", ["", "1", "11"]), ["quantity-3"]);
  assert.equal(fieldsOf("31", ["", "1", "10"]), undefined);
});
