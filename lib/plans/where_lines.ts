/** The conditions of a meter as people write them, a line each: "purpose = business". */
import type { MeterTerms } from "./terms.ts";

export type Where = NonNullable<MeterTerms["where"]>;

export const whereExample = "purpose = business";

/** The conditions, and each line that is none. true and false are no text unless they stand in quotes. */
export function readWhereLines(text: string): { where: Where; faulty: string[] } {
  const faulty: string[] = [];
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  const where = Object.fromEntries(lines.flatMap((line) => {
    const [, name, value] = /^([^=]+?)\s*=\s*(.+)$/.exec(line) ?? [];
    if (name === undefined) {
      faulty.push(line);
      return [];
    }
    const quoted = /^"(.*)"$/.exec(value);
    const isFlag = value === "true" || value === "false";
    return [[name, quoted ? quoted[1] : isFlag ? value === "true" : value] as const];
  }));
  return { where, faulty };
}

/** A text that would be read as something else stands in quotes. */
export function writeWhereLines(where: Where): string {
  return Object.entries(where).map(([name, value]) => {
    const needsQuotes = typeof value === "string" &&
      (/^(?:true|false|".*")$/.test(value) || value !== value.trim());
    return `${name} = ${needsQuotes ? `"${value}"` : value}`;
  }).join("\n");
}
