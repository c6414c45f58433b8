/** The oracle agrees with the published figures of the field, each worked out by hand. */
import assert from "node:assert/strict";
import { derive } from "./derive.ts";
import { OracleCannotTell, type OracleCharge, type OracleEvent, type OracleFacts } from "./facts.ts";
import { nearest, read } from "./fraction.ts";

const day = (text: string) => Temporal.PlainDate.from(text);

function charge(price: Record<string, unknown>, more: Partial<OracleCharge> = {}): OracleCharge {
  return {
    id: "c",
    kind: "usage",
    per: "contract",
    proration: "day",
    meter: { event: "trip", aggregate: "sum", field: "km" },
    price,
    taxCategory: null,
    taxPercent: null,
    ...more,
  };
}

function event(id: string, properties: Record<string, string>, more: Partial<OracleEvent> = {}): OracleEvent {
  const made = { id, event: "trip", vehicle: null, date: day("2024-01-12"), ...more };
  const at = made.date.toZonedDateTime({ timeZone: "America/Chicago", plainTime: "12:00" }).toInstant();
  return { ...made, at, time: Temporal.PlainTime.from("12:00"), properties };
}

function facts(more: Partial<OracleFacts>): OracleFacts {
  return {
    decimals: 2,
    rounding: "half_up",
    zone: "America/Chicago",
    start: day("2024-01-01"),
    end: day("2024-02-01"),
    taxInclusive: false,
    vehicles: [],
    charges: [],
    events: [],
    indexes: {},
    commitment: null,
    discounts: [],
    credit: null,
    ...more,
  };
}

/** What one usage charge comes to for a quantity, in minor units. */
function amountFor(price: Record<string, unknown>, quantity: string): bigint {
  return derive(facts({ charges: [charge(price)], events: [event("e", { km: quantity })] })).total;
}

Deno.test("graduated tiers: 1, 10, 11, 12 and 21 units cost 12, 102, 110, 115 and 163", () => {
  const price = {
    model: "graduated",
    tiers: [{ upTo: "10", unit: "10", flat: "2" }, { upTo: "20", unit: "5", flat: "3" }, {
      upTo: null,
      unit: "5",
      flat: "3",
    }],
  };
  const expected = { "0": 0n, "1": 12n, "10": 102n, "11": 110n, "12": 115n, "21": 163n, "-4": 0n };
  for (const [quantity, amount] of Object.entries(expected)) {
    assert.equal(amountFor(price, quantity), amount * 100n, quantity);
  }
  assert.equal(amountFor({ ...price, flatFeeOnZero: true }, "0"), 200n);
});

Deno.test("volume: 100 units in the tier of 2 each and 10 once cost 210", () => {
  const price = {
    model: "volume",
    tiers: [{ upTo: "100", unit: "2", flat: "10" }, { upTo: null, unit: "1" }],
  };
  assert.equal(amountFor(price, "100"), 21000n);
  assert.equal(amountFor(price, "100.01"), 10001n);
});

Deno.test("packages: 121 units in tens cost 13 packages, or 12 if 10 units are free", () => {
  assert.equal(amountFor({ model: "package", size: "10", price: "100" }, "121"), 130000n);
  assert.equal(amountFor({ model: "package", size: "10", price: "100", free: "10" }, "121"), 120000n);
  assert.equal(amountFor({ model: "package", size: "10", price: "100", free: "10" }, "10"), 0n);
});

Deno.test("pass-through: cost plus 2%, a fee for each event but not for a refund", () => {
  const price = { model: "pass_through", field: "cost", markupPercent: "2", markupPerEvent: "0.50" };
  const fuel = charge(price, { meter: { event: "trip", aggregate: "sum", field: "cost" } });
  const events = [event("a", { cost: "40.10" }), event("b", { cost: "-12.40" }), event("c", { cost: "0" })];
  // 27.70 × 1.02 + 2 × 0.50 = 29.254
  assert.equal(derive(facts({ charges: [fuel], events })).total, 2925n);
});

Deno.test("a flat amount for usage is due once, however much it was, and not for nothing", () => {
  const price = { model: "flat", amount: "12.34" };
  assert.equal(amountFor(price, "500"), 1234n);
  assert.equal(derive(facts({ charges: [charge(price)] })).total, 0n);
});

Deno.test("stairstep: the step that the quantity falls on, upper bounds included, nothing for nothing", () => {
  const price = { model: "stairstep", tiers: [{ upTo: "10", amount: "5" }, { upTo: null, amount: "8.50" }] };
  const expected = { "0": 0n, "-1": 0n, "0.1": 500n, "10": 500n, "10.1": 850n, "999": 850n };
  for (const [quantity, amount] of Object.entries(expected)) {
    assert.equal(amountFor(price, quantity), amount, quantity);
  }
  assert.equal(amountFor({ ...price, flatFeeOnZero: true }, "0"), 500n);
});

Deno.test("percentage: 1.3% of (800 − 250) and 2 × 2.00 is 11.15; bounds hold for an event that is not free", () => {
  const percent = (price: Record<string, string>, ...monies: string[]) =>
    derive(facts({
      charges: [
        charge({ model: "percentage", field: "km", percent: "1.3", ...price }),
      ],
      events: monies.map((km, index) => event(`e${index}`, { km })),
    })).total;
  assert.equal(percent({ freeAmount: "250", perEvent: "2.00", freeEvents: "1" }, "300", "300", "200"), 1115n);
  assert.equal(percent({ minPerEvent: "1" }, "10", "1000"), 1400n);
  assert.equal(percent({ maxPerEvent: "5" }, "10", "1000"), 513n);
  assert.equal(percent({ freeAmount: "50", minPerEvent: "1" }, "40", "20"), 100n);
  assert.equal(percent({ perEvent: "1" }, "100", "-100"), 100n);
});

Deno.test("active vehicles: each that did anything, once, and not an event of no vehicle", () => {
  const vehicles = ["v1", "v2", "v3"].map((id) => ({ id, from: day("2024-01-01"), to: null }));
  const price = charge({ model: "active_vehicle", amount: "12.50" });
  const events = [
    event("a", { km: "1" }, { vehicle: "v1" }),
    event("b", { km: "1" }, { vehicle: "v1" }),
    event("c", { km: "1" }, { vehicle: "v3" }),
    event("d", { km: "1" }),
  ];
  assert.equal(derive(facts({ charges: [price], vehicles, events })).total, 2500n);
});

/** One trip of a length in hours, paid by the best rate. */
function hireOf(hours: number, units: Record<string, string>): bigint {
  const start = Temporal.Instant.from("2024-01-12T08:00:00Z");
  const price = {
    model: "best_rate",
    startField: "out",
    endField: "back",
    units: Object.entries(units).map(([per, price]) => ({ per, price })),
  };
  const back = `${start.add({ minutes: hours * 60 })}`;
  return derive(facts({ charges: [charge(price)], events: [event("e", { km: "1", out: `${start}`, back })] }))
    .total;
}

Deno.test("best rate: a week of 20 beats five days of 5, and a started unit is a unit", () => {
  assert.equal(hireOf(5 * 24, { day: "5", week: "20" }), 2000n);
  assert.equal(hireOf(3 * 24 + 0.5, { day: "5", week: "20" }), 2000n);
  assert.equal(hireOf(2 * 24 + 0.5, { day: "5", week: "20" }), 1500n);
  assert.equal(hireOf(26, { hour: "2", day: "30" }), 3400n);
  assert.equal(hireOf(0, { day: "5" }), 0n);
  // three years are 36 months of 320, 2 weeks of 100 and a day of 20
  assert.equal(hireOf(24 * 365 * 3, { hour: "5", day: "20", week: "100", month: "320" }), 1_174_000n);
});

Deno.test("pool: 30 vehicles of one day each bring 100 km together, and no kilometre is over", () => {
  const overage = { model: "per_unit", unit: "1" };
  const price = charge({ model: "pooled", includedPerVehicle: "100", overage });
  const vehicles = Array.from({ length: 30 }, (_, index) => {
    const from = day("2024-04-01").add({ days: index });
    return { id: `v${index}`, from, to: from.add({ days: 1 }) };
  });
  const april = { start: day("2024-04-01"), end: day("2024-05-01"), charges: [price], vehicles };
  const driven = (km: string) =>
    derive(facts({ ...april, events: [event("e", { km }, { vehicle: "v3", date: day("2024-04-04") })] }))
      .total;
  assert.equal(driven("100"), 0n);
  assert.equal(driven("100.01"), 1n);
  assert.equal(driven("-7"), 0n);
});

Deno.test("index: 0.37 a mile moves 0.01 for each whole 0.20 from 2.40, also downwards, between its bounds", () => {
  const price = {
    model: "indexed",
    base: "0.37",
    index: "diesel",
    baseIndex: "2.40",
    step: "0.20",
    change: "0.01",
    floor: "0.35",
    ceiling: "0.40",
  };
  const at = (value: string) =>
    derive(facts({
      charges: [charge(price)],
      events: [event("e", { km: "1" })],
      indexes: { diesel: [{ from: day("2023-12-01"), value: "9" }, { from: day("2024-01-12"), value }] },
    })).total;
  const expected = { "2.40": 37n, "2.59": 37n, "2.60": 38n, "2.39": 36n, "2.20": 36n, "1": 35n, "4": 40n };
  for (const [value, amount] of Object.entries(expected)) assert.equal(at(value), amount, value);
});

Deno.test("time of use: a band that passes midnight belongs to the day it starts on, its end not included", () => {
  const price = {
    model: "time_of_use",
    bands: [{ name: "night", days: ["fri"], from: "22:00", to: "06:00", unit: "5" }],
    otherwise: { unit: "1" },
  };
  const at = (date: string, time: string) =>
    derive(facts({
      charges: [charge(price)],
      events: [{ ...event("e", { km: "1" }, { date: day(date) }), time: Temporal.PlainTime.from(time) }],
    })).total;
  assert.equal(at("2024-01-12", "21:59:59"), 100n);
  assert.equal(at("2024-01-12", "22:00"), 500n);
  assert.equal(at("2024-01-13", "05:59:59"), 500n);
  assert.equal(at("2024-01-13", "06:00"), 100n);
  assert.equal(at("2024-01-12", "03:00"), 100n);
});

/** What one unit of a meter over these events comes to for the vehicle v1, in hundredths. */
function measure(
  aggregate: string,
  stay: { from: string; to: string | null },
  events: OracleEvent[],
): bigint {
  const meter = { event: "trip", aggregate, field: "km" };
  const vehicles = [{ id: "v1", from: day(stay.from), to: stay.to === null ? null : day(stay.to) }];
  const charges = [charge({ model: "per_unit", unit: "1" }, { per: "vehicle", meter })];
  return derive(facts({ zone: "UTC", charges, vehicles, events })).total;
}

Deno.test("odometer: from the last reading before the period, over a reset, and never from before the stay", () => {
  const reading = (id: string, date: string, km: string) =>
    event(id, { km }, { vehicle: "v1", date: day(date) });
  const reset = event("r", { from: "160", to: "5" }, {
    vehicle: "v1",
    event: "odometer_reset",
    date: day("2024-01-12"),
  });
  const events = [
    reading("a", "2023-12-20", "80"),
    reading("b", "2023-12-30", "100"),
    reading("c", "2024-01-10", "150"),
    reset,
    reading("d", "2024-01-15", "25"),
  ];
  assert.equal(measure("last_minus_first", { from: "2023-01-01", to: null }, events), 8000n); // 50 + 10 + 20
  assert.equal(measure("last_minus_first", { from: "2024-01-01", to: null }, events), 3000n);
  const fallen = events.filter(({ id }) => id !== "r");
  assert.throws(
    () => measure("last_minus_first", { from: "2023-01-01", to: null }, fallen),
    OracleCannotTell,
  );
});

Deno.test("level: weighted by how long it held, zero before the first event, over the stay of a vehicle alone", () => {
  const level = (id: string, at: string, km: string) => {
    const instant = Temporal.Instant.from(at);
    const date = instant.toZonedDateTimeISO("UTC").toPlainDate();
    return { ...event(id, { km }, { vehicle: "v1", date }), at: instant };
  };
  const stay = { from: "2024-01-01", to: "2024-01-11" };
  const half = [level("a", "2024-01-06T00:00:00Z", "8")];
  assert.equal(measure("time_weighted", stay, half), 400n);
  const opened = [level("z", "2023-12-30T00:00:00Z", "6"), ...half];
  assert.equal(measure("time_weighted", { ...stay, from: "2023-12-01" }, opened), 700n);
  assert.equal(measure("time_weighted", stay, opened), 400n);
});

Deno.test("per unit: the sum is exact, one rounding at the end, half up away from zero", () => {
  const price = { model: "per_unit", unit: "0.37" };
  const events = Array.from({ length: 30 }, (_, index) => event(`e${index}`, { km: "0.05" }));
  assert.equal(derive(facts({ charges: [charge(price)], events })).total, 56n); // 1.5 × 0.37 = 0.555
  assert.equal(amountFor(price, "-1.5"), -56n);
  assert.equal(nearest(read("0.5"), "half_even"), 0n);
  assert.equal(nearest(read("-1.5"), "half_even"), -2n);
});

Deno.test("a vehicle of 22 of 31 days pays 22/31 of its lease, and its usage counts only while it is on the contract", () => {
  const vehicles = [{ id: "v1", from: day("2024-01-10"), to: null }];
  const lease = charge({ model: "flat", amount: "450.00" }, {
    id: "lease",
    kind: "recurring",
    per: "vehicle",
    meter: null,
  });
  const km = charge({ model: "per_unit", unit: "1" });
  const events = [
    event("before", { km: "5" }, { vehicle: "v1", date: day("2024-01-09") }),
    event("on", { km: "7" }, { vehicle: "v1", date: day("2024-01-10") }),
    event("late", { km: "9" }, { vehicle: "v1", date: day("2024-02-01") }),
  ];
  const { lines } = derive(facts({ charges: [lease, km], vehicles, events }));
  assert.deepEqual(lines, [
    { charge: "lease", vehicle: "v1", amount: 31935n },
    { charge: "c", vehicle: null, amount: 700n },
  ]);
});

Deno.test("fixed 30: 23 May to 15 June is 22 days, 15 to 23 May is 8, and a 31st is a 30th", () => {
  const share = (from: string, to: string) =>
    derive(facts({
      start: day("2023-05-15"),
      end: day("2023-06-15"),
      vehicles: [{ id: "v1", from: day(from), to: day(to) }],
      charges: [charge({ model: "flat", amount: "300" }, {
        kind: "recurring",
        per: "vehicle",
        meter: null,
        proration: "fixed30",
      })],
    })).total;
  assert.equal(share("2023-05-23", "2023-06-15"), 22000n);
  assert.equal(share("2023-05-15", "2023-05-23"), 8000n);
  assert.equal(share("2023-05-31", "2023-06-15"), 15000n); // the 31st counts as the 30th
});

Deno.test("tax is taken once per category and rate, and the gross stays when it is included", () => {
  const taxed = (amount: string, percent: string, taxInclusive: boolean, decimals = 2) =>
    derive(facts({
      decimals,
      taxInclusive,
      charges: [charge({ model: "flat", amount }, {
        kind: "one_time",
        on: "2024-01-05",
        meter: null,
        taxCategory: "S",
        taxPercent: percent,
      })],
    }));
  assert.equal(taxed("100.00", "8.875", false).total, 10888n);
  assert.equal(taxed("1.00", "0.1", false).total, 100n);
  assert.equal(taxed("8180", "9.975", false).taxes[0].amount, 81596n);
  assert.equal(taxed("999", "10.5", false, 0).taxes[0].amount, 105n);
  const gross = taxed("353.90", "19", true);
  assert.equal(gross.total, 35390n);
  assert.deepEqual(gross.taxes, [{ category: "S", percent: "19", base: 29739n, amount: 5651n }]);
});

Deno.test("filters, counts, maxima and distinct values", () => {
  const events = [
    event("a", { km: "2", driver: "x", purpose: "business" }),
    event("b", { km: "9", driver: "y", purpose: "private" }),
    event("c", { km: "4", driver: "x", purpose: "business" }),
  ];
  const count = (meter: Partial<OracleCharge["meter"] & object>) =>
    derive(facts({
      charges: [
        charge({ model: "per_unit", unit: "1" }, {
          meter: { event: "trip", aggregate: "sum", field: "km", ...meter },
        }),
      ],
      events,
    })).total;
  assert.equal(count({}), 1500n);
  assert.equal(count({ where: { purpose: "business" } }), 600n);
  assert.equal(count({ aggregate: "count" }), 300n);
  assert.equal(count({ aggregate: "max" }), 900n);
  assert.equal(count({ aggregate: "unique", field: "driver" }), 200n);
});

Deno.test("what it does not know it does not guess", () => {
  assert.throws(() => amountFor({ model: "haggled" }, "1"), OracleCannotTell);
  const odd = charge({ model: "per_unit", unit: "1" }, {
    meter: { event: "trip", aggregate: "mood", field: "km" },
  });
  assert.throws(() => derive(facts({ charges: [odd], events: [event("e", { km: "1" })] })), OracleCannotTell);
});
