/** What stops a form, right under the page's heading: it takes focus and leads to each field. */
import { Icon } from "./icon.tsx";

export interface FormError {
  /** The id of the field to fix; left out where no single field is at fault. */
  field?: string;
  /** Where to go instead of the field, when the cause is on another page. */
  href?: string;
  /** The field's label, said before the message in the summary. */
  label?: string;
  /** A sentence that says what is wrong and what to type: "“4471” has no PO- in front. Type PO-4471." */
  message: string;
}

/** The message to show at one field. */
export function errorAt(errors: FormError[], field: string): string | undefined {
  return errors.find((error) => error.field === field)?.message;
}

/** "Purchase order: type PO- and 4 digits" from a label and a sentence. */
function summarised({ label, message }: FormError): string {
  if (!label) return message;
  // A month keeps its capital: "March 2024 is billed."
  const isWord = /^[A-Z][a-z]+(?! \d{4}\b)\b/.test(message);
  return `${label}: ${isWord ? message[0].toLowerCase() + message.slice(1) : message}`.replace(/\.$/, "");
}

export interface ErrorSummaryProps {
  errors: FormError[];
  /** What comes after the fixing: "review", "you can sign in". */
  before: string;
}

const link = "tap py-1 text-bad font-semibold hover:text-bad";

export function ErrorSummary({ errors, before }: ErrorSummaryProps) {
  if (errors.length === 0) return null;
  const count = errors.length === 1 ? "1 thing" : `${errors.length} things`;
  return (
    <div
      role="alert"
      tabIndex={-1}
      autofocus
      aria-labelledby="errors-heading"
      class="mb-8 px-6 py-4 border-2 border-l-8 border-bad rounded"
    >
      <h2 id="errors-heading" class="flex items-center gap-3 text-lead text-bad">
        <Icon name="overdue" />
        {`${count} to fix before ${before}`}
      </h2>
      <ul class="max-w-prose">
        {errors.map((error) => (
          <li key={error.message}>
            {error.field
              ? <a href={error.href ?? `#${error.field}`} class={link}>{summarised(error)}</a>
              : <span class="tap">{summarised(error)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
