/** The page of an invoice for its customer: the document's own words and figures, in the order in which they are needed. */
import { ButtonLink } from "../../../components/ui/button.tsx";
import { Facts } from "../../../components/ui/facts.tsx";
import { SkipLink } from "../../../components/layout/document.tsx";
import { Notice, type NoticeProps } from "../../../components/ui/notice.tsx";
import { PageHeader } from "../../../components/ui/page_header.tsx";
import { QrCode } from "../../../components/ui/qr_code.tsx";
import { Section } from "../../../components/ui/section.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import type {
  Cell,
  DocumentContent,
  DocumentTable,
  Section as DocumentSection,
} from "../../../lib/documents/content.ts";
import type { HostedWords } from "../../../lib/documents/hosted_words.ts";
import type { StandingTone } from "../../../lib/documents/standing.ts";

/** Which lines are shown, by their positions. */
export interface HostedLines {
  first: number;
  last: number;
  count: number;
  /** The page begins after this one. */
  after: number;
  /** The pages around begin after these. */
  before?: number;
  next?: number;
  /** The line whose working is shown. */
  open?: number;
}

export interface HostedInvoiceProps {
  content: DocumentContent;
  standing: { tone: StandingTone; sentences: string[] };
  lines: HostedLines;
  /** What the code of a bank transfer says. */
  code: string | null;
  /** The path of the page. */
  here: string;
  words: HostedWords;
  /** What a document says of a price that its appendix explains. */
  appendixWords: string;
}

const tones: Record<StandingTone, NoticeProps["tone"]> = {
  to_pay: "info",
  late: "warn",
  settled: "good",
  withdrawn: "warn",
};

export function HostedInvoice(props: HostedInvoiceProps) {
  const { content, standing, code, here, words } = props;
  const { sender, receiver, facts, figure, sections, appendix } = content;
  const [lines, ...others] = sections;
  const payment = others.find((section) => section.facts);
  return (
    <>
      <SkipLink words={words.skip} />
      <main id="main" class="block px-4 pt-6 pb-12 lg:px-8 max-w-page mx-auto">
        <PageHeader
          title={content.title}
          subject={sender.name}
          figure={figure ?? undefined}
          actions={<ButtonLink kind="go" href={`${here}/pdf`} icon="download">{words.download}</ButtonLink>}
        />
        <Notice tone={tones[standing.tone]}>
          {standing.sentences.map((sentence) => <p key={sentence}>{sentence}</p>)}
        </Notice>
        <Facts facts={facts} roomy />
        {payment && (
          <Section id="pay" title={payment.heading}>
            <Facts facts={payment.facts!} roomy />
            {code && (
              <div class="mt-6">
                <p class="mb-4 max-w-prose">{words.scan}</p>
                <QrCode text={code} label={words.codeLabel} correction="M" />
              </div>
            )}
          </Section>
        )}
        <Lines {...props} section={lines} />
        {appendix?.table && props.lines.open !== undefined && (
          <Section id="why" title={words.workedOut(String(props.lines.open))}>
            <Working table={appendix.table} paragraphs={appendix.paragraphs ?? []} />
          </Section>
        )}
        {others.filter((section) => section.table).map((section) => (
          <Section key={section.heading} id="tax" title={section.heading}>
            <SectionTable heading={section.heading} table={section.table!} />
          </Section>
        ))}
        <div class="grid gap-6 sm:grid-cols-2 mt-12 py-4 border-t border-line">
          <Party {...sender} />
          <Party {...receiver} />
        </div>
      </main>
    </>
  );
}

function Party({ name, lines }: DocumentContent["sender"]) {
  return (
    <p class="break-words">
      <span class="block font-semibold">{name}</span>
      {lines.map((line, index) => <span key={index} class="block">{line}</span>)}
    </p>
  );
}

/** What is bought comes first; the number of the line stands with the question that it answers. */
function Lines(
  { section, lines, here, words, appendixWords }: HostedInvoiceProps & { section: DocumentSection },
) {
  const { table } = section;
  const [line, what, ...figures] = table!.columns;
  const rows = table!.groups.flatMap(({ rows }) => rows);
  const at = (query: Record<string, number>) => {
    const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    return text.size === 0 ? here : `${here}?${text}`;
  };
  const page: Record<string, number> = lines.after > 0 ? { after: lines.after } : {};
  const columns: Column<Cell[]>[] = [
    {
      label: what.label,
      cell: (row) => {
        const position = Number(row[0]);
        const isOpen = position === lines.open;
        return (
          <span>
            <CellWords cell={row[1]} />
            <a
              href={isOpen
                ? `${here}?${new URLSearchParams({ after: String(lines.after) })}`
                : `${at({ ...page, why: position })}#why`}
              class="tap text-label font-normal"
            >
              <span>
                {isOpen ? words.hideWhy : words.why}
                <span class="sr-only">{` ${line.label} ${position}`}</span>
              </span>
            </a>
          </span>
        );
      },
    },
    ...figures.map((column, index): Column<Cell[]> => ({
      label: column.label,
      figures: column.isFigure,
      cell: (row) => <CellWords cell={row[index + 2] === appendixWords ? words.seeWhy : row[index + 2]} />,
    })),
  ];
  return (
    <Section id="lines" title={section.heading}>
      <Table
        caption={section.heading}
        captionHidden
        columns={columns}
        rows={rows}
        totals={table!.totals?.map(({ label, value, isGrand }, index) => ({
          label,
          values: [value],
          kind: isGrand ? "grand" : index === 0 ? "sum" : undefined,
        }))}
      />
      {lines.count > rows.length && (
        <nav aria-label={words.morePages} class="flex flex-wrap items-center justify-between gap-3 py-4">
          <p class="tabular-nums">
            {words.someLines(String(lines.first), String(lines.last), String(lines.count))}
          </p>
          <div class="flex flex-wrap gap-3">
            {lines.before !== undefined && (
              <ButtonLink href={`${at({ after: lines.before })}#lines`}>{words.earlierLines}</ButtonLink>
            )}
            {lines.next !== undefined && (
              <ButtonLink href={`${at({ after: lines.next })}#lines`}>{words.laterLines}</ButtonLink>
            )}
          </div>
        </nav>
      )}
    </Section>
  );
}

function CellWords({ cell }: { cell: Cell }) {
  if (typeof cell === "string") return <>{cell}</>;
  return (
    <>
      {cell.text}
      {cell.detail && <span class="block text-label font-normal text-ink-2">{cell.detail}</span>}
    </>
  );
}

function SectionTable({ heading, table }: { heading: string; table: DocumentTable }) {
  return (
    <Table
      caption={heading}
      captionHidden
      columns={table.columns.map((column, index): Column<Cell[]> => ({
        label: column.label,
        figures: column.isFigure,
        cell: (row) => <CellWords cell={row[index]} />,
      }))}
      rows={table.groups.flatMap(({ rows }) => rows)}
    />
  );
}

/** Each step of a working: what it does, its sum, and what comes of it. */
function Working({ table, paragraphs }: { table: DocumentTable; paragraphs: string[] }) {
  return (
    <>
      <ol class="list-none">
        {table.groups.flatMap(({ rows }) => rows).map((row, index) => (
          <li key={index} class="flex flex-wrap justify-between gap-x-6 py-2 border-b border-line">
            {row.map((cell, place) => (
              <span key={place} class="min-w-0 break-words tabular-nums">
                <CellWords cell={cell} />
              </span>
            ))}
          </li>
        ))}
      </ol>
      {paragraphs.map((words) => <p key={words} class="mt-4 max-w-prose">{words}</p>)}
    </>
  );
}
