/** The body of the invoice list: saved views, filters, one record per invoice. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { type Option, Select } from "../../../../components/ui/choice.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { type AppliedFilter, Chips, FilterBar } from "../../../../components/ui/filter_bar.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import {
  OwnViews,
  type OwnViewsProps,
  type SavedView,
  SavedViews,
} from "../../../../components/ui/saved_views.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface InvoiceListRow {
  href: string;
  /** "INV-2026-1731" or "Draft K-001, March 2026". */
  number: string;
  isDraft?: boolean;
  customer: string;
  /** A `Badge`. */
  state: ComponentChildren;
  /** A short `Day`, or "not issued". */
  issued: ComponentChildren;
  due: ComponentChildren;
  total: string;
  openAmount: string;
}

export interface InvoiceListProps {
  /** "1,976 issued this year. Newest change first." */
  state: string;
  /** Primary first. */
  actions: { label: string; href: string }[];
  views: SavedView[];
  currentView: string;
  ownViews: OwnViewsProps;
  filter: {
    search: string;
    status: string;
    issuedFrom: string;
    issuedTo: string;
    /** The id of the one whose invoices these are. */
    customer?: string;
  };
  statuses: Option[];
  appliedFilters: AppliedFilter[];
  /** The last day of the filter is before its first. */
  isBackwards?: boolean;
  invoices: InvoiceListRow[];
  pagination: PaginationProps;
}

export function InvoiceList(props: InvoiceListProps) {
  const { state, actions, views, currentView, ownViews, appliedFilters, isBackwards, invoices, pagination } =
    props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Invoices"
        state={state}
        actions={actions.length > 0 &&
          actions.map((action, index) => (
            <ButtonLink key={action.href} kind={index === 0 ? "go" : "normal"} href={action.href}>
              {action.label}
            </ButtonLink>
          ))}
      />
      <SavedViews views={views} current={currentView} />
      <OwnViews {...ownViews} />
      <InvoiceFilter {...props} />
      <Chips filters={appliedFilters} clearHref="/invoices" />
      {invoices.length > 0
        ? <InvoiceTable invoices={invoices} />
        : <NoInvoice applied={appliedFilters.length} isBackwards={isBackwards} />}
      {invoices.length > 0 && <Pagination {...pagination} />}
    </>
  );
}

function InvoiceFilter({ filter, statuses }: InvoiceListProps) {
  return (
    <FilterBar label="Filter invoices" action="/invoices">
      <TextField
        id="search"
        label="Search invoices"
        help="A number, a customer or a contract."
        example="Brightwater"
        type="search"
        value={filter.search}
        compact
      />
      <Select id="status" label="Status" options={statuses} value={filter.status} compact />
      <TextField
        id="issued-from"
        name="issued_from"
        label="Issued from"
        example="1 March 2026"
        type="date"
        value={filter.issuedFrom}
        compact
      />
      <TextField
        id="issued-to"
        name="issued_to"
        label="Issued to"
        example="31 March 2026"
        type="date"
        value={filter.issuedTo}
        compact
      />
      {filter.customer && <input type="hidden" name="customer" value={filter.customer} />}
    </FilterBar>
  );
}

function InvoiceTable({ invoices }: { invoices: InvoiceListRow[] }) {
  return (
    <Table
      caption="Invoices, newest first"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Invoice",
          place: "name",
          cell: (row) => (
            <TapLink href={row.href} unbroken={row.isDraft ? false : "roomy"}>{row.number}</TapLink>
          ),
        },
        { label: "Customer", place: "about", cell: (row) => row.customer },
        { label: "Status", place: "state", cell: (row) => row.state },
        { label: "Issued", place: "none", cell: (row) => row.issued },
        { label: "Due", place: "date", cell: (row) => row.due },
        { label: "Total", place: "none", figures: true, cell: (row) => row.total },
        { label: "Still to pay", place: "amount", figures: true, cell: (row) => row.openAmount },
      ]}
      rows={invoices}
    />
  );
}

function NoInvoice({ applied, isBackwards }: { applied: number; isBackwards?: boolean }) {
  if (applied === 0) {
    return (
      <Empty main sentence="No invoice yet." action={{ label: "Import the first usage", href: "/usage" }} />
    );
  }
  const clear = applied === 1 ? "Clear the filter" : `Clear ${applied} filters`;
  const sentence = isBackwards
    ? "“Issued to” is before “Issued from”, so nothing matches. Choose a later day."
    : "No invoice matches.";
  return <Empty main sentence={sentence} action={{ label: clear, href: "/invoices" }} />;
}
