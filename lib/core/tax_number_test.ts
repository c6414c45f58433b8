/** Numbers of fixed forms are told from what cannot be one, however they are spaced; the others are taken as they are. */
import assert from "node:assert/strict";
import { type TaxKind, taxNumberFault } from "./tax_number.ts";

const fault = (country: string, number: string, kind: TaxKind = "vat") =>
  taxNumberFault({ country, kind, number });

Deno.test("a number may be spaced, and may carry the letters of its country", () => {
  const right: [string, string][] = [
    ["GB", "GB 123 4567 89"],
    ["GB", "123456789"],
    ["GB", "GB 123 4567 89 001"],
    ["GB", "GBGD123"],
    ["DE", "DE 123456789"],
    ["DE", "de123456789"],
    ["AT", "ATU12345678"],
    ["BE", "BE 0123.456.789"],
    ["FR", "FR XX 123456789"],
    ["GR", "EL123456789"],
    ["NL", "NL123456789B01"],
    ["IE", "IE1234567WA"],
    ["ES", "ESB12345678"],
    ["SE", "SE123456789001"],
  ];
  for (const [country, number] of right) assert.equal(fault(country, number), null, number);
});

Deno.test("what cannot be one is told with the form and an example", () => {
  const wrong: [string, string][] = [
    ["GB", "GB 123 4567 8"],
    ["GB", "DE123456789"],
    ["DE", "DE 12345678"],
    ["AT", "AT12345678"],
    ["BE", "BE2123456789"],
    ["FR", "FRO1123456789"],
    ["GR", "GR123456789"],
    ["PL", "none"],
  ];
  for (const [country, number] of wrong) assert.ok(fault(country, number), number);
  assert.deepEqual(fault("GR", "GR1"), {
    rule: "A VAT number of GR has 9 digits, with or without EL before it.",
    example: "EL123456789",
  });
});

Deno.test("other kinds and countries are taken as they are", () => {
  assert.equal(fault("JP", "T 1234 5678 90123", "consumption_tax"), null);
  assert.equal(fault("CH", "CHE-123.456.789 MWST"), null);
  assert.equal(fault("GB", "anything", "other"), null);
});

Deno.test("every example is right", () => {
  for (
    const country of ["AT", "BE", "CZ", "ES", "FI", "FR", "GB", "GR", "IE", "IT", "LV", "NL", "RO", "SE"]
  ) {
    const { example } = fault(country, "?")!;
    assert.equal(fault(country, example), null, example);
  }
});
