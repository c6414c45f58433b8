/** The credit note on paper: letter head, the invoice it belongs to, what is credited and why. */
import { LetterHead } from "../../../../components/layout/paper.tsx";
import { Day } from "../../../../components/ui/date.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { PageFigure } from "../../../../components/ui/figure.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { taxNumberLine } from "../../../../lib/core/tax_number.ts";
import type { CreditNoteDetail } from "../../../../lib/invoicing/credit/views.ts";
import { showAmount } from "../../invoices/(_components)/invoice_words.tsx";
import { CreditedLines } from "./credit_note_parts.tsx";

export function CreditNotePaper({ note }: { note: CreditNoteDetail }) {
  const { number, currency, seller, buyer, terms, issueDate } = note;
  return (
    <>
      <LetterHead
        seller={{
          name: seller.name,
          lines: [...seller.addressLines, ...seller.taxNumbers.map(taxNumberLine)],
        }}
        buyer={{ name: buyer.name, lines: buyer.addressLines }}
      />
      <div class="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 mb-6">
        <h1 class="text-title tracking-title">{`Credit note ${number}`}</h1>
        <PageFigure label="Credited" value={showAmount(note.total, currency)} />
      </div>
      <Facts
        facts={[
          { label: "Issued", value: <Day date={String(issueDate)} /> },
          { label: "For invoice", value: terms.invoice },
          { label: "Of", value: <Day date={terms.invoiceDate} /> },
          { label: "Period", value: terms.period },
          { label: "Tax point", value: <Day date={String(note.taxPoint)} /> },
          ...(terms.contract === undefined ? [] : [{ label: "Contract", value: terms.contract }]),
          { label: "Customer", value: buyer.reference },
        ]}
      />
      <Section id="reason" title="Why">
        <p class="max-w-prose break-words">{note.reason}</p>
      </Section>
      <CreditedLines credit={{ ...note, country: seller.country }} />
      <Section id="effect" title="What it means">
        <p class="max-w-prose">
          {`It lowers what is to pay for invoice ${terms.invoice}. What was paid above that stays as your credit.`}
        </p>
      </Section>
    </>
  );
}
