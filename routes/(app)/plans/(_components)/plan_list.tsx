/** The body of the plan list: each price list in its newest version. */
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { FilterBar } from "../../../../components/ui/filter_bar.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { OwnViews, type OwnViewsProps } from "../../../../components/ui/saved_views.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface PlanListRow {
  href: string;
  name: string;
  reference: string;
  /** "version 2". */
  version: string;
  currency: string;
  /** "4", "none". */
  charges: string;
  contracts: string;
}

export interface PlanListProps {
  state: string;
  search: string;
  ownViews: OwnViewsProps;
  /** Left out for a reader who may not make one. */
  createHref?: string;
  plans: PlanListRow[];
  pagination: PaginationProps;
}

export function PlanList(
  { state, search, ownViews, createHref, plans, pagination }: PlanListProps,
) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Plans"
        state={state}
        actions={createHref && (
          <>
            <ButtonLink kind="go" icon="add" href={createHref}>Make a plan</ButtonLink>
            <ButtonLink href="/plans/import">Import a file</ButtonLink>
          </>
        )}
      />
      <OwnViews {...ownViews} />
      <FilterBar label="Filter plans" action="/plans">
        <TextField
          id="search"
          label="Search plans"
          help="A name or a reference."
          example="Lease"
          type="search"
          value={search}
          compact
        />
      </FilterBar>
      {plans.length > 0
        ? (
          <>
            <PlanTable plans={plans} />
            <Pagination {...pagination} />
            <LinkRow links={[{ label: "Download all plans (CSV)", href: "/plans.csv" }]} />
          </>
        )
        : <NoPlan isSearch={search !== ""} createHref={createHref} />}
    </>
  );
}

function PlanTable({ plans }: { plans: PlanListRow[] }) {
  return (
    <Table
      caption="Plans, by reference"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Plan",
          place: "name",
          cell: (row) => <TapLink href={row.href} about={row.reference}>{row.name}</TapLink>,
        },
        { label: "Reference", place: "about", cell: (row) => row.reference },
        { label: "Version", place: "state", cell: (row) => row.version },
        { label: "Currency", place: "none", cell: (row) => row.currency },
        { label: "Charges", place: "none", figures: true, cell: (row) => row.charges },
        { label: "Contracts", place: "date", figures: true, cell: (row) => row.contracts },
      ]}
      rows={plans}
    />
  );
}

function NoPlan({ isSearch, createHref }: { isSearch: boolean; createHref?: string }) {
  if (isSearch) {
    return <Empty main sentence="No plan matches." action={{ label: "Clear the search", href: "/plans" }} />;
  }
  const action = createHref ? { label: "Make the first plan", href: createHref } : undefined;
  return <Empty main sentence="No plan yet." action={action} />;
}
