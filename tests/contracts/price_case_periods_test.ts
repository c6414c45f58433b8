/** Periods, stays, meters and time zones of a price case: which usage counts, and as how much. */
import assert from "node:assert/strict";
import { amountsOf, type CaseInput, january, kmCharge, priceJson, trip, v1 } from "../support/price_case.ts";

const perUnit = { model: "per_unit", unit: "1" };
const meter = (aggregate: string, more: CaseInput = {}) => {
  return kmCharge(perUnit, { meter: { event: "trip", aggregate, field: "km", ...more } });
};
const at = (id: string, instant: string, km: string, more: CaseInput = {}): CaseInput => {
  return { id, event: "trip", vehicle: "v1", at: instant, km, ...more };
};
const quantity = (input: CaseInput) => priceJson(input).lines[0]?.quantity ?? "no line";
const reading = (id: string, instant: string, km: string, vehicle = "v1") => at(id, instant, km, { vehicle });
const reset = (id: string, instant: string, from: string, to: string, more: CaseInput = {}) => {
  return { id, event: "odometer_reset", vehicle: "v1", at: instant, from, to, ...more };
};

Deno.test("usage outside [start, end) by local date is left out, and not called ignored", () => {
  const result = priceJson(january({
    zone: "America/Chicago",
    vehicles: [v1],
    charges: [meter("sum")],
    usage: [
      at("e1", "2024-01-01T05:59:59.999999999Z", "1"),
      at("e2", "2024-01-01T06:00:00Z", "10"),
      at("e3", "2024-02-01T05:59:59.999999999Z", "100"),
      at("e4", "2024-02-01T06:00:00Z", "1000"),
    ],
  }));
  assert.deepEqual([result.lines[0].quantity, result.ignored], ["110", []]);
});

/** The hours from 00:00 to 24:00 local time on each side of a change of the clocks: no event is lost or counted twice. */
const CHANGES: [zone: string, day: string, hours: number][] = [
  ["Australia/Lord_Howe", "2024-10-06", 23.5],
  ["Australia/Lord_Howe", "2024-04-07", 24.5],
  ["America/Chicago", "2024-03-10", 23],
  ["America/Chicago", "2024-11-03", 25],
  ["Europe/Berlin", "2024-03-31", 23],
  ["Europe/Berlin", "2024-10-27", 25],
  ["America/Sao_Paulo", "2018-11-04", 23],
  ["America/Sao_Paulo", "2018-02-17", 25],
  ["Africa/Cairo", "2024-04-26", 23],
  ["Pacific/Apia", "2011-12-31", 24],
];

Deno.test("time-zone and DST cases neither drop usage nor count it twice, in five zones and more", () => {
  for (const [zone, day, hours] of CHANGES) {
    const date = Temporal.PlainDate.from(day);
    const start = date.toZonedDateTime(zone).toInstant();
    const usage = Array.from({ length: 60 }, (_, index) => {
      return at(`e${index}`, `${start.add({ minutes: 30 * (index - 4) })}`, "1");
    });
    const period = (from: number, to: number) => {
      return { start: `${date.add({ days: from })}`, end: `${date.add({ days: to })}` };
    };
    const vehicles = [{ id: "v1", from: "2000-01-01" }];
    const count = (from: number, to: number) =>
      Number(
        quantity(january({ zone, vehicles, period: period(from, to), charges: [meter("count")], usage })),
      );
    assert.equal(count(0, 1), hours * 2, `${zone} ${day}`);
    assert.equal(count(-2, 0) + count(0, 1) + count(1, 3), 60, `${zone} ${day}`);
  }
});

Deno.test("where clocks go back over midnight, the local date decides and not the instant", () => {
  // St. John's went from 00:01 on Sunday back to 23:01 on Saturday.
  const usage = [
    at("e1", "2010-11-07T00:00:30-02:30", "1"),
    at("e2", "2010-11-06T23:30:00-03:30", "10"),
    at("e3", "2010-11-07T00:00:30-03:30", "100"),
  ];
  const vehicles = [{ id: "v1", from: "2000-01-01" }];
  const input = (start: string, end: string) =>
    january({ zone: "America/St_Johns", vehicles, period: { start, end }, charges: [meter("sum")], usage });
  assert.equal(quantity(input("2010-11-07", "2010-11-08")), "101");
  assert.equal(quantity(input("2010-11-06", "2010-11-07")), "10");
});

Deno.test("proration by the second counts the hours of the days of the change", () => {
  const line = priceJson(january({
    zone: "America/Chicago",
    period: { start: "2024-03-10", end: "2024-03-12" },
    vehicles: [{ id: "v1", from: "2024-03-10", to: "2024-03-11" }],
    charges: [{
      id: "a",
      kind: "recurring",
      per: "vehicle",
      proration: "second",
      price: { model: "flat", amount: "47" },
    }],
  })).lines[0];
  assert.equal(line.amount, "23.00");
  assert.deepEqual(line.trace, [
    "82800 of 169200 seconds (10 March)",
    "47.00 × 82800/169200 = 23.00",
  ]);
});

Deno.test("days are counted end-exclusive: [15 Mar, 31 Mar) is 16 days", () => {
  const line = priceJson(january({
    period: { start: "2024-03-01", end: "2024-04-01" },
    vehicles: [{ id: "v1", from: "2024-03-15", to: "2024-03-31" }],
    charges: [{ id: "a", kind: "recurring", per: "vehicle", price: { model: "flat", amount: "31" } }],
  })).lines[0];
  assert.deepEqual([line.amount, line.trace[0]], ["16.00", "16 of 31 days (15 to 30 March)"]);
});

Deno.test("fixed30 is 30E/360, and without proration every vehicle that was there pays the whole, once", () => {
  const lines = (proration: string, ...stays: [string, string | null][]) =>
    amountsOf(priceJson(january({
      vehicles: stays.map(([from, to]) => ({ id: "v1", from, to })),
      charges: [{
        id: "a",
        kind: "recurring",
        per: "vehicle",
        proration,
        price: { model: "flat", amount: "30" },
      }],
    })));
  assert.deepEqual(lines("fixed30", ["2024-01-31", null]), ["1.00"]);
  assert.deepEqual(lines("fixed30", ["2024-01-01", "2024-01-31"]), ["29.00"]);
  assert.deepEqual(lines("fixed30", ["2024-01-30", "2024-01-31"]), []);
  assert.deepEqual(lines("none", ["2024-01-01", "2024-01-03"], ["2024-01-31", null]), ["30.00"]);
  assert.deepEqual(lines("day", ["2024-01-01", "2024-01-03"], ["2024-01-31", null]), ["2.90"]);
  assert.deepEqual(lines("day", ["2024-02-01", null]), []);
});

Deno.test("a period without a day by 30E/360 is still paid whole by who was there", () => {
  const line = priceJson(january({
    period: { start: "2024-01-30", end: "2024-01-31" },
    vehicles: [v1],
    charges: [{
      id: "a",
      kind: "recurring",
      per: "vehicle",
      proration: "fixed30",
      price: { model: "flat", amount: "30" },
    }],
  })).lines[0];
  assert.deepEqual([line.amount, line.trace.at(-1)], ["30.00", "30.00 × 1 = 30.00"]);
});

Deno.test("usage of a vehicle while it is not on the contract is left out and named, in the order of time", () => {
  const result = priceJson(january({
    vehicles: [{ id: "v1", from: "2024-01-10", to: "2024-01-20" }],
    charges: [meter("sum")],
    usage: [
      trip("e3", "100", 20),
      trip("e2", "10", 10),
      trip("e1", "1", 9),
      trip("e0", "5", 2, { event: "toll" }),
    ],
  }));
  assert.equal(result.lines[0].quantity, "10");
  assert.deepEqual(result.ignored, [
    { usage: "e0", reason: "v1 was not on the contract on 2 January 2024" },
    { usage: "e1", reason: "v1 was not on the contract on 9 January 2024" },
    { usage: "e3", reason: "v1 was not on the contract on 20 January 2024" },
  ]);
});

Deno.test("duplicate usage after a retry counts once", () => {
  const result = priceJson(january({
    vehicles: [v1],
    charges: [meter("sum")],
    usage: [trip("e1", "5"), trip("e1", "5"), { km: "5", ...trip("e1", "5") }],
  }));
  assert.equal(result.lines[0].quantity, "5");
});

Deno.test("a one-time charge falls in the period that holds its date, per vehicle on those there that day", () => {
  const charge = (on: string, per: string) => {
    return { id: "a", kind: "one_time", on, per, price: { model: "flat", amount: "99.00" } };
  };
  const lines = (on: string, per = "contract") =>
    priceJson(january({
      vehicles: [v1, { id: "v2", from: "2024-01-05", to: "2024-01-06" }, { id: "v3", from: "2024-01-06" }],
      charges: [charge(on, per)],
    })).lines.map(({ vehicle, amount }) => `${vehicle} ${amount}`);
  for (const on of ["2023-12-31", "2024-02-01"]) assert.deepEqual(lines(on), []);
  for (const on of ["2024-01-01", "2024-01-31"]) assert.deepEqual(lines(on), ["undefined 99.00"]);
  assert.deepEqual(lines("2024-01-05", "vehicle"), ["v1 99.00", "v2 99.00"]);
});

Deno.test("where: only events that hold exactly these values are the meter's; a missing field does not match", () => {
  const usage = [
    trip("e1", "1", 5, { purpose: "business", toll: true }),
    trip("e2", "10", 5, { purpose: "private", toll: true }),
    trip("e3", "100", 5, { purpose: "business", toll: false }),
    trip("e4", "1000", 5),
  ];
  const of = (where: CaseInput) =>
    quantity(january({ vehicles: [v1], charges: [meter("sum", { where })], usage }));
  assert.equal(of({ purpose: "business" }), "101");
  assert.equal(of({ purpose: "business", toll: true }), "1");
  assert.equal(of({ vehicle: "v1" }), "1111");
  assert.equal(of({}), "1111");
  assert.equal(of({ constructor: "x" }), "no line");
});

Deno.test("sum, count, max and unique; the last two are over all vehicles of a contract", () => {
  const usage = [
    trip("e1", "5", 5, { driver: "ann" }),
    trip("e2", "7", 6, { vehicle: "v2", driver: "bob" }),
    trip("e3", "7", 6, { vehicle: "v2", driver: "ann" }),
    trip("e4", "-9", 6, { driver: "true" }),
    trip("e5", "0", 6, { driver: true }),
  ];
  const of = (aggregate: string, field = "km") =>
    quantity(january({ vehicles: [v1, { ...v1, id: "v2" }], charges: [meter(aggregate, { field })], usage }));
  assert.deepEqual(["sum", "count", "max"].map((aggregate) => of(aggregate)), ["10", "5", "7"]);
  assert.equal(of("unique", "driver"), "4");
  assert.equal(
    quantity(january({ vehicles: [v1], charges: [meter("max")], usage: [trip("e1", "-3")] })),
    "-3",
  );
  assert.equal(quantity(january({ vehicles: [v1], charges: [meter("max")] })), "no line");
});

Deno.test("the trace says what was measured, for each aggregate", () => {
  const head = (aggregate: string) =>
    priceJson(january({
      vehicles: [v1],
      charges: [meter(aggregate)],
      usage: [trip("e1", "5", 1), trip("e2", "7", 16)],
    })).lines[0].trace[0];
  assert.deepEqual(["sum", "count", "max", "unique", "last_minus_first"].map(head), [
    "Sum of km over 2 trip events: 12",
    "2 trip events",
    "Greatest km of 2 trip events: 7",
    "Different values of km in 2 trip events: 2",
    "Run of km, last reading minus first: 2",
  ]);
  assert.match(head("time_weighted"), /^Mean of km by time: 5\.91935483871$/);
});

Deno.test("last minus first is per vehicle, summed, with the last reading before the start as opening value", () => {
  const usage = [
    reading("e1", "2023-11-30T12:00:00Z", "50"),
    reading("e2", "2023-12-30T12:00:00Z", "100"),
    reading("e3", "2024-01-10T12:00:00Z", "130"),
    reading("e4", "2024-01-31T12:00:00Z", "180"),
    reading("e5", "2024-02-01T12:00:00Z", "999"),
    reading("f1", "2024-01-02T12:00:00Z", "7000", "v2"),
    reading("f2", "2024-01-20T12:00:00Z", "7020", "v2"),
    reading("g1", "2024-01-20T12:00:00Z", "5", "v3"),
  ];
  const vehicles = [v1, { ...v1, id: "v2" }, { ...v1, id: "v3" }];
  const input = january({ vehicles, charges: [meter("last_minus_first")], usage });
  assert.equal(quantity(input), "100");
  const each = priceJson({ ...input, charges: [{ ...meter("last_minus_first"), per: "vehicle" }] });
  assert.deepEqual(each.lines.map(({ vehicle, quantity }) => `${vehicle} ${quantity}`), ["v1 80", "v2 20"]);
});

Deno.test("an opening value lies within the vehicle's stay, and what it drove between two stays is not billed", () => {
  const vehicles = [
    { id: "v1", from: "2023-12-25", to: "2024-01-11" },
    { id: "v1", from: "2024-01-20", to: "2024-01-22" },
    { id: "v1", from: "2024-01-22", to: null },
  ];
  const usage = [
    reading("e1", "2023-12-20T12:00:00Z", "10"),
    reading("e2", "2024-01-02T12:00:00Z", "100"),
    reading("e3", "2024-01-10T12:00:00Z", "130"),
    reading("e4", "2024-01-21T12:00:00Z", "500"),
    reading("e5", "2024-01-23T12:00:00Z", "520"),
  ];
  assert.equal(quantity(january({ vehicles, charges: [meter("last_minus_first")], usage })), "50");
});

Deno.test("readings at the same instant are in the order of their ids", () => {
  const usage = [
    reading("b", "2024-01-10T12:00:00Z", "120"),
    reading("a", "2024-01-10T13:00:00+01:00", "110"),
    reading("c", "2024-01-09T12:00:00Z", "100"),
  ];
  assert.equal(quantity(january({ vehicles: [v1], charges: [meter("last_minus_first")], usage })), "20");
});

Deno.test("an odometer reset is driven over, and one after the last reading waits for the next period", () => {
  const usage = [
    reading("e1", "2024-01-02T12:00:00Z", "99900"),
    reset("r1", "2024-01-05T12:00:00Z", "99950", "10"),
    reading("e2", "2024-01-10T12:00:00Z", "110"),
    reset("r2", "2024-01-30T12:00:00Z", "120", "0"),
    reading("e3", "2024-02-10T12:00:00Z", "30"),
  ];
  const input = january({ vehicles: [v1], charges: [meter("last_minus_first")], usage });
  assert.equal(quantity(input), "150");
  assert.equal(quantity({ ...input, period: { start: "2024-02-01", end: "2024-03-01" } }), "40");
});

Deno.test("a reset that names a field is about that field alone", () => {
  const hours = { id: "h", ...{ meter: { event: "trip", aggregate: "last_minus_first", field: "hours" } } };
  const usage = [
    at("e1", "2024-01-02T12:00:00Z", "900", { hours: "5" }),
    reset("r1", "2024-01-05T12:00:00Z", "950", "0", { field: "km" }),
    at("e2", "2024-01-10T12:00:00Z", "30", { hours: "9" }),
  ];
  const charges = [meter("last_minus_first"), kmCharge(perUnit, hours)];
  const result = priceJson(january({ vehicles: [v1], charges, usage }));
  assert.deepEqual(result.lines.map(({ quantity }) => quantity), ["80", "4"]);
});

Deno.test("time weighted: the mean over the period, zero before the first event, the last one before as opening value", () => {
  const mean = (usage: CaseInput[], more: CaseInput = {}) =>
    quantity(january({ vehicles: [v1], charges: [meter("time_weighted")], usage, ...more }));
  assert.equal(mean([trip("e1", "31", 31, { at: "2024-01-31T00:00:00Z" })]), "1");
  assert.equal(mean([at("e1", "2023-12-01T00:00:00Z", "9"), at("e2", "2023-12-31T23:00:00Z", "4")]), "4");
  const usage = [at("e0", "2023-12-31T00:00:00Z", "2"), at("e1", "2024-01-16T12:00:00Z", "6")];
  assert.equal(mean(usage), "4");
  assert.equal(mean([...usage, at("e2", "2024-01-16T12:00:00Z", "10")]), "6");
  assert.equal(mean([...usage, at("e3", "2024-02-01T00:00:00Z", "99")]), "4");
});

Deno.test("time weighted is summed over the vehicles of a contract, and over its own stay for a vehicle alone", () => {
  const vehicles = [{ id: "v1", from: "2024-01-01", to: "2024-01-11" }, { id: "v2", from: "2023-12-01" }];
  const usage = [
    at("e1", "2024-01-06T00:00:00Z", "31"),
    at("e2", "2023-12-15T00:00:00Z", "3", { vehicle: "v2" }),
    at("e3", "2024-01-20T00:00:00Z", "1", { vehicle: null }),
  ];
  // 31 for 5 of 31 days, 3 all the time, 1 for 12 of 31 days.
  const charge = meter("time_weighted");
  assert.equal(quantity(january({ vehicles, charges: [charge], usage })), "8.387096774194");
  const each = priceJson(
    january({ vehicles, charges: [{ ...charge, per: "vehicle" }], usage: usage.slice(0, 2) }),
  );
  assert.deepEqual(each.lines.map(({ quantity }) => quantity), ["15.5", "3"]);
});

Deno.test("a day of 23 hours weighs less than one of 25", () => {
  const input = (start: string, end: string, change: string) =>
    january({
      zone: "America/Chicago",
      period: { start, end },
      vehicles: [v1],
      charges: [meter("time_weighted")],
      usage: [at("e1", `${change}T00:00:00-06:00`, "47")],
    });
  assert.equal(quantity(input("2024-03-10", "2024-03-12", "2024-03-10")), "47");
  const later = input("2024-03-10", "2024-03-12", "2024-03-11");
  (later.usage as CaseInput[])[0].at = "2024-03-11T00:00:00-05:00";
  assert.equal(quantity(later), "24");
});

Deno.test("a flat amount for usage is due once there is any, per contract or per vehicle", () => {
  const charge = kmCharge({ model: "flat", amount: "9" });
  const vehicles = [v1, { ...v1, id: "v2" }];
  const input = january({ vehicles, charges: [charge], usage: [trip("e1", "5"), trip("e2", "-5")] });
  assert.deepEqual(amountsOf(priceJson(input)), ["9.00"]);
  const each = priceJson({ ...input, charges: [{ ...charge, per: "vehicle" }] });
  assert.deepEqual(each.lines.map(({ vehicle, quantity }) => `${vehicle} ${quantity}`), ["v1 1"]);
  assert.deepEqual(priceJson({ ...input, usage: [trip("e1", "5", 15, { event: "toll" })] }).lines, []);
});

Deno.test("what comes first in time is free, whatever the order of the list", () => {
  const charge = kmCharge({
    model: "percentage",
    field: "km",
    percent: "10",
    perEvent: "1",
    freeEvents: "1",
  });
  const dear = kmCharge({
    model: "percentage",
    field: "km",
    percent: "10",
    freeAmount: "100",
    maxPerEvent: "5",
  });
  const usage = [trip("e2", "200", 9), trip("e1", "100", 8), trip("e3", "10", 8, { vehicle: "v2" })];
  const vehicles = [v1, { ...v1, id: "v2" }];
  assert.deepEqual(amountsOf(priceJson(january({ vehicles, charges: [charge], usage }))), ["33.00"]);
  assert.deepEqual(amountsOf(priceJson(january({ vehicles, charges: [dear], usage }))), ["6.00"]);
  const each = { ...charge, per: "vehicle" };
  assert.deepEqual(amountsOf(priceJson(january({ vehicles, charges: [each], usage }))), ["31.00", "1.00"]);
});

Deno.test("a stay that is only the day that Samoa skipped has no time, and no mean", () => {
  const input = january({
    zone: "Pacific/Apia",
    period: { start: "2011-12-01", end: "2012-01-01" },
    vehicles: [{ id: "v1", from: "2011-12-30", to: "2011-12-31" }],
    charges: [{ ...meter("time_weighted"), per: "vehicle" }],
    usage: [],
  });
  assert.deepEqual(priceJson(input).lines, []);
});

Deno.test("a tiered recurring charge without a vehicle bills its first fee only if it says so", () => {
  const lines = (flatFeeOnZero: boolean) => {
    const price = { model: "graduated", flatFeeOnZero, tiers: [{ unit: "10", flat: "4" }] };
    return priceJson(january({ charges: [{ id: "a", kind: "recurring", price }] })).lines;
  };
  assert.deepEqual(lines(false), []);
  assert.deepEqual(lines(true)[0].trace, [
    "Vehicles: 0 = 0",
    "No usage: the fee of the first tier is due",
    "4.00",
  ]);
});
