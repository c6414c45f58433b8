/** The body of one customer: what is still to pay, its contracts, and its newest invoices. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { type ContractTermRow, ContractTerms } from "../../contracts/(_components)/contract_terms.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface CustomerAccountRow {
  /** The billing entity. */
  entity: string;
  /** "3 invoices", "no invoice". */
  invoices: string;
  /** "£494.40", "none". */
  credit: string;
  open: string;
}

export interface CustomerContractRow {
  href: string;
  reference: string;
  plan: string;
  /** "From 1 January 2024". */
  dates: string;
  vehicles: string;
}

export interface CustomerInvoiceRow {
  href: string;
  number: string;
  /** A `Badge`. */
  state: ComponentChildren;
  due: ComponentChildren;
  total: string;
  open: string;
}

export interface CustomerDetailProps {
  name: string;
  state: string;
  /** Where one currency is in use. */
  figure?: { label: string; value: string };
  /** Primary first; what the reader's role allows. */
  actions: { label: string; href: string }[];
  facts: Fact[];
  accounts: CustomerAccountRow[];
  /** What happened on the account. */
  accountLinks: { label: string; href: string }[];
  contracts: CustomerContractRow[];
  /** Where there are more than are shown. */
  allContracts?: { label: string; href: string };
  /** For a reader who may make one. */
  newContract?: { label: string; href: string };
  /** Discounts on all contracts, in the order in which they were agreed. */
  discounts: ContractTermRow[];
  newDiscounts: { label: string; href: string }[];
  invoices: CustomerInvoiceRow[];
  allInvoices?: { label: string; href: string };
}

export function CustomerDetail(props: CustomerDetailProps) {
  const { name, state, figure, actions, facts } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Customers", href: "/customers" }]}
        title={name}
        state={state}
        figure={figure}
        actions={actions.length > 0 &&
          actions.map(({ label, href }, index) => (
            <ButtonLink key={href} kind={index === 0 ? "go" : "normal"} href={href}>{label}</ButtonLink>
          ))}
      />
      <Facts facts={facts} />
      <Accounts {...props} />
      <Contracts {...props} />
      <ContractTerms
        title="Discounts on all contracts"
        none="No discount is agreed with this customer."
        terms={props.discounts}
        newTerms={props.newDiscounts}
      />
      <Invoices {...props} />
    </>
  );
}

function Accounts({ accounts, accountLinks }: CustomerDetailProps) {
  return (
    <Section id="accounts" title="Account">
      {accounts.length === 0 ? <p>Nothing is billed yet.</p> : (
        <Table
          caption="What is still to pay, by billing entity and currency"
          captionHidden
          columns={[
            { label: "Billed by", cell: (row) => row.entity },
            { label: "Open", cell: (row) => row.invoices },
            { label: "Credit", figures: true, cell: (row) => row.credit },
            { label: "Still to pay", figures: true, cell: (row) => row.open },
          ]}
          rows={accounts}
        />
      )}
      <LinkRow links={accountLinks} />
    </Section>
  );
}

function Contracts({ contracts, allContracts, newContract }: CustomerDetailProps) {
  return (
    <Section id="contracts" title="Contracts">
      {contracts.length === 0 ? <Empty sentence="No contract yet." action={newContract} /> : (
        <Table
          caption="Contracts, by reference"
          captionHidden
          columns={[
            { label: "Contract", cell: (row) => <TapLink href={row.href} unbroken>{row.reference}</TapLink> },
            { label: "Plan", cell: (row) => row.plan },
            { label: "Dates", cell: (row) => row.dates },
            { label: "Vehicles today", figures: true, cell: (row) => row.vehicles },
          ]}
          rows={contracts}
        />
      )}
      {contracts.length > 0 && (
        <LinkRow links={[allContracts, newContract].filter((link) => link !== undefined)} />
      )}
    </Section>
  );
}

function Invoices({ invoices, allInvoices }: CustomerDetailProps) {
  return (
    <Section id="invoices" title="Newest invoices">
      {invoices.length === 0 ? <Empty sentence="No invoice yet." /> : (
        <Table
          caption="Invoices, newest first"
          captionHidden
          columns={[
            { label: "Invoice", cell: (row) => <TapLink href={row.href}>{row.number}</TapLink> },
            { label: "Status", cell: (row) => row.state },
            { label: "Due", cell: (row) => row.due },
            { label: "Total", figures: true, cell: (row) => row.total },
            { label: "Still to pay", figures: true, cell: (row) => row.open },
          ]}
          rows={invoices}
        />
      )}
      {allInvoices && <TapLink href={allInvoices.href}>{allInvoices.label}</TapLink>}
    </Section>
  );
}
