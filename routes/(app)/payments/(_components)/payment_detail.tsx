/** The body of one payment: what came in, which invoices it settles, and what happened to it. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section, WithAside } from "../../../../components/ui/section.tsx";
import { Table, type TotalRow } from "../../../../components/ui/table.tsx";
import { Timeline, type TimelineEntry } from "../../../../components/ui/timeline.tsx";

export interface PaymentAllocationRow {
  href: string;
  number: string;
  due: ComponentChildren;
  /** "Settled" or "Taken back". */
  what: string;
  amount: string;
}

export interface PaymentDetailProps {
  title: string;
  customer: { name: string; href: string };
  /** A `Badge`. */
  state: ComponentChildren;
  figure: { label: string; value: string };
  /** Primary first. */
  actions: { label: string; href: string }[];
  facts: Fact[];
  allocations: PaymentAllocationRow[];
  totals: TotalRow[];
  timeline: TimelineEntry[];
}

export const paymentTrail = [{ label: "Home", href: "/" }, { label: "Payments", href: "/payments" }];

export function PaymentDetail(props: PaymentDetailProps) {
  const { title, customer, state, figure, actions, facts, allocations, totals, timeline } = props;
  return (
    <>
      <PageHeader
        trail={paymentTrail}
        title={title}
        subject={<TapLink href={customer.href}>{customer.name}</TapLink>}
        state={state}
        figure={figure}
        actions={actions.length > 0 &&
          actions.map((action, index) => (
            <ButtonLink key={action.href} kind={index === 0 ? "go" : "normal"} href={action.href}>
              {action.label}
            </ButtonLink>
          ))}
      />
      <Facts facts={facts} />
      <WithAside
        aside={
          <Section id="timeline" title="Timeline">
            <Timeline entries={timeline} />
          </Section>
        }
      >
        <Section id="invoices" title="Invoices it settles">
          {allocations.length === 0 && <p class="mb-4">No invoice yet. All of it is credit.</p>}
          {allocations.length > 0 && (
            <Table
              caption="Invoices that this payment settles"
              captionHidden
              layout="stacked"
              columns={[
                {
                  label: "Invoice",
                  cell: (row) => <TapLink href={row.href} unbroken>{row.number}</TapLink>,
                },
                { label: "Due", cell: (row) => row.due },
                { label: "What", cell: (row) => row.what },
                { label: "Amount", figures: true, cell: (row) => row.amount },
              ]}
              rows={allocations}
              totals={totals}
            />
          )}
        </Section>
      </WithAside>
    </>
  );
}
