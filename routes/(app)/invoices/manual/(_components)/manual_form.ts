/** The form of a manual invoice as a browser sends it: its fields by name, and what its buttons do to the lines. */
import { emptyLine, type TypedLine } from "../../../../../lib/invoicing/manual/typed_line.ts";
import { lineField } from "../../../../../lib/invoicing/manual/read_manual.ts";
import type { ManualTerms } from "../../../../../db/queries/manual_invoice.ts";

/** The head of the form, as typed. */
export const termLabels = {
  supplyDate: "Day of supply",
  paymentTermsDays: "Days to pay",
  taxInclusive: "Prices hold the tax",
  purchaseOrder: "Purchase order",
  buyerReference: "Buyer’s reference",
  note: "Note",
};

export const lineLabels: Record<keyof TypedLine, string> = {
  description: "What",
  about: "For",
  quantity: "Quantity",
  unit: "Unit",
  unitPrice: "Price of one",
  discountPercent: "Discount %",
  tax: "Tax",
};

const lineFields = Object.keys(lineLabels) as (keyof TypedLine)[];

export interface SentManual extends ManualTerms {
  version: string;
  key: string;
  /** The lines of the form start after this position. */
  after: number;
  /** How many lines the page had. */
  replaced: number;
  lines: TypedLine[];
  /** The value of the button. */
  action: string;
}

/** Reads the form; what is not there is empty. */
export function readManualForm(field: (name: string) => string): SentManual {
  const after = wholeNumber(field("after")), replaced = Math.min(wholeNumber(field("count")), 100);
  return {
    version: field("version"),
    key: field("key"),
    after,
    replaced,
    supplyDate: field("supplyDate"),
    paymentTermsDays: field("paymentTermsDays"),
    taxInclusive: field("taxInclusive") === "yes",
    buyerReference: field("buyerReference"),
    purchaseOrder: field("purchaseOrder"),
    note: field("note"),
    lines: Array.from({ length: replaced }, (_, index) =>
      Object.fromEntries(
        lineFields.map((name) => [name, field(lineField(after + index + 1, name))]),
      ) as unknown as TypedLine),
    action: field("do"),
  };
}

/** The lines after the button: with one more, which is taxed as the last, or without one. */
export function linesAfter({ lines, after, action }: SentManual): TypedLine[] {
  if (action === "add") return [...lines, { ...emptyLine, tax: lines.at(-1)?.tax ?? "" }];
  const [, removed] = /^remove-(\d{1,9})$/.exec(action) ?? [];
  return removed === undefined ? lines : lines.filter((_, index) => after + index + 1 !== Number(removed));
}

/** All fields of a page by name, to tell what someone else changed. */
export function flatManual(
  terms: ManualTerms,
  after: number,
  lines: readonly TypedLine[],
): Record<string, string> {
  return Object.fromEntries([
    ...(Object.keys(termLabels) as (keyof ManualTerms)[]).map((name) => {
      const value = terms[name];
      return [name, typeof value === "boolean" ? (value ? "yes" : "") : value];
    }),
    ...lines.flatMap((line, index) =>
      lineFields.map((name) => [lineField(after + index + 1, name), line[name]])
    ),
  ]);
}

/** "Quantity of line 3" for `line-3-quantity`. */
export function labelOf(field: string): string | undefined {
  const [, position, name] = /^line-(\d+)-(\w+)$/.exec(field) ?? [];
  if (position) return `${lineLabels[name as keyof TypedLine]} of line ${position}`;
  return termLabels[field as keyof typeof termLabels];
}

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
