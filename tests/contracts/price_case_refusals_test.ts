/** Everything that a price case must refuse, one test each: the JSON path, the value, and what is allowed. */
import assert from "node:assert/strict";
import {
  assertRefused,
  type CaseInput,
  faultsOf,
  january,
  kmCharge,
  trip,
  v1,
} from "../support/price_case.ts";

const perUnit = { model: "per_unit", unit: "1" };
const lease: CaseInput = { id: "lease", kind: "recurring", price: { model: "flat", amount: "10" } };
const km = kmCharge(perUnit);
const charged = (charge: CaseInput, more: CaseInput = {}) =>
  january({ vehicles: [v1], charges: [charge], ...more });
const priced = (price: unknown, more: CaseInput = {}) => charged(kmCharge(price), more);
const rates = (...rates: CaseInput[]) => ({ tax: { rates } });
const S = { category: "S", percent: "20" }, Z = { category: "Z", percent: "0" };

Deno.test("refused: an unknown field, at every level", () => {
  assertRefused(
    { ...january({}), colour: "red" },
    "$.colour",
    '"red"',
    /^currency, zone, period, charges, rounding/,
  );
  const unknown = (content: CaseInput, path: string) => assertRefused(january(content), path, '"1"', /./);
  unknown({ period: { start: "2024-01-01", end: "2024-02-01", x: "1" } }, "$.period.x");
  unknown({ vehicles: [{ ...v1, x: "1" }] }, "$.vehicles[0].x");
  unknown({ charges: [{ ...lease, x: "1" }] }, "$.charges[0].x");
  unknown({ charges: [{ ...lease, price: { model: "flat", amount: "1", x: "1" } }] }, "$.charges[0].price.x");
  const meter = { event: "trip", aggregate: "count", x: "1" };
  unknown({ charges: [{ ...km, meter }] }, "$.charges[0].meter.x");
  const tiers = [{ upTo: null, x: "1" }];
  unknown({ charges: [kmCharge({ model: "volume", tiers })] }, "$.charges[0].price.tiers[0].x");
  unknown({ discounts: [{ id: "d", percent: "1", x: "1" }] }, "$.discounts[0].x");
  unknown({ commitment: { x: "1" } }, "$.commitment.x");
  unknown({ tax: { rates: [], x: "1" } }, "$.tax.x");
  unknown({ tax: { rates: [{ ...S, x: "1" }] } }, "$.tax.rates[0].x");
  unknown({ indexes: { diesel: [{ from: "2024-01-01", value: "1", x: "1" }] } }, "$.indexes.diesel[0].x");
  const odd = JSON.parse('{ "__proto__": "1" }');
  assert.deepEqual(faultsOf({ ...january({}), ...{ "odd name": "1" } })[0].path, '$["odd name"]');
  assert.ok(faultsOf(Object.assign(odd, january({}))).some(({ path }) => path === "$.__proto__"));
});

Deno.test("refused: a field that is missing", () => {
  for (const name of ["currency", "zone", "period", "charges"]) {
    const { [name]: _, ...rest } = january({});
    assertRefused(rest, `$.${name}`, "missing", /required/);
  }
  assertRefused(january({ period: { start: "2024-01-01" } }), "$.period.end", "missing", /required/);
  assertRefused(january({ vehicles: [{ id: "v1" }] }), "$.vehicles[0].from", "missing", /required/);
  const { id: _, ...nameless } = lease;
  assertRefused(january({ charges: [nameless] }), "$.charges[0].id", "missing", /required/);
  assertRefused(charged({ id: "a", kind: "recurring" }), "$.charges[0].price", "missing", /required/);
  assertRefused(charged({ ...lease, price: {} }), "$.charges[0].price.model", "missing", /required/);
  assertRefused(
    charged({ ...lease, kind: "one_time" }),
    "$.charges[0].on",
    "missing",
    /a one_time charge needs it/,
  );
  assertRefused(
    charged({ ...lease, kind: "usage" }),
    "$.charges[0].meter",
    "missing",
    /a usage charge needs it/,
  );
});

Deno.test("refused: a model it does not know, an object member among them", () => {
  for (const model of ["gradated", "constructor", "toString", "__proto__", "FLAT", ""]) {
    assertRefused(
      priced({ model }),
      "$.charges[0].price.model",
      JSON.stringify(model),
      /^flat, per_unit, graduated/,
    );
  }
  assertRefused(priced({ model: 1 }), "$.charges[0].price.model", "1", /active_vehicle$/);
});

Deno.test("refused: any other word where there is a choice", () => {
  assertRefused(january({ rounding: "up" }), "$.rounding", '"up"', /^half_up, half_even$/);
  assertRefused(
    charged({ ...lease, kind: "daily" }),
    "$.charges[0].kind",
    '"daily"',
    /^recurring, usage, one_time$/,
  );
  assertRefused(charged({ ...lease, per: "fleet" }), "$.charges[0].per", '"fleet"', /^contract, vehicle$/);
  const proration = { ...lease, proration: "hour" };
  assertRefused(charged(proration), "$.charges[0].proration", '"hour"', /^day, second, fixed30, none$/);
  const meter = { event: "trip", aggregate: "mean", field: "km" };
  assertRefused(
    charged({ ...km, meter }),
    "$.charges[0].meter.aggregate",
    '"mean"',
    /^sum, count, max, unique/,
  );
  assertRefused(
    charged({ ...lease, taxCategory: "B" }),
    "$.charges[0].taxCategory",
    '"B"',
    /^S, Z, E, AE, G, K, O/,
  );
});

Deno.test("refused: what contradicts the kind of the charge", () => {
  assertRefused(
    charged({ ...lease, meter: km.meter }),
    "$.charges[0].meter",
    "an object",
    /only a usage charge/,
  );
  const on = { ...lease, on: "2024-01-05" };
  assertRefused(charged(on), "$.charges[0].on", '"2024-01-05"', /only a one_time charge/);
  const prorated = { ...km, proration: "second" };
  assertRefused(charged(prorated), "$.charges[0].proration", '"second"', /only a recurring charge/);
  for (const model of ["percentage", "pooled", "active_vehicle", "best_rate"]) {
    assertRefused(
      charged({ ...lease, price: { model } }),
      "$.charges[0].price.model",
      `"${model}"`,
      /stairstep$/,
    );
  }
  const overage = { model: "pooled", includedPerVehicle: "1", overage: { model: "indexed" } };
  assertRefused(priced(overage), "$.charges[0].price.overage.model", '"indexed"', /stairstep$/);
  const max = kmCharge(
    { model: "time_of_use", bands: [], otherwise: { unit: "1" } },
    { meter: { event: "trip", aggregate: "max", field: "km" } },
  );
  assertRefused(charged(max), "$.charges[0].meter.aggregate", '"max"', /^sum or count/);
  const fieldless = { ...km, meter: { event: "trip", aggregate: "sum" } };
  assertRefused(charged(fieldless), "$.charges[0].meter.field", "missing", /field for "sum"/);
});

Deno.test("refused: what is not a number by the syntax", () => {
  const long = "9".repeat(1_000_000);
  const wrong = [
    "1e3",
    "1e400",
    "NaN",
    "Infinity",
    "+1",
    "01",
    "1.",
    ".5",
    "1,5",
    "",
    " 1",
    "0.1234567890123",
    long,
  ];
  for (const amount of wrong) {
    const [fault] = faultsOf(charged({ ...lease, price: { model: "flat", amount } }));
    assert.equal(fault.path, "$.charges[0].price.amount");
    assert.match(fault.allowed, /decimal number in quotes .* at most 12 decimals/);
    assert.ok(fault.message.length < 300);
  }
  for (const amount of [12.5, 1e400, NaN, true, null, [], {}]) {
    assert.equal(faultsOf(charged({ ...lease, price: { model: "flat", amount } })).length, 1, String(amount));
  }
});

Deno.test("refused: a number outside its limits", () => {
  const limits: [CaseInput, string, RegExp][] = [
    [january({ discounts: [{ id: "d", percent: "100.1" }] }), "$.discounts[0].percent", /from 0 to 100$/],
    [january({ discounts: [{ id: "d", amount: "-1" }] }), "$.discounts[0].amount", /of at least 0$/],
    [january({ credit: "-1" }), "$.credit", /of at least 0$/],
    [january({ commitment: { minimum: "-1" } }), "$.commitment.minimum", /of at least 0$/],
    [
      january({ tax: { rates: [{ category: "S", percent: "-1" }] } }),
      "$.tax.rates[0].percent",
      /from 0 to 100$/,
    ],
    [priced({ model: "package", size: "0", price: "1" }), "$.charges[0].price.size", /above 0$/],
    [
      priced({ model: "percentage", field: "km", percent: "101" }),
      "$.charges[0].price.percent",
      /from 0 to 100$/,
    ],
    [
      priced({ model: "percentage", field: "km", percent: "1", freeEvents: "1.5" }),
      "$.charges[0].price.freeEvents",
      /^a whole number of at least 0$/,
    ],
    [
      priced({ model: "pass_through", field: "km", markupPercent: "-1" }),
      "$.charges[0].price.markupPercent",
      /0$/,
    ],
    [priced({ model: "volume", tiers: [{ upTo: "0" }] }), "$.charges[0].price.tiers[0].upTo", /above 0$/],
    [
      priced({ model: "pooled", includedPerVehicle: "-1", overage: perUnit }),
      "$.charges[0].price.includedPerVehicle",
      /of at least 0$/,
    ],
  ];
  for (const [input, path, allowed] of limits) {
    const [fault, ...others] = faultsOf(input);
    assert.equal(fault.path, path);
    assert.match(fault.allowed, allowed);
    assert.deepEqual(others, []);
  }
});

Deno.test("refused: what is not a currency, a zone, a date, an instant, a list, a flag or a text", () => {
  for (const currency of ["XAU", "XTS", "DEM", "usd", 978, "__proto__"]) {
    assertRefused(january({ currency }), "$.currency", JSON.stringify(currency), /^an active ISO 4217 code/);
  }
  for (const zone of ["Mars/Base", "+02:00"]) {
    assertRefused(january({ zone }), "$.zone", JSON.stringify(zone), /name of a time zone/);
  }
  for (
    const start of [
      "2023-02-29",
      "2024-13-01",
      "2024-00-10",
      "2024-01-00",
      "2024-1-1",
      "20240101",
      "2024-01-01T00:00:00Z",
    ]
  ) {
    const input = january({ period: { start, end: "2024-12-01" } });
    assertRefused(input, "$.period.start", JSON.stringify(start), /^a date of the calendar/);
  }
  for (const at of ["2024-01-12", "2024-01-12T10:00:00", "2024-01-12T25:00:00Z", "yesterday"]) {
    const input = january({ usage: [{ id: "e1", event: "trip", at }] });
    assertRefused(input, "$.usage[0].at", JSON.stringify(at), /RFC 3339 instant with its offset/);
  }
  assertRefused(january({ charges: {} }), "$.charges", "an object", /^a list/);
  assertRefused(january({ charges: null }), "$.charges", "null", /required/);
  assertRefused(january({ charges: [null] }), "$.charges[0]", "null", /no gaps/);
  assertRefused(january({ usage: "e1" }), "$.usage", '"e1"', /^a list/);
  assertRefused(january({ charges: ["lease"] }), "$.charges[0]", '"lease"', /^an object/);
  assertRefused(
    january({ tax: { inclusive: "yes", rates: [] } }),
    "$.tax.inclusive",
    '"yes"',
    /^true or false$/,
  );
  assertRefused(charged({ ...lease, id: "" }), "$.charges[0].id", '""', /text in quotes that is not empty/);
  assertRefused(charged({ ...lease, id: 7 }), "$.charges[0].id", "7", /text in quotes/);
  for (const input of [null, [], "case", 7]) {
    assert.match(faultsOf(input)[0].message, /^\$: .*a price case, an object/);
  }
  assert.equal(faultsOf(undefined)[0].message, "$: is missing. Allowed: a price case, an object {…}.");
});

Deno.test("refused: tier bounds that fall, or stand still", () => {
  for (const upTo of ["5", "10"]) {
    const tiers = [{ upTo: "10", unit: "1" }, { upTo, unit: "1" }, { unit: "1" }];
    const path = "$.charges[0].price.tiers[1].upTo";
    assertRefused(
      priced({ model: "graduated", tiers }),
      path,
      `"${upTo}"`,
      /above 10, the bound of the tier before/,
    );
  }
});

Deno.test("refused: an open tier before the last, and no tier at all", () => {
  const tiers = [{ upTo: null, amount: "1" }, { upTo: "5", amount: "2" }];
  assertRefused(
    priced({ model: "stairstep", tiers }),
    "$.charges[0].price.tiers[0].upTo",
    "null",
    /only the last/,
  );
  assertRefused(
    priced({ model: "volume", tiers: [] }),
    "$.charges[0].price.tiers",
    "a list of 0",
    /at least one tier/,
  );
});

Deno.test("refused: usage above a bounded last tier", () => {
  for (const model of ["graduated", "volume", "stairstep"]) {
    const tier = model === "stairstep" ? { amount: "1" } : { unit: "1" };
    const price = { model, tiers: [{ ...tier, upTo: "10" }, { ...tier, upTo: "20" }] };
    const input = (quantity: string) => priced(price, { usage: [trip("e1", quantity)] });
    assertRefused(
      input("20.01"),
      "$.charges[0].price.tiers[1].upTo",
      '"20"',
      /usage up to 20, or a last tier with/,
    );
    const pooled = priced({ model: "pooled", includedPerVehicle: "1", overage: price }, {
      usage: [trip("e1", "22")],
    });
    assertRefused(pooled, "$.charges[0].price.overage.tiers[1].upTo", '"20"', /usage up to 20/);
  }
});

Deno.test("refused: overlapping bands, also past midnight and past Sunday", () => {
  const band = (days: string[], from: string, to: string) => ({
    name: `${days} ${from}`,
    days,
    from,
    to,
    unit: "1",
  });
  const bands = (...bands: unknown[]) => priced({ model: "time_of_use", bands, otherwise: { unit: "1" } });
  const path = "$.charges[0].price.bands[1]";
  const overlap = /^bands that do not overlap$/;
  assertRefused(
    bands(band(["mon"], "07:00", "09:00"), band(["mon"], "08:59", "10:00")),
    path,
    "an object",
    overlap,
  );
  assertRefused(
    bands(band(["mon"], "22:00", "06:00"), band(["tue"], "05:59", "07:00")),
    path,
    "an object",
    overlap,
  );
  assertRefused(
    bands(band(["sun"], "22:00", "06:00"), band(["mon"], "00:00", "24:00")),
    path,
    "an object",
    overlap,
  );
  assert.equal(
    faultsOf(bands(band(["mon", "mon"], "07:00", "09:00")))[0].path,
    "$.charges[0].price.bands[0].days[1]",
  );
});

Deno.test("refused: a band without length, without days, or with times that are none", () => {
  const time = (from: unknown, to: unknown, days: unknown = ["mon"]) =>
    priced({
      model: "time_of_use",
      bands: [{ name: "b", days, from, to, unit: "1" }],
      otherwise: { unit: "1" },
    });
  const path = "$.charges[0].price.bands[0]";
  assertRefused(time("06:00", "06:00"), `${path}.to`, '"06:00"', /a whole day is "00:00" to "24:00"/);
  assertRefused(time("24:00", "06:00"), `${path}.from`, '"24:00"', /"00:00" to "23:59"/);
  assertRefused(time("06:00", "24:01"), `${path}.to`, '"24:01"', /"00:00" to "24:00"/);
  assertRefused(time("6:00", "07:00"), `${path}.from`, '"6:00"', /"00:00" to "23:59"/);
  assertRefused(time("06:00", "07:00", []), `${path}.days`, "a list of 0", /mon to sun/);
  assertRefused(time("06:00", "07:00", ["monday"]), `${path}.days[0]`, '"monday"', /^mon, tue, wed/);
});

Deno.test("refused: a minimum above the cap, per contract and per event, and a floor above the ceiling", () => {
  const commitment = { minimum: "500", cap: "499.99" };
  assertRefused(january({ commitment }), "$.commitment.minimum", '"500"', /at most the cap, 499\.99/);
  const bounds = { model: "percentage", field: "km", percent: "1", minPerEvent: "2", maxPerEvent: "1" };
  assertRefused(priced(bounds), "$.charges[0].price.minPerEvent", '"2"', /at most maxPerEvent, 1/);
  const index = { model: "indexed", base: "1", index: "d", baseIndex: "1", step: "1", change: "1" };
  const indexes = { d: [{ from: "2024-01-01", value: "1" }] };
  const input = priced({ ...index, floor: "2", ceiling: "1" }, { indexes });
  assertRefused(input, "$.charges[0].price.floor", '"2"', /at most the ceiling, 1/);
});

Deno.test("refused: a discount on an unknown charge, on none, of two kinds, of no kind, or with an id twice", () => {
  const discounts = (...discounts: unknown[]) => charged(lease, { discounts });
  const unknown = { id: "d", percent: "1", charges: ["lease", "rent"] };
  assertRefused(discounts(unknown), "$.discounts[0].charges[1]", '"rent"', /the id of a charge: lease/);
  const none = { id: "d", percent: "1", charges: [] };
  assertRefused(discounts(none), "$.discounts[0].charges", "a list of 0", /at least one charge/);
  const both = { id: "d", percent: "1", amount: "1" };
  assertRefused(discounts(both), "$.discounts[0].amount", '"1"', /either "percent" or "amount"/);
  assertRefused(discounts({ id: "d" }), "$.discounts[0].percent", "missing", /either "percent" or "amount"/);
  const once = { id: "d", percent: "1" };
  assertRefused(discounts(once, once), "$.discounts[1].id", '"d"', /a different id/);
});

Deno.test("refused: a charge id twice, and a commitment on an unknown charge", () => {
  assertRefused(january({ charges: [lease, lease] }), "$.charges[1].id", '"lease"', /a different id/);
  const commitment = { minimum: "1", charges: ["rent"] };
  assertRefused(
    charged(lease, { commitment }),
    "$.commitment.charges[0]",
    '"rent"',
    /the id of a charge: lease/,
  );
});

Deno.test("refused: an unknown index or one with no value in force, index values out of order", () => {
  const price = { model: "indexed", base: "1", index: "diesel", baseIndex: "1", step: "1", change: "1" };
  const path = "$.charges[0].price.index";
  assertRefused(priced(price), path, '"diesel"', /"indexes": none is given/);
  const values = (...froms: string[]) => ({
    indexes: { diesel: froms.map((from) => ({ from, value: "1" })) },
  });
  assertRefused(
    priced({ ...price, index: "petrol" }, values("2024-01-01")),
    path,
    '"petrol"',
    /"indexes": diesel/,
  );
  assertRefused(
    priced(price, values()),
    "$.indexes.diesel",
    "missing",
    /in force in the period \(1 to 31 January\)/,
  );
  assertRefused(priced(price, values("2024-02-01")), "$.indexes.diesel", "missing", /in force in the period/);
  const late = priced(price, { ...values("2024-01-16"), usage: [trip("e1", "1", 15)] });
  assertRefused(late, path, '"diesel"', /in force on 15 January 2024, a day with usage/);
  for (const second of ["2023-12-31", "2024-01-01"]) {
    const input = priced(price, values("2024-01-01", second));
    assertRefused(input, "$.indexes.diesel[1].from", `"${second}"`, /a date after 2024-01-01/);
  }
});

Deno.test("refused: two rates for one category without ids, and an id given twice", () => {
  const path = "$.tax.rates[1].category";
  assertRefused(january(rates(S, S)), path, '"S"', /one rate for S, or an "id" for each/);
  assertRefused(january(rates({ ...S, id: "a" }, S)), path, '"S"', /an "id" for each/);
  assertRefused(january(rates(S, { ...S, id: "a" })), path, '"S"', /an "id" for each/);
  const twice = rates({ ...S, id: "a" }, { ...Z, id: "a" });
  assertRefused(january(twice), "$.tax.rates[1].id", '"a"', /each id once/);
});

Deno.test("refused: a rate other than 0 with Z E AE G K O", () => {
  for (const category of ["Z", "E", "AE", "G", "K", "O"]) {
    assertRefused(
      january(rates({ category, percent: "1" })),
      "$.tax.rates[0].percent",
      '"1"',
      /^"0" with category/,
    );
  }
});

Deno.test("refused: O together with another category", () => {
  const O = { category: "O", percent: "0" };
  const other = { ...lease, id: "b", taxCategory: "S" };
  const input = january({ charges: [{ ...lease, taxCategory: "O" }, other], ...rates(O, S) });
  assertRefused(input, "$.charges[1].taxCategory", '"S"', /^O alone/);
  const commitment = { minimum: "1", taxCategory: "S" };
  const trueUp = january({ charges: [{ ...lease, taxCategory: "O" }], commitment, ...rates(O, S) });
  assertRefused(trueUp, "$.commitment.taxCategory", '"S"', /^O alone/);
});

Deno.test("refused: a category without a rate, an unknown rate, a rate of another category", () => {
  const path = "$.charges[0].taxCategory";
  assertRefused(
    charged({ ...lease, taxCategory: "Z" }, rates(S)),
    path,
    '"Z"',
    /a category that has a rate: S/,
  );
  assertRefused(charged({ ...lease, taxCategory: "Z" }, rates()), path, '"Z"', /there is none/);
  const named = { ...lease, taxRate: "low" };
  const low = { ...S, id: "low" }, high = { ...S, id: "high" };
  assertRefused(charged(named, rates(S)), "$.charges[0].taxRate", '"low"', /id of a tax rate; there is none/);
  assertRefused(
    charged(named, rates({ ...S, id: "x" })),
    "$.charges[0].taxRate",
    '"low"',
    /id of a tax rate: x/,
  );
  assertRefused(
    charged({ ...named, taxCategory: "Z" }, rates(low, Z)),
    path,
    '"Z"',
    /^S, the category of the rate/,
  );
  const unnamed = charged({ ...lease, taxCategory: "S" }, rates(low, high));
  assertRefused(unnamed, "$.charges[0].taxRate", "missing", /the id of a rate: low, high/);
});

Deno.test("refused: no taxCategory where there are several rates", () => {
  assertRefused(charged(lease, rates(S, Z)), "$.charges[0].taxCategory", "missing", /one of S, Z/);
});

Deno.test("refused: a true-up whose category nobody says", () => {
  const charges = [{ ...lease, taxCategory: "S" }, { ...lease, id: "b", taxCategory: "Z" }];
  const input = january({ charges, commitment: { minimum: "500" }, ...rates(S, Z) });
  assertRefused(input, "$.commitment.taxCategory", "missing", /one of S, Z/);
  const unused = charged({ ...km, taxCategory: "S" }, { commitment: { minimum: "500" }, ...rates(S, Z) });
  assertRefused(unused, "$.commitment.taxCategory", "missing", /one of S, Z/);
});

Deno.test("refused: an end that is not after its start", () => {
  for (const end of ["2024-01-01", "2023-12-31"]) {
    assertRefused(
      january({ period: { start: "2024-01-01", end } }),
      "$.period.end",
      `"${end}"`,
      /a date after/,
    );
    const vehicles = [{ id: "v1", from: "2024-01-01", to: end }];
    assertRefused(january({ vehicles }), "$.vehicles[0].to", `"${end}"`, /a date after "from", 2024-01-01/);
  }
});

Deno.test("refused: overlapping stays of one vehicle", () => {
  const stays = (...stays: [string, string | null][]) =>
    january({ vehicles: stays.map(([from, to]) => ({ id: "v1", from, to })) });
  const overlap = /stays of "v1" that do not overlap/;
  const inside = stays(["2024-01-01", "2024-01-20"], ["2024-01-10", "2024-01-12"]);
  assertRefused(inside, "$.vehicles[1]", "an object", overlap);
  assertRefused(
    stays(["2024-01-15", null], ["2024-01-01", "2024-01-16"]),
    "$.vehicles[0]",
    "an object",
    overlap,
  );
  assertRefused(stays(["2024-01-01", null], ["2024-02-01", null]), "$.vehicles[1]", "an object", overlap);
});

Deno.test("refused: one usage id with two contents", () => {
  const twice = (more: CaseInput) =>
    priced(perUnit, { usage: [trip("e1", "5"), { ...trip("e1", "5"), ...more }] });
  assertRefused(
    twice({ km: "6" }),
    "$.usage[1].id",
    '"e1"',
    /one content per id; this id is also \$\.usage\[0\]/,
  );
  assertRefused(twice({ note: "again" }), "$.usage[1].id", '"e1"', /one content per id/);
});

Deno.test("refused: an unknown vehicle", () => {
  const input = priced(perUnit, { usage: [trip("e1", "5", 15, { vehicle: "v9" })] });
  assertRefused(input, "$.usage[0].vehicle", '"v9"', /id of one of "vehicles"/);
  assertRefused(
    priced(perUnit, { usage: [trip("e1", "5", 15, { vehicle: true })] }),
    "$.usage[0].vehicle",
    "true",
    /./,
  );
});

Deno.test("refused: an event without a field its meter or its price needs, or with one it cannot read", () => {
  const lacks = (charge: CaseInput, field: string, event: CaseInput = {}) => {
    const usage = [{ id: "e1", event: "trip", vehicle: "v1", at: "2024-01-12T10:00:00Z", ...event }];
    return assertRefused(
      charged(charge, { usage }),
      `$.usage[0].${field}`,
      event[field] === undefined ? "missing" : JSON.stringify(event[field]),
      /the meter of "km" needs it/,
    );
  };
  lacks(km, "km");
  lacks(km, "km", { km: "12,4" });
  lacks(kmCharge(perUnit, { meter: { event: "trip", aggregate: "unique", field: "driver" } }), "driver");
  const count = { meter: { event: "trip", aggregate: "count" } };
  lacks(kmCharge({ model: "percentage", field: "fare", percent: "1" }, count), "fare");
  lacks(kmCharge({ model: "pass_through", field: "toll" }, count), "toll", { toll: "free" });
  const units = [{ per: "day", price: "1" }];
  const hire = kmCharge({ model: "best_rate", startField: "start", endField: "end", units }, count);
  lacks(hire, "end", { start: "2024-01-12T10:00:00Z" });
  lacks(hire, "start", { start: "noon", end: "2024-01-12T10:00:00Z" });
});

Deno.test("refused: a hire that ends before it starts, a unit given twice, and no unit", () => {
  const price = (...pers: string[]) => ({
    model: "best_rate",
    startField: "at",
    endField: "end",
    units: pers.map((per) => ({ per, price: "1" })),
  });
  const backwards = priced(price("day"), { usage: [trip("e1", "1", 15, { end: "2024-01-15T11:59:59Z" })] });
  assertRefused(backwards, "$.usage[0].end", '"2024-01-15T11:59:59Z"', /an instant not before at/);
  assertRefused(priced(price("day", "day")), "$.charges[0].price.units[1].per", '"day"', /each unit once/);
  assertRefused(
    priced(price("year")),
    "$.charges[0].price.units[0].per",
    '"year"',
    /^month, week, day, hour$/,
  );
  assertRefused(priced(price()), "$.charges[0].price.units", "a list of 0", /at least one unit/);
});

Deno.test("refused: usage without a vehicle where the charge is per vehicle", () => {
  const usage = [trip("e1", "1", 15, { vehicle: null })];
  const path = "$.usage[0].vehicle";
  assertRefused(
    charged({ ...km, per: "vehicle" }, { usage }),
    path,
    "missing",
    /the charge "km" is per vehicle/,
  );
  assertRefused(
    priced({ model: "active_vehicle", amount: "1" }, { usage }),
    path,
    "missing",
    /is per vehicle/,
  );
});

Deno.test("refused: an event that is none", () => {
  const usage = (event: unknown) => priced(perUnit, { usage: [event] });
  assertRefused(usage("e1"), "$.usage[0]", '"e1"', /^an event/);
  assertRefused(
    usage({ event: "trip", at: "2024-01-12T10:00:00Z" }),
    "$.usage[0].id",
    "missing",
    /every event has one/,
  );
  assertRefused(usage({ ...trip("", "1") }), "$.usage[0].id", '""', /not empty/);
  assertRefused(usage({ ...trip("e1", "1"), km: 12.4 }), "$.usage[0].km", "12.4", /decimal text in quotes/);
  assertRefused(
    usage({ ...trip("e1", "1"), place: { lat: "1" } }),
    "$.usage[0].place",
    "an object",
    /a text, true/,
  );
});

Deno.test("refused: an odometer that falls without a reset, per vehicle and over the start of the period", () => {
  const meter = { event: "reading", aggregate: "last_minus_first", field: "odometer" };
  const reading = (id: string, at: string, odometer: string) => {
    return { id, event: "reading", vehicle: "v1", at: `${at}T12:00:00Z`, odometer };
  };
  const reset = (at: string, from: string, to: string) => {
    return { id: "r", event: "odometer_reset", vehicle: "v1", at: `${at}T12:00:00Z`, from, to };
  };
  const input = (...usage: CaseInput[]) => charged(kmCharge(perUnit, { meter }), { usage });
  const high = reading("e1", "2023-12-30", "500"), low = reading("e2", "2024-01-10", "499");
  const allowed = /at least 500, or an "odometer_reset" event in between/;
  assertRefused(input(high, low), "$.usage[1].odometer", '"499"', allowed);
  assertRefused(input(high, reset("2024-01-05", "499", "0"), low), "$.usage[1].from", '"499"', allowed);
  assertRefused(input(high, reset("2024-01-11", "500", "0"), low), "$.usage[2].odometer", '"499"', allowed);
  const { from: _, ...broken } = reset("2024-01-05", "500", "0");
  assertRefused(input(high, broken, low), "$.usage[1].from", "missing", /an odometer_reset event needs it/);
  const nobody = { ...reset("2024-01-05", "500", "0"), vehicle: null };
  assert.ok(faultsOf(input(high, nobody)).some(({ path }) => path === "$.usage[1].vehicle"));
});

Deno.test("refused: a reset that may be of either of two odometers", () => {
  const meter = (field: string) => ({ meter: { event: "reading", aggregate: "last_minus_first", field } });
  const reset = {
    id: "r",
    event: "odometer_reset",
    vehicle: "v1",
    at: "2024-01-05T12:00:00Z",
    from: "9",
    to: "0",
  };
  const charges = [
    kmCharge(perUnit, meter("odometer")),
    kmCharge(perUnit, { id: "h", ...meter("engine_hours") }),
  ];
  const faults = faultsOf(january({ vehicles: [v1], charges, usage: [reset] }));
  assert.equal(faults[0].path, "$.usage[0].field");
  assert.match(faults[0].allowed, /^one of odometer, engine_hours/);
  // A third meter that lacks its field is told with it, and is no third odometer.
  const { meter: { field: _, ...fieldless } } = meter("");
  const more = [...charges, kmCharge(perUnit, { id: "n", meter: fieldless })];
  const both = faultsOf(january({ vehicles: [v1], charges: more, usage: [reset] }));
  assert.deepEqual(both.map(({ path }) => path).sort(), ["$.charges[2].meter.field", "$.usage[0].field"]);
  assert.match(
    both.find(({ path }) => path === "$.usage[0].field")!.allowed,
    /^one of odometer, engine_hours;/,
  );
});

Deno.test("all faults of a case are named at once, up to 20, each in one sentence", () => {
  const faults = faultsOf({
    ...january({ currency: "XAU", charges: [{ ...lease, price: { model: "x" } }] }),
    a: 1,
  });
  assert.deepEqual(faults.map(({ path }) => path), ["$.a", "$.charges[0].price.model", "$.currency"]);
  assert.match(faults[2].message, /^\$\.currency: "XAU" is not allowed\. Allowed: an active ISO 4217 code/);
  const many = Array.from(
    { length: 50 },
    (_, index) => ({ ...lease, id: `${index}`, price: { model: "x" } }),
  );
  assert.equal(faultsOf(january({ charges: many })).length, 20);
  const usage = Array.from({ length: 50 }, (_, index) => trip(`e${index}`, "x"));
  assert.equal(faultsOf(priced(perUnit, { usage })).length, 20);
  const tiers = [{ upTo: "1", unit: "1" }];
  const charges = [
    kmCharge({ model: "graduated", tiers }),
    kmCharge({ model: "volume", tiers }, { id: "b" }),
  ];
  const above = faultsOf(january({ vehicles: [v1], charges, usage: [trip("e1", "2")] }));
  assert.deepEqual(above.map(({ path }) => path.slice(0, 12)), ["$.charges[0]", "$.charges[1]"]);
});
