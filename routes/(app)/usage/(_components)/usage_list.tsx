/** The body of the list of imports, with the form that starts one. */
import type { ComponentChildren } from "preact";
import { Badge } from "../../../../components/ui/badge.tsx";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { type Option, Select } from "../../../../components/ui/choice.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { FileField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import type { UsageImport } from "../../../../lib/usage/views.ts";

export interface UsageListRow {
  href: string;
  fileName: string;
  state: UsageImport["state"];
  started: ComponentChildren;
  events: string;
  duplicates: string;
  quarantined: string;
}

export interface UsageListProps {
  state: string;
  imports: UsageListRow[];
  pagination: PaginationProps;
  /** Left out for a reader who may not import. */
  upload?: {
    mappings: Option[];
    mapping: string;
    idempotencyKey: string;
    errors: FormError[];
    largest: string;
  };
}

export function UsageList({ state, imports, pagination, upload }: UsageListProps) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }]}
        title="Usage"
        state={state}
        actions={<ButtonLink href="/usage/mappings">Mappings of columns</ButtonLink>}
      />
      {upload && <Upload {...upload} />}
      <Section id="imports" title="Imports">
        {imports.length === 0 ? <Empty sentence="No file was imported yet." /> : (
          <>
            <ImportTable imports={imports} />
            <Pagination {...pagination} />
          </>
        )}
      </Section>
    </>
  );
}

function Upload(
  { mappings, mapping, idempotencyKey, errors, largest }: NonNullable<UsageListProps["upload"]>,
) {
  return (
    <>
      <ErrorSummary errors={errors} before="the file is imported" />
      <Section id="upload" title="Import a file" first>
        <Form action="/usage" submit="Import the file" hidden={{ key: idempotencyKey }} upload>
          <Select
            id="mapping"
            label="Form of the file"
            help="Says which column is what."
            options={mappings}
            value={mapping}
            error={errorAt(errors, "mapping")}
          />
          <FileField
            id="file"
            label="File with usage"
            help={`CSV in UTF-8 or one JSON object on each line, up to ${largest}. Rows that were read before are not counted twice.`}
            example="fleet-usage.csv"
            accept=".csv,.ndjson,.jsonl,text/csv"
            error={errorAt(errors, "file")}
          />
        </Form>
      </Section>
    </>
  );
}

const badges: Record<UsageImport["state"], ComponentChildren> = {
  waiting: <Badge state="draft">Waiting</Badge>,
  running: <Badge state="due">Running</Badge>,
  done: <Badge state="paid">Done</Badge>,
  failed: <Badge state="overdue">Stopped</Badge>,
};

function ImportTable({ imports }: { imports: UsageListRow[] }) {
  return (
    <Table
      caption="Imports, the latest first"
      captionHidden
      columns={[
        { label: "File", cell: (row) => <TapLink href={row.href}>{row.fileName}</TapLink> },
        { label: "State", cell: (row) => badges[row.state] },
        { label: "Started", cell: (row) => row.started },
        { label: "Events", figures: true, cell: (row) => row.events },
        { label: "Duplicates", figures: true, cell: (row) => row.duplicates },
        { label: "Set aside", figures: true, cell: (row) => row.quarantined },
      ]}
      rows={imports}
    />
  );
}
