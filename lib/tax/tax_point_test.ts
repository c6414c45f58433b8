/** Guards on which day tax falls due, and that a change of the rate parts a charge only where it may. */
import assert from "node:assert/strict";
import type { TaxFacts } from "../core/tax_facts.ts";
import { ratesOf } from "./rate.ts";
import { type TaxedCharge, taxParts } from "./tax_point.ts";

function facts(seller: string, draftedOn = "2024-02-05"): TaxFacts {
  return {
    draftedOn,
    seller: {
      country: seller,
      registrations: [{ country: seller, kind: "vat", from: "2010-01-01", to: null }],
    },
    buyer: {
      country: seller,
      isBusiness: true,
      vatIdCountry: null,
      vatIdStatus: "unknown",
      certificates: [],
    },
    hire: { from: "2023-01-01", to: null },
    places: [],
    rates: ratesOf([seller], []),
  };
}

function parts(
  seller: string,
  days: [string, string][],
  given: Partial<TaxedCharge> = {},
  draftedOn?: string,
) {
  const charge: TaxedCharge = {
    supply: "vehicle_hire",
    days: days.map(([from, to]) => ({ from, to })),
    isDivisible: true,
    ...given,
  };
  return taxParts(charge, facts(seller, draftedOn)).map(({ percent, taxPoint, days }) => ({
    percent,
    taxPoint,
    days: days?.map(({ from, to }) => `${from}/${to}`) ?? null,
  }));
}

Deno.test("in the Union the last day of the period decides for all of it (art. 64)", () => {
  assert.deepEqual(parts("LU", [["2023-12-15", "2024-01-15"]]), [
    { percent: "17", taxPoint: "2024-01-14", days: null },
  ]);
  assert.deepEqual(parts("DE", [["2020-06-01", "2020-07-01"]]), [
    { percent: "19", taxPoint: "2020-06-30", days: null },
  ]);
  assert.deepEqual(parts("DE", [["2020-06-02", "2020-07-02"]]), [
    { percent: "16", taxPoint: "2020-07-01", days: null },
  ]);
});

Deno.test("in Switzerland each day has its own rate, so that a change parts a charge (Art. 115 MWSTG)", () => {
  assert.deepEqual(parts("CH", [["2023-12-15", "2024-01-15"]]), [
    { percent: "7.7", taxPoint: "2023-12-31", days: ["2023-12-15/2024-01-01"] },
    { percent: "8.1", taxPoint: "2024-01-14", days: ["2024-01-01/2024-01-15"] },
  ]);
  assert.deepEqual(parts("CH", [["2023-11-01", "2023-12-01"]]), [
    { percent: "7.7", taxPoint: "2023-11-30", days: null },
  ]);
});

Deno.test("days between which a charge rests stay apart", () => {
  assert.deepEqual(parts("CH", [["2023-12-15", "2023-12-20"], ["2023-12-28", "2024-01-03"]]), [
    { percent: "7.7", taxPoint: "2023-12-31", days: ["2023-12-15/2023-12-20", "2023-12-28/2024-01-01"] },
    { percent: "8.1", taxPoint: "2024-01-02", days: ["2024-01-01/2024-01-03"] },
  ]);
});

Deno.test("a price that has no parts is taxed as of its last day", () => {
  assert.deepEqual(parts("CH", [["2023-12-15", "2024-01-15"]], { isDivisible: false }), [
    { percent: "8.1", taxPoint: "2024-01-14", days: null },
  ]);
});

Deno.test("where the invoice decides, the day of the draft has the rate, and no other day is printed", () => {
  assert.deepEqual(parts("SG", [["2023-12-01", "2024-01-01"]], {}, "2024-01-02"), [
    { percent: "9", taxPoint: null, days: null },
  ]);
  assert.deepEqual(parts("SG", [["2024-01-01", "2024-02-01"]], {}, "2023-12-28"), [
    { percent: "8", taxPoint: null, days: null },
  ]);
  assert.deepEqual(parts("NZ", [["2024-01-01", "2024-02-01"]]), [
    { percent: "15", taxPoint: null, days: null },
  ]);
});
