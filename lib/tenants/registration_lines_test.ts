/** A line names a registration with its days, and what it names is written again as it was read. */
import assert from "node:assert/strict";
import { isMilepostError } from "../core/errors.ts";
import { readRegistrationLines, writeRegistrationLines } from "./registration_lines.ts";

const read = (text: string) => readRegistrationLines("tax_registrations", text);

function faultsOf(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    assert.ok(isMilepostError(error, "InvalidInput"));
    return error.fields.map(({ rule }) => rule!);
  }
}

Deno.test("what is written is read again, whatever stands in the number", () => {
  const text = "AT vat ATU12345678 from 2024-06-01\n" +
    "DE other 27/123 from Hamburg to here from 2020-01-01\n" +
    "DE vat DE 123456789 from 2020-01-01 to 2024-01-01\n" +
    "DE vat DE987654321 from 2024-01-01";
  assert.equal(writeRegistrationLines(read(text)), text);
  const loose = "\r\n de  VAT DE987654321  From 2024-01-01 \r\n";
  assert.equal(writeRegistrationLines(read(loose)), "DE vat DE987654321 from 2024-01-01");
  assert.deepEqual(read(" \n"), []);
});

Deno.test("each fault is told by its line, with what is allowed", () => {
  assert.deepEqual(faultsOf("GB vat GB 123 4567 89\nUK tax 1 from 1/1/2024\nGB vat 12 from 2024-01-01"), [
    "Line 1: Write country, kind, number, and “from” with the first day.",
    "Line 2: Use the two letters of a country.",
    "Line 2: Use one of vat, oss, gst, consumption_tax, sales_tax, other.",
    "Line 2: Use a date as year, month and day.",
    "Line 3: A VAT number of GB has 9 or 12 digits, with or without GB before it.",
  ]);
  const twice = faultsOf("DE vat DE123456789 from 2020-01-01\nDE vat DE987654321 from 2024-01-01");
  assert.match(twice.join(), /^Line 2: VAT DE123456789 of DE holds on some of these days/);
});
