/** Tables: explicit roles that survive a change of `display`, figures at the end, rules of a ledger under sums. */
import { type ComponentChildren, Fragment } from "preact";

/** Where a cell goes when a record has become a block under 768 px. */
export type RecordPlace = "name" | "about" | "state" | "date" | "amount" | "none";

export interface Column<Row> {
  label: string;
  /** Never empty: write "none", "not issued", "new". The first column's cell is the row's header. */
  cell: (row: Row) => ComponentChildren;
  /** Shown before the value when rows stack; the column's label if left out. */
  shortLabel?: string;
  /** Right-aligned, tabular, on one line. */
  figures?: boolean;
  /** Said, not shown: for a column of buttons. */
  hiddenLabel?: boolean;
  /** Only in a `record` table. */
  place?: RecordPlace;
  /** Spelled out for "VAT" and the like. */
  title?: string;
}

export interface TotalRow {
  label: string;
  /** The values of the last columns; the label spans the ones before. */
  values: ComponentChildren[];
  /** Single rule above a sum, double rule under a grand total. */
  kind?: "sum" | "grand";
}

export interface TableProps<Row> {
  /** What the table holds and in which order. */
  caption: string;
  captionHidden?: boolean;
  columns: Column<Row>[];
  rows: Row[];
  /** Opens under the row, over its whole width. */
  working?: (row: Row) => ComponentChildren;
  totals?: TotalRow[];
  /** `stacked` (the default) and `paired` become blocks under 768 px, `record` a two-column record; `fixed` stays a table. */
  layout?: "stacked" | "paired" | "record" | "fixed";
  /** 31 px rows that are only read. */
  tight?: boolean;
}

const layouts = { stacked: "stacked", paired: "stacked paired", record: "record", fixed: "" };

function classes(...names: (string | false | undefined)[]): string | undefined {
  return names.filter(Boolean).join(" ") || undefined;
}

type AnyColumn = Pick<Column<never>, "label" | "shortLabel" | "hiddenLabel" | "place" | "title" | "figures">;

function Heading({ column }: { column: AnyColumn }) {
  const { label, hiddenLabel, title, figures } = column;
  return (
    <th role="columnheader" scope="col" class={classes(figures && "end")}>
      {hiddenLabel
        ? <span class="sr-only">{label}</span>
        : title
        ? <abbr title={title}>{label}</abbr>
        : label}
    </th>
  );
}

/** In a record only the date keeps its label; elsewhere every cell but the header names its column. */
function cellLabel(column: AnyColumn, isRecord: boolean): string | undefined {
  if (isRecord && column.place !== "date") return undefined;
  return column.hiddenLabel ? undefined : column.shortLabel ?? column.label;
}

interface CellProps {
  column: AnyColumn;
  isHeader: boolean;
  isRecord: boolean;
  children: ComponentChildren;
}

function Cell({ column, isHeader, isRecord, children }: CellProps) {
  const place = isRecord && column.place && `at-${column.place}`;
  if (isHeader) return <th role="rowheader" scope="row" class={classes(place)}>{children}</th>;
  return (
    <td role="cell" class={classes(column.figures && "end", place)} data-label={cellLabel(column, isRecord)}>
      {children}
    </td>
  );
}

function Total({ total, columns }: { total: TotalRow; columns: AnyColumn[] }) {
  const span = columns.length - total.values.length;
  const isAlone = total.values.length === 1;
  return (
    <tr role="row" class={classes(total.kind, isAlone && "total")}>
      <th role="rowheader" scope="row" colSpan={span > 1 ? span : undefined}>{total.label}</th>
      {total.values.map((value, index) => (
        <td
          key={index}
          role="cell"
          class="end"
          data-label={isAlone ? undefined : cellLabel(columns[span + index], false)}
        >
          {value}
        </td>
      ))}
    </tr>
  );
}

export function Table<Row>(props: TableProps<Row>) {
  const { caption, captionHidden, columns, rows, working, totals, layout = "stacked", tight } = props;
  const isRecord = layout === "record";
  return (
    <table role="table" class={classes("ledger", tight && "tight", layouts[layout])}>
      <caption class={captionHidden ? "sr-only" : undefined}>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => <Heading key={column.label} column={column} />)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, rowIndex) => {
          const opened = working?.(row);
          return (
            <Fragment key={rowIndex}>
              <tr role="row" class={opened ? "opened" : undefined}>
                {columns.map((column, index) => (
                  <Cell key={index} column={column} isHeader={index === 0} isRecord={isRecord}>
                    {column.cell(row)}
                  </Cell>
                ))}
              </tr>
              {opened && (
                <tr role="row" class="working">
                  <td role="cell" colSpan={columns.length}>{opened}</td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
      {totals && (
        <tfoot role="rowgroup">
          {totals.map((total) => <Total key={total.label} total={total} columns={columns} />)}
        </tfoot>
      )}
    </table>
  );
}
