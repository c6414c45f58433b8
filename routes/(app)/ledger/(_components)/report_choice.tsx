/** Which books and which days a report is about: read from the address, and asked for above the report. */
import { Button } from "../../../../components/ui/button.tsx";
import { Select } from "../../../../components/ui/choice.tsx";
import { Empty } from "../../../../components/ui/empty.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import { PageHeader } from "../../../../components/ui/page_header.tsx";
import type { TenantDb } from "../../../../db/tenant.ts";
import { isMilepostError, milepostError } from "../../../../lib/core/errors.ts";
import { readDate } from "../../../../lib/core/input.ts";
import { localDate } from "../../../../lib/core/period.ts";
import { type BookChoice, chooseBook, listBookChoice } from "../../../../lib/ledger/reports/views.ts";
import { formErrors } from "../../../(_components)/form_fields.ts";

export interface ReportChoice {
  choice: BookChoice;
  entity: { id: string; name: string };
  currency: string;
  today: Temporal.PlainDate;
}

/** The entity and currency that the address asks for; nothing if there is no entity yet. */
export async function readReportChoice(
  db: TenantDb,
  query: URLSearchParams,
  now: Temporal.Instant,
): Promise<ReportChoice | undefined> {
  const choice = await listBookChoice(db);
  const book = chooseBook(choice, { entity: query.get("entity"), currency: query.get("currency") });
  return book && { choice, ...book, today: localDate(now, book.entity.zone) };
}

/** A day as typed, or what is wrong with it. */
export function readDay(
  name: string,
  text: string,
): { day: Temporal.PlainDate; errors: FormError[] } | { day: undefined; errors: FormError[] } {
  try {
    return { day: readDate(name, text), errors: [] };
  } catch (error) {
    if (!isMilepostError(error, "InvalidInput")) throw error;
    return { day: undefined, errors: formErrors(error) };
  }
}

export interface ChooseReportProps {
  action: string;
  entities: { id: string; name: string }[];
  entityId: string;
  /** Left out where the report shows each currency. */
  currencies?: { value: string; chosen: string }[];
  days: { name: string; label: string; value: string }[];
  errors: FormError[];
}

/** One entity, one currency and one or two days, sent as the address of the report. */
export function ChooseReport({ action, entities, entityId, currencies, days, errors }: ChooseReportProps) {
  return (
    <div class="screen-only">
      <ErrorSummary errors={errors} before="the report is shown" />
      <form method="get" action={action} novalidate class="flex flex-wrap items-end gap-x-6">
        {entities.length > 1
          ? (
            <Select
              id="entity"
              label="Billing entity"
              options={entities.map(({ id, name }) => ({ value: id, label: name }))}
              value={entityId}
            />
          )
          : <input type="hidden" name="entity" value={entityId} />}
        {currencies && currencies.length > 1 && (
          <Select
            id="currency"
            label="Currency"
            options={currencies.map(({ value }) => ({ value, label: value }))}
            value={currencies[0].chosen}
            short
          />
        )}
        {days.map(({ name, label, value }) => (
          <TextField
            key={name}
            id={name}
            label={label}
            example="31 March 2026"
            type="date"
            value={value}
            error={errorAt(errors, name)}
            short
          />
        ))}
        <div class="mb-6">
          <Button>Show the report</Button>
        </div>
      </form>
    </div>
  );
}

/** The currencies of the chosen entity, for the form. */
export function currenciesOf({ choice, entity, currency }: ReportChoice) {
  return choice.books.filter(({ entityId }) => entityId === entity.id)
    .map((book) => ({ value: book.currency, chosen: currency }));
}

/** A report of a business that bills for nobody yet. */
export function NoEntity({ title }: { title: string }) {
  return (
    <>
      <PageHeader
        trail={[{ label: "Home", href: "/" }, { label: "Ledger", href: "/ledger" }]}
        title={title}
      />
      <Empty
        main
        sentence="There are no books yet. They open with the first billing entity."
        action={{ label: "See the billing entities", href: "/entities" }}
      />
    </>
  );
}

/** Months shown before someone chooses other days. */
const monthsShown = 3;

/** The first and the last day as typed; the last months if none are. */
export function readDays(query: URLSearchParams, today: Temporal.PlainDate): { from: string; to: string } {
  const to = query.get("to") ?? today.toString();
  const last = readDay("to", to).day ?? today;
  return {
    from: query.get("from") ?? last.subtract({ months: monthsShown }).with({ day: 1 }).toString(),
    to,
  };
}

/** Throws `InvalidInput` for what is no day. */
export function parseDays({ from, to }: { from: string; to: string }) {
  return { from: readDate("from", from), to: readDate("to", to) };
}

/** The same for a file. Throws `NotFound` if there is no entity yet. */
export async function readFileChoice(
  db: TenantDb,
  query: URLSearchParams,
  now: Temporal.Instant,
): Promise<ReportChoice> {
  const asked = await readReportChoice(db, query, now);
  if (!asked) throw milepostError("NotFound", { message: "There are no books yet." });
  return asked;
}
