/** The body of the contract list: who is billed for what, and since when. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { type AppliedFilter, Chips, FilterBar } from "../../../../components/ui/filter_bar.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { OwnViews, type OwnViewsProps } from "../../../../components/ui/saved_views.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface ContractListRow {
  href: string;
  reference: string;
  customer: string;
  plan: string;
  /** A `Badge`. */
  state: ComponentChildren;
  starts: ComponentChildren;
  lastDay: ComponentChildren;
  /** On it today: "12", "none". */
  vehicles: string;
}

export interface ContractListProps {
  state: string;
  search: string;
  ownViews: OwnViewsProps;
  /** Filters that the form does not show, which it keeps. */
  keptFilters: Record<string, string>;
  appliedFilters: AppliedFilter[];
  /** Left out for a reader who may not make one. */
  createHref?: string;
  contracts: ContractListRow[];
  pagination: PaginationProps;
}

export function ContractList(props: ContractListProps) {
  const { state, search, ownViews, keptFilters, appliedFilters, createHref, contracts, pagination } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Contracts"
        state={state}
        actions={
          <>
            {createHref && <ButtonLink kind="go" icon="add" href={createHref}>Make a contract</ButtonLink>}
            {createHref && <ButtonLink href="/contracts/import">Import a file</ButtonLink>}
            <ButtonLink icon="download" href="/contracts.csv">Download all (CSV)</ButtonLink>
          </>
        }
      />
      <OwnViews {...ownViews} />
      <FilterBar label="Filter contracts" action="/contracts">
        <TextField
          id="search"
          label="Search contracts"
          help="A reference or a customer."
          example="Brightwater"
          type="search"
          value={search}
          compact
        />
        {Object.entries(keptFilters).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
      </FilterBar>
      <Chips filters={appliedFilters} clearHref="/contracts" />
      {contracts.length > 0
        ? (
          <>
            <ContractTable contracts={contracts} />
            <Pagination {...pagination} />
          </>
        )
        : <NoContract applied={appliedFilters.length} createHref={createHref} />}
    </>
  );
}

function ContractTable({ contracts }: { contracts: ContractListRow[] }) {
  return (
    <Table
      caption="Contracts, by reference"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Contract",
          place: "name",
          cell: (row) => <TapLink href={row.href} unbroken>{row.reference}</TapLink>,
        },
        { label: "Customer", place: "about", cell: (row) => row.customer },
        { label: "Plan", place: "none", cell: (row) => row.plan },
        { label: "Status", place: "state", cell: (row) => row.state },
        { label: "Starts", place: "none", cell: (row) => row.starts },
        { label: "Last day", place: "none", cell: (row) => row.lastDay },
        {
          label: "Vehicles today",
          shortLabel: "Vehicles",
          place: "date",
          figures: true,
          cell: (row) => row.vehicles,
        },
      ]}
      rows={contracts}
    />
  );
}

function NoContract({ applied, createHref }: { applied: number; createHref?: string }) {
  if (applied > 0) {
    const clear = applied === 1 ? "Clear the filter" : `Clear ${applied} filters`;
    return <Empty main sentence="No contract matches." action={{ label: clear, href: "/contracts" }} />;
  }
  const action = createHref ? { label: "Make the first contract", href: createHref } : undefined;
  return <Empty main sentence="No contract yet." action={action} />;
}
