/** Guards for how long documents are kept: by the country, never shorter than its law, and the latest of several counts. */
import assert from "node:assert/strict";
import { isCountryCode } from "../core/country.ts";
import { documentTerms, keptUntil, latestKeptUntil, otherTerm } from "./document_terms.ts";

const day = (text: string) => Temporal.PlainDate.from(text);

Deno.test("a term counts from the end of the year, and of a business year from the latest end that it can have", () => {
  assert.equal(String(keptUntil("DE", day("2024-01-01"))), "2032-12-31");
  assert.equal(String(keptUntil("DE", day("2024-12-31"))), "2032-12-31");
  // A British business year that holds 1 April 2024 may end on 31 March 2025.
  assert.equal(String(keptUntil("GB", day("2024-04-01"))), "2031-12-31");
});

Deno.test("a country without a row, and a word that is none, get the longest term", () => {
  for (const country of ["AQ", "", "constructor"]) {
    assert.equal(String(keptUntil(country, day("2024-05-05"))), "2035-12-31", country);
  }
  assert.ok(Object.values(documentTerms).every(({ years }) => years <= otherTerm.years));
});

Deno.test("of several documents the latest day counts, of none there is none", () => {
  const documents = [
    { country: "DE", issued: day("2025-05-05") },
    { country: "FR", issued: day("2020-05-05") },
    { country: "GB", issued: day("2024-05-05") },
  ];
  assert.equal(String(latestKeptUntil(documents)), "2033-12-31");
  assert.equal(latestKeptUntil([]), null);
});

Deno.test("every row is of a country, for some years, with the law that says so", () => {
  for (const [country, { years, source }] of Object.entries(documentTerms)) {
    assert.ok(isCountryCode(country), country);
    assert.ok(years >= 5 && years <= 10 && source.length > 8, country);
  }
});
