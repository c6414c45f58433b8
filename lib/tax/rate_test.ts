/** Guards what rate holds where: a business' own ones, parts of a country, and the sum of sales taxes. */
import assert from "node:assert/strict";
import type { TaxRate } from "../core/tax_facts.ts";
import { rateOf, ratesOf } from "./rate.ts";

function rate(country: string, region: string | null, from: string, percent: string): TaxRate {
  return { country, region, from, percent };
}

Deno.test("a rate of one's own holds from its day on until a later one, built in or not", () => {
  const rates = ratesOf(["EE"], [rate("EE", null, "2025-01-01", "23"), rate("EE", null, "2025-07-01", "25")]);
  const on = (date: string) => rateOf({ country: "EE", region: null }, rates, date);
  assert.deepEqual(["2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01"].map(on), [
    "22",
    "23",
    "23",
    "25",
  ]);
});

Deno.test("only the countries asked for are kept", () => {
  assert.deepEqual([...new Set(ratesOf(["DE", "NO"], []).map(({ country }) => country))], ["DE", "NO"]);
});

Deno.test("sales tax is the sum of state, county and city, each from its own day", () => {
  const rates = ratesOf(["US"], [
    rate("US", "TX", "2020-01-01", "6.25"),
    rate("US", "TX/Harris", "2020-01-01", "1.125"),
    rate("US", "TX/Harris/Houston", "2024-01-01", "0.875"),
  ]);
  const on = (region: string, date: string) => rateOf({ country: "US", region }, rates, date);
  assert.equal(on("TX/Harris/Houston", "2023-12-31"), "7.375");
  assert.equal(on("TX/Harris/Houston", "2024-01-01"), "8.25");
  assert.equal(on("TX/Bexar", "2024-01-01"), "6.25");
});

Deno.test("a rate that nobody gave is refused with place and day, and nothing else is taken for it", () => {
  assert.throws(() => rateOf({ country: "DE", region: null }, ratesOf(["DE"], []), "2006-12-31"), {
    message: "There is no tax rate for DE on 2006-12-31. Add it under Tax rates.",
  });
  assert.throws(() => rateOf({ country: "ES", region: "CN" }, ratesOf(["ES"], []), "2026-01-01"), {
    message: "There is no tax rate for ES, CN on 2026-01-01. Add it under Tax rates.",
  });
  assert.throws(() => rateOf({ country: "US", region: null }, [], "2026-01-01"), /depends on the state/);
  assert.throws(() => rateOf({ country: "US", region: "TX" }, [], "2026-01-01"), /no tax rate for US, TX/);
});
