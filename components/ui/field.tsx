/** Form fields: label, help that ends in an example, error, input, in that order; "(optional)" in words. */
import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

export const controlClass =
  "block w-full min-h-tap px-3 py-2 border-control border-edge rounded bg-paper text-ink hover:border-ink";
const controlWithError =
  "block w-full min-h-tap px-3 py-2 border-2 border-bad rounded bg-paper text-ink hover:border-ink";
const frame = "max-w-field mb-6";
const frameWithError = "max-w-field mb-6 border-l-4 border-bad pl-4";
/** In words, no asterisk; the space parts it from the label. */
const optionalWord = " (optional)";
const help = "block text-label text-ink-2 mb-2";

/** What every kind of field has. */
export interface FieldBasics {
  /** Also the name of the form value unless `name` says otherwise. */
  id: string;
  name?: string;
  label: string;
  /** One sentence: what it is for, or where it comes from. */
  help?: string;
  /** What is wrong and what to type, after a failed try. */
  error?: string;
  optional?: boolean;
  /** Beside other fields in a filter bar: no margin of its own, help said but not shown. */
  compact?: boolean;
  /** The label is said, not shown: in a table whose column has the same words. */
  labelHidden?: boolean;
}

/** The attributes that tie help and error to their control. */
export function described(field: FieldBasics & { example?: string }) {
  const ids = [(field.help || field.example) && `${field.id}-help`, field.error && `${field.id}-error`];
  return {
    id: field.id,
    name: field.name ?? field.id,
    required: !field.optional && !field.compact,
    "aria-describedby": ids.filter(Boolean).join(" ") || undefined,
    "aria-invalid": field.error ? "true" as const : undefined,
    class: field.error ? controlWithError : controlClass,
  };
}

export interface FieldFrameProps extends FieldBasics {
  example?: string;
  children: ComponentChildren;
}

/** Label, help and error around any control. */
export function FieldFrame(
  { id, label, help: helpText, example, error, optional, compact, labelHidden, children }: FieldFrameProps,
) {
  const words = [helpText, example && `Example: ${example}`].filter(Boolean).join(" ");
  return (
    <div class={compact ? "min-w-0" : error ? frameWithError : frame}>
      <label for={id} class={labelHidden ? "sr-only" : "block font-semibold pb-1"}>
        {label}
        {optional && <span class="font-normal text-ink-2">{optionalWord}</span>}
      </label>
      {words && <span id={`${id}-help`} class={compact ? "sr-only" : help}>{words}</span>}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {children}
    </div>
  );
}

export function FieldError({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <p id={id} class="flex items-start gap-2 mb-2 font-semibold text-bad">
      <Icon name="overdue" class="mt-1" />
      <span>{children}</span>
    </p>
  );
}

export interface TextFieldProps extends FieldBasics {
  /** A value as it may be typed, shown after "Example:". */
  example: string;
  value?: string;
  type?: "text" | "email" | "password" | "search" | "tel" | "url" | "date" | "month";
  inputmode?: "decimal" | "numeric" | "email" | "text";
  autocomplete?: string;
  /** For a date, an amount or a code. */
  short?: boolean;
  maxlength?: number;
  /** The keyboard starts here: once a page, where a button led to this field. */
  autofocus?: boolean;
  /** Offered while typing; anything else may be typed too. */
  suggestions?: readonly { value: string; label: string }[];
}

export function TextField(props: TextFieldProps) {
  const { value, type = "text", inputmode, autocomplete, short, maxlength, autofocus, suggestions } = props;
  const attributes = described(props);
  return (
    <FieldFrame {...props}>
      <input
        {...attributes}
        class={short ? `${attributes.class} max-w-short` : attributes.class}
        type={type}
        value={value}
        inputmode={inputmode}
        autocomplete={autocomplete}
        maxlength={maxlength}
        autofocus={autofocus}
        list={suggestions && `${props.id}-list`}
      />
      {suggestions && (
        <datalist id={`${props.id}-list`}>
          {suggestions.map((each) => <option key={each.value} value={each.value}>{each.label}</option>)}
        </datalist>
      )}
    </FieldFrame>
  );
}

export interface TextAreaProps extends FieldBasics {
  example: string;
  value?: string;
  rows?: number;
}

export function TextArea(props: TextAreaProps) {
  return (
    <FieldFrame {...props}>
      <textarea {...described(props)} rows={props.rows ?? 4}>{props.value}</textarea>
    </FieldFrame>
  );
}

export interface FileFieldProps extends FieldBasics {
  /** The kind of file and its size limit in words belong in `help`; this is a file name. */
  example: string;
  /** File endings, as in ".csv,text/csv". */
  accept?: string;
}

export function FileField(props: FileFieldProps) {
  return (
    <FieldFrame {...props}>
      <input {...described(props)} type="file" accept={props.accept} />
    </FieldFrame>
  );
}
