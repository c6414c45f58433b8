/** A line of a manual invoice as it was typed, read into numbers; what cannot be read is told beside its field. */
import type { TypedLine } from "../../../db/queries/manual_invoice.ts";
import { isDecimal, Rational } from "../../core/decimal.ts";
import type { FieldProblem } from "../../core/errors.ts";
import { TAX_CATEGORIES, type TaxCategory } from "../../pricing/tax.ts";

export type { TypedLine };

export const emptyLine: TypedLine = {
  description: "",
  about: "",
  quantity: "1",
  unit: "",
  unitPrice: "",
  discountPercent: "",
  tax: "",
};

/** The longest texts that are kept, in characters. */
export const longestTexts: Record<keyof TypedLine, number> = {
  description: 200,
  about: 60,
  quantity: 40,
  unit: 30,
  unitPrice: 40,
  discountPercent: 20,
  tax: 30,
};

/** A line that can be priced. Numbers are decimal texts as they were typed, without commas. */
export interface Item {
  description: string;
  about: string;
  quantity: string;
  unit: string;
  unitPrice: string;
  /** "0" for none. */
  discountPercent: string;
  category: TaxCategory | null;
  percent: string | null;
}

/** Far above any price, far below what a column of minor units holds. */
const largest = Rational.of(10n ** 12n);
const hundred = Rational.of(100n);

/** The line with its numbers read, or what is wrong with it. The field of a problem is that of the line. */
export function readTypedLine(line: TypedLine): { item: Item } | { problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const refuse = (field: keyof TypedLine, rule: string, example?: string) =>
    void problems.push({ field, value: line[field], rule, example });
  const number = (field: "quantity" | "unitPrice" | "discountPercent", rule: string, example: string) => {
    const text = line[field].trim().replace(
      /^(-?\d{1,3}(?:,\d{3})+)(?=\.|$)/,
      (digits) => digits.replaceAll(",", ""),
    );
    if (isDecimal(text)) return { text, value: Rational.parse(text) };
    return refuse(field, rule, example);
  };
  if (line.description.trim() === "") {
    refuse("description", "Say what is billed.", "Repair of the front bumper");
  }
  const quantity = number("quantity", "Type the quantity as digits, with at most 12 decimals.", "2.5");
  const unitPrice = number(
    "unitPrice",
    "Type the price of one as digits, with at most 12 decimals.",
    "48.00",
  );
  const discount = line.discountPercent.trim() === ""
    ? { text: "0", value: Rational.zero }
    : number("discountPercent", "Type the discount in per cent, from 0 to 100.", "12.5");
  if (quantity && quantity.value.numerator === 0n) refuse("quantity", "Type a quantity other than 0.", "1");
  if (quantity && isLarger(quantity.value, largest)) refuse("quantity", "This is too large.", "2.5");
  if (unitPrice && unitPrice.value.numerator < 0n) {
    refuse("unitPrice", "A price is not below 0. For what is given back, type a negative quantity.", "48.00");
  }
  if (unitPrice && isLarger(unitPrice.value, largest)) refuse("unitPrice", "This is too large.", "48.00");
  if (discount && (discount.value.numerator < 0n || isLarger(discount.value, hundred))) {
    refuse("discountPercent", "Type the discount in per cent, from 0 to 100.", "12.5");
  }
  const tax = readTax(line.tax);
  if (tax === undefined) refuse("tax", "Choose a tax rate from the list.");
  if (problems.length > 0) return { problems };
  return {
    item: {
      description: line.description.trim(),
      about: line.about.trim(),
      quantity: quantity!.text,
      unit: line.unit.trim(),
      unitPrice: unitPrice!.text,
      discountPercent: discount!.text,
      ...tax!,
    },
  };
}

/** "S 20" as a category and a rate; both null for no tax. */
function readTax(text: string): Pick<Item, "category" | "percent"> | undefined {
  if (text === "") return { category: null, percent: null };
  const [, name, percent] = /^([A-Z]{1,2}) (\d{1,2}(?:\.\d{1,6})?)$/.exec(text) ?? [];
  const category = TAX_CATEGORIES.find((known) => known === name);
  if (!category || (Rational.parse(percent).numerator === 0n) === ["S", "L", "M"].includes(category)) return;
  return { category, percent };
}

function isLarger(value: Rational, bound: Rational): boolean {
  const size = value.numerator < 0n ? value.multiply(Rational.of(-1n)) : value;
  return size.subtract(bound).numerator > 0n;
}
