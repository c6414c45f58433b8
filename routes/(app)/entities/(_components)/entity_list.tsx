/** The body of the list of billing entities: who bills, in which currency and with which numbers. */
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { FilterBar } from "../../../../components/ui/filter_bar.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface EntityListRow {
  href: string;
  name: string;
  /** "CFS". */
  numberPrefix: string;
  /** "United Kingdom". */
  country: string;
  /** "Europe/London". */
  zone: string;
  currency: string;
}

export interface EntityListProps {
  state: string;
  search: string;
  /** Left out for a reader who may not add one. */
  createHref?: string;
  entities: EntityListRow[];
  pagination: PaginationProps;
}

export function EntityList({ state, search, createHref, entities, pagination }: EntityListProps) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Billing entities"
        state={state}
        actions={createHref && (
          <>
            <ButtonLink kind="go" icon="add" href={createHref}>Add a billing entity</ButtonLink>
            <ButtonLink href="/entities/import">Import a file</ButtonLink>
          </>
        )}
      />
      <FilterBar label="Filter billing entities" action="/entities">
        <TextField
          id="search"
          label="Search billing entities"
          help="A name or a short code."
          example="CFS"
          type="search"
          value={search}
          compact
        />
      </FilterBar>
      {entities.length > 0
        ? (
          <>
            <EntityTable entities={entities} />
            <Pagination {...pagination} />
            <LinkRow links={[{ label: "Download all billing entities (CSV)", href: "/entities.csv" }]} />
          </>
        )
        : <NoEntity isSearch={search !== ""} createHref={createHref} />}
    </>
  );
}

function EntityTable({ entities }: { entities: EntityListRow[] }) {
  return (
    <Table
      caption="Billing entities, by name"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Billing entity",
          place: "name",
          cell: (row) => <TapLink href={row.href} about={row.numberPrefix}>{row.name}</TapLink>,
        },
        {
          label: "Short code",
          place: "date",
          cell: (row) => row.numberPrefix,
        },
        { label: "Country", place: "state", cell: (row) => row.country },
        { label: "Time zone", place: "about", cell: (row) => row.zone },
        { label: "Currency", place: "amount", figures: true, cell: (row) => row.currency },
      ]}
      rows={entities}
    />
  );
}

function NoEntity({ isSearch, createHref }: { isSearch: boolean; createHref?: string }) {
  if (isSearch) {
    return (
      <Empty
        main
        sentence="No billing entity matches."
        action={{ label: "Clear the search", href: "/entities" }}
      />
    );
  }
  const action = createHref ? { label: "Add the first billing entity", href: createHref } : undefined;
  return <Empty main sentence="No billing entity yet." action={action} />;
}
