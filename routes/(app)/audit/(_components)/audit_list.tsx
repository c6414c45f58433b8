/** The body of the audit trail's list: what the last verification said, filters, rows, pages. */
import type { ComponentChildren } from "preact";
import { asset } from "fresh/runtime";
import { type Option, Select } from "../../../../components/ui/choice.tsx";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { type AppliedFilter, Chips, FilterBar } from "../../../../components/ui/filter_bar.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import type { AuditChoice } from "./audit_choice.ts";

export interface AuditRow {
  href: string;
  /** "issued invoice CFS-2024-0001". */
  what: string;
  /** Tells it from the others for those who only hear the links. */
  about: string;
  who: string;
  when: ComponentChildren;
  /** The number of its seal. */
  seal: string;
}

export interface AuditListProps {
  verified?: { ok: boolean; at: ComponentChildren };
  choice: AuditChoice;
  who: Option[];
  topics: Option[];
  appliedFilters: AppliedFilter[];
  /** The last day of the filter is before its first. */
  isBackwards: boolean;
  rows: AuditRow[];
  pagination: PaginationProps;
  /** From which on the list can say that there is more; only on its first page and without filters. */
  lastEvent?: string;
  exportHref: string;
}

export function AuditList(props: AuditListProps) {
  const { verified, appliedFilters, rows, pagination, lastEvent, exportHref } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Audit trail"
        state="Who did what and when, the newest first. Nobody can change an entry once it has its seal."
        actions={
          <>
            <ButtonLink href={exportHref}>Take it out as a file</ButtonLink>
            <ButtonLink href="/audit/evidence">Evidence for auditors</ButtonLink>
          </>
        }
      />
      {verified && !verified.ok && (
        <Notice tone="warn">
          When it was last verified, on{" "}
          {verified.at}, this trail did not hold. Ask whoever runs your Milepost to run “milepost audit
          verify”.
        </Notice>
      )}
      {verified?.ok && <p class="mb-4">Last verified on {verified.at}: every seal holds.</p>}
      <AuditFilters {...props} />
      <Chips filters={appliedFilters} clearHref="/audit" />
      {lastEvent && <NewEntries lastEvent={lastEvent} />}
      {rows.length > 0
        ? <AuditTable rows={rows} />
        : <NoEntry applied={appliedFilters.length} isBackwards={props.isBackwards} />}
      {rows.length > 0 && <Pagination {...pagination} />}
    </>
  );
}

/** Stays empty without script. */
function NewEntries({ lastEvent }: { lastEvent: string }) {
  return (
    <>
      <p role="status" class="empty:hidden" data-last-event={lastEvent} data-link-class="tap"></p>
      <script type="module" src={asset("/live_audit.js")}></script>
    </>
  );
}

function AuditFilters({ choice, who, topics }: AuditListProps) {
  return (
    <FilterBar label="Filter the audit trail" action="/audit">
      <TextField
        id="about"
        label="About"
        help="A reference, a number or an e-mail address, exactly."
        example="CFS-2024-0001"
        type="search"
        value={choice.about}
        compact
      />
      <Select id="who" label="Who" options={who} value={choice.who ?? ""} compact />
      <Select id="what" label="What" options={topics} value={choice.what ?? ""} compact />
      <TextField
        id="from"
        label="From"
        example="1 March 2026"
        type="date"
        value={choice.from?.toString()}
        compact
      />
      <TextField
        id="to"
        label="To"
        example="31 March 2026"
        type="date"
        value={choice.to?.toString()}
        compact
      />
    </FilterBar>
  );
}

function AuditTable({ rows }: { rows: AuditRow[] }) {
  return (
    <Table
      caption="Entries of the audit trail, the newest first"
      captionHidden
      columns={[
        {
          label: "What",
          cell: (row) => <TapLink href={row.href} about={row.about}>{row.what}</TapLink>,
        },
        { label: "Who", cell: (row) => <span class="break-words">{row.who}</span> },
        { label: "When", cell: (row) => row.when },
        { label: "Seal", cell: (row) => row.seal, figures: true },
      ]}
      rows={rows}
    />
  );
}

function NoEntry({ applied, isBackwards }: { applied: number; isBackwards: boolean }) {
  if (applied === 0) {
    return (
      <Empty main sentence="Nothing has happened yet." action={{ label: "Go to the home page", href: "/" }} />
    );
  }
  return (
    <Empty
      main
      sentence={isBackwards
        ? "“To” is before “From”, so nothing matches. Choose a later day."
        : "No entry matches."}
      action={{ label: applied === 1 ? "Clear the filter" : `Clear ${applied} filters`, href: "/audit" }}
    />
  );
}
