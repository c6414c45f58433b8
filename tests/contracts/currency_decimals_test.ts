/** Every currency keeps its own decimals on its way through a form, a file, a price, a page and a paper. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { amountExample, readTypedAmount } from "../../lib/core/amount_input.ts";
import { CURRENCY_CODES, type CurrencyCode, minorUnits } from "../../lib/core/currency.ts";
import { money, moneyToDecimal, parseMoney } from "../../lib/core/money.ts";
import { languageOf } from "../../lib/documents/language.ts";
import { CsvReader } from "../../lib/imports/csv.ts";
import { csvLine } from "../../lib/imports/csv_writer.ts";
import { showAmount, showDecimalAmount } from "../../routes/(app)/invoices/(_components)/invoice_words.tsx";
import { january, priceJson } from "../support/price_case.ts";
import { checkProperty } from "../support/property.ts";

const currency = fc.constantFrom(...CURRENCY_CODES);
/** Up to what a form takes. */
const minor = fc.bigInt({ min: 1n, max: 10n ** 12n });
const languages = ["en-GB", "en-US", "de-DE", "fr-FR", "es-ES", "ja-JP"].map(languageOf);

/** What is shown, without sign and with nothing between thousands: "1234.50" for "1.234,50 €". */
function plainOf(shown: string, code: CurrencyCode): string {
  const decimals = minorUnits(code);
  const digits = shown.replace(/\D/g, "");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function typed(text: string, code: CurrencyCode): bigint {
  return readTypedAmount("amount", text, code, { empty: "Type an amount.", tooMuch: "Type less." });
}

Deno.test("zero-decimal currencies billed a hundredfold", () => {
  for (const code of CURRENCY_CODES.filter((each) => minorUnits(each) === 0)) {
    assert.equal(typed("999", code), 999n, code);
    assert.throws(() => typed("999.00", code), /without decimals/, code);
    const flat = { id: "flat", kind: "recurring", price: { model: "flat", amount: "999" } };
    assert.equal(priceJson(january({ currency: code, charges: [flat] })).total, "999", code);
    assert.match(showAmount(999n, code), /(?<!\d)999$/, code);
    for (const { figures } of languages) assert.equal(plainOf(figures.amount(999n, code), code), "999", code);
  }
});

Deno.test("what is typed is what is priced, shown and printed, with the decimals of its currency", () => {
  checkProperty(
    fc.property(currency, minor, (code, amount) => {
      const text = moneyToDecimal(money(amount, code));
      assert.equal(text.split(".")[1]?.length ?? 0, minorUnits(code));
      assert.equal(typed(text, code), amount);
      assert.throws(() => typed(`${text}${minorUnits(code) === 0 ? ".0" : "0"}`, code), /decimals/);
      assert.ok(typed(amountExample(code), code) > 0n);
      assert.equal(plainOf(showAmount(amount, code), code), text);
      assert.equal(plainOf(showDecimalAmount(text, code), code), text);
      for (const { figures } of languages) {
        assert.equal(plainOf(figures.amount(amount, code), code), text);
        assert.equal(plainOf(figures.price(text, code), code), text);
      }
      const flat = { id: "flat", kind: "recurring", price: { model: "flat", amount: text } };
      assert.equal(priceJson(january({ currency: code, charges: [flat] })).total, text);
    }),
    { oneIn: 10 },
  );
});

Deno.test("what a file says comes back from it to the unit", () => {
  checkProperty(fc.property(currency, minor, fc.boolean(), (code, size, isNegative) => {
    const amount = isNegative ? -size : size;
    const reader = new CsvReader();
    const file = csvLine(["amount", "currency"]) + csvLine([moneyToDecimal(money(amount, code)), code]);
    const [{ fields }] = [...reader.push(new TextEncoder().encode(file)), ...reader.end()];
    assert.equal(parseMoney(fields[0], code).amount, amount);
  }));
});
