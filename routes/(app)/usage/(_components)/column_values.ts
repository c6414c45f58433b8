/** What stands in the form that maps columns by hand: read from what was sent, labelled, and sent along unseen. */
import {
  choiceFields,
  type ColumnChoice,
  nameField,
  useField,
} from "../../../../lib/imports/column_choice.ts";

/** What separates values, in words that a form can send. */
const delimiterWords: Readonly<Record<string, string>> = { comma: ",", semicolon: ";", tab: "\t", bar: "|" };

export const delimiterOptions = [
  { value: "comma", label: "Comma ," },
  { value: "semicolon", label: "Semicolon ;" },
  { value: "tab", label: "Tab" },
  { value: "bar", label: "Bar |" },
];

/** "semicolon" for ";". */
export function delimiterWord(delimiter: string): string {
  return Object.entries(delimiterWords).find(([, sign]) => sign === delimiter)?.[0] ?? "";
}

/** The sign for a word of the form; "" where none was sent, and the word itself where it is none. */
export function readDelimiter(word: string): string {
  return delimiterWords[word] ?? word;
}

/** Which columns the fields `use-1`, `name-1` and so on are about is known from the file. */
export function readChoice(field: (name: string) => string, columns: readonly string[]): ColumnChoice {
  return {
    source: field("source"),
    id: field(choiceFields.id),
    event: field(choiceFields.event),
    eventKind: field("event_kind"),
    vehicle: field(choiceFields.vehicle),
    contract: field(choiceFields.contract),
    time: field(choiceFields.time),
    timeForm: field("time_form"),
    timePattern: field("time_pattern"),
    zone: field("zone"),
    corrects: field(choiceFields.corrects),
    others: columns.map((column, index) => ({
      column,
      use: field(useField(index + 1)) || "left_out",
      name: field(nameField(index + 1)),
    })),
    constants: field("constants"),
  };
}

/** The fields that `readChoice` reads back. */
export function fieldsOfChoice(choice: ColumnChoice): Record<string, string> {
  const fields: Record<string, string> = {
    source: choice.source,
    event_kind: choice.eventKind,
    time_form: choice.timeForm,
    time_pattern: choice.timePattern,
    zone: choice.zone,
    constants: choice.constants,
  };
  for (const part of ["id", "event", "vehicle", "contract", "time", "corrects"] as const) {
    fields[choiceFields[part]] = choice[part];
  }
  choice.others.forEach(({ use, name }, index) => {
    if (use === "left_out") return;
    fields[useField(index + 1)] = use;
    fields[nameField(index + 1)] = name;
  });
  return fields;
}

/** What the fields are called, also in the summary of what is wrong. */
export const choiceLabels = {
  delimiter: "Values are separated by",
  vehicle_column: "Vehicle",
  contract_column: "Contract",
  time_column: "Time",
  time_form: "How the time is written",
  time_pattern: "Form of the local time",
  zone: "Time zone",
  event_column: "Kind of event",
  event_kind: "Kind of every event",
  id_column: "Event id",
  corrects_column: "Id of the event it corrects",
  source: "System the rows come from",
  constants: "Fields that are the same in every row",
  name: "Name of the mapping",
  file: "File with usage",
} as const;

/** The label of any field of the form; those of a column by its name. */
export function labelOf(field: string | undefined, columns: readonly string[]): string | undefined {
  const place = /^(use|name)-(\d+)$/.exec(field ?? "");
  if (place) return `${place[1] === "use" ? "Use" : "Field name"} of ${columns[Number(place[2]) - 1]}`;
  return choiceLabels[field as keyof typeof choiceLabels];
}
