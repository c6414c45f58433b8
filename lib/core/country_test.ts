/** Countries are those of the standard, each once, each with a name. */
import assert from "node:assert/strict";
import { COUNTRY_CODES, countryName, isCountryCode } from "./country.ts";

Deno.test("there are 249 codes, each once and in order", () => {
  assert.equal(COUNTRY_CODES.length, 249);
  assert.deepEqual([...new Set(COUNTRY_CODES)].sort(), COUNTRY_CODES);
});

Deno.test("each has a name, and what is no country has no code", () => {
  for (const code of COUNTRY_CODES) assert.notEqual(countryName(code), code);
  assert.equal(countryName("GB"), "United Kingdom");
  for (const text of ["UK", "gb", "XX", "", "GBR"]) assert.equal(isCountryCode(text), false, text);
});
