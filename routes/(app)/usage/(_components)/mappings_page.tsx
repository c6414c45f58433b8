/** The bodies of the list of mappings that people made, and of the page that changes or removes one. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { errorAt, ErrorSummary } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import { ColumnFields, type ColumnFieldsProps } from "./column_fields.tsx";
import { choiceLabels } from "./column_values.ts";

const trail = [{ label: "Home", href: "/" }, { label: "Usage", href: "/usage" }];

export interface MappingRow {
  name: string;
  /** Left out for a reader who may not change it. */
  href?: string;
  /** "CSV with ;", "lines of JSON". */
  form: string;
  source: string;
  saved: ComponentChildren;
}

export function MappingList({ mappings, done }: { mappings: MappingRow[]; done?: string }) {
  return (
    <>
      <PageHeader
        trail={trail}
        title="Mappings of columns"
        state="Each says which column of a kind of file is what. It is chosen when a file is imported."
        actions={<ButtonLink href="/usage">Import a file</ButtonLink>}
      />
      {done && <Notice tone="good">{done}</Notice>}
      {mappings.length === 0
        ? (
          <Empty
            main
            sentence="No mapping yet. Import a file with its columns mapped by hand, and give the mapping a name."
          />
        )
        : (
          <Table
            caption="Mappings, by name"
            captionHidden
            columns={[
              {
                label: "Name",
                cell: ({ name, href }) => href ? <TapLink href={href}>{name}</TapLink> : name,
              },
              { label: "Files", cell: (row) => row.form },
              { label: "System", cell: (row) => row.source },
              { label: "Saved", cell: (row) => row.saved },
            ]}
            rows={mappings}
          />
        )}
    </>
  );
}

export interface MappingChangeProps {
  id: string;
  /** As it is kept. */
  title: string;
  name: string;
  /** The idempotency key of the form. */
  sent: string;
  fields: ColumnFieldsProps;
}

export function MappingChange({ id, title, name, sent, fields }: MappingChangeProps) {
  const { errors } = fields;
  const here = `/usage/mappings/${id}`;
  return (
    <>
      <PageHeader
        trail={[...trail, { label: "Mappings", href: "/usage/mappings" }]}
        here="Change"
        title={`Change ${title}`}
        state="Files are read the new way from now on. What was imported stays as it is."
      />
      <ErrorSummary errors={errors} before="the mapping is saved" />
      <Form
        action={here}
        submit="Save the mapping"
        cancel={{ label: "Leave it as it is", href: "/usage/mappings" }}
        hidden={{ key: sent }}
      >
        <TextField
          id="name"
          label={choiceLabels.name}
          help="To choose it for the next file."
          example="Telematics"
          value={name}
          error={errorAt(errors, "name")}
        />
        <ColumnFields {...fields} />
      </Form>
      <Section id="remove" title="No longer offer it">
        <p class="max-w-prose mb-4">Files that wait for it are still read, and imports still name it.</p>
        <Form action={`${here}/remove`} submit="Remove the mapping" kind="stop">{null}</Form>
      </Section>
    </>
  );
}
