/** The body of the vehicle list: what is driven, and on which contract today. */
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { FilterBar } from "../../../../components/ui/filter_bar.tsx";
import { LinkRow, TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { OwnViews, type OwnViewsProps } from "../../../../components/ui/saved_views.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface VehicleListRow {
  href: string;
  /** "V-0042". */
  reference: string;
  plate: string;
  /** "van", "none". */
  class: string;
  fuelType: string;
  /** "K-001", "none". */
  contract: string;
}

export interface VehicleListProps {
  /** "128 so far, by reference." */
  state: string;
  search: string;
  ownViews: OwnViewsProps;
  /** Left out for a reader who may not add one. */
  createHref?: string;
  vehicles: VehicleListRow[];
  pagination: PaginationProps;
}

export function VehicleList(
  { state, search, ownViews, createHref, vehicles, pagination }: VehicleListProps,
) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Vehicles"
        state={state}
        actions={createHref && (
          <>
            <ButtonLink kind="go" icon="add" href={createHref}>Add a vehicle</ButtonLink>
            <ButtonLink href="/vehicles/import">Import a file</ButtonLink>
          </>
        )}
      />
      <OwnViews {...ownViews} />
      <FilterBar label="Filter vehicles" action="/vehicles">
        <TextField
          id="search"
          label="Search vehicles"
          help="A reference or a plate."
          example="LV24 FHT"
          type="search"
          value={search}
          compact
        />
      </FilterBar>
      {vehicles.length > 0
        ? (
          <>
            <VehicleTable vehicles={vehicles} />
            <Pagination {...pagination} />
            <LinkRow links={[{ label: "Download all vehicles (CSV)", href: "/vehicles.csv" }]} />
          </>
        )
        : <NoVehicle isSearch={search !== ""} createHref={createHref} />}
    </>
  );
}

function VehicleTable({ vehicles }: { vehicles: VehicleListRow[] }) {
  return (
    <Table
      caption="Vehicles, by reference"
      captionHidden
      layout="record"
      columns={[
        {
          label: "Vehicle",
          place: "name",
          cell: (row) => <TapLink href={row.href}>{row.reference}</TapLink>,
        },
        { label: "Plate", place: "amount", cell: (row) => row.plate },
        { label: "Class", place: "state", cell: (row) => row.class },
        { label: "Fuel", place: "none", cell: (row) => row.fuelType },
        { label: "Contract today", shortLabel: "On", place: "date", cell: (row) => row.contract },
      ]}
      rows={vehicles}
    />
  );
}

function NoVehicle({ isSearch, createHref }: { isSearch: boolean; createHref?: string }) {
  if (isSearch) {
    return (
      <Empty
        main
        sentence="No vehicle matches."
        action={{ label: "Clear the search", href: "/vehicles" }}
      />
    );
  }
  const action = createHref ? { label: "Add the first vehicle", href: createHref } : undefined;
  return <Empty main sentence="No vehicle yet." action={action} />;
}
