/** What the page that maps a waiting file shows: the guess or the choice, and on demand what the rows would become. */
import { type FreshContext, page, type PageResponse } from "fresh";
import { Moment } from "../../../../components/ui/date.tsx";
import type { FormError } from "../../../../components/ui/error_summary.tsx";
import { withTenant } from "../../../../db/tenant.ts";
import { signedIn, type State } from "../../../../define.ts";
import { isMilepostError, type MilepostError } from "../../../../lib/core/errors.ts";
import type { ColumnChoice } from "../../../../lib/imports/column_choice.ts";
import { guessChoice } from "../../../../lib/imports/column_guess.ts";
import type { FileLook } from "../../../../lib/imports/file_look.ts";
import { homeZone } from "../../../../lib/tenants/views.ts";
import { misfitOf, offeredMappings } from "../../../../lib/usage/mappings.ts";
import { previewChoice, type UsagePreview } from "../../../../lib/usage/preview.ts";
import {
  findWaitingFile,
  lookAtWaiting,
  waitingDays,
  type WaitingFile,
} from "../../../../lib/usage/waiting_file.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";
import { countOf } from "../../invoices/(_components)/invoice_words.tsx";
import { delimiterWord, fieldsOfChoice, labelOf, readChoice, readDelimiter } from "./column_values.ts";
import type { ColumnsPageProps, PreviewProps } from "./columns_page.tsx";

const shownRows = 20;
const shownCharacters = 60;

/** What was sent; nothing when the page is opened. */
export interface SentColumns {
  field: (name: string) => string;
  /** Why the import was refused. */
  refusal?: MilepostError;
  key: string;
}

/** The page for a file that waits; leads to its import where it does not. */
export async function showColumns(
  ctx: FreshContext<State>,
  sent?: SentColumns,
): Promise<PageResponse<ColumnsPageProps> | Response> {
  const { tenantId } = signedIn(ctx.state);
  const { database } = ctx.state.environment;
  const usageImportId = ctx.params.id;
  const [file, offered, zone] = await withTenant(
    database,
    tenantId,
    (db) => Promise.all([findWaitingFile(db, usageImportId), offeredMappings(db), homeZone(db)]),
    { readOnly: true },
  );
  if (!file) return ctx.redirect(`/usage/${usageImportId}`, 303);
  const { first, isWhole, usageImport } = file;
  const tried = offered.find(({ mapping }) => mapping.name === usageImport.mapping)?.mapping;
  const shown: ColumnsPageProps = {
    usageImportId,
    fileName: usageImport.fileName,
    state:
      `Nothing of it is imported yet. If nobody chooses within ${waitingDays} days, the file is deleted.`,
    misfit: tried && misfitOf(tried, first, isWhole),
    fitting: offered.map(({ mapping }) => mapping)
      .filter((mapping) => misfitOf(mapping, first, isWhole) === undefined).map(({ name }) => name),
    errors: [],
  };
  const described = await describeForm(ctx, file, zone, sent);
  const status = described.errors.length > 0 ? 422 : 200;
  ctx.state.title = { page: "Columns", section: usageImport.fileName, hasErrors: status !== 200 };
  return page({ ...shown, ...described }, { status: sent?.refusal?.status ?? status });
}

type Described = Pick<ColumnsPageProps, "fields" | "preview" | "errors">;

async function describeForm(
  ctx: FreshContext<State>,
  file: WaitingFile,
  zone: string,
  sent: SentColumns | undefined,
): Promise<Described> {
  const looked = tryLook(file, readDelimiter(sent?.field("delimiter") ?? ""));
  if ("error" in looked) return { errors: labelled(looked.error, []) };
  const { look } = looked;
  const isChosen = sent !== undefined && sent.field("step") !== "columns";
  const choice = isChosen ? readChoice(sent.field, look.columns) : guessChoice(look, zone);
  const fields = {
    choice,
    columns: look.columns,
    samples: look.columns.map((_, index) => samplesOf(look.rows.map((row) => row[index]))),
    delimiter: look.form === "csv" ? delimiterWord(look.delimiter) : undefined,
    errors: sent?.refusal ? labelled(sent.refusal, look.columns) : [],
  };
  if (!isChosen) return { fields, errors: [] };
  try {
    const preview = await describePreview(ctx, file, look, choice, zone, sent);
    return { fields, preview, errors: fields.errors };
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput") && !isMilepostError(error, "InvalidFile")) throw error;
    const errors = labelled(error, look.columns);
    return { fields: { ...fields, errors }, errors };
  }
}

function tryLook(file: WaitingFile, delimiter: string): { look: FileLook } | { error: MilepostError } {
  try {
    return { look: lookAtWaiting(file, delimiter) };
  } catch (error) {
    if (isMilepostError(error, "InvalidFile") || isMilepostError(error, "InvalidInput")) return { error };
    throw error;
  }
}

/** A fault of the file is one of no field. */
function labelled(error: MilepostError, columns: readonly string[]): FormError[] {
  if (error.name === "InvalidFile") return [{ message: error.message }];
  return formErrors(error).map((found) => ({ ...found, label: labelOf(found.field, columns) }));
}

function samplesOf(values: readonly string[]): string {
  const shown = [...new Set(values.filter((value) => value !== ""))].slice(0, 3).map((value) =>
    shorten(value, 24)
  );
  return shown.length === 0 ? "empty" : shown.join(" · ");
}

function shorten(value: string, most = shownCharacters): string {
  return value.length > most ? `${value.slice(0, most)}…` : value;
}

async function describePreview(
  ctx: FreshContext<State>,
  file: WaitingFile,
  look: FileLook,
  choice: ColumnChoice,
  zone: string,
  { field, key }: SentColumns,
): Promise<PreviewProps> {
  const { tenantId } = signedIn(ctx.state);
  const { database, clock } = ctx.state.environment;
  const preview = await previewChoice(database, tenantId, choice, look, file, shownRows);
  const { counts, events, setAside, fault } = preview;
  const count = (value: number) => value.toLocaleString("en-GB");
  const cut = (shown: number, all: number) =>
    all > shown ? `The first ${shown} of ${count(all)}.` : undefined;
  const thisYear = clock.now().toZonedDateTimeISO(zone).year;
  return {
    sentence: sentenceFor(preview),
    fault,
    facts: [
      { label: "Rows looked at", value: count(counts.rows) },
      { label: "New events", value: count(counts.events) },
      { label: "Duplicates", value: count(counts.duplicates) },
      { label: "Set aside", value: count(counts.quarantined) },
    ],
    events: events.map(({ line, event, subject }) => ({
      line: String(line),
      kind: event.event,
      at: <Moment instant={event.at.toString()} zone={zone} thisYear={thisYear} />,
      subject: shorten(subject),
      fields: shorten(
        Object.entries(event.properties).map((property) => property.join(" ")).join(", ") || "none",
        200,
      ),
      id: choice.id === "" ? "the row itself" : shorten(event.id),
    })),
    setAside: setAside.map(({ line, column, value, reason }) => ({
      line: String(line),
      column,
      value: value === "" ? "empty" : shorten(value),
      reason,
    })),
    cutEvents: cut(events.length, counts.events),
    cutSetAside: cut(setAside.length, counts.quarantined),
    name: field("name"),
    hidden: { ...fieldsOfChoice(choice), delimiter: delimiterWord(look.delimiter), step: "import", key },
  };
}

function sentenceFor({ counts: { rows }, isWhole, fault }: UsagePreview): string {
  if (rows === 0 && isWhole) return "The file has no rows under its first line.";
  return isWhole && !fault
    ? `This is a preview of all ${countOf(rows, "row")}. Nothing is imported yet.`
    : `This is a preview of the first ${countOf(rows, "row")}; the file goes on. Nothing is imported yet.`;
}
