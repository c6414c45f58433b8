/** The body of the list of payments: views, filters, rows, pages. */
import type { ComponentChildren } from "preact";
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

export interface PaymentListRow {
  href: string;
  /** "Bank transfer". */
  name: string;
  /** Tells it from the others for those who only hear the links: "of £494.40 from Oakmere, line 3". */
  about: string;
  customer: string;
  reference: ComponentChildren;
  /** A `Badge`. */
  state: ComponentChildren;
  received: ComponentChildren;
  amount: string;
}

export interface PaymentListProps {
  state: string;
  views: SavedView[];
  currentView: string;
  ownViews: OwnViewsProps;
  filter: { search: string; status: string; receivedFrom: string; receivedTo: string; customer: string };
  statuses: Option[];
  appliedFilters: AppliedFilter[];
  /** The last day of the filter is before its first. */
  isBackwards?: boolean;
  payments: PaymentListRow[];
  pagination: PaginationProps;
}

export function PaymentList(props: PaymentListProps) {
  const { state, views, currentView, ownViews, appliedFilters, isBackwards, payments, pagination } = props;
  return (
    <>
      <PageHeader trail={[{ label: "Home", href: "/" }]} title="Payments" state={state} />
      <SavedViews views={views} current={currentView} />
      <OwnViews {...ownViews} />
      <PaymentFilter {...props} />
      <Chips filters={appliedFilters} clearHref="/payments" />
      {payments.length > 0
        ? <PaymentTable payments={payments} />
        : <NoPayment applied={appliedFilters.length} isBackwards={isBackwards} />}
      {payments.length > 0 && <Pagination {...pagination} />}
    </>
  );
}

function PaymentFilter({ filter, statuses }: PaymentListProps) {
  return (
    <FilterBar label="Filter payments" action="/payments">
      <TextField
        id="search"
        label="Search payments"
        help="A customer or a reference."
        example="BACS 4471"
        type="search"
        value={filter.search}
        compact
      />
      <Select id="status" label="Status" options={statuses} value={filter.status} compact />
      <TextField
        id="received-from"
        name="received_from"
        label="Received from"
        example="1 March 2026"
        type="date"
        value={filter.receivedFrom}
        compact
      />
      <TextField
        id="received-to"
        name="received_to"
        label="Received to"
        example="31 March 2026"
        type="date"
        value={filter.receivedTo}
        compact
      />
      {filter.customer !== "" && <input type="hidden" name="customer" value={filter.customer} />}
    </FilterBar>
  );
}

function PaymentTable({ payments }: { payments: PaymentListRow[] }) {
  return (
    <Table
      caption="Payments, the last recorded first"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Payment",
          place: "name",
          cell: (row) => <TapLink href={row.href} about={row.about}>{row.name}</TapLink>,
        },
        { label: "Customer", place: "about", cell: (row) => row.customer },
        { label: "Status", place: "state", cell: (row) => row.state },
        { label: "Reference", place: "none", cell: (row) => row.reference },
        { label: "Received", place: "date", cell: (row) => row.received },
        { label: "Amount", place: "amount", figures: true, cell: (row) => row.amount },
      ]}
      rows={payments}
    />
  );
}

function NoPayment({ applied, isBackwards }: { applied: number; isBackwards?: boolean }) {
  if (applied === 0) {
    return (
      <Empty
        main
        sentence="No payment yet."
        action={{ label: "See the due invoices", href: "/invoices?status=due" }}
      />
    );
  }
  const clear = applied === 1 ? "Clear the filter" : `Clear ${applied} filters`;
  const sentence = isBackwards
    ? "“Received to” is before “Received from”, so nothing matches. Choose a later day."
    : "No payment matches.";
  return <Empty main sentence={sentence} action={{ label: clear, href: "/payments" }} />;
}
