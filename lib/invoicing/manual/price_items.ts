/** Prices the items of a manual invoice with the rounding and the tax of every other invoice: for editor, issue, page and paper. */
import type { CurrencyCode } from "../../core/currency.ts";
import { Rational, type RoundingMode } from "../../core/decimal.ts";
import { milepostError } from "../../core/errors.ts";
import { money, moneyToDecimal, roundToMoney } from "../../core/money.ts";
import { taxesOf, type TaxRate } from "../../pricing/tax.ts";
import { showNumber, trueMinus } from "../../pricing/words.ts";
import type { NewInvoiceLine, NewInvoiceTax } from "../../../db/queries/invoice.ts";
import type { Item } from "./typed_line.ts";

export interface ItemTerms {
  currency: CurrencyCode;
  rounding: Exclude<RoundingMode, "down">;
  /** Whether the prices hold the tax already. */
  taxInclusive: boolean;
}

/** Minor units of the currency. */
export interface PricedItems {
  lines: Omit<NewInvoiceLine, "id">[];
  taxes: NewInvoiceTax[];
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
}

const hundred = Rational.of(100n);

/** Minor units: with the tax, 1,000 lines of it are less than a column holds. */
const mostOfLine = 10n ** 15n;

/**
 * Each line is quantity × price × (100 − discount) ÷ 100, rounded once; the tax of each rate is that of the sum of its lines
 * (EN 16931 BR-CO-10 to BR-CO-17). Throws `InvalidInput` where only some lines state a tax, for one outside the tax beside
 * others, and for a line that comes to more than an invoice can hold.
 */
export function priceItems(items: readonly Item[], terms: ItemTerms): PricedItems {
  const { currency, rounding, taxInclusive } = terms;
  requireTaxOnAllOrNone(items);
  const lines = items.map((item) => lineOf(item, terms));
  requireSizes(lines);
  requireOneSideOfTax(items);
  const rates: TaxRate[] = [];
  const sums = new Map<TaxRate | null, bigint>();
  for (const { taxCategory, taxPercent, amount } of lines) {
    if (taxCategory === null) continue;
    const percent = Rational.parse(taxPercent!);
    let rate = rates.find((known) =>
      known.category === taxCategory && known.percentText === percent.toDecimal()
    );
    if (!rate) {
      const category = taxCategory as TaxRate["category"];
      rate = { id: null, category, percent, percentText: percent.toDecimal() };
      rates.push(rate);
    }
    sums.set(rate, (sums.get(rate) ?? 0n) + amount);
  }
  const taxes = taxesOf({ inclusive: taxInclusive, rates }, sums, currency, rounding)
    .map(({ rate: { category, percentText: percent }, base, amount }) => ({
      category,
      percent,
      base,
      amount,
    }));
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0n);
  const taxTotal = taxes.reduce((sum, { amount }) => sum + amount, 0n);
  return { lines, taxes, subtotal, taxTotal, total: taxInclusive ? subtotal : subtotal + taxTotal };
}

function lineOf(item: Item, { currency, rounding }: ItemTerms): Omit<NewInvoiceLine, "id"> {
  const quantity = Rational.parse(item.quantity), unitPrice = Rational.parse(item.unitPrice);
  const discount = Rational.parse(item.discountPercent);
  const hasDiscount = discount.numerator > 0n;
  const exact = quantity.multiply(unitPrice).multiply(hundred.subtract(discount)).divide(hundred);
  const { amount } = roundToMoney(exact, currency, rounding);
  const left = hasDiscount ? ` × ${showNumber(hundred.subtract(discount))}%` : "";
  const sum = `${showNumber(quantity)} × ${showNumber(unitPrice)}${left}`;
  const details = [item.about, item.unit, ...(hasDiscount ? [`−${showNumber(discount)}%`] : [])];
  return {
    kind: "item",
    chargeId: null,
    vehicleId: null,
    description: item.description,
    detail: details.filter((text) => text !== "").join(", "),
    quantity: quantity.toDecimal(),
    unitPrice: unitPrice.toDecimal(),
    amount,
    taxCategory: item.category,
    taxPercent: item.percent === null ? null : Rational.parse(item.percent).toDecimal(),
    steps: [`${sum} = ${trueMinus(moneyToDecimal(money(amount, currency)))}`],
  };
}

function requireTaxOnAllOrNone(items: readonly Item[]): void {
  const untaxed = items.findIndex(({ category }) => category === null);
  if (untaxed < 0 || items.every(({ category }) => category === null)) return;
  const rule = "Some lines have a tax rate and this one has none. Choose one for it; 0% is one, too.";
  throw milepostError("InvalidInput", {
    message: rule,
    fields: [{ field: `line-${untaxed + 1}-tax`, value: "", rule }],
  });
}

function requireSizes(lines: readonly { amount: bigint }[]): void {
  const large = lines.findIndex(({ amount }) => amount > mostOfLine || amount < -mostOfLine);
  if (large < 0) return;
  const rule = "Quantity and price come to too much. Type a smaller quantity or price.";
  throw milepostError("InvalidInput", {
    message: rule,
    fields: [{ field: `line-${large + 1}-quantity`, value: "", rule, example: "2.5" }],
  });
}

function requireOneSideOfTax(items: readonly Item[]): void {
  const outside = items.findIndex(({ category }) => category === "O");
  if (outside < 0 || items.every(({ category }) => category === "O")) return;
  const rule = "This line is outside the tax and others are not. Write an invoice of its own for it.";
  throw milepostError("InvalidInput", {
    message: rule,
    fields: [{ field: `line-${outside + 1}-tax`, value: "O 0", rule }],
  });
}
