/** "Why this amount?": the answer under its line, as one sentence, a bar, numbered steps, and where it comes from. */
import type { ComponentChildren } from "preact";
import { LinkRow } from "./link.tsx";
import { QuantityBar, type QuantityBarProps } from "./quantity_bar.tsx";
import { Table, type TotalRow } from "./table.tsx";

export interface TraceStep {
  /** What is worked out here: "Over the pool". */
  words: ComponentChildren;
  /** The sum: "6,385.00 − 5,645.16"; left out for a step without one. */
  sum?: string;
  /** What comes out, with its unit: "739.84 miles". */
  result: string;
}

/** A table of plain words and figures; the first column holds the names, the others figures. */
export interface TraceShares {
  heading: string;
  caption: string;
  columns: { label: string; shortLabel?: string }[];
  rows: string[][];
  totals?: TotalRow[];
}

export interface TracePanelProps {
  id: string;
  /** "Why £98.37?" */
  question: string;
  /** The answer as you would give it at the counter. */
  sentence: string;
  quantity?: Omit<QuantityBarProps, "id">;
  steps: TraceStep[];
  /** Who shares the amount, or what it is made of. */
  shares?: TraceShares;
  /** "From contract C-118, version 3, clause “Pooled mileage”." */
  source: string;
  links: { label: string; href: string }[];
}

export function TracePanel(
  { id, question, sentence, quantity, steps, shares, source, links }: TracePanelProps,
) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-question`}
      class="mb-4 p-4 sm:p-6 bg-tint border-l-4 border-blue"
    >
      <h3 id={`${id}-question`} class="mb-2 text-lead">{question}</h3>
      <p class="max-w-prose">{sentence}</p>
      {quantity && <QuantityBar id={`${id}-bar`} {...quantity} />}
      <TraceSteps steps={steps} />
      {shares && (
        <>
          <h4 class="mt-6 mb-2">{shares.heading}</h4>
          <SharesTable {...shares} />
        </>
      )}
      <p class="mt-4 max-w-prose text-ink-2">{source}</p>
      <LinkRow links={links} />
    </section>
  );
}

/** The numbered steps alone, as the printed appendix shows them too. */
export function TraceSteps({ steps }: { steps: TraceStep[] }) {
  return (
    <ol role="list" class="steps mt-4 tabular-nums">
      {steps.map(({ words, sum, result }, index) => (
        <li key={index}>
          <div class="max-w-prose">
            {words}
            {sum && <span class="block text-ink-2">{sum}</span>}
          </div>
          <span>{result}</span>
        </li>
      ))}
    </ol>
  );
}

/** Who shares the amount; the printed appendix shows it too. */
export function SharesTable({ caption, columns, rows, totals }: TraceShares) {
  return (
    <Table
      caption={caption}
      layout="paired"
      tight
      columns={columns.map((column, index) => ({
        ...column,
        figures: index > 0,
        cell: (row: string[]) => row[index],
      }))}
      rows={rows}
      totals={totals}
    />
  );
}
