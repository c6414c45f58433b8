/** The message that carries an invoice: amount and day first, as text and as HTML, under 20 KB. */
import { renderToString } from "preact-render-to-string";
import { type CurrencyCode, parseCurrencyCode } from "../core/currency.ts";
import { formatMoney, money } from "../core/money.ts";
import { type TaxNumber, taxNumberLine } from "../core/tax_number.ts";

/** What the message says; amounts in minor units. */
export interface InvoiceToSend {
  number: string;
  issueDate: Temporal.PlainDate;
  dueDate: Temporal.PlainDate;
  /** Where the seller is. */
  today: Temporal.PlainDate;
  currency: string;
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  openAmount: bigint;
  creditedAmount: bigint;
  taxInclusive: boolean;
  seller: { name: string; addressLines: readonly string[]; taxNumbers: readonly TaxNumber[] };
  buyer: { name: string };
  /** Without a contract where its lines were written. */
  terms: { contract?: string; period: string };
  /** The whole invoice hangs on the message. */
  isAttached: boolean;
  /** Where the customer opens the invoice as it stands; null for nowhere. */
  link: string | null;
}

export interface WrittenMessage {
  subject: string;
  text: string;
  html: string;
}

const locale = "en-GB";

export function writeInvoiceMessage(invoice: InvoiceToSend): WrittenMessage {
  const words = wordsOf(invoice);
  return { subject: words.subject, text: writeText(words), html: writeHtml(words) };
}

interface Words {
  subject: string;
  headline: string;
  sentences: string[];
  rows: { label: string; value: string }[];
  sender: string[];
  link: string | null;
}

function wordsOf(invoice: InvoiceToSend): Words {
  const { number, seller, buyer, terms, openAmount, creditedAmount, total } = invoice;
  const currency = parseCurrencyCode(invoice.currency);
  const show = (amount: bigint) => shownAmount(amount, currency);
  const due = longDay(invoice.dueDate);
  const isOpen = openAmount > 0n;
  const isLate = Temporal.PlainDate.compare(invoice.dueDate, invoice.today) < 0;
  const paid = total - creditedAmount - openAmount;
  const isCredited = total > 0n && creditedAmount === total;
  const settled = isCredited ? "credited" : total === 0n ? "nothing to pay" : "paid";
  return {
    subject: `Invoice ${number} from ${seller.name}: ${isOpen ? `${show(openAmount)} due ${due}` : settled}`,
    headline: isOpen
      ? `${show(openAmount)} ${isLate ? "was due on" : "is due by"} ${due}.`
      : isCredited
      ? "This invoice is credited in full. Nothing is to pay."
      : total === 0n
      ? "Nothing is to pay for this invoice."
      : "This invoice is paid. Thank you.",
    sentences: [
      `This is invoice ${number} from ${seller.name} to ${buyer.name}.`,
      ...(isOpen ? [`When you pay, give the reference ${number}, so that we know what it is for.`] : []),
      ...(invoice.isAttached
        ? ["The whole invoice is attached. Open it in a browser to read or print it."]
        : []),
    ],
    rows: [
      { label: "Invoice", value: number },
      ...(terms.contract === undefined ? [] : [{ label: "Contract", value: terms.contract }]),
      { label: "For", value: terms.period },
      { label: "Issued", value: longDay(invoice.issueDate) },
      { label: "Due", value: due },
      ...(invoice.taxInclusive ? [] : [{ label: "Before tax", value: show(invoice.subtotal) }]),
      { label: invoice.taxInclusive ? "Tax in the total" : "Tax", value: show(invoice.taxTotal) },
      { label: "Total", value: show(total) },
      ...(creditedAmount > 0n ? [{ label: "Credited so far", value: show(creditedAmount) }] : []),
      ...(paid > 0n ? [{ label: "Paid so far", value: show(paid) }] : []),
      { label: "Still to pay", value: show(openAmount) },
    ],
    sender: [
      seller.name,
      ...seller.addressLines,
      ...seller.taxNumbers.map(taxNumberLine),
    ],
    link: invoice.link,
  };
}

/** What the link leads to. */
const linkWords = "See what is still to pay, and how each amount came about:";

function writeText({ headline, sentences, rows, sender, link }: Words): string {
  const width = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const table = rows.map(({ label, value }) => `${label.padEnd(width)}${value}`);
  return [
    headline,
    "",
    ...sentences.flatMap((sentence) => [sentence, ""]),
    ...(link === null ? [] : [linkWords, link, ""]),
    ...table,
    "",
    "-- ",
    ...sender,
    "",
  ]
    .join("\n");
}

const body = "margin:0;padding:24px;background:#fff;color:#111827;font:16px/1.5 Arial,Helvetica,sans-serif";
const cell = "padding:4px 24px 4px 0;text-align:left;vertical-align:top";

function writeHtml({ subject, headline, sentences, rows, sender, link }: Words): string {
  const page = (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>{subject}</title>
      </head>
      <body style={body}>
        <h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{headline}</h1>
        {sentences.map((sentence) => <p key={sentence} style="margin:0 0 16px;max-width:38em">{sentence}</p>)}
        {link !== null && (
          <p style="margin:0 0 16px;max-width:38em">
            {`${linkWords} `}
            <a href={link} style="color:#0a3a78">open the invoice</a>.
          </p>
        )}
        <table style="border-collapse:collapse;margin:0 0 24px">
          <tbody>
            {rows.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row" style={`${cell};font-weight:normal;color:#374151`}>{label}</th>
                <td style={`${cell};font-weight:bold`}>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p style="margin:0;color:#374151">
          {sender.map((line, index) => index === 0 ? line : [<br key={index} />, line])}
        </p>
      </body>
    </html>
  );
  return `<!DOCTYPE html>${renderToString(page)}`;
}

function shownAmount(amount: bigint, currency: CurrencyCode): string {
  return formatMoney(money(amount, currency), locale);
}

/** "3 July 2024". */
function longDay(date: Temporal.PlainDate): string {
  return date.toLocaleString(locale, { day: "numeric", month: "long", year: "numeric" });
}
