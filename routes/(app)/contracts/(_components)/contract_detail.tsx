/** The body of one contract: its days, its vehicles, the charges of its plan, what was agreed, and what is billed and can be. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { MoreActions } from "../../../../components/ui/more_actions.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Section, WithAside } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { Timeline, type TimelineEntry } from "../../../../components/ui/timeline.tsx";
import { type ContractTermRow, ContractTerms } from "./contract_terms.tsx";
import { contractTrail } from "./contract_words.tsx";

export interface ContractVehicle {
  /** "V-0042". */
  reference: string;
  href: string;
  plate: string;
  from: ComponentChildren;
  lastDay: ComponentChildren;
  /** For a reader who may, while its stay is not over. */
  endHref?: string;
}

export interface ContractInvoice {
  href: string;
  /** "CFS-2024-0001", "Draft". */
  number: string;
  /** "March 2024". */
  period: string;
  state: ComponentChildren;
  total: string;
}

export interface ContractDetailProps {
  reference: string;
  customer: { name: string; href: string };
  /** A `Badge`. */
  state: ComponentChildren;
  /** Primary first. */
  actions: { label: string; href: string }[];
  rarerActions: { label: string; href: string }[];
  facts: Fact[];
  vehicles: ContractVehicle[];
  vehiclePages: PaginationProps;
  /** In the order in which they were agreed. */
  terms: ContractTermRow[];
  newTerms: { label: string; href: string }[];
  plan: { name: string; href: string };
  charges: { name: string; sentence: string }[];
  /** Newest first. */
  timeline: TimelineEntry[];
  /** Said where older entries are left out. */
  timelineNote?: string;
  /** Newest first. */
  periods: { label: string; href?: string }[];
  invoices: ContractInvoice[];
  /** Of all invoices, where the page shows a part. */
  invoiceNote?: string;
}

export function ContractDetail(props: ContractDetailProps) {
  const { reference, customer, state, actions, rarerActions, facts } = props;
  return (
    <>
      <PageHeader
        trail={contractTrail}
        here={reference}
        title={`Contract ${reference}`}
        subject={<TapLink href={customer.href}>{customer.name}</TapLink>}
        state={state}
        actions={actions.length > 0 &&
          actions.map(({ label, href }, index) => (
            <ButtonLink key={href} kind={index === 0 ? "go" : "normal"} href={href}>{label}</ButtonLink>
          ))}
      />
      {rarerActions.length > 0 && <MoreActions links={rarerActions} />}
      <Facts facts={facts} />
      <WithAside
        aside={
          <>
            <Section id="periods" title="To bill">
              <Periods {...props} />
            </Section>
            <Section id="timeline" title="Timeline">
              <Timeline entries={props.timeline} />
              {props.timelineNote && <p class="py-2 text-label text-ink-2">{props.timelineNote}</p>}
            </Section>
            <Section id="invoices" title="Invoices">
              <Invoices {...props} />
            </Section>
          </>
        }
      >
        <Section id="vehicles" title="Vehicles">
          <Vehicles {...props} />
        </Section>
        <Section
          id="charges"
          title="Charges"
          aside={<TapLink href={props.plan.href} small>{props.plan.name}</TapLink>}
        >
          <Table
            caption="Charges of the plan, in the order of the invoice"
            captionHidden
            columns={[
              { label: "Charge", cell: (charge) => charge.name },
              {
                label: "How it is worked out",
                cell: (charge) => <span class="block max-w-prose">{charge.sentence}</span>,
              },
            ]}
            rows={props.charges}
          />
        </Section>
        <ContractTerms {...props} />
      </WithAside>
    </>
  );
}

function Vehicles({ vehicles, vehiclePages }: ContractDetailProps) {
  if (vehicles.length === 0) return <Empty sentence="No vehicle is on this contract yet." />;
  const mayEnd = vehicles.some(({ endHref }) => endHref !== undefined);
  return (
    <>
      <Table
        caption="Vehicles, by reference and day"
        captionHidden
        layout="paired"
        columns={[
          {
            label: "Vehicle",
            cell: (row) => <TapLink href={row.href} unbroken>{row.reference}</TapLink>,
          },
          { label: "Plate", cell: (row) => <span class="whitespace-nowrap">{row.plate}</span> },
          { label: "From", cell: (row) => row.from },
          { label: "Last day", cell: (row) => row.lastDay },
          ...(mayEnd
            ? [{
              label: "Change",
              hiddenLabel: true,
              cell: (row: ContractVehicle) =>
                row.endHref
                  ? <TapLink href={row.endHref} about={row.reference}>Take it off</TapLink>
                  : <span class="text-ink-2">ended</span>,
            }]
            : []),
        ]}
        rows={vehicles}
      />
      <Pagination {...vehiclePages} />
    </>
  );
}

function Periods({ periods }: ContractDetailProps) {
  if (periods.length === 0) {
    return <Empty sentence="Every period that is over is billed." />;
  }
  return (
    <ul role="list">
      {periods.map(({ label, href }) => (
        <li key={label}>
          {href ? <TapLink href={href} about="of this contract">{`Bill ${label}`}</TapLink> : label}
        </li>
      ))}
    </ul>
  );
}

function Invoices({ invoices, invoiceNote }: ContractDetailProps) {
  if (invoices.length === 0) return <Empty sentence="No invoice yet." />;
  return (
    <>
      <ul role="list">
        {invoices.map(({ href, number, period, state, total }) => (
          <li key={href} class="py-2 border-b border-line">
            <TapLink href={href} about={period}>{number}</TapLink>
            <span class="block text-label text-ink-2">{`${period}, ${total}`}</span>
            <span class="block">{state}</span>
          </li>
        ))}
      </ul>
      {invoiceNote && <p class="py-2 text-label text-ink-2">{invoiceNote}</p>}
    </>
  );
}
