/** Money: currencies never mix, one rounding, and splits that always sum to the whole. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkProperty } from "../../tests/support/property.ts";
import { CURRENCY_CODES } from "./currency.ts";
import { Rational } from "./decimal.ts";
import {
  addMoney,
  allocate,
  allocateMoney,
  compareMoney,
  formatMoney,
  money,
  moneyToDecimal,
  moneyToRational,
  negateMoney,
  parseMoney,
  roundToMoney,
  subtractMoney,
  sumMoney,
} from "./money.ts";

Deno.test("money adds and compares in one currency and never across two", () => {
  const ten = money(1000n, "USD"), three = money(300n, "USD"), yen = money(300n, "JPY");
  assert.deepEqual(addMoney(ten, three), money(1300n, "USD"));
  assert.deepEqual(subtractMoney(three, ten), money(-700n, "USD"));
  assert.deepEqual(negateMoney(three), money(-300n, "USD"));
  assert.deepEqual(sumMoney([ten, three], "USD"), money(1300n, "USD"));
  assert.deepEqual(sumMoney([], "USD"), money(0n, "USD"));
  assert.deepEqual([compareMoney(ten, three), compareMoney(three, ten), compareMoney(ten, ten)], [1, -1, 0]);
  for (const mix of [addMoney, subtractMoney, compareMoney]) {
    assert.throws(() => mix(ten, yen), /Cannot mix USD and JPY/);
  }
  assert.throws(() => sumMoney([ten, yen], "USD"), TypeError);
});

Deno.test("an exact amount is rounded once, to the currency's decimals", () => {
  const rounded = (
    text: string,
    currency: "USD" | "JPY" | "KWD",
    mode: "half_up" | "half_even" = "half_up",
  ) => moneyToDecimal(roundToMoney(Rational.parse(text), currency, mode));
  assert.equal(rounded("8.875", "USD"), "8.88");
  assert.equal(rounded("8.865", "USD", "half_even"), "8.86");
  assert.equal(rounded("-8.875", "USD"), "-8.88");
  assert.equal(rounded("104.895", "JPY"), "105");
  assert.equal(rounded("1.0005", "KWD"), "1.001");
});

Deno.test("zero-decimal currencies are not billed a hundredfold", () => {
  assert.deepEqual(parseMoney("999", "JPY"), money(999n, "JPY"));
  assert.equal(moneyToDecimal(money(999n, "JPY")), "999");
  assert.equal(formatMoney(money(999n, "JPY"), "en-US"), "¥999");
  assert.ok(moneyToRational(money(999n, "JPY")).equals(Rational.of(999n)));
  assert.throws(() => parseMoney("999.00", "JPY"), /without decimals/);
});

Deno.test("a split sums to the whole; what is left goes to the largest remainder, ties to the earlier", () => {
  assert.deepEqual(allocate(100n, [1n, 1n, 1n]), [34n, 33n, 33n]);
  assert.deepEqual(allocate(-100n, [1n, 1n, 1n]), [-34n, -33n, -33n]);
  assert.deepEqual(allocate(10n, [1n, 5n, 0n]), [2n, 8n, 0n]);
  assert.deepEqual(allocate(5n, [3n, 3n, 2n]), [2n, 2n, 1n]);
  assert.deepEqual(allocate(0n, [0n, 0n]), [0n, 0n]);
  assert.deepEqual(allocate(0n, []), []);
  assert.throws(() => allocate(1n, []), RangeError);
  assert.throws(() => allocate(1n, [0n, 0n]), RangeError);
  assert.throws(() => allocate(1n, [2n, -1n]), RangeError);
  assert.deepEqual(allocateMoney(money(100n, "USD"), [2n, 1n]), [money(67n, "USD"), money(33n, "USD")]);
});

Deno.test("parts sum to wholes, and no part is a unit or more from its exact share", () => {
  const weights = fc.array(fc.bigInt(0n, 10n ** 9n), { minLength: 1, maxLength: 12 });
  checkProperty(fc.property(fc.bigInt(-(10n ** 12n), 10n ** 12n), weights, (total, weights) => {
    const weightSum = weights.reduce((sum, weight) => sum + weight, 0n);
    fc.pre(weightSum > 0n);
    const parts = allocate(total, weights);
    assert.equal(parts.reduce((sum, part) => sum + part, 0n), total);
    parts.forEach((part, index) => {
      const error = part * weightSum - total * weights[index];
      assert.ok((error < 0n ? -error : error) < weightSum);
    });
  }));
});

Deno.test("an amount is read exactly or refused, never rounded", () => {
  assert.deepEqual(parseMoney("-12.3", "USD"), money(-1230n, "USD"));
  assert.deepEqual(parseMoney("-0.05", "USD"), money(-5n, "USD"));
  assert.deepEqual(parseMoney("1.5", "CLF"), money(15000n, "CLF"));
  for (const text of ["12.345", "1e2", "", "1,00", "+1", ".5", "9".repeat(99)]) {
    assert.throws(() => parseMoney(text, "USD"), /is not an amount in USD\. Write it like 12\.50/, text);
  }
});

Deno.test("what is written is read back, in every currency and at any size", () => {
  checkProperty(
    fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.constantFrom(...CURRENCY_CODES), (amount, code) => {
      assert.deepEqual(parseMoney(moneyToDecimal(money(amount, code)), code), money(amount, code));
    }),
  );
});

Deno.test("amounts for people are exact, with the currency's sign and a true minus", () => {
  assert.equal(formatMoney(money(-123450n, "USD")), "−$1,234.50");
  assert.equal(formatMoney(money(123456789012345678901n, "USD")), "$1,234,567,890,123,456,789.01");
  assert.equal(formatMoney(money(-5n, "GBP"), "en-GB"), "−£0.05");
  assert.equal(formatMoney(money(12345n, "KWD"), "de-DE"), "12,345\u00a0KWD");
  assert.equal(formatMoney(money(150000n, "CLF"), "en-US"), "CLF\u00a015.0000");
});
