/** What is the same in every row of a file and stands in none of its columns: a line each, such as "purpose: business". */
import { refuseField } from "../core/errors.ts";
import { isStorable } from "../core/stored_text.ts";

export interface ConstantField {
  name: string;
  value: string;
}

const mostLines = 20;
const longestValue = 200;
export const constantExample = "purpose: business";

/** Names are judged by whoever knows the others. Throws `InvalidInput`. */
export function readConstantLines(field: string, text: string): ConstantField[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length > mostLines) {
    refuseField(field, text, `Write at most ${mostLines} lines; there are ${lines.length}.`, constantExample);
  }
  return lines.map((line) => {
    const [, name, value] = /^([^:]*?)\s*:\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || name === "" || value === "") {
      refuseField(
        field,
        text,
        `“${line.slice(0, 60)}” is no field: write its name, a colon and its value.`,
        constantExample,
      );
    }
    if (value.length > longestValue || !isStorable(value)) {
      refuseField(field, text, `The value of ${name.slice(0, 60)} has at most ${longestValue} characters.`);
    }
    return { name, value };
  });
}

/** As `readConstantLines` reads them. */
export function writeConstantLines(constants: readonly ConstantField[]): string {
  return constants.map(({ name, value }) => `${name}: ${value}`).join("\n");
}
