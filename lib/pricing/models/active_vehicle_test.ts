/** Prices per active vehicle. */
import assert from "node:assert/strict";
import { decimal, show } from "../../../tests/support/prices.ts";
import { priceActiveVehicle } from "./active_vehicle.ts";

Deno.test("each active vehicle pays the whole amount, and none pays nothing", () => {
  const price = { model: "active_vehicle", amount: decimal("12.5") } as const;
  const priced = priceActiveVehicle(price, 3, show)!;
  assert.equal(priced.amount.toDecimal(), "37.5");
  assert.deepEqual([...priced.steps, priced.sum], ["3 vehicles active in the period", "3 × 12.50"]);
  assert.equal(priceActiveVehicle(price, 0, show), null);
});
