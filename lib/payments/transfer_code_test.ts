/** The text of transfer codes, line by line as EPC069-12 has them, and when there is none. */
import assert from "node:assert/strict";
import { transferCode, type TransferToAsk } from "./transfer_code.ts";

const ask: TransferToAsk = {
  payee: "Rotes Kreuz",
  iban: "DE89370400440532013000",
  bic: null,
  amount: 12_345n,
  currency: "EUR",
  reference: "INV-2026-0042",
};

Deno.test("each fact stands on the line that the guidelines give it", () => {
  assert.equal(
    transferCode({ ...ask, bic: "COBADEFFXXX" }),
    [
      "BCD",
      "002",
      "1",
      "SCT",
      "COBADEFFXXX",
      "Rotes Kreuz",
      "DE89370400440532013000",
      "EUR123.45",
      "",
      "",
      "INV-2026-0042",
    ].join("\n"),
  );
});

Deno.test("cents are two digits, and the amount stays within what the scheme takes", () => {
  const amountOf = (amount: bigint) => transferCode({ ...ask, amount })?.split("\n")[7];
  assert.equal(amountOf(1n), "EUR0.01");
  assert.equal(amountOf(100_000n), "EUR1000.00");
  assert.equal(amountOf(99_999_999_999n), "EUR999999999.99");
  assert.deepEqual([amountOf(0n), amountOf(-1n), amountOf(100_000_000_000n)], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("there is none for another currency or country, nor without the BIC where the bank is outside the EEA", () => {
  assert.equal(transferCode({ ...ask, currency: "GBP" }), null);
  assert.equal(transferCode({ ...ask, iban: "AE070331234567890123456" }), null);
  const swiss = { ...ask, iban: "CH9300762011623852957" };
  assert.equal(transferCode(swiss), null);
  assert.match(transferCode({ ...swiss, bic: "POFICHBEXXX" })!, /\nPOFICHBEXXX\n/);
});

Deno.test("a name is one line of at most 70 signs, and what no code holds gives none", () => {
  assert.equal(transferCode({ ...ask, payee: `${"é".repeat(80)}` })!.split("\n")[5], "é".repeat(70));
  assert.equal(transferCode({ ...ask, payee: "One\nEUR999.00" })!.split("\n")[5], "One EUR999.00");
  assert.equal(transferCode({ ...ask, payee: "請".repeat(70), reference: "求".repeat(140) }), null);
});
