/** The body of one import of usage: how far it is, what came of each row, and the rows that were set aside. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../../../components/ui/button.tsx";
import { type Fact, Facts } from "../../../../components/ui/facts.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { TapLink } from "../../../../components/ui/link.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Progress } from "../../../../components/ui/progress.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Stages } from "../../../../components/ui/stages.tsx";
import { Table } from "../../../../components/ui/table.tsx";

export interface QuarantinedRow {
  /** Line in the file, counted from 1. */
  line: string;
  column: string;
  /** As it stands in the file, "empty" if nothing does. */
  value: string;
  /** What is wrong and what is allowed. */
  reason: string;
}

export interface UsageImportProps {
  fileName: string;
  /** "Started by Amira Haddad on 2 April, 12:58, with the mapping chicago-taxi." */
  state: ComponentChildren;
  stages: string[];
  currentStage: number;
  /** While it runs. */
  progress?: { bytesRead: number; bytesTotal: number; sentence: string; updateHref: string };
  /** Why it went no further. */
  failure?: string;
  /** It stands still; the address lets it go on, where the reader may do that. */
  standsStill?: { retryHref?: string };
  /** It waits until its columns are chosen; the address leads there, where the reader may do that. */
  waits?: { columnsHref?: string; days: number };
  /** Nothing of the file was new. */
  allDuplicates?: boolean;
  facts: Fact[];
  quarantined: QuarantinedRow[];
  /** "12 rows", for the heading. */
  quarantinedCount: string;
  pagination?: PaginationProps;
  /** Once it is done. */
  downloadHref?: string;
  againHref?: string;
}

export function UsageImport(props: UsageImportProps) {
  const { fileName, state, stages, currentStage, progress, facts, quarantined, againHref } = props;
  const { failure, standsStill, waits, allDuplicates } = props;
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Usage", href: "/usage" }]}
        title={fileName}
        state={state}
        actions={againHref && <ButtonLink href={againHref}>Import another file</ButtonLink>}
      />
      {failure && <Notice tone="warn">{failure}</Notice>}
      {standsStill && (
        <>
          <Notice tone="warn">
            This import stands still: its reading failed too often. What was read is saved.
          </Notice>
          {standsStill.retryHref && <Form action={standsStill.retryHref} submit="Read on">{null}</Form>}
        </>
      )}
      {waits && (
        <>
          <Notice tone="warn">
            {`This file waits until someone says which column is what. After ${waits.days} days it is deleted.`}
          </Notice>
          {waits.columnsHref && (
            <div class="mb-6">
              <ButtonLink kind="go" href={waits.columnsHref}>Map the columns</ButtonLink>
            </div>
          )}
        </>
      )}
      {allDuplicates && (
        <Notice tone="info">Every row of this file was read before. Nothing was added.</Notice>
      )}
      <Stages label="Stages of the import" stages={stages} current={currentStage} />
      {progress && (
        <Progress
          id="progress"
          title="Reading the rows"
          value={progress.bytesRead}
          max={progress.bytesTotal}
          updateHref={progress.updateHref}
        >
          {progress.sentence}
        </Progress>
      )}
      <div class="mt-6">
        <Facts facts={facts} />
      </div>
      {quarantined.length > 0 && <Quarantine {...props} />}
    </>
  );
}

function Quarantine({ quarantined, quarantinedCount, pagination, downloadHref }: UsageImportProps) {
  return (
    <Section
      id="quarantine"
      title={`${quarantinedCount} set aside`}
      aside={downloadHref && (
        <TapLink href={downloadHref} icon="download" small>Download the rows set aside (CSV)</TapLink>
      )}
    >
      <p class="max-w-prose mb-4">
        These rows were not billed. Correct them in your file and import it again: rows that were read before
        are not counted twice.
      </p>
      <Table
        caption="Rows set aside, by line of the file"
        captionHidden
        columns={[
          { label: "Line", cell: (row) => row.line },
          { label: "Column", cell: (row) => <code class="font-mono">{row.column}</code> },
          { label: "Value", cell: (row) => <code class="font-mono">{row.value}</code> },
          { label: "What to correct", cell: (row) => row.reason },
        ]}
        rows={quarantined}
      />
      {pagination && <Pagination {...pagination} />}
    </Section>
  );
}
