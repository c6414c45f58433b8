/** From lines to what is due in a price case: commitment, discounts, tax and credit, in that order. */
import assert from "node:assert/strict";
import { type CaseInput, january, kmCharge, priceJson, trip, v1 } from "../support/price_case.ts";

/** A one-line charge of a fixed amount. */
const line = (id: string, amount: string, more: CaseInput = {}): CaseInput => {
  return { id, kind: "recurring", price: { model: "flat", amount }, ...more };
};
const S = { category: "S", percent: "20" },
  Z = { category: "Z", percent: "0" },
  E = { category: "E", percent: "0" };
const of = (category: string) => ({ taxCategory: category });
const exclusive = (...rates: CaseInput[]) => ({ tax: { rates } });
const inclusive = (...rates: CaseInput[]) => ({ tax: { inclusive: true, rates } });
/** The totals and the tax rows of a case, briefly. */
function totals(content: CaseInput) {
  const { subtotal, trueUp, discounts, tax, total, due } = priceJson(january(content));
  return {
    subtotal,
    trueUp,
    discounts: discounts.map(({ amount }) => amount),
    tax: tax.map(({ category, base, amount }) => `${category} ${base} ${amount}`),
    total,
    due,
  };
}

Deno.test("a minimum is reached by a true-up that counts as one more line for discounts and tax", () => {
  const charges = [line("a", "100.00")];
  const commitment = { minimum: "150.00" };
  assert.deepEqual(totals({ charges, commitment, ...exclusive(S) }), {
    subtotal: "100.00",
    trueUp: "50.00",
    discounts: [],
    tax: ["S 150.00 30.00"],
    total: "180.00",
    due: "180.00",
  });
  const onAll = [{ id: "d", percent: "10" }], onLine = [{ id: "d", percent: "10", charges: ["a"] }];
  assert.deepEqual(totals({ charges, commitment, discounts: onAll }).discounts, ["-15.00"]);
  assert.deepEqual(totals({ charges, commitment, discounts: onLine }).discounts, ["-10.00"]);
  assert.equal(totals({ charges, commitment: { minimum: "100.00" } }).trueUp, "0.00");
});

Deno.test("a minimum finer than the currency is rounded, and holds without any line", () => {
  const commitment = { minimum: "99.995" };
  assert.deepEqual(totals({ commitment, ...exclusive(S) }).tax, ["S 100.00 20.00"]);
  assert.equal(totals({ commitment }).total, "100.00");
});

Deno.test("a cap cuts the lines down, shared between the categories in proportion", () => {
  const charges = [line("a", "60.00", of("S")), line("b", "40.00", of("Z"))];
  assert.deepEqual(totals({ charges, commitment: { cap: "50.00", taxCategory: "S" }, ...exclusive(S, Z) }), {
    subtotal: "100.00",
    trueUp: "-50.00",
    discounts: [],
    tax: ["S 30.00 6.00", "Z 20.00 0.00"],
    total: "56.00",
    due: "56.00",
  });
  assert.equal(totals({ charges, commitment: { cap: "100.00" }, ...exclusive(S, Z) }).trueUp, "0.00");
});

Deno.test("the cent that is left of a cap's cut goes to the earlier category", () => {
  const charges = ["S", "Z", "E"].map((category) => line(category, "1.00", of(category)));
  const rates = exclusive(E, Z, S);
  // In the order of the lines S, Z, E; the rows are in the order of the rates.
  assert.deepEqual(totals({ charges, commitment: { cap: "2.00" }, ...rates }).tax, [
    "E 0.67 0.00",
    "Z 0.67 0.00",
    "S 0.66 0.13",
  ]);
});

Deno.test("a capped case is discounted on what the cap leaves, and a discount on one charge on that charge", () => {
  const charges = [line("a", "60.00", of("S")), line("b", "40.00", of("Z"))];
  const capped = { charges, commitment: { cap: "50.00" }, ...exclusive(S, Z) };
  assert.deepEqual(totals({ ...capped, discounts: [{ id: "d", percent: "10" }] }).tax, [
    "S 27.00 5.40",
    "Z 18.00 0.00",
  ]);
  assert.deepEqual(totals({ ...capped, discounts: [{ id: "d", amount: "99" }] }).tax, [
    "S 0.00 0.00",
    "Z 0.00 0.00",
  ]);
  const onOne = [{ id: "d", percent: "10", charges: ["a"] }];
  assert.deepEqual(totals({ ...capped, discounts: onOne }).discounts, ["-6.00"]);
});

Deno.test("a commitment on some charges looks at those alone, and its cut lowers what a discount sees of them", () => {
  const charges = [line("a", "60.00", of("S")), line("b", "40.00", of("Z"))];
  const minimum = { minimum: "100.00", charges: ["a"] };
  assert.deepEqual(totals({ charges, commitment: minimum, ...exclusive(S, Z) }).tax, [
    "S 100.00 20.00",
    "Z 40.00 0.00",
  ]);
  const cap = { cap: "10.00", charges: ["a"] };
  const discounts = [{ id: "d", percent: "10" }];
  assert.deepEqual(totals({ charges, commitment: cap, discounts, ...exclusive(S, Z) }), {
    subtotal: "100.00",
    trueUp: "-50.00",
    discounts: ["-5.00"],
    tax: ["S 9.00 1.80", "Z 36.00 0.00"],
    total: "46.80",
    due: "46.80",
  });
});

Deno.test("the category of a true-up: said, else the only one in use, else the only rate's", () => {
  const commitment = { minimum: "150.00" };
  const charges = [line("a", "100.00", of("Z"))];
  assert.deepEqual(
    totals({ charges, commitment: { ...commitment, taxCategory: "S" }, ...exclusive(S, Z) }).tax,
    [
      "S 50.00 10.00",
      "Z 100.00 0.00",
    ],
  );
  assert.deepEqual(totals({ charges, commitment, ...exclusive(S, Z) }).tax, ["Z 150.00 0.00"]);
  assert.deepEqual(
    totals({ charges: [kmCharge({ model: "per_unit", unit: "1" })], commitment, ...exclusive(S) }).tax,
    [
      "S 150.00 30.00",
    ],
  );
  const unbilled = { ...kmCharge({ model: "per_unit", unit: "1" }), ...of("S") };
  const scoped = { minimum: "50.00", charges: ["km"] };
  assert.deepEqual(totals({ charges: [...charges, unbilled], commitment: scoped, ...exclusive(S, Z) }).tax, [
    "Z 150.00 0.00",
  ]);
  const mixed = [...charges, line("b", "50.00", of("S"))];
  assert.equal(totals({ charges: mixed, commitment, ...exclusive(S, Z) }).trueUp, "0.00");
});

Deno.test("percents come first, then amounts, each on what the earlier ones left", () => {
  const discounts = [
    { id: "a", amount: "10.00" },
    { id: "p", percent: "10" },
    { id: "q", percent: "50" },
    { id: "b", amount: "99.00" },
  ];
  const result = priceJson(january({ charges: [line("x", "100.00")], discounts }));
  assert.deepEqual(result.discounts, [
    { id: "p", amount: "-10.00" },
    { id: "q", amount: "-45.00" },
    { id: "a", amount: "-10.00" },
    { id: "b", amount: "-35.00" },
  ]);
  assert.deepEqual([result.subtotal, result.total], ["100.00", "0.00"]);
});

Deno.test("a percent is rounded once on the sum of its lines and shared by largest remainder, ties to the earlier", () => {
  const charges = ["S", "Z", "E"].map((category) => line(category, "0.05", of(category)));
  const result = totals({ charges, discounts: [{ id: "d", percent: "10" }], ...exclusive(S, Z, E) });
  assert.deepEqual(result.discounts, ["-0.02"]);
  assert.deepEqual(result.tax, ["S 0.04 0.01", "Z 0.04 0.00", "E 0.05 0.00"]);
});

Deno.test("an amount is shared in proportion, capped at the sum of its lines, and the rest lapses", () => {
  const charges = [line("a", "30.00", of("S")), line("b", "10.00", of("Z")), line("c", "5.00", of("Z"))];
  const take = (amount: string, ids?: string[]) =>
    totals({ charges, discounts: [{ id: "d", amount, charges: ids }], ...exclusive(S, Z) });
  assert.deepEqual(take("20.00", ["a", "b"]).tax, ["S 15.00 3.00", "Z 10.00 0.00"]);
  assert.deepEqual(take("99.00", ["a", "b"]).discounts, ["-40.00"]);
  assert.deepEqual(take("99.00", ["a", "b"]).tax, ["S 0.00 0.00", "Z 5.00 0.00"]);
  assert.deepEqual(take("0.005", ["a"]).discounts, ["-0.01"]);
});

Deno.test("a discount never takes a line below zero: a negative line has no share in it", () => {
  const charges = [line("a", "100.00", of("S")), line("b", "-20.00", of("Z"))];
  const result = totals({ charges, discounts: [{ id: "d", percent: "100" }], ...exclusive(S, Z) });
  assert.deepEqual(result.discounts, ["-80.00"]);
  assert.deepEqual(result.tax, ["S 20.00 4.00", "Z -20.00 0.00"]);
  const credit = [line("a", "-20.00")];
  assert.deepEqual(totals({ charges: credit, discounts: [{ id: "d", percent: "10" }] }).discounts, ["0.00"]);
  assert.deepEqual(totals({ charges: credit, discounts: [{ id: "d", amount: "10" }] }).total, "-20.00");
});

Deno.test("a discount whose charges billed nothing takes nothing", () => {
  const charges = [line("a", "10.00"), kmCharge({ model: "per_unit", unit: "1" })];
  assert.deepEqual(totals({ charges, discounts: [{ id: "d", amount: "5", charges: ["km"] }] }).discounts, [
    "0.00",
  ]);
});

Deno.test("tax is rounded per category on the summed base, not per line", () => {
  const charges = [line("a", "0.02"), line("b", "0.02"), line("c", "0.02")];
  assert.deepEqual(totals({ charges, ...exclusive({ ...S, percent: "10" }) }).tax, ["S 0.06 0.01"]);
});

Deno.test("inclusive tax does not change the total: 353.90 at 19 % stays 353.90", () => {
  const result = totals({ charges: [line("a", "353.90")], ...inclusive({ ...S, percent: "19" }) });
  assert.deepEqual(result, {
    subtotal: "353.90",
    trueUp: "0.00",
    discounts: [],
    tax: ["S 297.39 56.51"],
    total: "353.90",
    due: "353.90",
  });
  const discounted = totals({
    charges: [line("a", "353.90")],
    discounts: [{ id: "d", percent: "10" }],
    commitment: { minimum: "400.00" },
    ...inclusive({ ...S, percent: "19" }),
  });
  assert.deepEqual([discounted.total, discounted.tax], ["360.00", ["S 302.52 57.48"]]);
});

Deno.test("tax is rounded in the mode of the case", () => {
  const tax = (rounding: string) =>
    totals({ rounding, charges: [line("a", "0.10")], ...exclusive({ ...S, percent: "5" }) }).tax[0];
  assert.deepEqual([tax("half_up"), tax("half_even")], ["S 0.10 0.01", "S 0.10 0.00"]);
});

Deno.test("a category may have several rates with ids, named by the charge's taxRate", () => {
  const rates = exclusive({ id: "full", category: "S", percent: "19.00" }, {
    id: "low",
    category: "S",
    percent: "7",
  }, Z);
  const charges = [
    line("a", "100.00", { taxRate: "low" }),
    line("b", "200.00", { taxRate: "full", taxCategory: "S" }),
    line("c", "50.00", of("Z")),
  ];
  const commitment = { minimum: "400.00", taxRate: "low" };
  const result = priceJson(january({ charges, commitment, ...rates }));
  assert.deepEqual(result.tax, [
    { category: "S", id: "full", percent: "19.00", base: "200.00", amount: "38.00" },
    { category: "S", id: "low", percent: "7", base: "150.00", amount: "10.50" },
    { category: "Z", percent: "0", base: "50.00", amount: "0.00" },
  ]);
  assert.deepEqual(result.lines.map(({ taxCategory, taxRate }) => [taxCategory, taxRate]), [
    ["S", "low"],
    ["S", "full"],
    ["Z", undefined],
  ]);
});

Deno.test("categories appear if they have a line, and without tax there is none", () => {
  assert.deepEqual(totals({ charges: [line("a", "10.00", of("Z"))], ...exclusive(S, Z) }).tax, [
    "Z 10.00 0.00",
  ]);
  const untaxed = priceJson(january({ charges: [line("a", "10.00"), line("b", "1.00", of("S"))] }));
  assert.deepEqual([untaxed.tax, untaxed.total], [[], "11.00"]);
  assert.deepEqual(untaxed.lines.map(({ taxCategory }) => taxCategory), [undefined, "S"]);
  assert.deepEqual(totals({ charges: [line("a", "10.00")], ...exclusive() }).tax, []);
});

Deno.test("the taxCategory left out is the only rate's", () => {
  assert.equal(
    priceJson(january({ charges: [line("a", "10.00")], ...exclusive(Z) })).lines[0].taxCategory,
    "Z",
  );
});

Deno.test("every code of EN 16931 can be used; O alone, L and M at any rate", () => {
  for (const category of ["S", "Z", "E", "AE", "K", "G", "O"]) {
    const rates = exclusive({ category, percent: "0" });
    assert.deepEqual(totals({ charges: [line("a", "10.00")], ...rates }).tax, [`${category} 10.00 0.00`]);
  }
  for (const category of ["L", "M"]) {
    const rates = exclusive({ category, percent: "7" });
    assert.deepEqual(totals({ charges: [line("a", "10.00")], ...rates }).tax, [`${category} 10.00 0.70`]);
  }
});

Deno.test("credit is positive, comes after tax, and is never more than a positive total", () => {
  const credited = (amount: string, credit: string) => {
    const { total, creditApplied, due } = priceJson(
      january({ charges: [line("a", amount)], credit, ...exclusive(S) }),
    );
    return [total, creditApplied, due];
  };
  assert.deepEqual(credited("100.00", "20.00"), ["120.00", "20.00", "100.00"]);
  assert.deepEqual(credited("100.00", "500.00"), ["120.00", "120.00", "0.00"]);
  assert.deepEqual(credited("-100.00", "20.00"), ["-120.00", "0.00", "-120.00"]);
  assert.deepEqual(credited("100.00", "0.005"), ["120.00", "0.01", "119.99"]);
});

Deno.test("the order of a line-up: usage, charges, pool, tiers, true-up, discounts, tax, credit", () => {
  const result = priceJson(january({
    vehicles: [v1],
    charges: [
      line("lease", "100.00"),
      kmCharge({
        model: "pooled",
        includedPerVehicle: "100",
        overage: { model: "graduated", tiers: [{ upTo: "10", unit: "1" }, { unit: "2" }] },
      }),
    ],
    usage: [trip("e1", "130")],
    commitment: { minimum: "200.00" },
    discounts: [{ id: "p", percent: "10" }, { id: "a", amount: "30.00" }],
    credit: "80.00",
    ...exclusive(S),
  }));
  assert.deepEqual(result.lines.map(({ amount }) => amount), ["100.00", "50.00"]);
  assert.deepEqual([result.subtotal, result.trueUp], ["150.00", "50.00"]);
  assert.deepEqual(result.discounts.map(({ amount }) => amount), ["-20.00", "-30.00"]);
  assert.deepEqual(result.tax.map(({ base, amount }) => [base, amount]), [["150.00", "30.00"]]);
  assert.deepEqual([result.total, result.creditApplied, result.due], ["180.00", "80.00", "100.00"]);
});
