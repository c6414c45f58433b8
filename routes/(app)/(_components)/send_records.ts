/** What the page that imports customers, vehicles, contracts, plans or billing entities does with a file: it checks it, imports it, or lists its bad cells. */
import { createHash } from "node:crypto";
import { type FreshContext, page, type PageResponse } from "fresh";
import type { FormError } from "../../../components/ui/error_summary.tsx";
import { signedIn, type State } from "../../../define.ts";
import { requireCapability } from "../../../lib/auth/policy.ts";
import { isMilepostError } from "../../../lib/core/errors.ts";
import { csvHeaders, csvLine } from "../../../lib/imports/csv_writer.ts";
import { importRecords, type RecordKind, type RecordReport } from "../../../lib/imports/import_records.ts";
import { largestMegabytes, type RecordForm, rowNouns } from "../../../lib/imports/record_file.ts";
import { formErrors } from "../../(_components)/form_fields.ts";
import { chosenFile, readUploadForm } from "../../(_components)/upload_form.ts";
import { countOf } from "../invoices/(_components)/invoice_words.tsx";
import type { BadCell, ImportOutcome, RecordImportProps } from "./record_import.tsx";

type Answer = PageResponse<RecordImportProps> | Response;

/** The page before a file was chosen. */
export function showRecordImport(ctx: FreshContext<State>, kind: RecordKind): Answer {
  requireCapability(signedIn(ctx.state).session.actor, kind.command.capability);
  return answer(ctx, kind, {});
}

/** The page after a file was sent. */
export async function sendRecords(ctx: FreshContext<State>, kind: RecordKind): Promise<Answer> {
  requireCapability(signedIn(ctx.state).session.actor, kind.command.capability);
  try {
    const form = await readUploadForm(ctx.req, {
      megabytes: largestMegabytes,
      otherwise: "Split it and import the parts one by one.",
    });
    const file = chosenFile(form);
    const isImport = form.get("step") === "import" && !form.has("list");
    if (isImport && form.get("checked") !== await hashOf(file)) {
      const message = "This is not the file that was checked, or it has changed since. Check it first.";
      return answer(ctx, kind, { errors: [{ field: "file", message }], status: 422 });
    }
    const key = form.get("key");
    const report = await read(
      ctx,
      kind,
      file,
      isImport,
      typeof key === "string" && key !== "" ? key : undefined,
    );
    if (report.failure !== null) {
      return answer(ctx, kind, { errors: [{ field: "file", message: report.failure }], status: 422 });
    }
    if (form.has("list")) return listBadCells(kind, report);
    return answer(ctx, kind, { report, isImport, fileName: file.name });
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput") && !isMilepostError(error, "TooLarge")) throw error;
    return answer(ctx, kind, { errors: formErrors(error), status: error.status });
  }
}

async function hashOf(file: File): Promise<string> {
  return createHash("sha256").update(new Uint8Array(await file.arrayBuffer())).digest("hex");
}

function read(
  { state }: FreshContext<State>,
  kind: RecordKind,
  file: File,
  isImport: boolean,
  key: string | undefined,
): Promise<RecordReport> {
  const { session, tenantId } = signedIn(state);
  return importRecords(state.environment, kind, {
    tenantId,
    actor: session.actor,
    fileName: file.name,
    content: file.stream(),
    dryRun: !isImport,
    key,
  });
}

interface Shown {
  errors?: FormError[];
  status?: number;
  report?: RecordReport;
  isImport?: boolean;
  fileName?: string;
}

function answer(ctx: FreshContext<State>, kind: RecordKind, shown: Shown): Answer {
  const { form } = kind;
  const { nouns, file, columns } = form;
  const section = nouns.charAt(0).toUpperCase() + nouns.slice(1), listHref = `/${file}`;
  const { errors = [], status = 200, report } = shown;
  ctx.state.title = { page: `Import ${nouns}`, section, hasErrors: errors.length > 0 };
  return page<RecordImportProps>({
    nouns,
    file,
    section,
    listHref,
    errors: errors.map((error) => ({ ...error, label: `File with ${nouns}` })),
    form: describeForm(form, listHref, shown),
    outcome: report && describeOutcome(form, report, shown.isImport ?? false),
    columns: report ? undefined : columns.map(({ name, help, example, required }) => {
      return { name, help, example, required: required === true };
    }),
  }, { status });
}

function describeForm(
  form: RecordForm,
  listHref: string,
  { report, isImport, fileName }: Shown,
): RecordImportProps["form"] {
  const isLong = report !== undefined && cellsOf(report).length > cellsShown;
  const list = isLong ? { list: "Download every bad cell (CSV)" } : {};
  if (report && !isImport && report.events > 0) {
    return {
      title: "Import it",
      submit: `Import ${countOf(report.events, rowNouns(form).noun, rowNouns(form).nouns)}`,
      help: `Choose ${fileName} again: the check kept nothing of it.`,
      hidden: { step: "import", checked: report.sha256, key: crypto.randomUUID() },
      cancel: { label: "Check another file", href: `${listHref}/import` },
      ...list,
    };
  }
  return {
    title: report ? "Check another file" : "Check a file",
    submit: "Check the file",
    help: `CSV in UTF-8, up to ${largestMegabytes} MB. The check keeps nothing.`,
    hidden: { step: "check" },
    ...list,
  };
}

/** More would make the page long to read and slow to load. */
const cellsShown = 100;
const shownCharacters = 60;

function describeOutcome(form: RecordForm, report: RecordReport, isImport: boolean): ImportOutcome {
  const { rows, events, duplicates, quarantined, unknownColumns } = report;
  const count = (number: number) => number.toLocaleString("en-GB");
  const cells = cellsOf(report);
  return {
    tone: isImport && events > 0 ? "good" : quarantined > 0 ? "warn" : "info",
    sentence: sentenceFor(form, report, isImport),
    facts: [
      { label: "Rows", value: count(rows) },
      { label: isImport ? "Added" : "New", value: count(events) },
      { label: "There already", value: count(duplicates) },
      { label: "To correct", value: count(quarantined) },
    ],
    refusedCount: countOf(quarantined, "row"),
    badCells: cells.slice(0, cellsShown).map((cell) => ({ ...cell, value: shorten(cell.value) })),
    cut: cells.length > cellsShown
      ? `These are the first ${cellsShown} of ${
        count(cells.length)
      } bad cells. Choose the file again and press ` +
        "“Download every bad cell” for all of them."
      : undefined,
    unread: unknownColumns.length > 0
      ? `These columns are not read: ${unknownColumns.map(shorten).join(", ")}.`
      : undefined,
  };
}

function sentenceFor(
  form: RecordForm,
  { rows, events, duplicates }: RecordReport,
  isImport: boolean,
): string {
  const { noun, nouns } = rowNouns(form);
  if (rows === 0) return "This file has no rows under its first line.";
  if (isImport) return events === 0 ? "Nothing was added." : `${countOf(events, noun, nouns)} added.`;
  if (duplicates === rows) return "Every row of this file is there already. There is nothing to import.";
  return events === 0
    ? "This was a check. Nothing in this file can be imported as it is."
    : "This was a check: nothing is kept yet.";
}

function cellsOf({ refused }: RecordReport): BadCell[] {
  return refused.flatMap(({ line, problems }) =>
    problems.map(({ column, value, reason }) => ({ line: String(line), column, value, reason }))
  );
}

function shorten(value: string): string {
  if (value.trim() === "") return "empty";
  return value.length > shownCharacters ? `${value.slice(0, shownCharacters)}…` : value;
}

function listBadCells({ form: { file } }: RecordKind, report: RecordReport): Response {
  const lines = cellsOf(report).map(({ line, column, value, reason }) =>
    csvLine([line, column, value, reason])
  );
  return new Response(csvLine(["line", "column", "value", "what_to_correct"]) + lines.join(""), {
    headers: csvHeaders(`${file}-to-correct.csv`),
  });
}
