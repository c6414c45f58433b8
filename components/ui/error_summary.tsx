/** What stops a form, first in the page: it takes focus and leads to each field. */
import { Icon } from "./icon.tsx";

export interface FormError {
  /** The id of the field to fix; left out where no single field is at fault. */
  field?: string;
  /** The field's label, then what to type: "Purchase order: use PO- and 4 digits". */
  message: string;
}

export interface ErrorSummaryProps {
  errors: FormError[];
  /** What comes after the fixing: "review", "you can sign in". */
  before: string;
}

const link = "tap text-bad font-semibold hover:text-bad";

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
      <ul>
        {errors.map(({ field, message }) => (
          <li key={message}>
            {field ? <a href={`#${field}`} class={link}>{message}</a> : <span class="tap">{message}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
