/** Conversions: the path with the newest rates, exact, rounded once, and refused where no rate is new enough. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { CURRENCY_CODES, type CurrencyCode, minorUnits } from "../core/currency.ts";
import { Rational } from "../core/decimal.ts";
import { money, moneyToDecimal, moneyToRational } from "../core/money.ts";
import { convert, type ExchangeRate, findPath, pathFactor } from "./conversion.ts";

const day = Temporal.PlainDate.from("2024-03-15");

function rate(pair: string, rate: string, of = "2024-03-15", source: "ecb" | "manual" = "ecb"): ExchangeRate {
  const [base, quote] = pair.split("/");
  return { id: `${pair} ${of}`, base, quote, day: Temporal.PlainDate.from(of), source, rate };
}

const ask = (from: CurrencyCode, to: CurrencyCode, oldestDays = 7) => ({ from, to, day, oldestDays });
const pathWords = (path: readonly ExchangeRate[]) => path.map(({ id }) => id).join(", ");

Deno.test("an amount goes directly, by the inverse or across the euro, and is rounded once", () => {
  const rates = [rate("EUR/USD", "1.0892"), rate("EUR/GBP", "0.85525"), rate("EUR/JPY", "161.94")];
  const converted = (text: string, from: CurrencyCode, to: CurrencyCode) => {
    const scale = 10 ** minorUnits(from);
    const value = money(BigInt(Math.round(Number(text) * scale)), from);
    return moneyToDecimal(convert(value, to, findPath(ask(from, to), rates), "half_up").amount);
  };
  assert.equal(converted("100", "EUR", "USD"), "108.92");
  assert.equal(converted("100", "USD", "EUR"), "91.81"); // 91.8105…

  assert.equal(converted("100", "GBP", "USD"), "127.35"); // 127.3545…
  assert.equal(converted("0.05", "GBP", "USD"), "0.06"); // 0.0636…; by way of rounded euros it were 0.07
  assert.equal(converted("999", "JPY", "GBP"), "5.28"); // 5.2759…
  assert.equal(converted("10", "GBP", "GBP"), "10.00");
});

Deno.test("the trace names each rate with its source and day, and the rounding", () => {
  const path = findPath(ask("GBP", "USD"), [rate("EUR/USD", "1.0892"), rate("EUR/GBP", "0.85525")]);
  assert.deepEqual(convert(money(10000n, "GBP"), "USD", path, "half_up").steps, [
    "1 EUR = 0.85525 GBP, European Central Bank, 2024-03-15",
    "1 EUR = 1.0892 USD, European Central Bank, 2024-03-15",
    "£100.00 comes to 127.35457469 USD, rounded once to US$127.35",
  ]);
});

Deno.test("the path of the newest rates is taken; of one day a pair's own rate", () => {
  const chosen = (...rates: ExchangeRate[]) => pathWords(findPath(ask("GBP", "USD"), rates));
  const cross = [rate("EUR/GBP", "0.85"), rate("EUR/USD", "1.09")];
  assert.equal(chosen(...cross, rate("GBP/USD", "1.27")), "GBP/USD 2024-03-15");
  assert.equal(chosen(...cross, rate("USD/GBP", "0.78")), "USD/GBP 2024-03-15");
  assert.equal(
    chosen(...cross, rate("GBP/USD", "1.27", "2024-03-14")),
    "EUR/GBP 2024-03-15, EUR/USD 2024-03-15",
  );
  // across the euro the older of two counts
  const older = [rate("EUR/GBP", "0.85", "2024-03-12"), rate("EUR/USD", "1.09")];
  assert.equal(chosen(...older, rate("GBP/USD", "1.27", "2024-03-13")), "GBP/USD 2024-03-13");
});

Deno.test("a rate that is missing, too old or of a later day is refused in a sentence", () => {
  const refused = (words: RegExp, oldestDays: number, ...rates: ExchangeRate[]) =>
    assert.throws(() => findPath(ask("EUR", "USD", oldestDays), rates), words);
  refused(/There is no exchange rate from EUR to USD for 2024-03-15 or before\. Add one/, 7);
  refused(/There is no exchange rate from EUR to USD/, 7, rate("EUR/USD", "1.1", "2024-03-16"));
  refused(
    /newest exchange rate from EUR to USD is of 2024-03-07, 8 days before 2024-03-15\. It may be at most 7 days old/,
    7,
    rate("EUR/USD", "1.1", "2024-03-07"),
  );
  refused(/1 day before 2024-03-15\. It may be of no earlier day/, 0, rate("EUR/USD", "1.1", "2024-03-14"));
  assert.equal(findPath(ask("EUR", "USD"), [rate("EUR/USD", "1.1", "2024-03-08")]).length, 1);
});

Deno.test("a conversion is within half a unit of the exact value, in every pair and direction", () => {
  const decimals = fc.integer({ min: 1, max: 10 ** 9 });
  const currency = fc.constantFrom(...CURRENCY_CODES.filter((code) => code !== "EUR"));
  checkProperty(
    fc.property(
      currency,
      currency,
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      decimals,
      decimals,
      (from, to, amount, one, other) => {
        fc.pre(from !== to);
        const rates = [
          rate(`EUR/${from}`, Rational.of(BigInt(one), 10_000n).toDecimal()),
          rate(`EUR/${to}`, Rational.of(BigInt(other), 10_000n).toDecimal()),
        ];
        const path = findPath(ask(from, to), rates);
        const value = money(amount, from);
        const exact = moneyToRational(value).multiply(Rational.of(BigInt(other), BigInt(one)));
        const result = moneyToRational(convert(value, to, path, "half_up").amount);
        const unit = Rational.of(1n, 10n ** BigInt(minorUnits(to)));
        assert.ok(result.subtract(exact).absolute().compare(unit.divide(Rational.of(2n))) <= 0);
        assert.ok(
          pathFactor(from, to, path).multiply(pathFactor(to, from, path.toReversed())).equals(
            Rational.of(1n),
          ),
        );
      },
    ),
  );
});
