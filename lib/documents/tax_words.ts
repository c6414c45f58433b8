/** Tax rates and the tax summary in the words of a language. */
import type { DocumentTable } from "./content.ts";
import { reasonWords } from "../tax/reason_words.ts";
import type { InvoiceDetail } from "../invoicing/views.ts";
import type { Language } from "./language.ts";
import type { TaxCategory } from "./words/words.ts";

/** The rate of a line: "20 %", "exempt", or "none". */
export function sayRate(
  category: string | null,
  percent: string | null,
  { words, figures }: Language,
): string {
  if (category === null || percent === null) return words.none;
  if (category === "S" || /[1-9]/.test(percent)) return figures.percent(percent);
  return words.categories[category as TaxCategory] ?? figures.percent("0");
}

/** Why no tax is charged, each reason once. */
export function reasonsOf(
  notes: readonly { reasonCode: string | null; reason: string | null }[],
  { code }: Language,
): string[] {
  return [...new Set(notes.flatMap((note) => reasonWords(note, code) ?? []))];
}

/** The tax in the seller's tax currency with the rates that it was converted by; nothing where that is the document's. */
export function statedTaxOf(
  stated: InvoiceDetail["statedTax"],
  tax: string,
  { words, figures }: Language,
): string[] {
  if (stated === null) return [];
  const rates = stated.rates.map(({ base, quote, rate, source, day }) =>
    `1 ${base} = ${figures.number(rate)} ${quote} (${words.rateSources[source]}, ${figures.day(day)})`
  );
  const amount = figures.amount(stated.amount, stated.currency);
  return [words.statedTax(tax, stated.currency, amount, rates.join("; "))];
}

/** Minor units. */
export interface TaxSum {
  category: string;
  percent: string;
  base: bigint;
  amount: bigint;
}

/** One row for each category and rate. */
export function taxTable(
  taxes: readonly TaxSum[],
  currency: string,
  tax: string,
  { words, figures }: Language,
): DocumentTable {
  const { columns, categories } = words;
  return {
    columns: [
      { label: columns.category, isFigure: false, isWide: true },
      { label: columns.rate, isFigure: true },
      { label: columns.base, isFigure: true },
      { label: tax, isFigure: true },
    ],
    groups: [{
      rows: taxes.map(({ category, percent, base, amount }) => [
        `${category}, ${categories[category as TaxCategory] ?? tax}`,
        figures.percent(percent),
        figures.amount(base, currency),
        figures.amount(amount, currency),
      ]),
    }],
  };
}
