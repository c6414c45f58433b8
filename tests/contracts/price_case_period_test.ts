/** A recurring charge that is for another period than the case: its share is one of that period, and no other charge has one. */
import assert from "node:assert/strict";
import {
  amountsOf,
  assertRefused,
  type CaseInput,
  faultsOf,
  january,
  kmCharge,
  priceJson,
} from "../support/price_case.ts";

const period = { start: "2024-02-01", end: "2024-03-01" };
const lease = (more: CaseInput): CaseInput => {
  return { id: "lease", kind: "recurring", per: "vehicle", price: { model: "flat", amount: "290" }, ...more };
};

Deno.test("a charge for the next period counts the days of that one, also of vehicles that are not there in this one", () => {
  const vehicles = [
    { id: "stays", from: "2023-05-01", to: null },
    { id: "goes", from: "2023-05-01", to: "2024-02-11" },
    { id: "went", from: "2023-05-01", to: "2024-01-20" },
    { id: "comes", from: "2024-02-20", to: null },
  ];
  const result = priceJson(january({ vehicles, charges: [lease({ period })] }));
  assert.deepEqual(amountsOf(result), ["290.00", "100.00", "100.00"]);
  assert.deepEqual(result.lines.map(({ vehicle }) => vehicle), ["stays", "goes", "comes"]);
  assert.equal(result.lines[1].trace[0], "10 of 29 days (1 to 10 February)");
});

Deno.test("it is in force on days of that period", () => {
  const during = [{ from: "2024-01-20", to: "2024-02-06" }];
  const contract = lease({ per: "contract", period, during });
  assert.deepEqual(amountsOf(priceJson(january({ charges: [contract] }))), ["50.00"]);
  const never = lease({ per: "contract", period, during: [] });
  assert.deepEqual(priceJson(january({ charges: [never] })).lines, []);
});

Deno.test("a period ends after it starts, and only a recurring charge has one", () => {
  const empty = january({ charges: [lease({ period: { start: "2024-02-01", end: "2024-02-01" } })] });
  assertRefused(empty, "$.charges[0].period.end", '"2024-02-01"', /a date after "start", 2024-02-01/);
  const half = faultsOf(january({ charges: [lease({ period: { start: "2024-02-01" } })] }));
  assert.deepEqual(half.map(({ path }) => path), ["$.charges[0].period.end"]);
  const km = faultsOf(january({ charges: [kmCharge({ model: "per_unit", unit: "1" }, { period })] }));
  assert.deepEqual(km.map(({ path }) => path), ["$.charges[0].period"]);
});
