/** Chooses something by its reference: from a list while it is short, by typing with suggestions once it is long. */
import { Select } from "../../../../components/ui/choice.tsx";
import { TextField } from "../../../../components/ui/field.tsx";
import type { Choices } from "../../../../lib/contracts/views.ts";

export interface ReferenceFieldProps {
  id: string;
  label: string;
  help: string;
  example: string;
  /** "Choose a customer". */
  nothing: string;
  choices: Choices;
  value: string;
  error?: string;
}

export function ReferenceField({ nothing, choices, example, ...field }: ReferenceFieldProps) {
  const options = choices.first.map(({ reference, name }) => {
    return { value: reference, label: `${name} (${reference})` };
  });
  if (choices.andMore) return <TextField {...field} example={example} suggestions={options} />;
  return <Select {...field} options={[{ value: "", label: nothing }, ...options]} />;
}
