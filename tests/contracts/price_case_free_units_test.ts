/** Free units of a usage charge in a price case: off the quantity, before tiers and pool, for each vehicle or once. */
import assert from "node:assert/strict";
import { assertRefused, january, kmCharge, priceJson, trip, v1 } from "../support/price_case.ts";

const perKm = { model: "per_unit", unit: "0.50" };
const amountsOf = (charge: unknown, ...usage: unknown[]) =>
  priceJson(january({ vehicles: [v1, { ...v1, id: "v2" }], charges: [charge], usage }))
    .lines.map(({ quantity, amount }) => `${quantity}: ${amount}`);

Deno.test("free units come off the sum, and of each vehicle where the charge is by vehicle", () => {
  const trips = [trip("a", "80"), trip("b", "70", 16, { vehicle: "v2" })];
  assert.deepEqual(amountsOf(kmCharge(perKm, { freeUnits: "60" }), ...trips), ["90: 45.00"]);
  assert.deepEqual(amountsOf(kmCharge(perKm, { freeUnits: "75", per: "vehicle" }), ...trips), ["5: 2.50"]);
  assert.deepEqual(amountsOf(kmCharge(perKm, { freeUnits: "150" }), ...trips), []);
});

Deno.test("they come off before tiers and beside a pool, and never off negative usage", () => {
  const tiers = { model: "graduated", tiers: [{ upTo: "10", unit: "2" }, { upTo: null, unit: "1" }] };
  assert.deepEqual(amountsOf(kmCharge(tiers, { freeUnits: "5" }), trip("a", "20")), ["15: 25.00"]);
  const pool = { model: "pooled", includedPerVehicle: "10", overage: perKm };
  assert.deepEqual(amountsOf(kmCharge(pool, { freeUnits: "5" }), trip("a", "40")), ["35: 7.50"]);
  assert.deepEqual(amountsOf(kmCharge(perKm, { freeUnits: "5" }), trip("a", "-4")), ["-4: -2.00"]);
});

Deno.test("a price that has no units refuses free ones", () => {
  const refused = (charge: unknown) => january({ charges: [charge] });
  assertRefused(
    refused(kmCharge({ model: "flat", amount: "9" }, { freeUnits: "5" })),
    "$.charges[0].freeUnits",
    '"5"',
    /no units that could be free/,
  );
  assertRefused(refused(kmCharge(perKm, { freeUnits: "-1" })), "$.charges[0].freeUnits", '"-1"', /0/);
  assertRefused(
    refused({ id: "a", kind: "recurring", price: { model: "flat", amount: "1" }, freeUnits: "1" }),
    "$.charges[0].freeUnits",
    '"1"',
    /only a usage charge/,
  );
});
