/** The body of one run: how far it is, exceptions first, totals against the invoices before, then every invoice. */
import type { ComponentChildren } from "preact";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Progress, type ProgressProps } from "../../../../components/ui/progress.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Stages } from "../../../../components/ui/stages.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface RunRow {
  customer: string;
  contract: string;
  contractHref: string;
  /** A `Badge`: the exception, or how far the invoice is. */
  state: ComponentChildren;
  message: string;
  total: string;
  lastTotal: string;
  change: string;
  /** Once there is one. */
  invoice?: { label: string; href: string };
}

/** An earlier period that is billed otherwise now. */
export interface CorrectionRow {
  customer: string;
  contract: string;
  /** The number of the invoice that bills it. */
  invoice: string;
  invoiceHref: string;
  /** "1–31 January 2024". */
  period: string;
  message: string;
  /** Before tax, or with it where the invoice includes it. */
  more: string;
  less: string;
  /** The documents that it became, by what they are. */
  became: { label: string; href: string }[];
}

export interface RunDetailProps {
  /** "March 2026 run". */
  title: string;
  state: ComponentChildren;
  figure: { label: string; value: string };
  stages: string[];
  stage: number;
  notice?: { tone: "info" | "good" | "warn"; text: string };
  progress?: {
    title: string;
    value: number;
    max: number;
    sentence: string;
    updateHref: string;
    live: NonNullable<ProgressProps["live"]>;
  };
  facts: Fact[];
  exceptions: RunRow[];
  /** "7 exceptions". */
  exceptionCount: string;
  exceptionPages: PaginationProps;
  /** How the invoices get to the customers; left out where none is to be issued. */
  delivery?: { sentence: string; facts: Fact[] };
  totals: { label: string; now: string; before: string; change: string }[];
  corrections: CorrectionRow[];
  /** "7 corrections". */
  correctionCount: string;
  correctionPages: PaginationProps;
  items: RunRow[];
  itemPages: PaginationProps;
  /** The forms of whoever may approve, return or cancel. */
  children?: ComponentChildren;
}

export function RunDetail(props: RunDetailProps) {
  const { title, state, figure, stages, stage, notice, progress, facts, children } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Invoice runs", href: "/runs" }]}
        title={title}
        state={state}
        figure={figure}
      />
      {notice && <Notice tone={notice.tone}>{notice.text}</Notice>}
      <Stages label="Stages of the run" stages={stages} current={stage} />
      {progress && (
        <Progress
          id="progress"
          title={progress.title}
          value={progress.value}
          max={progress.max}
          updateHref={progress.updateHref}
          live={progress.live}
        >
          {progress.sentence}
        </Progress>
      )}
      <div class="mt-6">
        <Facts facts={facts} />
      </div>
      {props.exceptions.length > 0 && <Exceptions {...props} />}
      {props.corrections.length > 0 && <Corrections {...props} />}
      <Totals {...props} />
      {props.delivery && <Delivery {...props.delivery} />}
      {children}
      {props.items.length > 0 && <Items {...props} />}
    </>
  );
}

function Exceptions({ exceptions, exceptionCount, exceptionPages }: RunDetailProps) {
  return (
    <Section id="exceptions" title={exceptionCount}>
      <RowTable caption="Exceptions, by contract" rows={exceptions} />
      <Pagination {...exceptionPages} />
    </Section>
  );
}

function Corrections({ corrections, correctionCount, correctionPages }: RunDetailProps) {
  return (
    <Section id="corrections" title={correctionCount} aside="of periods that were billed before">
      <Table
        caption="Corrections of earlier periods, by contract"
        captionHidden
        columns={[
          {
            label: "Customer and reason",
            cell: (row) => (
              <div class="py-1">
                <p class="font-semibold">{row.customer}</p>
                <p class="max-w-prose text-label font-normal text-ink-2">{`${row.period}. ${row.message}`}</p>
                {row.became.map(({ label, href }) => (
                  <p key={href} class="font-normal">
                    <TapLink href={href} small>{label}</TapLink>
                  </p>
                ))}
              </div>
            ),
          },
          {
            label: "Invoice",
            cell: (row) => (
              <TapLink href={row.invoiceHref} unbroken about={`of contract ${row.contract}`}>
                {row.invoice}
              </TapLink>
            ),
          },
          { label: "More to bill", figures: true, cell: (row) => row.more },
          { label: "To credit", figures: true, cell: (row) => row.less },
        ]}
        rows={corrections}
      />
      <Pagination {...correctionPages} />
    </Section>
  );
}

function Items({ items, itemPages }: RunDetailProps) {
  return (
    <Section id="invoices" title="As expected">
      <RowTable caption="Invoices within your limits, by contract" rows={items} />
      <Pagination {...itemPages} />
    </Section>
  );
}

function RowTable({ caption, rows }: { caption: string; rows: RunRow[] }) {
  return (
    <Table
      caption={caption}
      captionHidden
      columns={[
        {
          label: "Customer and reason",
          cell: (row) => (
            <div class="py-1">
              <p class="font-semibold">{row.customer}</p>
              <p class="py-1">{row.state}</p>
              <p class="max-w-prose text-label font-normal text-ink-2">{row.message}</p>
            </div>
          ),
        },
        {
          label: "Contract",
          cell: (row) => (
            <>
              <TapLink href={row.contractHref} unbroken>{row.contract}</TapLink>
              {row.invoice && (
                <div>
                  <TapLink href={row.invoice.href} unbroken>{row.invoice.label}</TapLink>
                </div>
              )}
            </>
          ),
        },
        { label: "This time", figures: true, cell: (row) => row.total },
        { label: "Before", figures: true, cell: (row) => row.lastTotal },
        { label: "Change", figures: true, cell: (row) => row.change },
      ]}
      rows={rows}
    />
  );
}

function Delivery({ sentence, facts }: NonNullable<RunDetailProps["delivery"]>) {
  return (
    <Section id="delivery" title="How it goes out">
      <p class="mb-4 max-w-prose">{sentence}</p>
      {facts.length > 0 && <Facts facts={facts} />}
    </Section>
  );
}

function Totals({ totals }: RunDetailProps) {
  return (
    <Section id="totals" title="Totals against the invoices before">
      <Table
        caption="Totals of this run against the invoices before of the same contracts"
        captionHidden
        columns={[
          { label: "What", cell: (row) => row.label },
          { label: "This run", figures: true, cell: (row) => row.now },
          { label: "Before", figures: true, cell: (row) => row.before },
          { label: "Change", figures: true, cell: (row) => row.change },
        ]}
        rows={totals}
        layout="paired"
      />
    </Section>
  );
}
