/** The fields that say which column of a file is which part of an event. */
import { type Option, Select } from "../../../../components/ui/choice.tsx";
import { errorAt, type FormError } from "../../../../components/ui/error_summary.tsx";
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import { Section } from "../../../../components/ui/section.tsx";
import { Table } from "../../../../components/ui/table.tsx";
import {
  choiceFields,
  type ColumnChoice,
  nameField,
  useField,
} from "../../../../lib/imports/column_choice.ts";
import { constantExample } from "../../../../lib/imports/constant_lines.ts";
import { choiceLabels as labels, delimiterOptions } from "./column_values.ts";

export interface ColumnFieldsProps {
  choice: ColumnChoice;
  columns: readonly string[];
  /** The first values of each column in words, in the order of `columns`; left out where there is no file. */
  samples?: readonly string[];
  /** In words; left out for lines of JSON, and where it cannot be changed. */
  delimiter?: string;
  errors: FormError[];
}

const timeForms: Option[] = [
  { value: "rfc3339", label: "With its offset: 2024-01-31T09:30:00+01:00" },
  { value: "local", label: "Local time: 2024-01-31 09:30:00" },
  { value: "pattern", label: "Local time in another form" },
  { value: "unix_seconds", label: "Seconds since 1970: 1706693400" },
  { value: "unix_milliseconds", label: "Milliseconds since 1970: 1706693400000" },
];
const uses: Option[] = [
  { value: "left_out", label: "Left out" },
  { value: "quantity", label: "Number" },
  { value: "required_quantity", label: "Number, in every row" },
  { value: "word", label: "Word" },
];

export function ColumnFields(props: ColumnFieldsProps) {
  const { choice, columns, delimiter, errors } = props;
  const at = <Id extends keyof typeof labels>(id: Id) => ({
    id,
    label: labels[id],
    error: errorAt(errors, id),
  });
  const chosen = (part: keyof typeof choiceFields, none: string) => ({
    ...at(choiceFields[part]),
    options: [{ value: "", label: none }, ...columns.map((name) => ({ value: name, label: name }))],
    value: choice[part],
  });
  return (
    <>
      {delimiter !== undefined && (
        <Select
          {...at("delimiter")}
          help="After a change, press “Read the columns again”."
          options={delimiterOptions}
          value={delimiter}
        />
      )}
      <div class="grid items-end gap-x-6 md:grid-cols-2">
        <Select {...chosen("vehicle", "None")} help="The column with its reference." />
        <Select {...chosen("contract", "None")} help="Only where a row names no vehicle." />
        <Select {...chosen("time", "None")} help="When it happened." />
        <Select {...at("time_form")} options={timeForms} value={choice.timeForm} />
        <TextField
          {...at("time_pattern")}
          help="Only for another form: YYYY, MM, DD, HH, mm, ss."
          example="DD/MM/YYYY HH:mm"
          value={choice.timePattern}
          optional
        />
        <TextField
          {...at("zone")}
          help="Only for local time."
          example="Europe/London"
          value={choice.zone}
          optional
        />
        <Select {...chosen("event", "The same in every row")} help="What happened: a trip, fuel, a toll." />
        <TextField
          {...at("event_kind")}
          help="Where it is the same in every row."
          example="trip"
          value={choice.eventKind}
          optional
        />
        <Select
          {...chosen("id", "None")}
          help="Tells one event from another. Without it the whole row does."
        />
        <Select {...chosen("corrects", "None")} help="Only where rows correct earlier ones." />
        <TextField
          {...at("source")}
          help="Rows with the same id from the same system count once."
          example="telematics"
          value={choice.source}
        />
      </div>
      <Others {...props} />
      <TextArea
        {...at("constants")}
        help="What the file does not say, a line each: name, colon, value."
        example={constantExample}
        value={choice.constants}
        rows={3}
        optional
      />
    </>
  );
}

function Others({ choice, columns, samples, errors }: ColumnFieldsProps) {
  const rows = columns.map((name, index) => ({ name, index }));
  return (
    <Section id="columns" title="Numbers and words to keep">
      <p class="max-w-prose mb-4">
        Meters of plans count numbers and filter by words, each by its field name. A number that is needed
        sets a row aside where it is missing.
      </p>
      <div class="mb-8">
        <Table
          caption="Columns of the file, in its order"
          captionHidden
          columns={[
            { label: "Column", cell: ({ name }) => <span class="break-words">{name}</span> },
            ...(samples
              ? [{
                label: "First values",
                cell: ({ index }: { index: number }) => (
                  <code class="font-mono break-all">{samples[index]}</code>
                ),
              }]
              : []),
            {
              label: "Keep as",
              cell: ({ name, index }) => (
                <Select
                  id={useField(index + 1)}
                  label={`Keep ${name} as`}
                  options={uses}
                  value={choice.others[index]?.use}
                  error={errorAt(errors, useField(index + 1))}
                  compact
                  labelHidden
                />
              ),
            },
            {
              label: "Field name",
              cell: ({ name, index }) => (
                <TextField
                  id={nameField(index + 1)}
                  label={`Field name of ${name}`}
                  example="km"
                  value={choice.others[index]?.name}
                  error={errorAt(errors, nameField(index + 1))}
                  compact
                  labelHidden
                />
              ),
            },
          ]}
          rows={rows}
        />
      </div>
    </Section>
  );
}
