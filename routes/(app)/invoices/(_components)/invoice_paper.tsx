/** The invoice on paper: letter head, lines, totals in one piece, tax, how to pay, and the working of each line behind it. */
import { LetterHead, type Party } from "../../../../components/layout/paper.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { PageFigure } from "../../../../components/ui/figure.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table, type TotalRow } from "../../../../components/ui/table.tsx";
import {
  SharesTable,
  type TraceShares,
  type TraceStep,
  TraceSteps,
} from "../../../../components/ui/trace_panel.tsx";
import {
  type InvoiceDetailProps,
  type InvoiceLine,
  type InvoiceTax,
  lineColumns,
  LineName,
  TaxTable,
} from "./invoice_detail.tsx";

/** How one line was worked out. */
export interface PrintedWorking {
  /** "How line 3, pooled mileage, was worked out". */
  heading: string;
  sentence: string;
  steps: TraceStep[];
  shares?: TraceShares;
}

export interface InvoicePaperProps {
  title: string;
  seller: Party;
  buyer: Party;
  /** "To pay by 22 April 2026". */
  figure: { label: string; value: string };
  facts: Fact[];
  lines: Omit<InvoiceLine, "whyHref" | "why">[];
  taxName: InvoiceDetailProps["taxName"];
  totals: TotalRow[];
  taxes: InvoiceTax[];
  /** Why no tax is charged. */
  taxReasons: string[];
  /** Account, reference, amount and day; empty when there is nothing to pay. */
  howToPay: Fact[];
  workings: PrintedWorking[];
}

export function InvoicePaper(props: InvoicePaperProps) {
  const { title, seller, buyer, figure, facts, lines, taxName, totals, taxes, howToPay, workings } = props;
  return (
    <>
      <LetterHead seller={seller} buyer={buyer} />
      <div class="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 mb-6">
        <h1 class="text-title tracking-title">{title}</h1>
        <PageFigure {...figure} />
      </div>
      <Facts facts={facts} />
      <Section id="lines" title="Lines">
        <Table
          caption="Invoice lines"
          captionHidden
          columns={lineColumns<Omit<InvoiceLine, "whyHref" | "why">>(taxName, (line) => (
            <span>
              <LineName {...line} />
            </span>
          ))}
          rows={lines}
          totals={totals}
        />
      </Section>
      {taxes.length > 0 && (
        <Section id="tax" title={`${taxName.short} summary`}>
          <TaxTable taxes={taxes} taxName={taxName} taxReasons={props.taxReasons} />
        </Section>
      )}
      {howToPay.length > 0 && (
        <Section id="pay" title="How to pay">
          <Facts facts={howToPay} />
        </Section>
      )}
      {workings.map((working, index) => (
        <Section key={index} id={`working-${index + 1}`} title={working.heading}>
          <p class="max-w-prose">{working.sentence}</p>
          <TraceSteps steps={working.steps} />
          {working.shares && <SharesTable {...working.shares} />}
        </Section>
      ))}
    </>
  );
}
