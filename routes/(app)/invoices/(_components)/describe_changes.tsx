/** What changed since an invoice was issued, in the words of its page: credit notes that took back, later invoices that added. */
import { Day } from "../../../../components/ui/date.tsx";
import type { ListedCreditNote } from "../../../../lib/invoicing/credit/views.ts";
import type { LaterCorrection } from "../../../../db/queries/invoice_detail.ts";
import type { InvoiceChange } from "./invoice_detail.tsx";
import { showAmount } from "./invoice_words.tsx";

export function describeChanges(
  creditNotes: readonly ListedCreditNote[],
  corrections: readonly LaterCorrection[],
): InvoiceChange[] {
  return [...corrections.map(describeCorrection), ...creditNotes.map(describeCreditNote)];
}

function describeCorrection(
  { invoiceId, number, issueDate, currency, amount }: LaterCorrection,
): InvoiceChange {
  return {
    href: `/invoices/${invoiceId}`,
    label: number ?? "Draft invoice",
    about: (
      <>
        {`Bills ${showAmount(amount, currency)} that was missing`}
        {issueDate && (
          <>
            {", "}
            <Day date={issueDate.toString()} />
          </>
        )}
      </>
    ),
  };
}

function describeCreditNote(
  { id, number, issueDate, total, currency, reason }: ListedCreditNote,
): InvoiceChange {
  return {
    href: `/credit-notes/${id}`,
    label: number ?? "Draft credit note",
    about: (
      <>
        {`Credited ${showAmount(total, currency)}`}
        {issueDate && (
          <>
            {", "}
            <Day date={issueDate.toString()} />
          </>
        )}
        <span class="block break-words">{reason}</span>
      </>
    ),
  };
}
