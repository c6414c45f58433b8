/** What may be typed about a payment, and the sentence for what may not. */
import assert from "node:assert/strict";
import { isMilepostError } from "../core/errors.ts";
import { readAmount, readCurrency, readMethod, readReceivedOn, readReference } from "./payment_input.ts";

const today = Temporal.PlainDate.from("2024-06-03");

function refused(read: () => unknown, field: string, rule: RegExp): void {
  assert.throws(read, (error) => {
    assert.ok(isMilepostError(error, "InvalidInput"), String(error));
    assert.equal(error.fields[0].field, field);
    assert.match(error.fields[0].rule!, rule);
    return true;
  });
}

Deno.test("an amount is read exactly, with or without commas between thousands", () => {
  assert.equal(readAmount("1204.87", "GBP"), 120487n);
  assert.equal(readAmount(" 1,204.87 ", "GBP"), 120487n);
  assert.equal(readAmount("1,234,567", "GBP"), 123456700n);
  assert.equal(readAmount("0.5", "GBP"), 50n);
  assert.equal(readAmount("1200", "JPY"), 1200n);
  assert.equal(readAmount("1.234", "KWD"), 1234n);
});

Deno.test("what is no amount is refused with what is allowed and an example", () => {
  const wrong = ["abc", "-5", "1.234", "12,50", "1,20,000", "1e5", "£5", "١٢", "0x10", "5.", ".5"];
  for (const text of wrong) {
    refused(() => readAmount(text, "GBP"), "amount", /as digits, with at most 2 decimals/);
  }
  refused(() => readAmount("12.5", "JPY"), "amount", /without decimals/);
  refused(() => readAmount("", "GBP"), "amount", /Type the amount that came in/);
  refused(() => readAmount("0.00", "GBP"), "amount", /above zero/);
  refused(() => readAmount("9".repeat(20), "GBP"), "amount", /more than one payment can be/);
  assert.throws(
    () => readAmount("x", "JPY"),
    (error) => isMilepostError(error) && error.fields[0].example === "125000",
  );
});

Deno.test("a payment comes in today or earlier", () => {
  assert.equal(`${readReceivedOn("2024-06-03", today)}`, "2024-06-03");
  assert.equal(`${readReceivedOn("2024-02-29", today)}`, "2024-02-29");
  refused(() => readReceivedOn("2024-06-04", today), "received_on", /still to come/);
  refused(() => readReceivedOn("1999-12-31", today), "received_on", /after the year 2000/);
  refused(() => readReceivedOn("2023-02-29", today), "received_on", /year, month and day/);
  refused(() => readReceivedOn("03/06/2024", today), "received_on", /year, month and day/);
  refused(() => readReceivedOn(" ", today), "received_on", /the day on which the money came in/);
});

Deno.test("method and currency are of the lists, a reference may be left out", () => {
  assert.equal(readMethod("cheque"), "cheque");
  refused(() => readMethod("toString"), "method", /bank transfer, direct debit, card, cheque, cash/);
  assert.equal(readCurrency("KWD"), "KWD");
  refused(() => readCurrency("GBX"), "currency", /three letters/);
  assert.equal(readReference("  "), null);
  assert.equal(readReference(" BACS 1 "), "BACS 1");
  refused(() => readReference("x".repeat(141)), "reference", /at most 140/);
});
