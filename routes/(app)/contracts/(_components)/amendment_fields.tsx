/** Fields that forms which change a contract from a day on share. */
import { TextArea, TextField } from "../../../../components/ui/field.tsx";
import type { NamedReference } from "../../../../db/queries/contract_choice.ts";
import type { FieldProps } from "./term_form.tsx";

export interface DayFieldProps {
  field: FieldProps;
  help: string;
  example: Temporal.PlainDate;
  optional?: boolean;
}

export function DayField({ field, help, example, optional }: DayFieldProps) {
  return (
    <TextField {...field} help={help} example={example.toString()} type="date" optional={optional} short />
  );
}

export function ReasonField({ field }: { field: FieldProps }) {
  return (
    <TextArea
      {...field}
      help="For whoever reads the contract later."
      example="Agreed by letter of 3 May"
      rows={2}
    />
  );
}

export function suggestionsOf(vehicles: NamedReference[]) {
  return vehicles.map(({ reference, name }) => ({ value: reference, label: name }));
}
