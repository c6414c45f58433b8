/** A number names its series, and no two prefixes write the same one. */
import assert from "node:assert/strict";
import { type NumberFormat, standardNumberFormat, writeNumber } from "./number_format.ts";

Deno.test("a number names its series, and grows past its digits", () => {
  const invoices = standardNumberFormat("INV", "invoice");
  assert.equal(writeNumber(invoices, 2026, 1731n), "INV-2026-1731");
  assert.equal(writeNumber(invoices, 2026, 7n), "INV-2026-0007");
  assert.equal(writeNumber(invoices, 2026, 123456n), "INV-2026-123456");
  assert.equal(writeNumber(standardNumberFormat("INV", "credit_note"), 2026, 7n), "INV-CN-2026-0007");
});

Deno.test("a format says how many digits year and number have, and what stands between", () => {
  const format: NumberFormat = { prefix: "RE-DE", separator: ".", yearDigits: 2, numberDigits: 6 };
  assert.equal(writeNumber(format, 2026, 7n), "RE-DE.26.000007");
  assert.equal(writeNumber({ ...format, numberDigits: 1 }, 2107, 12n), "RE-DE.07.12");
});

Deno.test("no two prefixes write the same number", () => {
  const written = new Map<string, string>();
  for (const prefix of ["A", "A-24", "A-24-25", "A-2024", "A24", "A-1"]) {
    for (const separator of ["-", "."] as const) {
      for (const yearDigits of [2, 4] as const) {
        for (const numberDigits of [1, 2, 4]) {
          for (const year of [2024, 2025]) {
            for (const number of [1n, 24n, 25n, 2024n]) {
              const text = writeNumber({ prefix, separator, yearDigits, numberDigits }, year, number);
              assert.equal(written.get(text) ?? prefix, prefix, text);
              written.set(text, prefix);
            }
          }
        }
      }
    }
  }
});
