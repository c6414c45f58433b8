/** The two steps to a credit note: what to credit and why, then the last look at what it comes to. */
import { Actions, Button, ButtonLink } from "../../../../components/ui/button.tsx";
import { RadioGroup } from "../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../components/ui/error_summary.tsx";
import { Facts } from "../../../../components/ui/facts.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Form } from "../../../../components/ui/form.tsx";
import { Notice } from "../../../../components/ui/notice.tsx";
import { Pagination, type PaginationProps } from "../../../../components/ui/pagination.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import {
  type CreditedAmounts,
  CreditedLines,
  purposeWords,
} from "../../credit-notes/(_components)/credit_note_parts.tsx";

/** As typed. */
export interface CreditValues {
  how: string;
  amount: string;
  purpose: string;
  reason: string;
  /** By the position of the line. */
  lines: Record<string, string>;
}

export interface CreditFormProps {
  action: string;
  values: CreditValues;
  errors: FormError[];
  /** All that is left, with tax: "£494.40". */
  left: string;
  /** "before VAT" or "with VAT", as the lines are. */
  terms: string;
  /** An amount as it may be typed: "1250.00". */
  example: string;
  /** Whether its lines were written by people, so that no run bills any of it again. */
  isByHand: boolean;
  lines: { position: number; description: string; left: string }[];
  linePages?: PaginationProps;
}

export function CreditForm(
  { action, values, errors, left, terms, example, isByHand, lines, linePages }: CreditFormProps,
) {
  return (
    <form method="get" action={action} novalidate>
      <input type="hidden" name="review" value="yes" />
      {/* so that the amounts belong to the lines that are shown */}
      {lines[0] && <input type="hidden" name="after" value={lines[0].position - 1} />}
      <RadioGroup
        id="how"
        legend="What to credit"
        options={[
          { value: "whole", label: "All that is left", help: `${left} with tax.` },
          { value: "amount", label: "An amount", help: "It is spread over the lines in proportion." },
          { value: "lines", label: "Parts of single lines", help: "Fill in the amounts of the lines below." },
        ]}
        value={values.how}
        error={errorAt(errors, "how")}
      />
      <TextField
        id="amount"
        label={`Amount ${terms}`}
        help="Only if you credit an amount."
        example={example}
        inputmode="decimal"
        value={values.amount}
        error={errorAt(errors, "amount")}
        optional
        short
      />
      <RadioGroup
        id="purpose"
        legend="What becomes of the amount"
        options={[
          {
            value: "concession",
            label: "It is given away",
            help: isByHand ? undefined : "Later runs do not bill it again.",
          },
          {
            value: "correction",
            label: "It was billed by mistake",
            help: isByHand
              ? "No run bills it again. Write another invoice for what is still due."
              : "The next run looks at plan and usage again, and bills what is still due.",
          },
        ]}
        value={values.purpose}
        error={errorAt(errors, "purpose")}
      />
      <TextArea
        id="reason"
        label="Why"
        help="The customer reads it on the credit note."
        example="Van 12 stood in the workshop for a week"
        value={values.reason}
        error={errorAt(errors, "reason")}
        rows={2}
      />
      <Section id="lines" title="Parts of lines" aside={`Amounts ${terms}`}>
        {lines.map(({ position, description, left }) => (
          <TextField
            key={position}
            id={`line-${position}`}
            label={`Line ${position}, ${description}`}
            help={`${left} is left.`}
            example={example}
            inputmode="decimal"
            value={values.lines[position]}
            error={errorAt(errors, `line-${position}`)}
            optional
            short
          />
        ))}
        {linePages && <Pagination {...linePages} />}
      </Section>
      <Actions>
        <Button kind="go">Review the credit note</Button>
      </Actions>
    </form>
  );
}

export interface CreditReviewProps {
  action: string;
  /** What was typed, and the key that keeps a repeat from counting twice. */
  hidden: Record<string, string>;
  /** Back to the form with what was typed. */
  changeHref: string;
  credit: CreditedAmounts;
  /** "£48.33". */
  total: string;
  customer: string;
  invoice: { number: string; href: string };
  purpose: keyof typeof purposeWords;
  reason: string;
  /** "£120.00", where payments give something back. */
  released?: string;
  /** The period that is due again, where nothing of the invoice is left and it is to be billed again. */
  dueAgain?: string;
}

export function CreditReview(props: CreditReviewProps) {
  const { action, hidden, changeHref, credit, total, customer, invoice, purpose, reason } = props;
  const { released, dueAgain } = props;
  return (
    <>
      {released && (
        <Notice tone="info">
          {`${released} of it is paid already. That money becomes credit of the customer.`}
        </Notice>
      )}
      {dueAgain && (
        <Notice tone="warn">
          {`Nothing of the invoice is left after this, so ${dueAgain} is due again: the next run bills it.`}
        </Notice>
      )}
      <Facts
        facts={[
          { label: "Customer", value: customer },
          { label: "Invoice", value: invoice.number, href: invoice.href },
          { label: "The amount is", value: purposeWords[purpose] },
          { label: "Why", value: <span class="break-words">{reason}</span> },
        ]}
      />
      <CreditedLines credit={credit} />
      <div class="mt-8">
        <p class="mb-4 max-w-prose">
          It gets its number and date, and is posted. After that it cannot change.
        </p>
        <Form action={action} submit={`Issue credit note of ${total}`} hidden={hidden}>{null}</Form>
        <p class="mt-3">
          <ButtonLink kind="plain" href={changeHref}>Change it, nothing issued</ButtonLink>
        </p>
      </div>
    </>
  );
}
