/** The body of the page on which a waiting file is mapped: what its rows would become, and which column is what. */
import type { ComponentChildren } from "preact";
import { Button } from "../../../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { ColumnFields, type ColumnFieldsProps } from "./column_fields.tsx";
import { choiceLabels } from "./column_values.ts";
import type { QuarantinedRow } from "./usage_import.tsx";

export interface PreviewedRow {
  line: string;
  kind: string;
  at: ComponentChildren;
  /** The vehicle or contract, or the event that it corrects. */
  subject: string;
  /** "km 12.4, purpose business". */
  fields: string;
  id: string;
}

export interface PreviewProps {
  /** How much of the file was looked at. */
  sentence: string;
  facts: Fact[];
  events: PreviewedRow[];
  setAside: QuarantinedRow[];
  /** "The first 20 of 31." where there are more than are shown. */
  cutEvents?: string;
  cutSetAside?: string;
  /** What ends the file behind those rows. */
  fault?: string;
  /** The name under which the mapping is kept. */
  name: string;
  hidden: Record<string, string>;
}

export interface ColumnsPageProps {
  usageImportId: string;
  fileName: string;
  /** When the file is deleted if nobody chooses. */
  state: string;
  /** Why the form that was chosen first does not fit. */
  misfit?: string;
  /** Names of mappings that do fit. */
  fitting: string[];
  errors: FormError[];
  /** Left out where the file cannot be read as it is. */
  fields?: ColumnFieldsProps;
  preview?: PreviewProps;
}

export function ColumnsPage(props: ColumnsPageProps) {
  const { usageImportId, fileName, state, misfit, fitting, errors, fields, preview } = props;
  const here = `/usage/${usageImportId}`;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Usage", href: "/usage" }]}
        here="Columns"
        title={`Map the columns of ${fileName}`}
        state={state}
      />
      <ErrorSummary errors={errors} before="the file is imported" />
      {misfit && <Notice tone="warn">{misfit}</Notice>}
      {fitting.map((name) => (
        <div key={name} class="mb-6">
          <Form
            action={`${here}/mapping`}
            submit={`Import it with the form ${name}`}
            kind="normal"
            hidden={{ mapping: name }}
          >
            {null}
          </Form>
        </div>
      ))}
      {preview && <Preview {...preview} action={`${here}/columns`} errors={errors} />}
      {fields && (
        <Section id="parts" title="Which column is what" first={!preview}>
          <Form
            action={`${here}/columns`}
            submit={preview ? "Preview again" : "Preview the import"}
            kind={preview ? "normal" : "go"}
            otherButtons={fields.delimiter !== undefined && (
              <Button name="step" value="columns">Read the columns again</Button>
            )}
          >
            <ColumnFields {...fields} />
          </Form>
        </Section>
      )}
      <Section id="delete" title="Do not import it">
        <Form action={`${here}/discard`} submit="Delete the file" kind="stop">{null}</Form>
      </Section>
    </>
  );
}

function Preview(
  { sentence, facts, fault, name, hidden, action, errors, ...rows }: PreviewProps & {
    action: string;
    errors: FormError[];
  },
) {
  return (
    <>
      <Notice tone="info">{sentence}</Notice>
      {fault && <Notice tone="warn">{fault}</Notice>}
      <Facts facts={facts} />
      <Section id="events" title="What would be imported">
        <PreviewedEvents {...rows} />
      </Section>
      {rows.setAside.length > 0 && <PreviewedFaults {...rows} />}
      <Section id="import" title="Import the file">
        <Form action={action} submit="Import the file" hidden={hidden}>
          <TextField
            id="name"
            label={choiceLabels.name}
            help="To choose it for the next file."
            example="Telematics"
            value={name}
            error={errorAt(errors, "name")}
            optional
          />
        </Form>
      </Section>
    </>
  );
}

type Rows = Pick<PreviewProps, "events" | "setAside" | "cutEvents" | "cutSetAside">;

function PreviewedEvents({ events, cutEvents }: Rows) {
  if (events.length === 0) return <p>No row that was looked at would become a new event.</p>;
  return (
    <>
      <Table
        caption="Events, by line of the file"
        captionHidden
        columns={[
          { label: "Line", cell: (row) => row.line },
          { label: "Event", cell: (row) => row.kind },
          { label: "When", cell: (row) => row.at },
          { label: "Of", cell: (row) => row.subject },
          { label: "Fields", cell: (row) => row.fields },
          { label: "Id", cell: (row) => <code class="font-mono break-all">{row.id}</code> },
        ]}
        rows={events}
      />
      {cutEvents && <p class="mt-4">{cutEvents}</p>}
    </>
  );
}

function PreviewedFaults({ setAside, cutSetAside }: Rows) {
  return (
    <Section id="set-aside" title="What would be set aside">
      <Table
        caption="Rows that would be set aside, by line of the file"
        captionHidden
        columns={[
          { label: "Line", cell: (row) => row.line },
          { label: "Column", cell: (row) => <code class="font-mono">{row.column}</code> },
          { label: "Value", cell: (row) => <code class="font-mono break-all">{row.value}</code> },
          { label: "What to correct", cell: (row) => row.reason },
        ]}
        rows={setAside}
      />
      {cutSetAside && <p class="mt-4">{cutSetAside}</p>}
    </Section>
  );
}
