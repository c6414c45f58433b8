/** The price case of the contract: its own example, its figures from public documentation, and what each model and field says. */
import assert from "node:assert/strict";
import { amountsOf, type CaseInput, january, kmCharge, priceJson, trip, v1 } from "../support/price_case.ts";

const example: CaseInput = {
  currency: "USD",
  zone: "America/Chicago",
  rounding: "half_up",
  period: { start: "2024-01-01", end: "2024-02-01" },
  vehicles: [{ id: "v1", from: "2024-01-10", to: null }],
  charges: [
    {
      id: "lease",
      kind: "recurring",
      per: "vehicle",
      proration: "day",
      price: { model: "flat", amount: "450.00" },
      taxCategory: "S",
    },
    {
      id: "km",
      kind: "usage",
      per: "contract",
      meter: { event: "trip", aggregate: "sum", field: "km", where: { purpose: "business" } },
      price: {
        model: "graduated",
        flatFeeOnZero: false,
        tiers: [
          { upTo: "10", unit: "10", flat: "2" },
          { upTo: "20", unit: "5", flat: "3" },
          { upTo: null, unit: "5", flat: "3" },
        ],
      },
    },
    { id: "setup", kind: "one_time", on: "2024-01-05", price: { model: "flat", amount: "99.00" } },
  ],
  usage: [
    {
      id: "e1",
      event: "trip",
      vehicle: "v1",
      at: "2024-01-12T10:00:00-06:00",
      km: "12.4",
      purpose: "business",
    },
  ],
  discounts: [{ id: "spring", percent: "10", charges: ["lease"] }, { id: "voucher", amount: "25.00" }],
  commitment: { minimum: "500.00", cap: null },
  credit: "20.00",
  tax: { inclusive: false, rates: [{ category: "S", percent: "8.25" }] },
  indexes: { diesel: [{ from: "2024-01-01", value: "2.83" }] },
};

const flat = (amount: string, more: CaseInput = {}) => {
  return { id: "lease", kind: "recurring", price: { model: "flat", amount }, ...more };
};
const tax = (percent: string, inclusive = false) => ({ inclusive, rates: [{ category: "S", percent }] });
const inDays = (start: string, end: string, from: string, to: string) => {
  return { period: { start, end }, vehicles: [{ id: "v1", from, to }] };
};

Deno.test("the contract's own example, to the cent, with its keys in order", () => {
  const result = priceJson(example);
  assert.deepEqual(result, {
    lines: [
      {
        charge: "lease",
        vehicle: "v1",
        quantity: "0.709677419355",
        unitPrice: "450.00",
        amount: "319.35",
        taxCategory: "S",
        trace: ["22 of 31 days (10 to 31 January)", "450.00 × 22/31 = 319.35"],
      },
      {
        charge: "km",
        quantity: "12.4",
        amount: "117.00",
        taxCategory: "S",
        trace: [
          "Sum of km over 1 trip event: 12.4",
          "The first 10 × 10.00 + 2.00 = 102.00",
          "The next 2.4 × 5.00 + 3.00 = 15.00",
          "102.00 + 15.00 = 117.00",
        ],
      },
      {
        charge: "setup",
        quantity: "1",
        unitPrice: "99.00",
        amount: "99.00",
        taxCategory: "S",
        trace: ["Once, on 5 January 2024", "1 × 99.00 = 99.00"],
      },
    ],
    subtotal: "535.35",
    discounts: [{ id: "spring", amount: "-31.94" }, { id: "voucher", amount: "-25.00" }],
    trueUp: "0.00",
    tax: [{ category: "S", percent: "8.25", base: "478.41", amount: "39.47" }],
    total: "517.88",
    creditApplied: "20.00",
    due: "497.88",
    ignored: [],
  });
  const totals = [
    "lines",
    "subtotal",
    "discounts",
    "trueUp",
    "tax",
    "total",
    "creditApplied",
    "due",
    "ignored",
  ];
  assert.deepEqual(Object.keys(result), totals);
  const keys = ["charge", "vehicle", "quantity", "unitPrice", "amount", "taxCategory", "trace"];
  assert.deepEqual(Object.keys(result.lines[0]), keys);
});

Deno.test("what is left out means: half_up, per contract, by days, no tier price or fee, no flat fee on zero", () => {
  const tiers = [{ upTo: "10" }, { unit: "2" }];
  const input = january({
    vehicles: [v1],
    charges: [kmCharge({ model: "graduated", tiers }), flat("0.125", { per: "vehicle" })],
    usage: [trip("e1", "13")],
  });
  const said = january({
    rounding: "half_up",
    vehicles: [v1],
    charges: [
      kmCharge(
        {
          model: "graduated",
          flatFeeOnZero: false,
          tiers: [{ upTo: "10", unit: "0", flat: "0" }, { upTo: null, unit: "2", flat: "0" }],
        },
        { per: "contract" },
      ),
      flat("0.125", { per: "vehicle", proration: "day" }),
    ],
    usage: [trip("e1", "13")],
    discounts: [],
    commitment: null,
    credit: null,
    tax: null,
    indexes: {},
  });
  assert.deepEqual(priceJson(input), priceJson(said));
  assert.deepEqual(amountsOf(priceJson(input)), ["6.00", "0.13"]);
  assert.deepEqual(priceJson(january({})).due, "0.00");
});

Deno.test("other optional numbers left out are none: no fee, no markup, nothing free, no bound", () => {
  const due = (price: unknown) =>
    priceJson(
      january({ vehicles: [v1], charges: [kmCharge(price)], usage: [trip("e1", "40"), trip("e2", "60")] }),
    ).due;
  assert.equal(due({ model: "pass_through", field: "km" }), "100.00");
  assert.equal(due({ model: "percentage", field: "km", percent: "2" }), "2.00");
  assert.equal(due({ model: "package", size: "10", price: "1" }), "10.00");
  assert.equal(due({ model: "volume", tiers: [{}] }), "0.00");
  assert.equal(due({ model: "volume", tiers: [{ flat: "3" }] }), "3.00");
  assert.equal(due({ model: "graduated", tiers: [{ unit: "3" }] }), "300.00");
  const indexed = { model: "indexed", base: "1", index: "d", baseIndex: "0", step: "1", change: "1" };
  const result = priceJson(january({
    vehicles: [v1],
    charges: [kmCharge(indexed), kmCharge({ ...indexed, change: "-1" }, { id: "down" })],
    usage: [trip("e1", "1")],
    indexes: { d: [{ from: "2024-01-01", value: "1000" }] },
  }));
  assert.deepEqual(amountsOf(result), ["1001.00", "-999.00"]);
});

Deno.test("Graduated 0–10 @10+2, 11–20 @5+3, 21+ @5+3 through a whole case, and 0→2 with flatFeeOnZero", () => {
  const [, km] = example.charges as CaseInput[];
  const meter = { event: "trip", aggregate: "sum", field: "km" };
  const total = (quantity: string) =>
    priceJson(january({ vehicles: [v1], charges: [{ ...km, meter }], usage: [trip("e1", quantity)] })).due;
  assert.deepEqual(["0", "1", "10", "11", "12", "21"].map(total), [
    "0.00",
    "12.00",
    "102.00",
    "110.00",
    "115.00",
    "163.00",
  ]);
  const price = { ...km.price as CaseInput, flatFeeOnZero: true };
  assert.equal(priceJson(january({ charges: [{ ...km, price, meter }] })).due, "2.00");
  const each = { ...km, price, meter, per: "vehicle" };
  const vehicles = [v1, { ...v1, id: "v2" }, { id: "v3", from: "2024-02-01" }];
  assert.deepEqual(amountsOf(priceJson(january({ vehicles, charges: [each] }))), ["2.00", "2.00"]);
});

Deno.test("Fixed 30: 2023-05-23→06-15 = 0.733333333, 05-15→05-23 = 0.266666667 as quantities of a line", () => {
  const quantity = (from: string, to: string) =>
    priceJson(january({
      ...inDays("2023-05-15", "2023-06-15", from, to),
      charges: [flat("300", { per: "vehicle", proration: "fixed30" })],
    })).lines[0];
  assert.equal(quantity("2023-05-23", "2023-06-15").quantity, "0.733333333333");
  assert.equal(quantity("2023-05-15", "2023-05-23").quantity, "0.266666666667");
  assert.deepEqual(quantity("2023-05-23", "2023-06-15").trace, [
    "22 of 30 days of 30-day months (23 May to 14 June)",
    "300.00 × 22/30 = 220.00",
  ]);
});

Deno.test("Credit 29 of 30 days: 200.00 + 25 % → 193.33 + 48.33 = 241.66; 160.00 → 154.67 + 38.67 = 193.34", () => {
  const billed = (amount: string) => {
    const result = priceJson(january({
      ...inDays("2024-04-01", "2024-05-01", "2024-04-02", "2024-05-01"),
      charges: [flat(amount, { per: "vehicle" })],
      tax: tax("25"),
    }));
    return [result.subtotal, result.tax[0].amount, result.total];
  };
  assert.deepEqual(billed("200.00"), ["193.33", "48.33", "241.66"]);
  assert.deepEqual(billed("160.00"), ["154.67", "38.67", "193.34"]);
});

Deno.test("29.99 weekly at 23.33 %, 6/7 → 25.71 + 6.00 = 31.71", () => {
  const result = priceJson(january({
    ...inDays("2024-01-01", "2024-01-08", "2024-01-02", "2024-01-08"),
    charges: [flat("29.99", { per: "vehicle" })],
    tax: tax("23.33"),
  }));
  assert.deepEqual([result.subtotal, result.tax[0].amount, result.total], ["25.71", "6.00", "31.71"]);
});

Deno.test("Tax: 8.875 % of 100.00 = 8.88; JPY 999 at 10.5 % = 105; 0.1 % of 1.00 = 0.00; 8180 × 9.975 % = 815.96", () => {
  const taxOf = (currency: string, amount: string, percent: string) =>
    priceJson(january({ currency, charges: [flat(amount)], tax: tax(percent) })).tax[0].amount;
  assert.equal(taxOf("USD", "100.00", "8.875"), "8.88");
  assert.equal(taxOf("JPY", "999", "10.5"), "105");
  assert.equal(taxOf("USD", "1.00", "0.1"), "0.00");
  assert.equal(taxOf("CAD", "8180", "9.975"), "815.96");
});

Deno.test("Car pool: $20 per 120 min pro rata 75 min = 12.50, plus (27 − 10) km × 0.35 = 5.95 → 18.45", () => {
  const result = priceJson(january({
    vehicles: [v1],
    charges: [
      {
        id: "time",
        kind: "usage",
        meter: { event: "trip", aggregate: "sum", field: "hours" },
        price: { model: "per_unit", unit: "10" },
      },
      kmCharge({ model: "graduated", tiers: [{ upTo: "10" }, { upTo: null, unit: "0.35" }] }),
    ],
    usage: [trip("e1", "27", 9, { hours: "1.25" })],
  }));
  assert.deepEqual([...amountsOf(result), result.due], ["12.50", "5.95", "18.45"]);
});

Deno.test("EN 16931 car-rental example: 463.00 + 25 % = 115.75", () => {
  const result = priceJson(january({ currency: "DKK", charges: [flat("463.00")], tax: tax("25") }));
  assert.deepEqual([result.subtotal, result.tax[0].amount, result.total], ["463.00", "115.75", "578.75"]);
});

Deno.test("30 one-day vehicles of 30 days, 100 km allowance each, 100 km driven: no overage", () => {
  const vehicles = Array.from({ length: 30 }, (_, index) => {
    const day = (number: number) => `2024-04-${String(number).padStart(2, "0")}`;
    return { id: `v${index}`, from: day(index + 1), to: index === 29 ? "2024-05-01" : day(index + 2) };
  });
  const overage = { model: "package", size: "50", price: "20" };
  const input = january({
    period: { start: "2024-04-01", end: "2024-05-01" },
    vehicles,
    charges: [kmCharge({ model: "pooled", includedPerVehicle: "100", overage })],
    usage: vehicles.map(({ id, from }, index) => {
      return {
        id: `e${index}`,
        event: "trip",
        vehicle: id,
        at: `${from}T12:00:00Z`,
        km: index < 20 ? "5" : "0",
      };
    }),
  });
  assert.deepEqual(priceJson(input).lines, []);
  (input.usage as CaseInput[])[0].km = "5.000000000001";
  assert.deepEqual(amountsOf(priceJson(input)), ["20.00"]);
});

Deno.test("a line is rounded once, from the exact fraction and not from the quantity shown", () => {
  const result = priceJson(january({
    vehicles: [{ id: "v1", from: "2024-01-10" }],
    charges: [flat("100000000000000.00", { per: "vehicle" })],
  }));
  // 0.709677419355 × 10^14 would be 70967741935500.00.
  assert.deepEqual(amountsOf(result), ["70967741935483.87"]);
});

Deno.test("amounts finer than the currency are allowed and round with their line, in the mode of the case", () => {
  const lines = (rounding: string) =>
    amountsOf(priceJson(january({
      rounding,
      vehicles: [v1],
      charges: [
        flat("0.125"),
        flat("-0.125", { id: "b" }),
        kmCharge({ model: "per_unit", unit: "0.0625" }),
      ],
      usage: [trip("e1", "2"), trip("e2", "2")],
    })));
  assert.deepEqual(lines("half_up"), ["0.13", "-0.13", "0.25"]);
  assert.deepEqual(lines("half_even"), ["0.12", "-0.12", "0.25"]);
});

Deno.test("zero-decimal currencies are not billed a hundredfold, and others have their own decimals", () => {
  const due = (currency: string, amount: string) =>
    priceJson(january({ currency, charges: [flat(amount)], credit: "1" })).due;
  assert.equal(due("JPY", "999"), "998");
  assert.equal(due("JPY", "999.50"), "999");
  assert.equal(due("KWD", "1.2345"), "0.235");
  assert.equal(due("CLF", "1.00005"), "0.0001");
});

Deno.test("lines are in the order of the charges, then of the vehicles", () => {
  const result = priceJson(january({
    vehicles: [{ ...v1, id: "z" }, { ...v1, id: "a" }],
    charges: [flat("1", { id: "second", per: "vehicle" }), flat("2", { id: "first" })],
  }));
  assert.deepEqual(result.lines.map(({ charge, vehicle }) => `${charge} ${vehicle}`), [
    "second z",
    "second a",
    "first undefined",
  ]);
});

Deno.test("nothing billed, no line", () => {
  const result = priceJson(january({
    vehicles: [v1],
    charges: [
      kmCharge({ model: "per_unit", unit: "0.004" }),
      kmCharge({ model: "flat", amount: "9" }, { id: "b", meter: { event: "toll", aggregate: "count" } }),
      flat("0", { id: "c" }),
    ],
    usage: [trip("e1", "1")],
    tax: tax("20"),
  }));
  assert.deepEqual([result.lines, result.tax, result.due], [[], [], "0.00"]);
});

Deno.test("a recurring charge with a tiered model prices the sum of the vehicles' prorated shares", () => {
  const price = { model: "volume", tiers: [{ upTo: "2", unit: "100" }, { upTo: null, unit: "80" }] };
  const result = priceJson(january({
    vehicles: [v1, { ...v1, id: "v2" }, { id: "v3", from: "2024-01-10" }],
    charges: [{ id: "fleet", kind: "recurring", price }],
  }));
  assert.deepEqual(result.lines, [{
    charge: "fleet",
    quantity: "2.709677419355",
    unitPrice: "80.00",
    amount: "216.77",
    trace: [
      "v1: 31 of 31 days (1 to 31 January)",
      "v2: 31 of 31 days (1 to 31 January)",
      "v3: 22 of 31 days (10 to 31 January)",
      "Vehicles: 31/31 + 31/31 + 22/31 = 2.709677419355",
      "2.709677419355 is priced by the tier above 2",
      "2.709677419355 × 80.00 = 216.77",
    ],
  }]);
});

Deno.test("a recurring charge per vehicle prices each share alone, in any model", () => {
  const vehicles = [v1, { id: "v2", from: "2024-01-10" }];
  const lines = (price: unknown) =>
    amountsOf(
      priceJson(january({ vehicles, charges: [{ id: "a", kind: "recurring", per: "vehicle", price }] })),
    );
  assert.deepEqual(lines({ model: "per_unit", unit: "31" }), ["31.00", "22.00"]);
  assert.deepEqual(lines({ model: "package", size: "0.5", price: "10" }), ["20.00", "20.00"]);
  assert.deepEqual(lines({ model: "stairstep", tiers: [{ upTo: "0.9", amount: "7" }, { amount: "9" }] }), [
    "9.00",
    "7.00",
  ]);
});

Deno.test("best rate prices each event as a hire, in the period of its at, whole", () => {
  const hire = (id: string, at: string, end: string) => ({
    id,
    event: "hire",
    vehicle: "v1",
    at,
    start: at,
    end,
  });
  const units = [{ per: "hour", price: "6" }, { per: "day", price: "40" }, { per: "week", price: "200" }];
  const result = priceJson(january({
    zone: "Europe/Berlin",
    vehicles: [v1],
    charges: [{
      id: "hire",
      kind: "usage",
      meter: { event: "hire", aggregate: "count" },
      price: { model: "best_rate", startField: "start", endField: "end", units },
    }],
    usage: [
      hire("h1", "2024-01-31T23:00:00+01:00", "2024-02-03T00:30:00+01:00"),
      hire("h2", "2023-12-31T23:59:00+01:00", "2024-01-03T00:00:00+01:00"),
    ],
  }));
  assert.deepEqual(amountsOf(result), ["92.00"]);
  assert.deepEqual(result.lines[0].trace, [
    "1 hire event",
    "h1: 49.5 hours, cheapest as 2 days × 40.00 + 2 hours × 6.00 = 92.00",
    "92.00",
  ]);
});

Deno.test("a day of a hire is 24 hours, also where the clocks change", () => {
  const at = "2024-03-30T12:00:00+01:00", end = "2024-03-31T12:00:00+02:00";
  const result = priceJson({
    ...january({ zone: "Europe/Berlin", vehicles: [v1] }),
    period: { start: "2024-03-01", end: "2024-04-01" },
    charges: [{
      id: "hire",
      kind: "usage",
      meter: { event: "hire", aggregate: "count" },
      price: {
        model: "best_rate",
        startField: "at",
        endField: "end",
        units: [{ per: "hour", price: "1" }, { per: "day", price: "23.50" }],
      },
    }],
    usage: [{ id: "h1", event: "hire", vehicle: "v1", at, end }],
  });
  assert.deepEqual(amountsOf(result), ["23.00"]);
});

Deno.test("an active vehicle pays once for any event of the meter, and is never prorated", () => {
  const charge = (per: string) => {
    return kmCharge({ model: "active_vehicle", amount: "15" }, {
      per,
      meter: { event: "trip", aggregate: "count" },
    });
  };
  const input = (per: string) =>
    january({
      vehicles: [v1, { ...v1, id: "v2" }, { id: "v3", from: "2024-01-31" }],
      charges: [charge(per)],
      usage: [
        trip("e1", "1"),
        trip("e2", "1"),
        trip("e3", "1", 31, { vehicle: "v3" }),
        trip("e4", "1", 3, { vehicle: "v2", event: "toll" }),
      ],
    });
  const contract = priceJson(input("contract")).lines;
  assert.deepEqual([contract[0].quantity, contract[0].unitPrice, contract[0].amount], [
    "2",
    "15.00",
    "30.00",
  ]);
  const each = priceJson(input("vehicle")).lines;
  assert.deepEqual(each.map(({ vehicle, amount }) => `${vehicle} ${amount}`), ["v1 15.00", "v3 15.00"]);
});

Deno.test("a pool is shown per vehicle in proportion to what each drove above its own allowance", () => {
  const charge = kmCharge({
    model: "pooled",
    includedPerVehicle: "100",
    overage: { model: "per_unit", unit: "0.50" },
  });
  const input = january({
    vehicles: [v1, { ...v1, id: "v2" }, { ...v1, id: "v3" }],
    charges: [charge],
    usage: [
      trip("e1", "160"),
      trip("e2", "130", 15, { vehicle: "v2" }),
      trip("e3", "60", 15, { vehicle: "v3" }),
      trip("e4", "10", 15, { vehicle: null }),
    ],
  });
  assert.deepEqual(priceJson(input).lines, [{
    charge: "km",
    quantity: "360",
    amount: "30.00",
    trace: [
      "Sum of km over 4 trip events: 360",
      "Pool of 3 vehicles: 3 × 100 = 300",
      "Above the pool: 360 − 300 = 60",
      "60 × 0.50 = 30.00",
      "v1: 160 − 100 = 60 above its own, its part is 18.00",
      "v2: 130 − 100 = 30 above its own, its part is 9.00",
      "Without a vehicle: 10 − 0 = 10 above its own, its part is 3.00",
    ],
  }]);
  const each = priceJson({ ...input, usage: [trip("e1", "160")], charges: [{ ...charge, per: "vehicle" }] });
  assert.deepEqual(each.lines.map(({ vehicle, amount }) => `${vehicle} ${amount}`), ["v1 30.00"]);
});

Deno.test("an indexed price takes the value in force at the event's local date", () => {
  const price = {
    model: "indexed",
    base: "0.37",
    index: "diesel",
    baseIndex: "2.40",
    step: "0.20",
    change: "0.01",
    floor: "0.30",
    ceiling: "0.50",
  };
  const result = priceJson({
    ...january({ zone: "America/Chicago", vehicles: [v1], charges: [kmCharge(price)] }),
    // In Chicago it is still the 14th at 05:59 UTC.
    usage: [{ ...trip("e1", "100"), at: "2024-01-15T05:59:59Z" }, {
      ...trip("e2", "100"),
      at: "2024-01-15T06:00:00Z",
    }],
    indexes: { diesel: [{ from: "2023-12-25", value: "2.40" }, { from: "2024-01-15", value: "2.60" }] },
  });
  assert.deepEqual(amountsOf(result), ["75.00"]);
  assert.match(result.lines[0].trace.join(), /from 25 December 2023: .* = 0\.37,100 × 0\.37 = 37\.00/);
});

Deno.test("time of use goes by the wall clock, also in the hour that comes twice", () => {
  const price = {
    model: "time_of_use",
    bands: [{ name: "night", days: ["sat", "sun"], from: "22:00", to: "02:00", unit: "1" }],
    otherwise: { unit: "10" },
  };
  const at = (id: string, instant: string) => ({ id, event: "trip", vehicle: "v1", at: instant, km: "1" });
  const result = priceJson({
    ...january({ zone: "America/Chicago", vehicles: [v1], charges: [kmCharge(price)] }),
    period: { start: "2024-11-01", end: "2024-12-01" },
    usage: [
      at("e1", "2024-11-03T01:30:00-05:00"),
      at("e2", "2024-11-03T01:30:00-06:00"),
      at("e3", "2024-11-03T02:00:00-06:00"),
    ],
  });
  assert.deepEqual(amountsOf(result), ["12.00"]);
});

Deno.test("negative usage: negative in linear models, zero in the others, and no fee per event", () => {
  const due = (price: unknown) =>
    priceJson(january({ vehicles: [v1], charges: [kmCharge(price)], usage: [trip("e1", "-10")] })).due;
  const tiers = [{ unit: "2", flat: "1" }];
  assert.equal(due({ model: "per_unit", unit: "2" }), "-20.00");
  assert.equal(due({ model: "graduated", tiers }), "0.00");
  assert.equal(due({ model: "volume", tiers }), "0.00");
  assert.equal(due({ model: "package", size: "5", price: "1" }), "0.00");
  assert.equal(due({ model: "stairstep", tiers: [{ amount: "5" }] }), "0.00");
  const pooled = { model: "pooled", includedPerVehicle: "0", overage: { model: "per_unit", unit: "2" } };
  assert.equal(due(pooled), "0.00");
  assert.equal(due({ model: "percentage", field: "km", percent: "10", perEvent: "3" }), "-1.00");
  assert.equal(
    due({ model: "pass_through", field: "km", markupPercent: "10", markupPerEvent: "3" }),
    "-11.00",
  );
  assert.equal(due({ model: "time_of_use", bands: [], otherwise: { unit: "2" } }), "-20.00");
});

Deno.test("a usage charge per vehicle prices each vehicle alone, per contract the sum", () => {
  const price = { model: "package", size: "10", price: "1" };
  const input = (per: string) =>
    january({
      vehicles: [v1, { ...v1, id: "v2" }],
      charges: [kmCharge(price, { per })],
      usage: [trip("e1", "12"), trip("e2", "13", 8, { vehicle: "v2" })],
    });
  assert.deepEqual(amountsOf(priceJson(input("vehicle"))), ["2.00", "2.00"]);
  assert.deepEqual(amountsOf(priceJson(input("contract"))), ["3.00"]);
});
