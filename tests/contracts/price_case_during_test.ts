/** A charge that is in force for a part of the period only: plan changes, pauses, and contracts that end early. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Rational, sumRationals } from "../../lib/core/decimal.ts";
import { anyCase } from "../support/generated_price_cases.ts";
import {
  amountsOf,
  assertRefused,
  type CaseInput,
  january,
  kmCharge,
  priceJson,
  trip,
  v1,
} from "../support/price_case.ts";
import { checkProperty } from "../support/property.ts";

const lease = (id: string, amount: string, during: unknown, more: CaseInput = {}): CaseInput => {
  return { id, kind: "recurring", price: { model: "flat", amount }, during, ...more };
};
const span = (from: number, to: number) => {
  const day = (number: number) => number > 31 ? "2024-02-01" : `2024-01-${String(number).padStart(2, "0")}`;
  return { from: day(from), to: day(to) };
};
const perKm = { model: "per_unit", unit: "1" };

Deno.test("a plan change prorates the old charge until the day and the new one from it", () => {
  const result = priceJson(january({
    charges: [lease("lease", "310", [span(1, 11)]), lease("lease@2", "620", [span(11, 32)])],
  }));
  assert.deepEqual(amountsOf(result), ["100.00", "420.00"]);
  assert.deepEqual(result.lines[0].trace, ["10 of 31 days (1 to 10 January)", "310.00 × 10/31 = 100.00"]);
});

Deno.test("a pause leaves the days in force, by days, seconds and 30-day months, and none where nothing is prorated", () => {
  const during = [span(1, 11), span(21, 32)];
  const amounts = ["day", "second", "fixed30", "none"].map((proration) =>
    amountsOf(priceJson(january({ charges: [lease("lease", "300", during, { proration })] })))[0]
  );
  // 21 of 31 days; by 30-day months 10 and 10 of the 30.
  assert.deepEqual(amounts, ["203.23", "203.23", "200.00", "300.00"]);
});

Deno.test("a charge that is never in force in the period bills nothing, whatever it is", () => {
  const charges = [[], [span(1, 2)].map(({ from }) => ({ from: "2023-05-01", to: from }))].flatMap((
    during,
    index,
  ) => [
    lease(`lease${index}`, "300", during),
    { ...lease(`setup${index}`, "50", during), kind: "one_time", on: "2024-01-05" },
    kmCharge({ model: "graduated", flatFeeOnZero: true, tiers: [{ upTo: null, unit: "1", flat: "9" }] }, {
      id: `km${index}`,
      during,
    }),
  ]);
  const result = priceJson(january({ vehicles: [v1], charges, usage: [trip("e1", "5")] }));
  assert.deepEqual(result.lines, []);
  assert.deepEqual(result.ignored, [
    { usage: "e1", reason: "no charge for it was in force on 15 January 2024" },
  ]);
});

Deno.test("per vehicle, only the days count on which it is there and the charge is in force", () => {
  const vehicles = [v1, { id: "v2", from: "2024-01-09", to: "2024-01-13" }, {
    id: "v3",
    from: "2024-01-20",
    to: null,
  }];
  const result = priceJson(
    january({ vehicles, charges: [lease("lease", "310", [span(1, 11)], { per: "vehicle" })] }),
  );
  assert.deepEqual(result.lines.map(({ vehicle, amount }) => [vehicle, amount]), [
    ["v1", "100.00"],
    ["v2", "20.00"],
  ]);
});

Deno.test("usage goes to the charge that is in force on its day, and is named if there is none", () => {
  const result = priceJson(january({
    vehicles: [v1],
    charges: [
      kmCharge(perKm, { id: "old", during: [span(1, 11)] }),
      kmCharge({ model: "per_unit", unit: "2" }, { id: "new", during: [span(15, 32)] }),
    ],
    usage: [
      trip("a", "3", 10),
      trip("b", "5", 11),
      trip("c", "7", 15),
      trip("d", "9", 12, { event: "toll" }),
    ],
  }));
  assert.deepEqual(amountsOf(result), ["3.00", "14.00"]);
  assert.deepEqual(result.ignored, [
    { usage: "b", reason: "no charge for it was in force on 11 January 2024" },
  ]);
  assert.equal(result.lines[0].trace[0], "In force 1 to 10 January");
});

Deno.test("usage that another charge of the meter took is not named", () => {
  const charges = [kmCharge(perKm, { id: "old", during: [span(1, 11)] }), kmCharge(perKm)];
  const result = priceJson(january({ vehicles: [v1], charges, usage: [trip("a", "3", 20)] }));
  assert.deepEqual([amountsOf(result), result.ignored], [["3.00"], []]);
});

Deno.test("an odometer opens with the last reading before the span, so that nothing is billed twice or lost", () => {
  const meter = { event: "trip", aggregate: "last_minus_first", field: "odometer" };
  const read = (id: string, odometer: string, day: number) => trip(id, "0", day, { odometer });
  const result = priceJson(january({
    vehicles: [v1],
    charges: [
      { id: "old", kind: "usage", meter, price: perKm, during: [span(1, 11)] },
      { id: "new", kind: "usage", meter, price: perKm, during: [span(11, 16), span(21, 32)] },
    ],
    usage: [
      { ...read("a", "100", 1), at: "2023-12-30T12:00:00Z" },
      read("b", "130", 8),
      read("c", "170", 12),
      // in the pause: where it starts from afterwards
      read("d", "500", 18),
      read("e", "520", 25),
    ],
  }));
  assert.deepEqual(amountsOf(result), ["30.00", "60.00"]);
});

Deno.test("a level holds on into the span, and the parts add up to the mean of the whole", () => {
  const meter = { event: "trip", aggregate: "time_weighted", field: "level" };
  const charge = (id: string, during: unknown) => {
    return { id, kind: "usage", per: "vehicle", meter, price: { model: "per_unit", unit: "31" }, during };
  };
  const result = priceJson(january({
    vehicles: [v1],
    charges: [charge("old", [span(1, 11)]), charge("new", [span(11, 32)]), charge("paused", [span(21, 32)])],
    usage: [{ ...trip("a", "0", 1, { level: "2" }), at: "2023-12-30T12:00:00Z" }],
  }));
  assert.deepEqual(amountsOf(result), ["20.00", "42.00", "22.00"]);
});

Deno.test("a pool holds the allowance of the days on which vehicles and charge were there", () => {
  const price = { model: "pooled", includedPerVehicle: "310", overage: perKm };
  const result = priceJson(january({
    vehicles: [v1, { id: "v2", from: "2024-01-06", to: null }],
    charges: [kmCharge(price, { during: [span(1, 11)] })],
    usage: [trip("a", "200", 3)],
  }));
  // 310 × 10/31 + 310 × 5/31 = 150
  assert.deepEqual(amountsOf(result), ["50.00"]);
});

Deno.test("a one-time charge falls due if the charge is in force on its day", () => {
  const setup = (id: string, on: string) => {
    return { id, kind: "one_time", on, price: { model: "flat", amount: "9" }, during: [span(1, 11)] };
  };
  const result = priceJson(
    january({ charges: [setup("on the last day", "2024-01-10"), setup("after", "2024-01-11")] }),
  );
  assert.deepEqual(result.lines.map(({ charge }) => charge), ["on the last day"]);
});

Deno.test("spans that touch are one, and spans beyond the period are cut", () => {
  const during = [{ from: "2023-06-01", to: "2024-01-06" }, span(6, 11)];
  const [line] = priceJson(january({ charges: [lease("lease", "310", during)] })).lines;
  assert.deepEqual(line.trace, ["10 of 31 days (1 to 10 January)", "310.00 × 10/31 = 100.00"]);
});

Deno.test("spans that are no spans are refused by their place", () => {
  const refused = (during: unknown, path: string, value: string, allowed: RegExp) =>
    assertRefused(
      january({ charges: [lease("lease", "1", during)] }),
      `$.charges[0].during${path}`,
      value,
      allowed,
    );
  refused("always", "", '"always"', /a list/);
  refused([span(5, 5)], "[0].to", '"2024-01-05"', /after "from", 2024-01-05/);
  refused([span(9, 5)], "[0].to", '"2024-01-05"', /after "from", 2024-01-09/);
  refused([span(1, 11), span(10, 20)], "[1].from", '"2024-01-10"', /2024-01-11 or a later date/);
  refused([span(11, 15), span(1, 5)], "[1].from", '"2024-01-01"', /order of time/);
  refused([{ from: "2024-01-01" }], "[0].to", "missing", /required/);
  refused([{ to: "2024-01-01" }], "[0].from", "missing", /required/);
  refused([{ ...span(1, 5), days: "4" }], "[0].days", '"4"', /from, to/);
});

/** Only what adds up: a meter's sum or run at one price, a share of an amount. */
const linear = anyCase.map((input): CaseInput => {
  const charges = (input.charges as CaseInput[]).map((charge): CaseInput => {
    const { during: _, freeUnits: __, ...whole } = charge;
    const price = charge.kind === "recurring"
      ? { model: "flat", amount: "123.45" }
      : { model: "per_unit", unit: "1.237" };
    const { aggregate } = (charge.meter ?? {}) as CaseInput;
    const adds = aggregate !== "max" && aggregate !== "unique";
    return {
      ...whole,
      price,
      ...(charge.proration === "none" && { proration: "second" }),
      ...(charge.kind === "usage" && !adds && { meter: { event: "trip", aggregate: "sum", field: "km" } }),
    };
  });
  const { discounts: _, commitment: __, tax: ___, ...plain } = input;
  return { ...plain, charges: charges.map(({ taxCategory: _, taxRate: __, ...charge }) => charge) };
});

Deno.test("an amendment that changes nothing bills the same, but for the rounding of the lines it splits", () => {
  let split = 0;
  checkProperty(
    fc.property(linear, fc.integer({ min: 1, max: 30 }), (input, day) => {
      const middle = Temporal.PlainDate.from("2024-01-01").add({ days: day }).toString();
      const charges = (input.charges as CaseInput[]).flatMap((charge) => [
        { ...charge, during: [{ from: "2024-01-01", to: middle }] },
        { ...charge, id: `${charge.id}@2`, during: [{ from: middle, to: "2024-02-01" }] },
      ]);
      const whole = priceJson(input), parts = priceJson({ ...input, charges });
      const sum = (result: typeof whole) =>
        sumRationals(result.lines.map(({ amount }) => Rational.parse(amount)));
      const places = { USD: 2, JPY: 0, KWD: 3 }[input.currency as "USD"];
      const difference = sum(parts).subtract(sum(whole)).multiply(Rational.of(10n ** BigInt(places)));
      // A line that rounds to nothing is left out, and rounds all the same.
      const lines = 3 * (input.charges as unknown[]).length * 4;
      assert.ok(
        difference.compare(Rational.of(BigInt(lines), 2n)) <= 0 &&
          difference.compare(Rational.of(BigInt(-lines), 2n)) >= 0,
        `${difference.toDecimal()} minor units apart`,
      );
      assert.deepEqual(parts.ignored, whole.ignored);
      if (parts.lines.length > whole.lines.length) split += 1;
    }),
    { oneIn: 2 },
  );
  assert.ok(split > 300, `only ${split} cases were split`);
});

Deno.test("a charge in force throughout bills as one without a word about it", () => {
  checkProperty(
    fc.property(anyCase, (input) => {
      const during = [{ from: "2024-01-01", to: "2024-02-01" }];
      const charges = input.charges as CaseInput[];
      const given = (list: unknown[] | undefined) =>
        priceJson({ ...input, charges: charges.map((charge) => ({ ...charge, during: list })) });
      const total = ({ lines, total }: ReturnType<typeof priceJson>) => ({
        total,
        lines: lines.map(({ trace: _, unitPrice: __, ...line }) => line),
      });
      assert.deepEqual(total(given(during)), total(given(undefined)));
    }),
    { oneIn: 4 },
  );
});
