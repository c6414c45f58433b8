/** Fields that choose: a list, a check box, some or one of a few. */
import { described, type FieldBasics, FieldError, FieldFrame } from "./field.tsx";

export interface Option {
  value: string;
  label: string;
}

export interface SelectProps extends FieldBasics {
  options: Option[];
  value?: string;
  short?: boolean;
}

export function Select(props: SelectProps) {
  const attributes = described(props);
  return (
    <FieldFrame {...props}>
      <select {...attributes} class={props.short ? `${attributes.class} max-w-short` : attributes.class}>
        {props.options.map(({ value, label }) => (
          <option key={value} value={value} selected={value === props.value}>{label}</option>
        ))}
      </select>
    </FieldFrame>
  );
}

const choice = "flex items-center gap-3 min-h-tap py-1 cursor-pointer";
const mark = "w-6 h-6 m-0 shrink-0";

export interface CheckboxProps {
  id: string;
  name?: string;
  value?: string;
  label: string;
  checked?: boolean;
  required?: boolean;
  error?: string;
}

export function Checkbox({ id, name, value, label, checked, required, error }: CheckboxProps) {
  return (
    <div class={error ? "mb-6 border-l-4 border-bad pl-4" : "mb-6"}>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      <label class={choice}>
        <input
          type="checkbox"
          id={id}
          name={name ?? id}
          value={value ?? "yes"}
          checked={checked}
          required={required}
          aria-describedby={error && `${id}-error`}
          aria-invalid={error ? "true" : undefined}
          class={mark}
        />
        {label}
      </label>
    </div>
  );
}

export interface CheckboxGroupProps {
  /** The first box has this id, so that an error can link to it. */
  id: string;
  legend: string;
  help?: string;
  error?: string;
  /** Each box has a name of its own, and sends "yes". */
  options: { name: string; label: string; help?: string; checked: boolean }[];
}

export function CheckboxGroup({ id, legend, help, error, options }: CheckboxGroupProps) {
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <fieldset class={error ? "mb-6 border-l-4 border-bad pl-4" : "mb-6"} aria-describedby={described}>
      <legend class="font-semibold pb-1">{legend}</legend>
      {help && <p id={`${id}-help`} class="text-label text-ink-2 max-w-prose">{help}</p>}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {options.map((option, index) => (
        <label key={option.name} class={choice}>
          <input
            type="checkbox"
            id={index === 0 ? id : option.name}
            name={option.name}
            value="yes"
            checked={option.checked}
            class={mark}
          />
          <span class="max-w-prose">
            {option.label}
            {option.help && <span class="block text-label text-ink-2">{option.help}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export interface RadioGroupProps {
  /** The first button has this id, so that an error can link to it. */
  id: string;
  name?: string;
  legend: string;
  help?: string;
  error?: string;
  options: (Option & { help?: string })[];
  value?: string;
}

export function RadioGroup({ id, name, legend, help, error, options, value }: RadioGroupProps) {
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <fieldset class={error ? "mb-6 border-l-4 border-bad pl-4" : "mb-6"} aria-describedby={described}>
      <legend class="font-semibold pb-1">{legend}</legend>
      {help && <p id={`${id}-help`} class="text-label text-ink-2 max-w-prose">{help}</p>}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {options.map((option, index) => {
        const optionId = index === 0 ? id : `${id}-${option.value}`;
        return (
          <label key={option.value} class={choice}>
            <input
              type="radio"
              id={optionId}
              name={name ?? id}
              value={option.value}
              checked={option.value === value}
              class={mark}
            />
            <span>
              {option.label}
              {option.help && <span class="block text-label text-ink-2">{option.help}</span>}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
