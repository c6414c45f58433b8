/** What changed since an invoice was issued, in the words of its page: credit notes that took something back. */
import { Day } from "../../../../components/ui/date.tsx";
import type { ListedCreditNote } from "../../../../lib/invoicing/credit/views.ts";
import type { InvoiceChange } from "./invoice_detail.tsx";
import { showAmount } from "./invoice_words.tsx";

export function describeChanges(creditNotes: readonly ListedCreditNote[]): InvoiceChange[] {
  return creditNotes.map(({ id, number, issueDate, total, currency, reason }) => ({
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
  }));
}
