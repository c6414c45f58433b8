/** A customer's statement as its view gives it, as a document in the customer's language. */
import type { PaymentMethod } from "../../db/schema.ts";
import type { StatementAccount } from "../ledger/views.ts";
import type { Cell, DocumentContent, Party, Section } from "./content.ts";
import { type Language, languageOf } from "./language.ts";
import { receiverOf, senderOf, sheetOf } from "./parties.ts";

export interface StatementFacts {
  customer: {
    reference: string;
    name: string;
    addressLines: readonly string[];
    country: string | null;
    language: string | null;
  };
  /** Both days included. */
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
  accounts: readonly StatementAccount[];
}

/** The statement of one customer over some days, with each account of each entity. */
export function statementContent({ customer, from, to, accounts }: StatementFacts): DocumentContent {
  const first = accounts.at(0)?.entity;
  const language = languageOf(customer.language ?? first?.language ?? "en-GB");
  const { words, figures } = language;
  const only = accounts.length === 1 ? accounts[0] : undefined;
  return {
    language: language.code,
    region: language.region,
    ...sheetOf(first?.country ?? ""),
    title: words.titles.statement,
    author: first?.name ?? customer.name,
    date: { year: to.year, month: to.month, day: to.day },
    sender: senders(accounts, language),
    receiver: receiverOf(customer, first ?? { country: customer.country ?? "", language: "en-GB" }),
    figure: only
      ? {
        label: only.closing < 0n ? words.figures.credit : words.figures.toPay,
        value: figures.amount(only.closing < 0n ? -only.closing : only.closing, only.currency),
      }
      : null,
    facts: [
      { label: words.facts.customer, value: customer.reference },
      { label: words.facts.from, value: figures.day(from) },
      { label: words.facts.to, value: figures.day(to) },
    ],
    sections: accounts.length === 0
      ? [{ heading: words.columns.balance, paragraphs: [words.statement.empty] }]
      : accounts.map((account) => accountSection(account, from, to, language)),
    appendix: null,
    foot: [customer.name, customer.reference].join(", "),
    page: words.page,
  };
}

/** The one entity with its address; several by name, since each section names its own. */
function senders(accounts: readonly StatementAccount[], language: Language): Party {
  const entities = [...new Map(accounts.map(({ entity }) => [entity.id, entity])).values()];
  if (entities.length === 1) return senderOf(entities[0], language);
  return { name: entities.map(({ name }) => name).join(", "), lines: [] };
}

function accountSection(
  { entity, currency, opening, entries, closing }: StatementAccount,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  language: Language,
): Section {
  const { words, figures } = language;
  const { columns, totals, none } = words;
  const show = (amount: bigint) => figures.amount(amount, currency);
  const rows: Cell[][] = [
    [figures.shortDay(from), words.statement.before, none, none, show(opening)],
    ...entries.map((entry): Cell[] => {
      const billed = entry.paymentId === null;
      return [
        figures.shortDay(entry.postedOn),
        sayEntry(entry, language),
        billed ? show(entry.amount) : none,
        billed ? none : show(-entry.amount),
        show(entry.balance),
      ];
    }),
  ];
  const day = figures.day(to);
  return {
    heading: `${entity.name}, ${currency}`,
    table: {
      columns: [
        { label: columns.date, isFigure: false },
        { label: columns.what, isFigure: false, isWide: true },
        { label: columns.billed, isFigure: true },
        { label: columns.paid, isFigure: true },
        { label: columns.balance, isFigure: true },
      ],
      groups: [{ rows }],
      totals: [{
        label: closing < 0n ? totals.creditOn(day) : totals.toPayOn(day),
        value: show(closing < 0n ? -closing : closing),
        isGrand: true,
      }],
    },
  };
}

/** The methods of payment as the ledger's descriptions name them. */
const methodsInEnglish: Record<string, PaymentMethod> = {
  "bank transfer": "bank_transfer",
  "direct debit": "direct_debit",
  card: "card",
  cheque: "cheque",
  cash: "cash",
};

/** What a posting of the receivable was, from the description that the ledger keeps; one of another kind stays as it is. */
function sayEntry(
  { kind, description }: Pick<StatementAccount["entries"][number], "kind" | "description">,
  { words: { statement, methods } }: Language,
): Cell {
  const [, ahead, method, more] = payment.exec(description) ?? [];
  const known = method === undefined ? undefined : methods[methodsInEnglish[method]];
  switch (kind) {
    case "invoice_issued":
      return statement.invoice(description.replace(/^Invoice /, ""));
    case "invoice_voided":
      return statement.voided(/^Invoice (.*) voided$/.exec(description)?.[1] ?? description);
    case "invoice_written_off":
      return statement.writtenOff(/^Invoice (.*) written off$/.exec(description)?.[1] ?? description);
    case "credit_note_issued": {
      const [, number, invoice] = /^Credit note (.*) for invoice (.*)$/.exec(description) ?? [];
      if (number === undefined) return description;
      return { text: statement.creditNote(number), detail: statement.forInvoice(invoice) };
    }
    case "payment_received": {
      if (known === undefined) return description;
      const text = ahead === "Paid ahead" ? statement.paidAhead : statement.payment;
      return { text, detail: statement.by(known) + (more ?? "") };
    }
    case "payment_reversed": {
      if (known === undefined) return description;
      return {
        text: statement.reversed,
        detail: statement.by(known) + (more ?? "").replace(/^ reversed/, ""),
      };
    }
    case "wallet_expired":
      return description === "Wallet money expired" ? statement.walletExpired : statement.walletRestored;
    default:
      return description;
  }
}

/** "Payment by card, REF-1", "Paid ahead by cash", "Payment by card reversed: refused by the bank". */
const payment = /^(Payment|Paid ahead) by (bank transfer|direct debit|card|cheque|cash)(.*)$/s;
