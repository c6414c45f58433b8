/** The arithmetic of lines that people write, by hand-worked figures, and what cannot be read. */
import assert from "node:assert/strict";
import { parseCurrencyCode } from "../../core/currency.ts";
import { isMilepostError } from "../../core/errors.ts";
import { type ItemTerms, priceItems } from "./price_items.ts";
import { emptyLine, type Item, readTypedLine, type TypedLine } from "./typed_line.ts";

const terms: ItemTerms = { currency: parseCurrencyCode("GBP"), rounding: "half_up", taxInclusive: false };

function itemOf(line: Partial<TypedLine>): Item {
  const read = readTypedLine({ ...emptyLine, description: "Repair", ...line });
  assert.ok("item" in read, JSON.stringify(read));
  return read.item;
}

Deno.test("3 × 19.99 less 10 % = 53.973 → 53.97; 20 % of the sum of the lines, rounded once", () => {
  const priced = priceItems([
    itemOf({ quantity: "3", unitPrice: "19.99", discountPercent: "10", tax: "S 20", unit: "hours" }),
    itemOf({ quantity: "0.333333333333", unitPrice: "1.5", tax: "S 20.0" }),
  ], terms);
  assert.deepEqual(priced.lines.map(({ amount }) => amount), [5397n, 50n]);
  assert.deepEqual(priced.taxes, [{ category: "S", percent: "20", base: 5447n, amount: 1089n }]);
  assert.equal(priced.total, 6536n);
  assert.equal(priced.lines[0].detail, "hours, −10%");
  assert.deepEqual(priced.lines[0].steps, ["3 × 19.99 × 90% = 53.97"]);
});

Deno.test("prices that hold the tax keep their sum: 120.00 at 20 % is 100.00 and 20.00", () => {
  const priced = priceItems([itemOf({ unitPrice: "120", tax: "S 20" })], { ...terms, taxInclusive: true });
  assert.equal(priced.total, 12000n);
  assert.deepEqual(priced.taxes, [{ category: "S", percent: "20", base: 10000n, amount: 2000n }]);
});

Deno.test("a tie goes to the even neighbour where the entity rounds so: 0.125 → 0.12, and 0.13 where it does not", () => {
  const tie = [itemOf({ quantity: "0.5", unitPrice: "0.25" })];
  assert.equal(priceItems(tie, { ...terms, rounding: "half_even" }).total, 12n);
  assert.equal(priceItems(tie, terms).total, 13n);
});

Deno.test("a tax on some lines only is refused, and what is outside the tax beside others", () => {
  const isRefused = (error: unknown) => isMilepostError(error, "InvalidInput");
  const one = (tax: string) => itemOf({ unitPrice: "1", tax });
  assert.throws(() => priceItems([one("S 20"), one("")], terms), isRefused);
  assert.throws(
    () => priceItems([one("S 20"), one("O 0")], terms),
    (error) => isMilepostError(error, "InvalidInput") && error.fields[0].field === "line-2-tax",
  );
  assert.equal(priceItems([one("O 0"), one("O 0")], terms).total, 200n);
});

Deno.test("a line of more than an invoice can hold is refused, above and below zero; 1,000 of the largest fit", () => {
  const line = (quantity: string, unitPrice: string) => itemOf({ quantity, unitPrice, tax: "S 99" });
  for (const quantity of ["1000000000000", "-1000000000000"]) {
    assert.throws(
      () => priceItems([line("1", "1"), line(quantity, "1000000000000")], terms),
      (error) => isMilepostError(error, "InvalidInput") && error.fields[0].field === "line-2-quantity",
    );
  }
  const largest = Array.from({ length: 1000 }, () => line("10", "1000000000000"));
  assert.ok(priceItems(largest, terms).total < 2n ** 63n);
});

Deno.test("without decimals and with three: each line rounded to a whole unit of its own currency", () => {
  const items = [itemOf({ quantity: "3", unitPrice: "33.3335", tax: "S 10" })]; // 100.0005
  const total = (currency: string) =>
    priceItems(items, { ...terms, currency: parseCurrencyCode(currency) }).total;
  assert.equal(total("JPY"), 110n);
  assert.equal(total("KWD"), 110_001n); // 100.001 and 10.0001
});

Deno.test("what cannot be read is told for each field: a word, too many decimals, no quantity, a rate of 0 for S", () => {
  const read = readTypedLine({
    ...emptyLine,
    quantity: "0",
    unitPrice: "1.1234567890123",
    discountPercent: "101",
    tax: "S 0",
  });
  assert.ok("problems" in read);
  assert.deepEqual(read.problems.map(({ field }) => field), [
    "description",
    "unitPrice",
    "quantity",
    "discountPercent",
    "tax",
  ]);
  assert.equal(itemOf({ unitPrice: "1,250.50" }).unitPrice, "1250.50");
});
