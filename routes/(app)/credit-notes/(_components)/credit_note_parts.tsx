/** What a credit note shows on its page, on its review and on paper: its lines with their sums, and the tax given back. */
import { Section } from "../../../../components/ui/section.tsx";
import { Table, type TotalRow } from "../../../../components/ui/table.tsx";
import { describeTaxes, statedTaxWords } from "../../invoices/(_components)/describe_invoice.tsx";
import type { CreditNoteDetail } from "../../../../lib/invoicing/credit/views.ts";
import { LineName, TaxTable } from "../../invoices/(_components)/invoice_detail.tsx";
import { showAmount, showRate, taxNameIn } from "../../invoices/(_components)/invoice_words.tsx";

/** Minor units. */
export interface CreditedLine {
  /** Of the line of the invoice. */
  invoicePosition: number;
  description: string;
  detail: string;
  amount: bigint;
  taxCategory: string | null;
  taxPercent: string | null;
}

export interface CreditedAmounts {
  currency: string;
  /** Of the seller. */
  country: string;
  taxInclusive: boolean;
  subtotal: bigint;
  taxTotal: bigint;
  total: bigint;
  lines: CreditedLine[];
  taxes: { category: string; percent: string; base: bigint; amount: bigint }[];
  /** Once it is stored. */
  statedTax?: CreditNoteDetail["statedTax"];
}

export function CreditedLines({ credit, aside }: { credit: CreditedAmounts; aside?: string }) {
  const { currency, country, lines, taxes } = credit;
  const taxName = taxNameIn(country);
  return (
    <>
      <Section id="lines" title="Credited" aside={aside}>
        <Table
          caption="Lines of the credit note"
          captionHidden
          columns={[
            { label: "What", cell: (line) => <LineName name={line.description} detail={line.detail} /> },
            { label: "Line", figures: true, cell: (line) => String(line.invoicePosition) },
            {
              label: taxName.short,
              title: taxName.long,
              figures: true,
              cell: (line) => showRate(line.taxCategory, line.taxPercent),
            },
            { label: "Amount", figures: true, cell: (line) => showAmount(line.amount, currency) },
          ]}
          rows={lines}
          totals={totalsOf(credit, taxName.short)}
        />
      </Section>
      {taxes.length > 0 && (
        <Section id="tax" title={`${taxName.short} given back`}>
          <TaxTable
            taxes={describeTaxes(taxes, currency)}
            taxName={taxName}
            taxReasons={statedTaxWords(credit.statedTax ?? null, taxName.short)}
          />
        </Section>
      )}
    </>
  );
}

function totalsOf(
  { currency, taxInclusive, subtotal, taxTotal, total }: CreditedAmounts,
  taxName: string,
): TotalRow[] {
  const show = (amount: bigint) => [showAmount(amount, currency)];
  const whole: TotalRow = { label: "Credited in all", values: show(total), kind: "grand" };
  return taxInclusive ? [whole, { label: `Of which ${taxName}`, values: show(taxTotal) }] : [
    { label: `Before ${taxName}`, values: show(subtotal), kind: "sum" },
    { label: taxName, values: show(taxTotal) },
    whole,
  ];
}

/** What becomes of the credited amount, as a short fact. */
export const purposeWords = {
  concession: "given away, not billed again",
  correction: "corrected, counts in later runs",
};
