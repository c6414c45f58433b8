/** A credit note as its view gives it, as a document in the customer's language. */
import type { CreditNoteDetail } from "../invoicing/credit/views.ts";
import type { DocumentContent, DocumentTable } from "./content.ts";
import { type Language, languageOf } from "./language.ts";
import { receiverOf, senderOf, sheetOf, taxIn, vatNumberOf } from "./parties.ts";
import { sayDays, sayDescription, sayDetail, sayReason } from "./stored_words.ts";
import { sayRate, statedTaxOf, taxTable } from "./tax_words.ts";

/** The whole of an issued credit note; it names the invoice that it belongs to. */
export function creditNoteContent(note: CreditNoteDetail): DocumentContent {
  const { seller, buyer, terms, currency, taxes } = note;
  const language = languageOf(buyer.language ?? seller.language);
  const { words, figures } = language;
  const number = note.number!, issued = note.issueDate!;
  const tax = taxIn(seller.country, language);
  return {
    language: language.code,
    region: language.region,
    ...sheetOf(seller.country),
    title: words.titles.creditNote(number),
    author: seller.name,
    date: { year: issued.year, month: issued.month, day: issued.day },
    sender: senderOf(seller, language),
    receiver: receiverOf(buyer, seller, vatNumberOf(note, language)),
    figure: { label: words.figures.credited, value: figures.amount(note.total, currency) },
    facts: [
      { label: words.facts.forInvoice, value: terms.invoice },
      { label: words.facts.invoiceDate, value: figures.day(Temporal.PlainDate.from(terms.invoiceDate)) },
      { label: words.facts.issued, value: figures.day(issued) },
      { label: words.facts.period, value: sayDays(terms.period, language) },
      { label: words.facts.taxPoint, value: figures.day(note.taxPoint) },
      ...(terms.contract === undefined ? [] : [{ label: words.facts.contract, value: terms.contract }]),
      { label: words.facts.customer, value: buyer.reference },
    ],
    sections: [
      { heading: words.sections.reason, paragraphs: [sayReason(note.reason, language)] },
      { heading: words.sections.credited, table: linesTable(note, tax, language) },
      ...(taxes.length === 0 ? [] : [{
        heading: words.sections.taxGivenBack(tax),
        table: taxTable(taxes, currency, tax, language),
        paragraphs: statedTaxOf(note.statedTax, tax, language),
      }]),
      { heading: words.sections.effect, paragraphs: [words.creditEffect(terms.invoice)] },
    ],
    appendix: null,
    foot: `${number}, ${seller.name}`,
    page: words.page,
  };
}

function linesTable(note: CreditNoteDetail, tax: string, language: Language): DocumentTable {
  const { words: { columns, totals }, figures } = language;
  const show = (amount: bigint) => figures.amount(amount, note.currency);
  const whole = { label: totals.creditedInAll, value: show(note.total), isGrand: true };
  return {
    columns: [
      { label: columns.line, isFigure: true },
      { label: columns.what, isFigure: false, isWide: true },
      { label: tax, isFigure: true },
      { label: columns.amount, isFigure: true },
    ],
    groups: [{
      rows: note.lines.map((line) => [
        String(line.invoicePosition),
        {
          text: sayDescription(line.description, language),
          detail: sayDetail(line.detail, language),
        },
        sayRate(line.taxCategory, line.taxPercent, language),
        show(line.amount),
      ]),
    }],
    totals: note.taxInclusive ? [whole, { label: totals.ofWhich(tax), value: show(note.taxTotal) }] : [
      { label: totals.before(tax), value: show(note.subtotal) },
      { label: tax, value: show(note.taxTotal) },
      whole,
    ],
  };
}
