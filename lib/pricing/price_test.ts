/** What holds for every price case: parts sum to wholes, order does not matter, and more never costs less. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { anyCase } from "../../tests/support/generated_price_cases.ts";
import { type CaseInput, january, kmCharge, priceJson } from "../../tests/support/price_case.ts";
import { Rational, sumRationals } from "../core/decimal.ts";
import { PriceCaseError } from "./price_case_error.ts";

const sum = (amounts: readonly { readonly amount: string }[]) =>
  sumRationals(amounts.map(({ amount }) => Rational.parse(amount)));
const exact = (text: string) => Rational.parse(text);

Deno.test("parts sum to wholes: lines, true-up, discounts, tax bases, tax, credit", () => {
  let priced = 0;
  checkProperty(
    fc.property(anyCase, (input) => {
      const result = priceJson(input);
      const { tax } = input as { tax?: { inclusive: boolean } };
      const beforeTax = exact(result.subtotal).add(exact(result.trueUp)).add(sum(result.discounts));
      assert.deepEqual(sum(result.lines), exact(result.subtotal));
      const taxed = sum(result.tax);
      if (tax) {
        const bases = sumRationals(result.tax.map(({ base }) => exact(base)));
        assert.deepEqual(tax.inclusive ? bases.add(taxed) : bases, beforeTax);
      }
      assert.deepEqual(exact(result.total), tax && !tax.inclusive ? beforeTax.add(taxed) : beforeTax);
      assert.deepEqual(exact(result.due), exact(result.total).subtract(exact(result.creditApplied)));
      assert.ok(!exact(result.creditApplied).isNegative);
      for (const { amount } of result.discounts) assert.ok(!exact(amount).isPositive);
      if (result.lines.length > 0) priced += 1;
    }),
  );
  assert.ok(priced > 500, `only ${priced} cases had a line`);
});

Deno.test("permuting the usage changes nothing, and neither does giving some of it twice", () => {
  const withOrder = anyCase.chain((input) => {
    const usage = input.usage as CaseInput[];
    return fc.tuple(
      fc.constant(input),
      fc.shuffledSubarray(usage, { minLength: usage.length }),
      fc.subarray(usage),
    );
  });
  checkProperty(
    fc.property(withOrder, ([input, shuffled, again]) => {
      assert.deepEqual(priceJson({ ...input, usage: [...shuffled, ...again] }), priceJson(input));
    }),
  );
});

Deno.test("the answer does not depend on when or how often it is asked", () => {
  checkProperty(fc.property(anyCase, (input) => assert.deepEqual(priceJson(input), priceJson(input))));
});

Deno.test("every line explains itself: its trace ends with its amount", () => {
  checkProperty(
    fc.property(anyCase, (input) => {
      for (const { trace, amount } of priceJson(input).lines) {
        const shown = amount.replace("-", "−");
        assert.ok(trace.some((step) => step === shown || step.endsWith(`= ${shown}`)), trace.join("\n"));
        assert.ok(
          trace.every((step) => step !== "" && !/undefined|NaN|\[object/.test(step)),
          trace.join("\n"),
        );
      }
    }),
  );
});

Deno.test("splitting a period anywhere gives the whole for proration by the second, in five zones", () => {
  const zones = [
    "America/Chicago",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Chatham",
  ];
  const start = fc.integer({ min: 0, max: 3_000 }).map((days) =>
    Temporal.PlainDate.from("2017-01-01").add({ days })
  );
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { minLength: 1, maxLength: 4 });
  checkProperty(
    fc.property(fc.constantFrom(...zones), start, cuts, (zone, start, cuts) => {
      const bounds = [0, ...cuts.sort((left, right) => left - right), 60].map((days) =>
        `${start.add({ days })}`
      );
      const seconds = bounds.slice(1).map((to, index) => {
        const result = priceJson({
          ...january({ zone, period: { start: bounds[0], end: bounds.at(-1) } }),
          vehicles: [{ id: "v1", from: bounds[index], to }],
          charges: [{
            id: "a",
            kind: "recurring",
            per: "vehicle",
            proration: "second",
            price: { model: "flat", amount: "1000000" },
          }],
        });
        const [, part, whole] = /^(\d+) of (\d+) seconds/.exec(result.lines[0].trace[0])!;
        return Rational.of(BigInt(part), BigInt(whole));
      });
      assert.deepEqual(sumRationals(seconds), Rational.one);
    }),
  );
});

Deno.test("one more trip never lowers what is due where no price is negative", () => {
  const prices = fc.constantFrom<unknown>(
    { model: "per_unit", unit: "0.35" },
    { model: "graduated", tiers: [{ upTo: "10", unit: "1", flat: "2" }, { unit: "0.5", flat: "1" }] },
    { model: "package", size: "7", price: "3", free: "5" },
    {
      model: "stairstep",
      tiers: [{ upTo: "10", amount: "5" }, { upTo: "50", amount: "9" }, { amount: "20" }],
    },
    {
      model: "percentage",
      field: "km",
      percent: "1.3",
      perEvent: "0.10",
      freeAmount: "20",
      minPerEvent: "0.2",
    },
    { model: "pass_through", field: "km", markupPercent: "5", markupPerEvent: "0.1" },
    { model: "pooled", includedPerVehicle: "20", overage: { model: "per_unit", unit: "0.7" } },
    { model: "active_vehicle", amount: "15" },
    {
      model: "time_of_use",
      bands: [{ name: "noon", from: "12:00", to: "13:00", unit: "0.3" }],
      otherwise: { unit: "1" },
    },
    {
      model: "indexed",
      base: "0.37",
      index: "diesel",
      baseIndex: "2.40",
      step: "0.20",
      change: "0.01",
      floor: "0",
    },
  );
  const kms = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 });
  checkProperty(
    fc.property(prices, kms, fc.integer({ min: 0, max: 400 }), (price, kms, more) => {
      const due = (distances: number[]) =>
        exact(
          priceJson(january({
            vehicles: [{ id: "v1", from: "2024-01-05" }],
            charges: [kmCharge(price)],
            indexes: {
              diesel: [{ from: "2024-01-01", value: "2.83" }, { from: "2024-01-14", value: "1.9" }],
            },
            usage: distances.map((tenths, index) => {
              const at = `2024-01-${10 + index}T12:00:00Z`;
              return {
                id: `e${index}`,
                event: "trip",
                vehicle: "v1",
                at,
                km: `${Math.floor(tenths / 10)}.${tenths % 10}`,
              };
            }),
          })).due,
        );
      assert.ok(due([...kms, more]).compare(due(kms)) >= 0);
    }),
  );
});

Deno.test("whatever the JSON is, the answer is a result or the faults of the case, and never a crash", () => {
  const junk = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1e400,
      "",
      "0",
      "-1",
      "1e9",
      [],
      {},
      [null],
      "v1",
      "2024-01-01",
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const broken = fc.tuple(anyCase, fc.nat(), junk).map(([input, where, value]) =>
    replaceSomewhere(input, where, value)
  );
  let refused = 0;
  checkProperty(fc.property(broken, (input) => {
    try {
      priceJson(input);
    } catch (error) {
      if (!(error instanceof PriceCaseError)) throw error;
      refused += 1;
      for (const { path, message } of error.faults) assert.ok(path.startsWith("$") && message.length < 1_000);
    }
  }));
  assert.ok(refused > 500, `only ${refused} were refused`);
});

/** A copy of the case in which the value at one of its places, counted through, is another. */
function replaceSomewhere(input: CaseInput, where: number, value: unknown): CaseInput {
  const copy: CaseInput = structuredClone(input);
  const places: [CaseInput, string][] = [];
  const collect = (object: CaseInput) => {
    for (const name of Object.keys(object)) {
      places.push([object, name]);
      const member = object[name];
      if (typeof member === "object" && member !== null) collect(member as CaseInput);
    }
  };
  collect(copy);
  const [object, name] = places[where % places.length];
  object[name] = value;
  return copy;
}
