/** An invoice's states, amounts, rates and people in the words and shapes that its pages show. */
import type { ComponentChildren } from "preact";
import { Badge } from "../../../../components/ui/badge.tsx";
import type { InvoiceStatus, ListedInvoice } from "../../../../db/queries/invoice_list.ts";
import { showPeriod } from "../../../../lib/contracts/change_rules.ts";
import { parseCurrencyCode } from "../../../../lib/core/currency.ts";
import { minorUnits } from "../../../../lib/core/currency.ts";
import { formatMoney, money, parseMoney } from "../../../../lib/core/money.ts";
import { type TaxKind, taxKindIn } from "../../../../lib/core/tax_number.ts";
import { isOverdue, openStates } from "../../../../lib/invoicing/states.ts";
import { draftName } from "../../../../lib/invoicing/texts.ts";

/** What a draft is called in a list: "Draft K-7, March 2026"; without a contract by its customer. */
export function draftRowName(
  invoice: Pick<ListedInvoice, "contractReference" | "customerName" | "periodStart" | "periodEnd">,
): string {
  const { contractReference, periodStart: start, periodEnd: end } = invoice;
  return start === null || end === null
    ? draftName(invoice)
    : `Draft ${contractReference}, ${showPeriod({ start, end })}`;
}

/** The language of the pages; amounts, dates and numbers follow it. */
const locale = "en-GB";

/** Minor units as people read them: "£4,270.84". */
export function showAmount(amount: bigint, currency: string): string {
  return formatMoney(money(amount, parseCurrencyCode(currency)), locale);
}

/** The same for an amount in decimal text. */
export function showDecimalAmount(text: string, currency: string): string {
  return formatMoney(parseMoney(text, parseCurrencyCode(currency)), locale);
}

/** A price in full, with at least the currency's decimals: "£0.1275". */
export function showPrice(text: string, currency: string): string {
  const code = parseCurrencyCode(currency);
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: code,
    minimumFractionDigits: minorUnits(code),
    maximumFractionDigits: 12,
  });
  return withTrueMinus(format.format(text as Intl.StringNumericLiteral));
}

const quantityFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });

/** A quantity to four decimals; the working has all of them. */
export function showQuantity(text: string): string {
  return withTrueMinus(quantityFormat.format(text as Intl.StringNumericLiteral));
}

function withTrueMinus(text: string): string {
  return text.replace("-", "−");
}

/** Codes of EN 16931 (UNCL 5305) in words. */
const categories: Record<string, string> = {
  S: "standard",
  Z: "zero rated",
  E: "exempt",
  AE: "reverse charge",
  K: "within the EU",
  G: "export",
  O: "outside the tax",
  L: "Canary Islands",
  M: "Ceuta and Melilla",
};

/** "S, standard". */
export function showCategory(category: string): string {
  return `${category}, ${categories[category] ?? "tax"}`;
}

/** The rate of a line: "20%", "exempt", or "none". */
export function showRate(category: string | null, percent: string | null): string {
  if (category === null || percent === null) return "none";
  return category === "S" || /[1-9]/.test(percent) ? showPercent(percent) : categories[category] ?? "0%";
}

/** "8.25%" for "8.250". */
export function showPercent(percent: string): string {
  return `${percent.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")}%`;
}

const taxNames: Record<TaxKind, { short: string; long: string }> = {
  vat: { short: "VAT", long: "value added tax" },
  oss: { short: "VAT", long: "value added tax" },
  gst: { short: "GST", long: "goods and services tax" },
  consumption_tax: { short: "CT", long: "consumption tax" },
  sales_tax: { short: "Tax", long: "sales tax" },
  other: { short: "Tax", long: "tax" },
};

/** What the tax is called where the seller is. */
export function taxNameIn(country: string): { short: string; long: string } {
  return taxNames[taxKindIn(country)];
}

interface StatedInvoice {
  state: Parameters<typeof isOverdue>[0]["state"];
  dueDate: Temporal.PlainDate | null;
}

export interface InvoiceBadgeProps {
  invoice: StatedInvoice;
  today: Temporal.PlainDate;
  /** In a list, where the due date stands beside it. */
  short?: boolean;
}

/** The state as a shape and a word, with the days where they matter. */
export function InvoiceBadge({ invoice, today, short }: InvoiceBadgeProps) {
  const { state, dueDate } = invoice;
  switch (state) {
    case "draft":
    case "approved":
      return <Badge state="approve">To approve</Badge>;
    case "paid":
      return <Badge state="paid">Paid</Badge>;
    case "credited":
      return <Badge state="void">Credited</Badge>;
    case "void":
      return <Badge state="void">Void</Badge>;
    case "uncollectible":
      return <Badge state="void">Written off</Badge>;
  }
  const days = dueDate === null ? 0 : today.until(dueDate).days;
  if (isOverdue(invoice, today)) return <Badge state="overdue">{`Overdue ${countOf(-days, "day")}`}</Badge>;
  const isPart = state === "partially_paid";
  const when = days === 0 ? "today" : `in ${countOf(days, "day")}`;
  const words = short ? (isPart ? "Part paid" : "Due") : `${isPart ? "Part paid, due" : "Due"} ${when}`;
  return <Badge state={isPart ? "part_paid" : "due"}>{words}</Badge>;
}

/** Whether something is still to pay. */
export function isOpen({ state }: StatedInvoice): boolean {
  return openStates.includes(state);
}

/** "1 day", "2 days". */
export function countOf(count: number | bigint, noun: string, nouns = `${noun}s`): string {
  return `${count.toLocaleString(locale)} ${BigInt(count) === 1n ? noun : nouns}`;
}

/** The values of the status filter, also those of the saved views. */
export const statuses: { value: InvoiceStatus; label: string }[] = [
  { value: "any", label: "Any status" },
  { value: "draft", label: "To approve" },
  { value: "due", label: "Due" },
  { value: "overdue", label: "Overdue" },
  { value: "partially_paid", label: "Part paid" },
  { value: "paid", label: "Paid" },
  { value: "credited", label: "Credited" },
];

/** Who did it: a name, or what stands behind a key such as `cli:root`. */
export function actorName(actor: string, name: string | null): string {
  if (name !== null) return name;
  const [kind, id] = actor.split(/:(.*)/s);
  if (kind === "user") return "someone who has left";
  if (kind === "cli") return `${id} on the command line`;
  if (kind === "api_key" || kind === "api_client") return "another system";
  return "Milepost";
}

/** A value that is not there, said and not shouted. */
export function Missing({ children }: { children: ComponentChildren }) {
  return <span class="text-ink-2">{children}</span>;
}
