/** The body of the customer list: who is billed, with how much is open. */
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { FilterBar } from "../../../../components/ui/filter_bar.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { OwnViews, type OwnViewsProps } from "../../../../components/ui/saved_views.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface CustomerListRow {
  href: string;
  name: string;
  /** "C-1042". */
  reference: string;
  contracts: string;
  vehicles: string;
  /** "£4,270.84", "none". */
  openAmount: string;
}

export interface CustomerListProps {
  /** "128 customers, by name." */
  state: string;
  search: string;
  ownViews: OwnViewsProps;
  /** Left out for a reader who may not add one. */
  createHref?: string;
  customers: CustomerListRow[];
  pagination: PaginationProps;
}

export function CustomerList(
  { state, search, ownViews, createHref, customers, pagination }: CustomerListProps,
) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Customers"
        state={state}
        actions={createHref && (
          <>
            <ButtonLink kind="go" icon="add" href={createHref}>Add a customer</ButtonLink>
            <ButtonLink href="/customers/import">Import a file</ButtonLink>
          </>
        )}
      />
      <OwnViews {...ownViews} />
      <FilterBar label="Filter customers" action="/customers">
        <TextField
          id="search"
          label="Search customers"
          help="A name or a reference."
          example="Brightwater"
          type="search"
          value={search}
          compact
        />
      </FilterBar>
      {customers.length > 0
        ? (
          <>
            <CustomerTable customers={customers} />
            <Pagination {...pagination} />
            <LinkRow links={[{ label: "Download all customers (CSV)", href: "/customers.csv" }]} />
          </>
        )
        : <NoCustomer isSearch={search !== ""} createHref={createHref} />}
    </>
  );
}

function CustomerTable({ customers }: { customers: CustomerListRow[] }) {
  return (
    <Table
      caption="Customers, by name"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Customer",
          place: "name",
          cell: (row) => <TapLink href={row.href} about={row.reference}>{row.name}</TapLink>,
        },
        { label: "Reference", place: "about", cell: (row) => row.reference },
        { label: "Contracts", place: "none", figures: true, cell: (row) => row.contracts },
        { label: "Vehicles", place: "none", figures: true, cell: (row) => row.vehicles },
        { label: "Still to pay", place: "amount", figures: true, cell: (row) => row.openAmount },
      ]}
      rows={customers}
    />
  );
}

function NoCustomer({ isSearch, createHref }: { isSearch: boolean; createHref?: string }) {
  if (isSearch) {
    return (
      <Empty
        main
        sentence="No customer matches."
        action={{ label: "Clear the search", href: "/customers" }}
      />
    );
  }
  const action = createHref ? { label: "Add the first customer", href: createHref } : undefined;
  return <Empty main sentence="No customer yet." action={action} />;
}
