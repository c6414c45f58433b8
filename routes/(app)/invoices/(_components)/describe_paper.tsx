/** An invoice as its views give it, in the words and figures of the paper. */
import { Day } from "../../../../components/ui/date.tsx";
import { taxNumberLine } from "../../../../lib/core/tax_number.ts";
import { buyerVatIdOf, type ExplainedLine, type InvoiceDetail } from "../../../../lib/invoicing/views.ts";
import type { AccountLine } from "../../../../lib/tenants/views.ts";
import {
  describeLine,
  describeTaxes,
  explainLine,
  sourceOf,
  taxPointFacts,
  taxReasons,
  totalLabel,
  totalsOf,
  workedAmount,
  writtenFacts,
} from "./describe_invoice.tsx";
import type { InvoicePaperProps } from "./invoice_paper.tsx";
import { isOpen, showAmount, taxNameIn } from "./invoice_words.tsx";
import { traceSteps } from "./trace_words.ts";

/** The whole sheet; `workings` are those of all lines, `payee` the account it is paid to. */
export function describePaper(
  invoice: InvoiceDetail,
  workings: readonly ExplainedLine[],
  payee: readonly AccountLine[],
): InvoicePaperProps {
  const { currency, seller, buyer, terms, number, dueDate } = invoice;
  const taxName = taxNameIn(seller.country);
  const vatId = buyerVatIdOf(invoice);
  const open = showAmount(invoice.openAmount, currency);
  const due = String(dueDate);
  return {
    title: invoice.state === "void" ? `Invoice ${number}, void` : `Invoice ${number}`,
    seller: {
      name: seller.name,
      lines: [
        ...seller.addressLines,
        ...seller.taxNumbers.map(taxNumberLine),
      ],
    },
    buyer: { name: buyer.name, lines: [...buyer.addressLines, ...(vatId === null ? [] : [`VAT ${vatId}`])] },
    figure: isOpen(invoice)
      ? { label: "Still to pay", value: open }
      : { label: totalLabel(invoice), value: showAmount(invoice.total, currency) },
    facts: [
      { label: "Issued", value: <Day date={String(invoice.issueDate)} /> },
      { label: "Due", value: <Day date={due} /> },
      ...taxPointFacts(invoice),
      { label: "For", value: terms.period },
      ...(terms.contract === undefined ? [] : [{ label: "Contract", value: terms.contract }]),
      { label: "Customer", value: buyer.reference },
      ...writtenFacts(terms),
    ],
    lines: invoice.lines.map((line) => ({
      ...describeLine(line, currency, ""),
      ...(line.unitPrice === null ? { price: "see below" } : {}),
    })),
    taxName,
    totals: totalsOf(invoice, taxName.short),
    taxes: describeTaxes(invoice.taxes, currency),
    taxReasons: taxReasons(invoice),
    howToPay: isOpen(invoice)
      ? [
        { label: "Amount", value: open },
        { label: "By", value: <Day date={due} /> },
        { label: "Reference", value: number! },
        { label: "To", value: seller.name },
        ...payee.map(({ label, value }) => ({ label, value })),
      ]
      : [],
    workings: workings.map((working) => {
      const { line } = working;
      const { sentence, table, steps } = explainLine(line, working.steps, currency);
      return {
        heading: `How line ${line.position}, ${line.description}, was worked out`,
        sentence: `${sentence} ${sourceOf(invoice)}`,
        steps: traceSteps(steps, workedAmount(line.amount, currency, invoice.rounding)),
        shares: table,
      };
    }),
  };
}
