/** An invoice as its views give it, in the words and figures of its page. */
import type { Fact } from "../../../../components/ui/facts.tsx";
import { Day, longDate, Moment } from "../../../../components/ui/date.tsx";
import { rowsShown } from "../../../../components/ui/pagination.tsx";
import type { TotalRow } from "../../../../components/ui/table.tsx";
import type { TimelineEntry } from "../../../../components/ui/timeline.tsx";
import type { InvoiceTaxRecord } from "../../../../db/queries/invoice_detail.ts";
import { minorUnits, parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { moneyToDecimal } from "../../../../lib/core/money.ts";
import { localDate } from "../../../../lib/core/period.ts";
import { taxKinds } from "../../../../lib/core/tax_number.ts";
import { sourceNames } from "../../../../lib/currencies/views.ts";
import { isOverdue } from "../../../../lib/invoicing/states.ts";
import { draftName } from "../../../../lib/invoicing/texts.ts";
import {
  buyerVatIdOf,
  type ExplainedLine,
  type InvoiceDetail,
  rowsPerPage,
  type Settlement,
  settlementOf,
  taxPointsOf,
} from "../../../../lib/invoicing/views.ts";
import { reasonWords } from "../../../../lib/tax/reason_words.ts";
import { explainAmount, type ExplainedCharge, type Explanation } from "./explain_amount.ts";
import type { DatedEntry } from "./describe_payments.tsx";
import type { InvoiceDetailProps, InvoiceLine, InvoiceTax } from "./invoice_detail.tsx";
import {
  actorName,
  countOf,
  InvoiceBadge,
  isOpen,
  Missing,
  showAmount,
  showCategory,
  showPercent,
  showPrice,
  showQuantity,
  showRate,
  taxNameIn,
} from "./invoice_words.tsx";
import { type LineAmount, roundingWords, traceSteps } from "./trace_words.ts";

/** A line as a draft or a stored invoice has it. */
export interface LineFacts {
  position: number;
  kind: "charge" | "true_up" | "discount" | "item";
  description: string;
  detail: string;
  quantity: string | null;
  unitPrice: string | null;
  /** Minor units. */
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
  /** Of the kind `charge`. */
  charge: ExplainedCharge | null;
  /** Of a line that bills what was missing for an earlier period. */
  corrects?: { invoiceId: string; number: string } | null;
}

export interface WhyFacts {
  steps: readonly string[];
  rounding: "half_up" | "half_even";
  /** "From contract K-001, plan “Lease with mileage”, version 1." */
  source: string;
  links: { label: string; href: string }[];
}

/** The cells of a line, with its working if that is open. */
export function describeLine(
  line: LineFacts,
  currency: string,
  whyHref: string,
  why?: WhyFacts,
): InvoiceLine {
  const { position, description, detail, quantity, unitPrice, amount, taxCategory, taxPercent, corrects } =
    line;
  return {
    position,
    name: description,
    detail,
    quantity: quantity === null ? "none" : showQuantity(quantity),
    price: unitPrice === null ? "see why" : showPrice(unitPrice, currency),
    taxRate: showRate(taxCategory, taxPercent),
    amount: showAmount(amount, currency),
    ...(corrects ? { corrects: { number: corrects.number, href: `/invoices/${corrects.invoiceId}` } } : {}),
    whyHref,
    why: why && explain(line, currency, why),
  };
}

function explain(line: LineFacts, currency: string, why: WhyFacts): InvoiceLine["why"] {
  const amount = workedAmount(line.amount, currency, why.rounding);
  const { sentence, bar, table, steps } = explainLine(line, why.steps, currency);
  return {
    question: `Why ${amount.shown}?`,
    sentence,
    quantity: bar,
    steps: traceSteps(steps, amount),
    shares: table,
    source: why.source,
    links: why.links,
  };
}

/** A line in plain words; what has no charge says what it is. */
export function explainLine(
  { charge, kind, quantity, corrects }: Pick<LineFacts, "charge" | "kind" | "quantity" | "corrects">,
  steps: readonly string[],
  currency: string,
): Explanation {
  if (corrects) return { sentence: correctionSentence, steps };
  if (charge === null || quantity === null) return { sentence: sentences[kind], steps };
  return explainAmount({ charge, quantity, steps, currency });
}

const correctionSentence =
  "It bills what was missing for an earlier period: what is due for it now, less what was billed.";

const sentences: Record<LineFacts["kind"], string> = {
  charge: "The price has several parts. The steps show each of them.",
  true_up: "It brings the charges to what the contract agrees.",
  discount: "It comes off the charges, before tax.",
  item: "The quantity times the price, less the discount if there is one.",
};

/** An amount as its working ends in it. */
export function workedAmount(amount: bigint, currency: string, rounding: WhyFacts["rounding"]): LineAmount {
  const code = parseCurrencyCode(currency);
  return {
    plain: moneyToDecimal({ amount, currency: code }).replace("-", "−"),
    shown: showAmount(amount, currency),
    rounding: roundingWords(rounding, minorUnits(code)),
  };
}

/** The sums under the lines; what is paid and open only once there is something to pay. */
export function describeTotals(
  amounts: {
    subtotal: bigint;
    taxTotal: bigint;
    total: bigint;
    taxInclusive: boolean;
    settlement?: Settlement;
  },
  currency: string,
  taxName: string,
): TotalRow[] {
  const { subtotal, taxTotal, total, taxInclusive, settlement } = amounts;
  const show = (amount: bigint) => [showAmount(amount, currency)];
  const sums: TotalRow[] = taxInclusive
    ? [
      { label: "Total", values: show(total), kind: "grand" },
      { label: `Of which ${taxName}`, values: show(taxTotal) },
    ]
    : [
      { label: `Before ${taxName}`, values: show(subtotal), kind: "sum" },
      { label: taxName, values: show(taxTotal) },
      { label: "Total", values: show(total), kind: "grand" },
    ];
  if (settlement === undefined) return sums;
  const { credited, paid, writtenOff, open } = settlement;
  return [
    ...sums,
    ...(credited > 0n ? [{ label: "Credited so far", values: show(credited) }] : []),
    { label: "Paid so far", values: show(paid) },
    ...(writtenOff > 0n ? [{ label: "Written off", values: show(writtenOff) }] : []),
    { label: "Still to pay", values: show(open), kind: "grand" },
  ];
}

/** What the figure of an invoice is on which nothing is open. */
export function totalLabel({ number, state }: InvoiceDetail): string {
  return number === null ? "Total, not issued" : state === "void" ? "Total, void" : "Total";
}

/** The sums of a stored invoice; a draft and a void one ask for nothing. */
export function totalsOf(invoice: InvoiceDetail, taxName: string): TotalRow[] {
  return describeTotals({ ...invoice, settlement: settlementOf(invoice) }, invoice.currency, taxName);
}

export function describeTaxes(taxes: readonly InvoiceTaxRecord[], currency: string): InvoiceTax[] {
  return taxes.map(({ category, percent, base, amount }) => ({
    category: showCategory(category),
    rate: showPercent(percent),
    base: showAmount(base, currency),
    amount: showAmount(amount, currency),
  }));
}

/** Nothing where the tax point is the day of issue. */
export function taxPointFacts(invoice: Pick<InvoiceDetail, "issueDate" | "taxNotes">): Fact[] {
  const days = taxPointsOf(invoice);
  if (days.length === 0) return [];
  const value = days.map((day, index) => (
    <span key={index} class="block">
      <Day date={String(day)} />
    </span>
  ));
  return [{ label: "Tax point", value }];
}

/** Why no tax is charged, each reason once. */
export function taxReasons(
  { taxNotes, statedTax, seller }: Pick<InvoiceDetail, "taxNotes" | "statedTax" | "seller">,
): string[] {
  const reasons = new Set(taxNotes.flatMap((note) => reasonWords(note, "en") ?? []));
  return [...reasons, ...statedTaxWords(statedTax, taxNameIn(seller.country).short)];
}

/** "VAT in EUR: €43.21, by the exchange rate 1 EUR = 0.85525 GBP (European Central Bank, 15 March 2024)." */
export function statedTaxWords(stated: InvoiceDetail["statedTax"], taxName: string): string[] {
  if (stated === null) return [];
  const rates = stated.rates.map(({ base, rate, quote, source, day }) =>
    `1 ${base} = ${rate} ${quote} (${sourceNames[source]}, ${longDate(day.toString())})`
  );
  const by = rates.length === 1 ? "the exchange rate" : "the exchange rates";
  return [
    `${taxName} in ${stated.currency}: ${showAmount(stated.amount, stated.currency)}, by ${by} ${
      rates.join(" and ")
    }.`,
  ];
}

/** Where an invoice's contract and plan stand, or that its lines were written, for "Why this amount?". */
export function sourceOf({ terms }: Pick<InvoiceDetail, "terms">): string {
  const plans = plansOf(terms).map(({ name, version }) => `plan “${name}”, version ${version}`);
  if (terms.contract === undefined) return "From the line as it was written.";
  return `From contract ${terms.contract}, ${plans.join(", then ")}.`;
}

function plansOf({ plansBefore = [], plan }: InvoiceDetail["terms"]) {
  return plan === undefined ? [] : [...plansBefore, plan];
}

/** What a stored draft is called. */
export function draftNameOf({ terms, buyer }: Pick<InvoiceDetail, "terms" | "buyer">): string {
  return draftName({ contractReference: terms.contract ?? null, customerName: buyer.name });
}

/** What an invoice of lines that people wrote says beside them. */
export function writtenFacts({ purchaseOrder, buyerReference, note }: InvoiceDetail["terms"]) {
  return [
    { label: "Purchase order", value: purchaseOrder },
    { label: "Buyer’s reference", value: buyerReference },
    { label: "Note", value: note },
  ].flatMap(({ label, value }) => value === undefined ? [] : [{ label, value }]);
}

export interface Shown {
  now: Temporal.Instant;
  /** The line whose working is open. */
  open?: ExplainedLine;
  /** The lines start after this position. */
  after: number;
  actions: InvoiceDetailProps["actions"];
  payments: InvoiceDetailProps["payments"];
  /** What was taken back of it since. */
  changes: InvoiceDetailProps["changes"];
  /** How it went to the customer, and money that changed no state, each newest first. */
  events: DatedEntry[];
}

/** The whole page of an invoice. */
export function describeInvoice(invoice: InvoiceDetail, shown: Shown): InvoiceDetailProps {
  const { currency, seller, terms, number } = invoice;
  const taxName = taxNameIn(seller.country);
  const vatId = buyerVatIdOf(invoice);
  const today = localDate(shown.now, seller.zone);
  const open = isOpen(invoice);
  const rounding = invoice.rounding;
  const here = `/invoices/${invoice.id}`;
  const page = (query: Record<string, string | number>) => {
    const text = new URLSearchParams(
      Object.entries({ ...(shown.after > 0 ? { after: shown.after } : {}), ...query }).map((
        [name, value],
      ) => [
        name,
        String(value),
      ]),
    ).toString();
    return text === "" ? here : `${here}?${text}`;
  };
  return {
    title: number === null ? draftNameOf(invoice) : `Invoice ${number}`,
    number: number ?? draftNameOf(invoice),
    customer: { name: invoice.buyer.name, href: `/customers/${invoice.customerId}` },
    state: <InvoiceBadge invoice={invoice} today={today} />,
    figure: open
      ? { label: "Still to pay", value: showAmount(invoice.openAmount, currency) }
      : { label: totalLabel(invoice), value: showAmount(invoice.total, currency) },
    actions: shown.actions,
    facts: [
      {
        label: "Issued",
        value: invoice.issueDate ? <Day date={String(invoice.issueDate)} /> : <Missing>not issued</Missing>,
      },
      {
        label: "Due",
        value: invoice.dueDate ? <Day date={String(invoice.dueDate)} /> : <Missing>not issued</Missing>,
      },
      ...taxPointFacts(invoice),
      { label: "For", value: terms.period },
      ...(terms.contract === undefined ? [] : [
        { label: "Contract", value: terms.contract, href: `/contracts/${invoice.contractId}` },
        {
          label: "Plan",
          value: plansOf(terms).map(({ name, version }) => `${name}, version ${version}`).join(", then "),
        },
      ]),
      ...writtenFacts(terms),
      ...seller.taxNumbers.map(({ kind, number }) => ({
        label: `Seller’s ${taxKinds[kind]}`,
        value: number,
      })),
      ...(vatId === null ? [] : [{ label: "Customer’s VAT", value: vatId }]),
    ],
    lines: invoice.lines.map((line) =>
      describeLine(
        line,
        currency,
        `${page({ why: line.position })}#why`,
        shown.open?.line.position === line.position
          ? {
            steps: shown.open.steps,
            rounding,
            source: sourceOf(invoice),
            links: [{ label: "Download these steps (JSON)", href: `${here}/lines/${line.position}` }],
          }
          : undefined,
      )
    ),
    lineCount: invoice.lineCount,
    linePages: linePages(invoice, shown.after, here),
    closeWhyHref: page({}),
    taxName,
    totals: totalsOf(invoice, taxName.short),
    taxes: describeTaxes(invoice.taxes, currency),
    taxReasons: taxReasons(invoice),
    timeline: describeTimeline(invoice, today, shown.events),
    payments: shown.payments,
    changes: shown.changes,
  };
}

function linePages(
  { lines, lineCount }: InvoiceDetail,
  after: number,
  here: string,
): InvoiceDetailProps["linePages"] {
  if (lines.length === lineCount) return undefined;
  const last = lines.at(-1)?.position ?? after;
  const size = lines.length;
  return {
    summary: rowsShown("Lines", after, last, lineCount),
    previous: after === 0
      ? undefined
      : { label: "Previous lines", href: `${here}?after=${Math.max(0, after - rowsPerPage)}` },
    next: last < lineCount && size > 0 ? { label: "Next lines", href: `${here}?after=${last}` } : undefined,
  };
}

const happened: Record<string, string> = {
  draft: "Drafted",
  approved: "Approved",
  issued: "Issued",
  partially_paid: "Part paid",
  paid: "Paid",
  credited: "Credited",
  void: "Voided",
  uncollectible: "Written off",
};

/** A payment that is taken back opens the invoice again. */
function stepName({ from, to }: InvoiceDetail["transitions"][number]): string {
  if (to === "issued" && from !== "approved") return "Open again";
  return to === "partially_paid" && from === "paid" ? "Open again in part" : happened[to];
}

function describeTimeline(
  invoice: InvoiceDetail,
  today: Temporal.PlainDate,
  events: readonly DatedEntry[],
): TimelineEntry[] {
  const { seller, dueDate, transitions, number, usageCount } = invoice;
  const next: TimelineEntry[] = number === null
    ? [{ kind: "next", what: "To approve and issue", detail: "Someone who may approve looks at it first." }]
    : isOpen(invoice) && dueDate
    ? [{
      kind: "next",
      what: isOverdue(invoice, today) ? "Was due" : "Due",
      detail: <Day date={String(dueDate)} />,
    }]
    : [];
  const steps = transitions.map((step): DatedEntry => ({
    at: step.at,
    entry: {
      kind: "milestone",
      what: stepName(step),
      detail: (
        <>
          <Moment instant={String(step.at)} zone={seller.zone} />
          {` by ${actorName(step.actor, step.actorName)}. ${
            step.to === "draft" && invoice.contractId !== null
              ? `From ${countOf(usageCount, "usage event")}`
              : step.reason
          }.`}
        </>
      ),
    },
  }));
  // Both come newest first, and a stable sort keeps the order of what happened at one moment.
  const past = [...events, ...steps].sort((a, b) => Temporal.Instant.compare(b.at, a.at));
  return [...next, ...past.map(({ entry }) => entry)];
}
