/** What an example of a plan version comes to: its lines, each with its working, and the tax. */
import { Notice } from "../../../../components/ui/notice.tsx";
import { Table, type TotalRow } from "../../../../components/ui/table.tsx";
import { type TraceStep, TraceSteps } from "../../../../components/ui/trace_panel.tsx";
import { minorUnits, parseCurrencyCode } from "../../../../lib/core/currency.ts";
import type { Example } from "../../../../lib/plans/example_case.ts";
import {
  showCategory,
  showDecimalAmount,
  showPercent,
  showQuantity,
} from "../../invoices/(_components)/invoice_words.tsx";
import { roundingWords, traceSteps } from "../../invoices/(_components)/trace_words.ts";

export interface ExampleResultProps {
  example: Example;
  currency: string;
  taxInclusive: boolean;
  charges: readonly { reference: string; name: string }[];
  /** Shows how each line came about right under it. */
  withWorking?: boolean;
}

type ExampleLine = Example["result"]["lines"][number];

export function ExampleResult({ example, currency, taxInclusive, charges, withWorking }: ExampleResultProps) {
  const { result, leftOut } = example;
  const nameOf = new Map(charges.map(({ reference, name }) => [reference, name]));
  return (
    <>
      {leftOut.length > 0 && (
        <Notice tone="info">
          {`Without ${leftOut.join(" and ")}: the index has no value yet.`}
        </Notice>
      )}
      {result.lines.length === 0 ? <p>Nothing would be billed.</p> : (
        <Table
          caption="Lines of the example, in the order of the charges"
          captionHidden
          layout="paired"
          columns={[
            { label: "Charge", cell: (line) => nameOf.get(line.charge) },
            { label: "Quantity", figures: true, cell: (line) => showQuantity(line.quantity) },
            { label: "Amount", figures: true, cell: (line) => showDecimalAmount(line.amount, currency) },
          ]}
          rows={[...result.lines]}
          working={withWorking
            ? (line: ExampleLine) => <TraceSteps steps={exampleSteps(line, currency)} />
            : undefined}
          totals={totalsOf(example, currency, taxInclusive)}
        />
      )}
    </>
  );
}

function totalsOf({ result }: Example, currency: string, taxInclusive: boolean): TotalRow[] {
  const show = (amount: string) => showDecimalAmount(amount, currency);
  const taxes = result.tax.map(({ category, percent, amount }): TotalRow => ({
    label: `Tax ${showCategory(category)}, ${showPercent(percent)}`,
    values: [show(amount)],
  }));
  const total: TotalRow = { label: "Total", values: [show(result.total)], kind: "grand" };
  if (taxInclusive) return [total, ...taxes];
  return [{ label: "Before tax", values: [show(result.subtotal)], kind: "sum" }, ...taxes, total];
}

/** How a line of an example came about. */
export function exampleSteps(line: ExampleLine, currency: string): TraceStep[] {
  return traceSteps(line.trace, {
    plain: line.amount.replace("-", "−"),
    shown: showDecimalAmount(line.amount, currency),
    rounding: roundingWords("half_up", minorUnits(parseCurrencyCode(currency))),
  });
}
