/** An invoice as its views give it, as a document in the customer's language. */
import { minorUnits, parseCurrencyCode } from "../core/currency.ts";
import { moneyToDecimal } from "../core/money.ts";
import {
  type ExplainedLine,
  type InvoiceDetail,
  isToPay,
  settlementOf,
  taxPointsOf,
} from "../invoicing/views.ts";
import type { AccountLine } from "../tenants/views.ts";
import type { DocumentContent, DocumentTable, Section } from "./content.ts";
import { type Language, languageOf } from "./language.ts";
import { receiverOf, senderOf, sheetOf, taxIn, vatNumberOf } from "./parties.ts";
import { sayDays, sayDescription, sayDetail } from "./stored_words.ts";
import { reasonsOf, sayRate, statedTaxOf, taxTable } from "./tax_words.ts";
import { sayTrace } from "./trace.ts";

/** The whole of an issued invoice; `workings` are those of all its lines, `payee` the account it is paid to, `link` its address. */
export function invoiceContent(
  invoice: InvoiceDetail,
  workings: readonly ExplainedLine[],
  payee: readonly AccountLine[],
  link: string | null = null,
): DocumentContent {
  const { seller, buyer, terms, currency, taxes } = invoice;
  const language = languageOf(buyer.language ?? seller.language);
  const { words, figures } = language;
  const number = invoice.number!, issued = invoice.issueDate!, due = invoice.dueDate!;
  const taxPoints = taxPointsOf(invoice);
  const isOpen = isToPay(invoice), isVoid = invoice.state === "void";
  const tax = taxIn(seller.country, language);
  const open = figures.amount(invoice.openAmount, currency);
  const sections: Section[] = [
    ...(terms.note ? [{ heading: words.sections.note, paragraphs: [terms.note] }] : []),
    { heading: words.sections.lines, table: linesTable(invoice, tax, language) },
    ...(taxes.length === 0 ? [] : [{
      heading: words.sections.taxSummary(tax),
      table: taxTable(taxes, currency, tax, language),
      paragraphs: [
        ...reasonsOf(invoice.taxNotes, language),
        ...statedTaxOf(invoice.statedTax, tax, language),
      ],
    }]),
    ...(isOpen
      ? [{
        heading: words.sections.howToPay,
        facts: [
          { label: words.facts.amount, value: open },
          { label: words.facts.payBy, value: figures.day(due) },
          { label: words.facts.reference, value: number },
          { label: words.facts.payee, value: seller.name },
          ...payee.map(({ part, value }) => ({
            label: words.account[part],
            value,
          })),
        ],
      }]
      : []),
  ];
  return {
    language: language.code,
    region: language.region,
    ...sheetOf(seller.country),
    title: isVoid ? words.titles.voidInvoice(number) : words.titles.invoice(number),
    author: seller.name,
    date: { year: issued.year, month: issued.month, day: issued.day },
    sender: senderOf(seller, language),
    receiver: receiverOf(buyer, seller, vatNumberOf(invoice, language)),
    figure: isOpen ? { label: words.figures.stillToPay, value: open } : {
      label: isVoid ? words.figures.voidTotal : words.figures.total,
      value: figures.amount(invoice.total, currency),
    },
    facts: [
      { label: words.facts.issued, value: figures.day(issued) },
      { label: words.facts.due, value: figures.day(due) },
      ...(taxPoints.length === 0
        ? []
        : [{ label: words.facts.taxPoint, value: taxPoints.map((day) => figures.day(day)).join(", ") }]),
      { label: words.facts.period, value: sayDays(terms.period, language) },
      ...(terms.contract === undefined ? [] : [{ label: words.facts.contract, value: terms.contract }]),
      { label: words.facts.customer, value: buyer.reference },
      ...(terms.purchaseOrder ? [{ label: words.facts.purchaseOrder, value: terms.purchaseOrder }] : []),
      ...(terms.buyerReference ? [{ label: words.facts.buyerReference, value: terms.buyerReference }] : []),
    ],
    ...(link === null ? {} : { link: { words: words.seeOnline(new URL(link).host), href: link } }),
    sections,
    appendix: workings.length === 0 ? null : workingsSection(invoice, workings, language),
    foot: `${number}, ${seller.name}`,
    page: words.page,
  };
}

function linesTable(invoice: InvoiceDetail, tax: string, language: Language): DocumentTable {
  const { words, figures } = language;
  const { currency } = invoice;
  return {
    columns: [
      { label: words.columns.line, isFigure: true },
      { label: words.columns.what, isFigure: false, isWide: true },
      { label: words.columns.quantity, isFigure: true },
      { label: words.columns.price, isFigure: true },
      { label: tax, isFigure: true },
      { label: words.columns.amount, isFigure: true },
    ],
    groups: [{
      rows: invoice.lines.map((line) => [
        String(line.position),
        { text: sayDescription(line.description, language), detail: sayDetail(line.detail, language) },
        line.quantity === null ? words.none : figures.quantity(line.quantity),
        line.unitPrice === null ? words.seeWorking : figures.price(line.unitPrice, currency),
        sayRate(line.taxCategory, line.taxPercent, language),
        figures.amount(line.amount, currency),
      ]),
    }],
    totals: invoiceTotals(invoice, tax, language),
  };
}

function invoiceTotals(
  invoice: InvoiceDetail,
  tax: string,
  { words: { totals }, figures }: Language,
): DocumentTable["totals"] {
  const { subtotal, taxTotal, total, taxInclusive, currency } = invoice;
  const show = (amount: bigint) => figures.amount(amount, currency);
  const sums = taxInclusive
    ? [
      { label: totals.total, value: show(total), isGrand: true },
      { label: totals.ofWhich(tax), value: show(taxTotal) },
    ]
    : [
      { label: totals.before(tax), value: show(subtotal) },
      { label: tax, value: show(taxTotal) },
      { label: totals.total, value: show(total), isGrand: true },
    ];
  const settlement = settlementOf(invoice);
  if (settlement === undefined) return sums;
  const { credited, paid, writtenOff, open } = settlement;
  return [
    ...sums,
    ...(credited > 0n ? [{ label: totals.creditedSoFar, value: show(credited) }] : []),
    { label: totals.paidSoFar, value: show(paid) },
    ...(writtenOff > 0n ? [{ label: totals.writtenOff, value: show(writtenOff) }] : []),
    { label: totals.stillToPay, value: show(open), isGrand: true },
  ];
}

/** "Why this amount?" for each line. */
function workingsSection(
  { currency, rounding, terms }: InvoiceDetail,
  workings: readonly ExplainedLine[],
  language: Language,
): Section {
  const { words, figures } = language;
  const code = parseCurrencyCode(currency);
  const rounded = words.workings.rounded(rounding, String(minorUnits(code)));
  const plans = [...terms.plansBefore ?? [], ...(terms.plan ? [terms.plan] : [])]
    .map(({ name, version }) => words.workings.plan(name, figures.number(String(version)))).join(", ");
  return {
    heading: words.sections.workings,
    ...(terms.contract === undefined ? {} : { paragraphs: [words.workings.source(terms.contract, plans)] }),
    table: {
      columns: [
        { label: words.columns.step, isFigure: false, isWide: true },
        { label: words.columns.calculation, isFigure: false, isWide: true },
        { label: words.columns.result, isFigure: true },
      ],
      groups: workings.map(({ line, steps }) => {
        const amount = {
          plain: moneyToDecimal({ amount: line.amount, currency: code }).replace("-", "−"),
          shown: figures.amount(line.amount, currency),
          rounded,
        };
        return {
          heading: `${words.columns.line} ${line.position}: ${sayDescription(line.description, language)}`,
          rows: sayTrace(steps, amount, language).map(({ words, sum, result }) =>
            [words, sum, result].filter((text) => text !== "")
          ),
        };
      }),
    },
  };
}
