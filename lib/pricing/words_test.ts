/** Words of a trace: numbers, prices and days as people write them. */
import assert from "node:assert/strict";
import { Rational } from "../core/decimal.ts";
import { countOf, priceText, showDate, showDays, showNumber, showPriceWith, showSum } from "./words.ts";

const date = (text: string) => Temporal.PlainDate.from(text);
const days = (start: string, end: string) => showDays(date(start), date(end));

Deno.test("days are said with both ends included, and no more of the date than needed", () => {
  assert.equal(days("2024-01-10", "2024-02-01"), "10 to 31 January");
  assert.equal(days("2024-01-10", "2024-01-11"), "10 January");
  assert.equal(days("2024-01-10", "2024-02-02"), "10 January to 1 February");
  assert.equal(days("2023-12-31", "2024-01-03"), "31 December 2023 to 2 January 2024");
  assert.equal(showDate(date("2024-09-05")), "5 September 2024");
});

Deno.test("prices have at least the currency's decimals, and more where they are finer", () => {
  assert.equal(priceText(Rational.parse("0.5"), 2), "0.50");
  assert.equal(priceText(Rational.parse("0.0123"), 2), "0.0123");
  assert.equal(priceText(Rational.parse("7"), 0), "7");
  assert.equal(showPriceWith(3)(Rational.parse("-1.5")), "−1.500");
  assert.equal(showNumber(Rational.of(-2n, 3n)), "−0.666666666667");
});

Deno.test("a sum shows its terms while they are few", () => {
  assert.equal(showSum(["1", "−2", "3"]), "1 − 2 + 3");
  assert.equal(showSum(Array.from({ length: 7 }, () => "1")), "The sum of the above");
  assert.deepEqual([countOf(1, "day"), countOf(2n, "day"), countOf(0, "day")], ["1 day", "2 days", "0 days"]);
});
