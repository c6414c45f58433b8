/** Terms of contracts as lines of a file: what is written is read again as it was. */
import assert from "node:assert/strict";
import { parseCurrencyCode } from "../../core/currency.ts";
import { isMilepostError } from "../../core/errors.ts";
import { readTermLines, writeTermLines } from "./term_lines.ts";
import type { TermFacts } from "./term_input.ts";

const facts: TermFacts = {
  reference: "K-1",
  startDate: Temporal.PlainDate.from("2024-01-01"),
  endDate: null,
  cadence: "monthly" as const,
  anchorDay: 1,
  anchorDate: null,
  currency: parseCurrencyCode("GBP"),
  charges: [
    { reference: "lease", kind: "recurring", price: { model: "flat" }, taxCategory: "S", taxPercent: "20" },
    { reference: "km", kind: "usage", price: { model: "per_unit" }, taxCategory: "S", taxPercent: "5" },
  ],
  terms: [],
};

Deno.test("what is written is read again as it was", () => {
  const text = [
    "Winter: minimum 500.00 cap 900.00 on lease from 2024-01-01 to 2024-04-01",
    "Spring: summer, too: minimum 5.50 on km, lease taxed S 5 from 2024-04-01 to 2024-07-01",
    "Later: cap 900.00 from 2024-07-01",
    "Welcome: discount 12.5% on km from 2024-01-01 to 2024-04-01",
    "Quiet road: free 100.5 on km from 2024-02-01",
    "Voucher: discount 25.00 from 2024-02-01",
  ].join("\n");
  assert.equal(writeTermLines(readTermLines(text, facts)), text);
  const [term] = readTermLines("\nCommitment: minimum 5 on lease\n", facts);
  assert.equal(writeTermLines([term]), "Commitment: minimum 5.00 on lease from 2024-01-01");
});

Deno.test("a line that cannot be taken is named, with what is allowed", () => {
  const refusal = (text: string) => {
    try {
      readTermLines(text, facts);
    } catch (error) {
      if (isMilepostError(error)) {
        return error.fields.map(({ field, rule }) => `${field}: ${rule}`).join("; ");
      }
      throw error;
    }
    return "";
  };
  assert.match(refusal("\nfree beer"), /^terms: Line 2: Write a name/);
  assert.match(refusal("A: minimum"), /^terms: Line 1: Write a name/);
  assert.match(refusal("A: discount"), /^terms: Line 1: Write a name/);
  assert.match(refusal("A: discount 0%"), /^percent: Line 1|^terms: Line 1: Type a percentage/);
  assert.match(refusal("A: minimum 5 on toll"), /^terms: Line 1: The plan has no charge “toll”/);
  assert.match(refusal("A: cap 5 from 2023-01-01"), /^terms: Line 1: Contract K-1 starts on 1 January 2024/);
  assert.match(refusal("A: cap 5\nB: cap 6"), /^terms: Line 2: Contract K-1 has “A” from 1 January 2024/);
});
