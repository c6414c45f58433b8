/** The body of one invoice: what is still to pay, its lines with their reasons, tax, timeline and payments. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import type { IconName } from "../../../../components/ui/icon.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Section, WithAside } from "../../../../components/ui/section.tsx";
import { type Column, Table, type TotalRow } from "../../../../components/ui/table.tsx";
import { Timeline, type TimelineEntry } from "../../../../components/ui/timeline.tsx";
import { TracePanel, type TracePanelProps } from "../../../../components/ui/trace_panel.tsx";

export interface InvoiceLine {
  /** Counted from 1, as in "Why this amount? Line 3". */
  position: number;
  name: string;
  /** "739.84 miles over the pool of 6 vans". */
  detail?: string;
  quantity: string;
  /** "£412.00" or "2 tiers". */
  price: string;
  /** "20%" or "exempt". */
  taxRate: string;
  amount: string;
  /** The invoice whose period it corrects. */
  corrects?: { number: string; href: string };
  /** Leads to this page with the line's working open. */
  whyHref: string;
  /** The working, when it is open. */
  why?: Omit<TracePanelProps, "id">;
}

export interface InvoiceTax {
  /** "S, standard". */
  category: string;
  rate: string;
  base: string;
  amount: string;
}

export interface InvoiceDetailProps {
  /** "Invoice INV-2026-1731", "Draft 88". */
  title: string;
  /** "INV-2026-1731". */
  number: string;
  customer: { name: string; href: string };
  /** A `Badge`: "Due in 14 days". */
  state: ComponentChildren;
  /** "Still to pay", "Total so far". */
  figure: { label: string; value: string };
  /** Primary first; what the reader's role and the invoice's state allow. */
  actions: { label: string; href: string; icon?: IconName }[];
  facts: Fact[];
  lines: InvoiceLine[];
  /** Of all lines, where the page shows a part of them. */
  lineCount?: number;
  linePages?: PaginationProps;
  /** This page with no working open. */
  closeWhyHref: string;
  /** "VAT", with its words for those who do not know it. */
  taxName: { short: string; long: string };
  totals: TotalRow[];
  taxes: InvoiceTax[];
  /** Why no tax is charged. */
  taxReasons?: string[];
  timeline: TimelineEntry[];
  payments: InvoicePayments;
  /** What changed since it was issued, newest first. */
  changes?: InvoiceChange[];
}

/** A document that took something back of this one, or that this one corrects. */
export interface InvoiceChange {
  href: string;
  /** "CFS-CN-2026-0003". */
  label: string;
  /** "Credit note of £48.33, 3 June 2026". */
  about: ComponentChildren;
}

export interface InvoicePayments {
  /** "No payment yet.", where there is none. */
  sentence: string;
  action?: { label: string; href: string };
  /** Newest first. */
  received?: ReceivedPayment[];
}

export interface ReceivedPayment {
  href: string;
  /** "£100.00". */
  amount: string;
  /** "3 June 2026, bank transfer", or when it was reversed. */
  about: ComponentChildren;
  /** For a reader who may. */
  reverseHref?: string;
}

const trail = [{ label: "Home", href: "/" }, { label: "Invoices", href: "/invoices" }];

export function InvoiceDetail(props: InvoiceDetailProps) {
  const { title, number, customer, state, figure, actions, facts, timeline, payments, changes = [] } = props;
  return (
    <>
      <PageHeader
        trail={trail}
        here={number}
        title={title}
        subject={<TapLink href={customer.href}>{customer.name}</TapLink>}
        state={state}
        figure={figure}
        actions={actions.length > 0 &&
          actions.map((action, index) => (
            <ButtonLink
              key={action.href}
              kind={index === 0 ? "go" : "normal"}
              href={action.href}
              icon={action.icon}
            >
              {action.label}
            </ButtonLink>
          ))}
      />
      <Facts facts={facts} />
      <WithAside
        aside={
          <>
            <Section id="timeline" title="Timeline">
              <Timeline entries={timeline} />
            </Section>
            <Section id="payments" title="Payments">
              <Payments {...payments} />
            </Section>
            {changes.length > 0 && (
              <Section id="changes" title="What changed since">
                <ul role="list">
                  {changes.map(({ href, label, about }) => (
                    <li key={label} class="py-2 border-b border-line">
                      <TapLink href={href}>{label}</TapLink>
                      <span class="block text-label text-ink-2">{about}</span>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
          </>
        }
      >
        <InvoiceLines {...props} />
        <TaxSummary {...props} />
      </WithAside>
    </>
  );
}

function Payments({ sentence, action, received = [] }: InvoicePayments) {
  if (received.length === 0) return <Empty sentence={sentence} action={action} />;
  return (
    <>
      <ul role="list">
        {received.map(({ href, amount, about, reverseHref }, index) => (
          <li key={href} class="py-2 border-b border-line">
            <TapLink href={href} about={`payment ${received.length - index}`}>{amount}</TapLink>
            <span class="block text-label text-ink-2">{about}</span>
            {reverseHref && (
              <TapLink href={reverseHref} small about={`${received.length - index}, of ${amount}`}>
                Reverse this payment
              </TapLink>
            )}
          </li>
        ))}
      </ul>
      {action && <TapLink href={action.href}>{action.label}</TapLink>}
    </>
  );
}

/** The columns of the lines; `name` says how the first cell is built. */
export function lineColumns<Line extends Omit<InvoiceLine, "whyHref">>(
  taxName: InvoiceDetailProps["taxName"],
  name: (line: Line) => ComponentChildren,
): Column<Line>[] {
  return [
    { label: "What", cell: name },
    { label: "Quantity", figures: true, cell: (line) => line.quantity },
    { label: "Price", figures: true, cell: (line) => line.price },
    { label: taxName.short, title: taxName.long, figures: true, cell: (line) => line.taxRate },
    { label: "Amount", figures: true, cell: (line) => line.amount },
  ];
}

export function LineName({ name, detail }: { name: string; detail?: string }) {
  return (
    <>
      {name}
      {detail && <span class="block text-label font-normal text-ink-2">{detail}</span>}
    </>
  );
}

export type InvoiceLinesProps = Pick<
  InvoiceDetailProps,
  "lines" | "lineCount" | "linePages" | "closeWhyHref" | "taxName" | "totals"
>;

/** The lines with their sums; a preview shows them too. */
export function InvoiceLines(
  { lines, lineCount = lines.length, linePages, closeWhyHref, taxName, totals }: InvoiceLinesProps,
) {
  const count = lineCount === 1
    ? "1 line, it can explain itself"
    : `${lineCount.toLocaleString("en-GB")} lines, each can explain itself`;
  return (
    <Section id="lines" title="Lines" aside={count}>
      <Table
        caption="Invoice lines"
        captionHidden
        columns={lineColumns<InvoiceLine>(taxName, (line) => (
          <span>
            <LineName {...line} />
            {line.corrects && (
              <span class="block font-normal screen-only">
                <TapLink href={line.corrects.href} small about={`which line ${line.position} corrects`}>
                  {`Invoice ${line.corrects.number}`}
                </TapLink>
              </span>
            )}
            <WhyLink line={line} closeHref={closeWhyHref} />
          </span>
        ))}
        rows={lines}
        working={(line) => line.why && <TracePanel id="why" {...line.why} />}
        totals={totals}
      />
      {linePages && <Pagination {...linePages} />}
    </Section>
  );
}

function WhyLink({ line, closeHref }: { line: InvoiceLine; closeHref: string }) {
  const isOpen = line.why !== undefined;
  return (
    <a
      href={isOpen ? closeHref : line.whyHref}
      aria-expanded={isOpen || undefined}
      class="tap text-label font-normal screen-only"
    >
      <span>
        {isOpen ? "Hide why" : "Why this amount?"}
        <span class="sr-only">{` Line ${line.position}`}</span>
      </span>
    </a>
  );
}

/** What is due to the tax office; a preview and the printed invoice show it too. */
export function TaxSummary(
  { taxes, taxName, taxReasons }: Pick<InvoiceDetailProps, "taxes" | "taxName" | "taxReasons">,
) {
  if (taxes.length === 0) return null;
  return (
    <Section id="tax" title={`${taxName.short} summary`}>
      <TaxTable taxes={taxes} taxName={taxName} taxReasons={taxReasons} />
    </Section>
  );
}

/** Tax per category and rate; the printed invoice shows it too. */
export function TaxTable(
  { taxes, taxName, taxReasons = [] }: Pick<InvoiceDetailProps, "taxes" | "taxName" | "taxReasons">,
) {
  return (
    <>
      <Table
        caption={`${taxName.short} summary`}
        captionHidden
        columns={[
          { label: taxName.short, cell: (tax) => tax.category },
          { label: "Rate", figures: true, cell: (tax) => tax.rate },
          { label: "On", figures: true, cell: (tax) => tax.base },
          { label: `${taxName.short} amount`, figures: true, cell: (tax) => tax.amount },
        ]}
        rows={taxes}
      />
      {taxReasons.map((reason) => <p key={reason} class="max-w-prose mt-2">{reason}</p>)}
    </>
  );
}
