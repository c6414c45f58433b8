/** The editor of a manual invoice: its terms, a page of its lines, and what they come to; all of it one form that saves. */
import { Actions, Button, ButtonLink } from "../../../../../components/ui/button.tsx";
import { Checkbox, type Option, Select } from "../../../../../components/ui/choice.tsx";
import { errorAt, ErrorSummary, type FormError } from "../../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../../components/ui/field.tsx";
import { TapLink } from "../../../../../components/ui/link.tsx";
import { Notice } from "../../../../../components/ui/notice.tsx";
import { PageHeader } from "../../../../../components/ui/page_header.tsx";
import { Pagination, rowsShown } from "../../../../../components/ui/pagination.tsx";
import { Section } from "../../../../../components/ui/section.tsx";
import type { ManualTerms } from "../../../../../db/queries/manual_invoice.ts";
import { lineField } from "../../../../../lib/invoicing/manual/read_manual.ts";
import type { TypedLine } from "../../../../../lib/invoicing/manual/typed_line.ts";
import { linesPerPage, type ManualInvoice } from "../../../../../lib/invoicing/manual/views.ts";
import { describeTotals } from "../../(_components)/describe_invoice.tsx";
import { countOf, showAmount, showRate, taxNameIn } from "../../(_components)/invoice_words.tsx";
import { lineLabels, termLabels } from "./manual_form.ts";

export interface ManualEditorProps {
  draft: ManualInvoice;
  /** As typed. */
  terms: ManualTerms;
  lines: (TypedLine & { amount: bigint | null })[];
  after: number;
  version: string;
  key: string;
  errors: FormError[];
  notice?: string;
  /** The line that the last button made: the keyboard goes on there. */
  newLine?: number;
}

export function ManualEditor(props: ManualEditorProps) {
  const { draft, terms, lines, after, version, key, errors, notice } = props;
  const { id, customer, currency, entity, sums, lineCount } = draft;
  const here = `/invoices/manual/${id}`;
  const total = sums === null ? "not clear yet" : showAmount(sums.total, currency);
  return (
    <>
      {notice && <Notice tone="good">{notice}</Notice>}
      <PageHeader
        trail={[
          { label: "Home", href: "/" },
          { label: "Invoices", href: "/invoices" },
          { label: "Written by hand", href: "/invoices/manual" },
        ]}
        here="Draft"
        title={`Draft for ${customer.name}`}
        subject={<TapLink href={`/customers/${customer.id}`}>{customer.name}</TapLink>}
        state={draft.state === "approved"
          ? "Approved. If you change it, it has to be approved again."
          : "Saving keeps what you typed, also if it is not complete."}
        figure={{ label: "Comes to", value: total }}
      />
      <ErrorSummary errors={errors} before="you go on" />
      <form method="post" action={here} novalidate>
        <input type="hidden" name="key" value={key} />
        <input type="hidden" name="version" value={version} />
        <input type="hidden" name="after" value={after} />
        <input type="hidden" name="count" value={lines.length} />
        {/* Enter presses the first button of a form: it adds a line and keeps what is typed. */}
        <button type="submit" name="do" value="add" hidden>Add a line</button>
        <Section id="lines" title="Lines" aside={countOf(BigInt(lineCount), "line")}>
          {lines.length === 0
            ? <p class="max-w-prose mb-4">There is no line yet. Add the first one.</p>
            : <Lines {...props} />}
          <Actions>
            <Button name="do" value="add">Add a line</Button>
          </Actions>
          {lineCount > linesPerPage && (
            <Pagination
              summary={`${
                rowsShown("Lines", after, after + lines.length, lineCount)
              }. Save before you turn the page.`}
              previous={after === 0
                ? undefined
                : { label: "Previous lines", href: `${here}?after=${Math.max(0, after - linesPerPage)}` }}
              next={after + lines.length < lineCount
                ? { label: "Next lines", href: `${here}?after=${after + linesPerPage}` }
                : undefined}
            />
          )}
        </Section>
        <Sums draft={draft} />
        <Section id="terms" title="Terms">
          <Terms terms={terms} errors={errors} taxName={taxNameIn(entity.country).short} />
        </Section>
        <Actions>
          <Button kind="go" name="do" value="save">Save the draft</Button>
          <Button name="do" value="review">Save and review</Button>
          <ButtonLink kind="plain" href={`${here}/discard`}>Discard the draft</ButtonLink>
        </Actions>
      </form>
    </>
  );
}

function Lines({ draft, lines, after, errors, newLine }: ManualEditorProps) {
  const taxes = [
    { value: "", label: "no tax" },
    ...draft.taxes.map((value) => {
      const [category, percent] = value.split(" ");
      const rate = showRate(category, percent);
      return { value, label: category === "S" ? rate : `${category}, ${rate}` };
    }),
  ];
  return lines.map((line, index) => (
    <Line
      key={after + index}
      line={line}
      position={after + index + 1}
      taxes={taxes}
      errors={errors}
      currency={draft.currency}
      isNew={newLine === after + index + 1}
    />
  ));
}

interface LineProps {
  line: TypedLine & { amount: bigint | null };
  position: number;
  taxes: Option[];
  errors: FormError[];
  currency: string;
  isNew: boolean;
}

const examples: Record<Exclude<keyof TypedLine, "tax">, string> = {
  description: "Repair of the front bumper",
  about: "Van AB12 CDE",
  quantity: "2.5",
  unit: "hours",
  unitPrice: "48.00",
  discountPercent: "10",
};

const figureFields: readonly string[] = ["quantity", "unitPrice", "discountPercent"];

/** The fields of a line side by side, two or four in a row. */
function Line({ line, position, taxes, errors, currency, isNew }: LineProps) {
  const amount = line.amount === null
    ? "Amount: not clear yet"
    : `Amount: ${showAmount(line.amount, currency)}`;
  return (
    <fieldset class="mb-4 border-t border-line pt-3">
      <legend class="font-semibold pr-3">{`Line ${position}`}</legend>
      <div class="grid grid-cols-2 md:grid-cols-4 gap-3">
        {(Object.keys(examples) as (keyof typeof examples)[]).map((field) => (
          <div key={field} class={field === "description" ? "col-span-2 min-w-0" : "min-w-0"}>
            <TextField
              id={lineField(position, field)}
              label={lineLabels[field]}
              compact
              example={examples[field]}
              inputmode={figureFields.includes(field) ? "decimal" : undefined}
              autocomplete="off"
              autofocus={isNew && field === "description"}
              value={line[field]}
              error={errorAt(errors, lineField(position, field))}
            />
          </div>
        ))}
        <Select
          id={lineField(position, "tax")}
          label={lineLabels.tax}
          compact
          options={taxes}
          value={line.tax}
          error={errorAt(errors, lineField(position, "tax"))}
        />
      </div>
      <div class="flex flex-wrap items-center justify-between gap-3">
        <p class="tabular-nums">{amount}</p>
        <Button kind="plain" name="do" value={`remove-${position}`} about={`line ${position}`}>Remove</Button>
      </div>
    </fieldset>
  );
}

function Sums({ draft }: { draft: ManualInvoice }) {
  const { sums, unreadCount, currency, taxInclusive, entity } = draft;
  if (sums === null) {
    return (
      <Notice tone="warn">
        The lines cannot stand on one invoice as they are: give each of them a tax rate, or none of them.
      </Notice>
    );
  }
  const rows = describeTotals({ ...sums, taxInclusive }, currency, taxNameIn(entity.country).short);
  return (
    <Section id="sums" title="What it comes to">
      <dl class="max-w-field mb-2">
        {rows.map(({ label, values }) => (
          <div key={label} class="flex justify-between gap-4 py-1">
            <dt>{label}</dt>
            <dd class="m-0 font-semibold tabular-nums">{values[0]}</dd>
          </div>
        ))}
      </dl>
      {unreadCount > 0 && (
        <p class="max-w-prose">
          {`Without ${countOf(BigInt(unreadCount), "line")} that cannot be read yet.`}
        </p>
      )}
    </Section>
  );
}

function Terms({ terms, errors, taxName }: { terms: ManualTerms; errors: FormError[]; taxName: string }) {
  const typed = (id: Exclude<keyof ManualTerms, "taxInclusive">) => ({
    id,
    label: termLabels[id],
    value: terms[id],
    error: errorAt(errors, id),
  });
  return (
    <>
      <TextField
        {...typed("supplyDate")}
        help={`The day that counts for ${taxName}.`}
        example="2024-05-31"
        type="date"
        short
      />
      <TextField
        {...typed("paymentTermsDays")}
        help="From the day of issue."
        example="14"
        inputmode="numeric"
        short
      />
      <Checkbox
        id="taxInclusive"
        label={`The prices hold ${taxName} already`}
        checked={terms.taxInclusive}
      />
      <TextField
        {...typed("purchaseOrder")}
        help="The number that the customer ordered it by."
        example="PO-4471"
        optional
      />
      <TextField
        {...typed("buyerReference")}
        help="Who or what the customer books it for."
        example="Fleet office, Anna Reid"
        optional
      />
      <TextArea
        {...typed("note")}
        help="The customer reads it on the invoice."
        example="Thank you for the quick return of the van."
        rows={2}
        optional
      />
    </>
  );
}
