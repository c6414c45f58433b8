/** A hostile price case costs little and says what is wrong: long texts, long lists, deep nesting, too much work, many faults. */
import assert from "node:assert/strict";
import { STEPS_MAX } from "../../lib/pricing/size.ts";
import {
  amountsOf,
  assertRefused,
  type CaseInput,
  faultsOf,
  january,
  kmCharge,
  priceJson,
  trip,
  v1,
} from "../support/price_case.ts";

const perUnit = { model: "per_unit", unit: "1" };
const lease: CaseInput = { id: "lease", kind: "recurring", price: { model: "flat", amount: "10" } };
const charged = (charge: CaseInput, more: CaseInput = {}) =>
  january({ vehicles: [v1], charges: [charge], ...more });
const priced = (price: unknown, more: CaseInput = {}) => charged(kmCharge(price), more);
const numbered = <Item>(length: number, item: (index: number) => Item) =>
  Array.from({ length }, (_, index) => item(index));

Deno.test("a text of a million characters is refused wherever it stands, and never comes back whole", () => {
  const long = "9".repeat(1_000_000);
  const places: [CaseInput, string][] = [
    [january({ currency: long }), "$.currency"],
    [january({ zone: long }), "$.zone"],
    [january({ rounding: long }), "$.rounding"],
    [january({ period: { start: long, end: "2024-02-01" } }), "$.period.start"],
    [january({ vehicles: [{ ...v1, id: long }] }), "$.vehicles[0].id"],
    [january({ credit: long }), "$.credit"],
    [january({ tax: { rates: [{ id: long, category: "S", percent: "1" }] } }), "$.tax.rates[0].id"],
    [charged({ ...lease, id: long }), "$.charges[0].id"],
    [charged({ ...lease, price: { model: long } }), "$.charges[0].price.model"],
    [charged({ ...lease, price: { model: "flat", amount: long } }), "$.charges[0].price.amount"],
    [
      charged({ ...kmCharge(perUnit), meter: { event: long, aggregate: "count" } }),
      "$.charges[0].meter.event",
    ],
    [priced({ model: "percentage", field: long, percent: "1" }), "$.charges[0].price.field"],
    [priced(perUnit, { usage: [trip(long, "1")] }), "$.usage[0].id"],
    [priced(perUnit, { usage: [trip("e1", long)] }), "$.usage[0].km"],
    [priced(perUnit, { usage: [trip("e1", "1", 15, { at: long })] }), "$.usage[0].at"],
    [priced(perUnit, { usage: [trip("e1", "1", 15, { vehicle: long })] }), "$.usage[0].vehicle"],
  ];
  for (const [input, path] of places) {
    const faults = faultsOf(input);
    assert.deepEqual(faults.map((fault) => fault.path), [path]);
    assert.ok(faults[0].message.length < 400, path);
  }
  const [fault] = faultsOf(january({ [long]: "1" }));
  assert.ok(fault.path.length < 100 && fault.message.length < 400);
});

Deno.test("an id or a name may have 500 characters, and a number 100", () => {
  const id = "x".repeat(500), digits = "9".repeat(100);
  const result = priceJson(charged({ ...lease, id, price: { model: "flat", amount: digits } }));
  assert.deepEqual(amountsOf(result), [`${digits}.00`]);
  assertRefused(
    charged({ ...lease, id: `${id}x` }),
    "$.charges[0].id",
    `"${"x".repeat(59)}…`,
    /500 characters/,
  );
  const price = { model: "flat", amount: `${digits}9` };
  assertRefused(charged({ ...lease, price }), "$.charges[0].price.amount", `"${"9".repeat(59)}…`, /100 char/);
});

Deno.test("a number that no program can hold, as JSON allows it, is refused like any number without quotes", () => {
  for (const text of ["1e400", "-1e400", "1e-400", "12.5", `${"9".repeat(1_000_000)}`]) {
    const input = JSON.parse(
      `{"currency":"USD","zone":"UTC","period":{"start":"2024-01-01","end":"2024-02-01"},` +
        `"charges":[{"id":"a","kind":"recurring","price":{"model":"flat","amount":${text}}}]}`,
    );
    assert.deepEqual(faultsOf(input).map(({ path }) => path), ["$.charges[0].price.amount"]);
  }
});

Deno.test("lists and objects a hundred thousand deep are refused where they stand", () => {
  const lists = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  const objects = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
  for (const deep of [lists, objects]) {
    assert.equal(faultsOf(deep)[0].path, Array.isArray(deep) ? "$" : "$.a");
    assert.equal(faultsOf(january({ charges: [deep] }))[0].path.slice(0, 12), "$.charges[0]");
    assert.equal(faultsOf(charged({ ...lease, price: deep }))[0].path.slice(0, 18), "$.charges[0].price");
    const usage = [trip("e1", "1", 15, { place: deep })];
    assert.deepEqual(faultsOf(priced(perUnit, { usage })).map(({ path }) => path), ["$.usage[0].place"]);
  }
});

Deno.test("refused: lists that are longer than any contract needs", () => {
  const band = { name: "b", days: ["mon"], from: "06:00", to: "07:00", unit: "1" };
  const lists: [(length: number) => CaseInput, number, string][] = [
    [
      (length) => priced({ model: "volume", tiers: numbered(length, (index) => ({ upTo: `${index + 1}` })) }),
      1_000,
      "$.charges[0].price.tiers",
    ],
    [
      (length) =>
        priced({ model: "time_of_use", bands: numbered(length, () => band), otherwise: { unit: "1" } }),
      100,
      "$.charges[0].price.bands",
    ],
    [
      (length) => january({ discounts: numbered(length, (index) => ({ id: `${index}`, amount: "1" })) }),
      1_000,
      "$.discounts",
    ],
    [
      (length) =>
        january({ tax: { rates: numbered(length, (id) => ({ id: `${id}`, category: "S", percent: "1" })) } }),
      100,
      "$.tax.rates",
    ],
    [
      (length) => {
        const during = numbered(length, (index) => {
          const from = Temporal.PlainDate.from("2020-01-01").add({ days: 2 * index });
          return { from: `${from}`, to: `${from.add({ days: 1 })}` };
        });
        return january({ charges: [{ ...lease, during }] });
      },
      1_000,
      "$.charges[0].during",
    ],
  ];
  for (const [input, most, path] of lists) {
    assertRefused(input(most + 1), path, `a list of ${most + 1}`, new RegExp(`^at most ${most}$`));
    if (path.endsWith("bands")) continue;
    priceJson(input(most));
  }
});

Deno.test("refused: more work than one case may be, before any of it is done", () => {
  const tooMuch = (input: CaseInput) => {
    assertRefused(input, "$", "an object", new RegExp(`^at most ${STEPS_MAX} steps; split the case`));
  };
  const vehicles = numbered(10_000, (index) => ({ ...v1, id: `v${index}` }));
  const usage = numbered(5_000, (index) => trip(`e${index}`, "1", 15));
  tooMuch(
    january({ vehicles, charges: numbered(2_100, (id) => ({ ...lease, id: `${id}`, per: "vehicle" })) }),
  );
  tooMuch(
    january({ vehicles: [v1], usage, charges: numbered(3_000, (id) => kmCharge(perUnit, { id: `${id}` })) }),
  );
  const tiers = numbered(1_000, (index) => ({ upTo: `${index + 1}`, unit: "1" }));
  const graduated = kmCharge({ model: "graduated", tiers }, { per: "vehicle" });
  tooMuch(
    january({ vehicles: numbered(20_001, (index) => ({ ...v1, id: `v${index}` })), charges: [graduated] }),
  );
  const pooled = { model: "pooled", includedPerVehicle: "1", overage: graduated.price };
  tooMuch(january({
    vehicles: numbered(20_001, (index) => ({ ...v1, id: `v${index}` })),
    charges: [kmCharge(pooled, { per: "vehicle" })],
  }));
  const bands = numbered(48, (index) => {
    const clock = (minutes: number) => `${new Temporal.PlainTime().add({ minutes })}`.slice(0, 5);
    return {
      name: `${index}`,
      from: clock(30 * index),
      to: index < 47 ? clock(30 * index + 30) : "24:00",
      unit: "1",
    };
  });
  const timed = kmCharge({ model: "time_of_use", bands, otherwise: { unit: "1" } });
  tooMuch(january({ vehicles: [v1], usage, charges: numbered(100, (id) => ({ ...timed, id: `${id}` })) }));
  const discounts = numbered(1_000, (id) => ({ id: `${id}`, percent: "1" }));
  tooMuch(
    january({
      vehicles,
      discounts,
      charges: numbered(2, (id) => ({ ...lease, id: `${id}`, per: "vehicle" })),
    }),
  );
  // One vehicle that comes and goes each day reads its odometer anew for each stay.
  const stays = numbered(5_000, (index) => {
    const from = Temporal.PlainDate.from("1996-01-01").add({ days: 2 * index });
    return { id: "v1", from: `${from}`, to: `${from.add({ days: 1 })}` };
  });
  tooMuch(january({ vehicles: stays, usage, charges: [kmCharge(perUnit)] }));
});

Deno.test("what a case of many charges, vehicles or indexes may name is told with the first ten of them", () => {
  const charges = numbered(500, (index) => ({ ...lease, id: `charge ${index}` }));
  const [fault] = faultsOf(january({ charges, discounts: [{ id: "d", percent: "1", charges: ["rent"] }] }));
  assert.match(fault.allowed, /^the id of a charge: charge 0, .*charge 9 and 490 more$/);
  const indexes = Object.fromEntries(numbered(500, (index) => [`i${index}`, []]));
  const indexed = { model: "indexed", base: "1", index: "x", baseIndex: "1", step: "1", change: "1" };
  assert.match(faultsOf(priced(indexed, { indexes }))[0].allowed, /i9 and 490 more$/);
});

Deno.test("what only shows in pricing is told together with what shows in reading", () => {
  const tiers = [{ upTo: "10", unit: "1" }];
  const odometer = { meter: { event: "trip", aggregate: "last_minus_first", field: "odometer" } };
  const reading = (id: string, day: number, odometer: string) => trip(id, "6", day, { odometer });
  const faults = (more: CaseInput) =>
    faultsOf(january({
      vehicles: [v1],
      charges: [
        kmCharge({ model: "graduated", tiers }),
        kmCharge(perUnit, { id: "run", ...odometer }),
        { ...lease, price: { model: "guess" } },
        { ...lease, id: "late", taxCategory: "S" },
      ],
      usage: [reading("e1", 5, "900"), reading("e2", 6, "800")],
      ...more,
    })).map(({ path }) => path);
  const rates = [{ category: "S", percent: "20" }];
  assert.deepEqual(faults({ colour: "red", tax: { rates } }), [
    "$.colour",
    "$.charges[2].price.model",
    "$.charges[0].price.tiers[0].upTo",
    "$.usage[1].odometer",
  ]);
  // Where an event is wrong, only what each event lacks by itself is told: the wrong one may explain the others.
  const usage = [reading("e1", 5, "900"), { ...reading("e2", 6, "800"), odometer: true }, trip("e3", "x", 7)];
  assert.deepEqual(faults({ usage: [...usage, trip("e4", "1", 8, { vehicle: "v9" })] }), [
    "$.charges[2].price.model",
    "$.usage[3].vehicle",
    "$.usage[2].km",
    "$.usage[1].odometer",
    "$.usage[2].odometer",
  ]);
});

Deno.test("one fault is told once, whoever stumbles over it", () => {
  const charges = [kmCharge(perUnit), kmCharge(perUnit, { id: "again" })];
  const faults = faultsOf(january({ vehicles: [v1], charges, usage: [trip("e1", "far")] }));
  assert.deepEqual(faults.map(({ path }) => path), ["$.usage[0].km"]);
});

Deno.test("a vehicle whose stay is wrong is still known to its usage", () => {
  const vehicles = [{ id: "v1", from: "2024-01-10", to: "2024-01-01" }];
  assertRefused(
    priced(perUnit, { vehicles, usage: [trip("e1", "1")] }),
    "$.vehicles[0].to",
    '"2024-01-01"',
    /a date after "from"/,
  );
});
