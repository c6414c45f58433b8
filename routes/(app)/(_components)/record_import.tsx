/** The body of the page that imports customers, vehicles, contracts, plans or billing entities: a file is checked first, and chosen again to be imported. */
import { Button, ButtonLink } from "../../../components/ui/button.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../components/ui/error_summary.tsx";
import { type Fact, Facts } from "../../../components/ui/facts.tsx";
import { FileField } from "../../../components/ui/field.tsx";
import { Form } from "../../../components/ui/form.tsx";
import { Notice } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { Table } from "../../../components/ui/table.tsx";

export interface BadCell {
  /** Line in the file, counted from 1. */
  line: string;
  column: string;
  /** As it stands in the file, "empty" if nothing does. */
  value: string;
  /** What is wrong and what is allowed. */
  reason: string;
}

export interface FileColumn {
  name: string;
  help: string;
  example: string;
  required: boolean;
}

export interface ImportOutcome {
  tone: "info" | "good" | "warn";
  /** "This was a check: nothing is kept yet." */
  sentence: string;
  facts: Fact[];
  /** "12 rows", for the heading. */
  refusedCount: string;
  badCells: BadCell[];
  /** "The first 100 of 1,234." where there are more than are shown. */
  cut?: string;
  /** "These columns are not read: colour." */
  unread?: string;
}

export interface RecordImportProps {
  /** "billing entities" */
  nouns: string;
  /** "entities", as its file and its address say. */
  file: string;
  /** Where they are listed, which is also the way back. */
  section: string;
  listHref: string;
  /** Says what to do now. */
  form: {
    title: string;
    submit: string;
    help: string;
    /** The button that gives all bad cells as a file. */
    list?: string;
    hidden: Record<string, string>;
    /** Once a file is checked. */
    cancel?: { label: string; href: string };
  };
  errors: FormError[];
  outcome?: ImportOutcome;
  /** Shown until a file is read. */
  columns?: FileColumn[];
}

export function RecordImport(props: RecordImportProps) {
  const { nouns, section, listHref, errors, outcome, columns } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: section, href: listHref }]}
        here="Import"
        title={`Import ${nouns}`}
        state="A file is checked before anything of it is kept. The download of the list has the same form."
        actions={<ButtonLink href={listHref}>{`See the ${nouns}`}</ButtonLink>}
      />
      <ErrorSummary errors={errors} before="the file is read" />
      {outcome && <Outcome {...outcome} />}
      <Upload {...props} />
      {outcome && outcome.badCells.length > 0 && <BadCells {...outcome} />}
      {columns && <Columns columns={columns} />}
    </>
  );
}

function Outcome({ tone, sentence, facts, unread }: ImportOutcome) {
  return (
    <>
      <Notice tone={tone}>{sentence}</Notice>
      {unread && <p class="max-w-prose mb-6">{unread}</p>}
      <Facts facts={facts} />
    </>
  );
}

function Upload({ nouns, file, listHref, form, errors, outcome }: RecordImportProps) {
  const { title, submit, help, list, hidden, cancel } = form;
  return (
    <Section id="upload" title={title} first={!outcome}>
      <Form
        action={`${listHref}/import`}
        submit={submit}
        cancel={cancel}
        hidden={hidden}
        upload
        otherButtons={list && <Button name="list" value="all">{list}</Button>}
      >
        <FileField
          id="file"
          label={`File with ${nouns}`}
          help={help}
          example={`${file}.csv`}
          accept=".csv,text/csv"
          error={errorAt(errors, "file")}
        />
      </Form>
    </Section>
  );
}

function BadCells({ refusedCount, badCells, cut }: ImportOutcome) {
  return (
    <Section id="refused" title={`${refusedCount} to correct`}>
      <p class="max-w-prose mb-4">
        These rows are left out. Correct them in your file and check it again: rows that are there already are
        not added twice.
      </p>
      <Table
        caption="What to correct, by line of the file"
        captionHidden
        columns={[
          { label: "Line", cell: (row) => row.line },
          { label: "Column", cell: (row) => <code class="font-mono">{row.column}</code> },
          { label: "Value", cell: (row) => <code class="font-mono">{row.value}</code> },
          { label: "What to correct", cell: (row) => row.reason },
        ]}
        rows={badCells}
      />
      {cut && <p class="max-w-prose mt-4">{cut}</p>}
    </Section>
  );
}

function Columns({ columns }: { columns: FileColumn[] }) {
  return (
    <Section id="columns" title="Columns of the file">
      <p class="max-w-prose mb-4">
        The first line names the columns, in any order. The values are separated by commas, in UTF-8.
      </p>
      <Table
        caption="Columns of the file"
        captionHidden
        columns={[
          { label: "Column", cell: (column) => <code class="font-mono">{column.name}</code> },
          { label: "Needed", cell: (column) => column.required ? "yes" : "no" },
          { label: "What to write", cell: (column) => column.help },
          { label: "Example", cell: (column) => <code class="font-mono">{column.example}</code> },
        ]}
        rows={columns}
      />
    </Section>
  );
}
