/** The form of numbers as one text of a file: CFS-YYYY-0000. */
import { refuseField } from "../core/errors.ts";
import type { NumberFormat } from "../core/number_format.ts";

const pattern =
  /^(?<prefix>[A-Z0-9]+(?:-[A-Z0-9]+)*)(?<separator>[-.])(?<year>YYYY|YY)\k<separator>(?<number>0{1,9})$/;
const longestPrefix = 16;

/** Throws `InvalidInput`. */
export function readNumberPattern(field: string, text: string): NumberFormat {
  const found = pattern.exec(text.trim())?.groups;
  if (!found || found.prefix.length > longestPrefix) {
    const rule =
      `Write a prefix of 1 to ${longestPrefix} capital letters and digits, the year as YYYY or YY, and 1 to 9 ` +
      "zeros for the number, with hyphens or with dots between the three.";
    return refuseField(field, text, rule, "CFS-YYYY-0000");
  }
  return {
    prefix: found.prefix,
    separator: found.separator === "-" ? "-" : ".",
    yearDigits: found.year === "YYYY" ? 4 : 2,
    numberDigits: found.number.length,
  };
}

export function writeNumberPattern({ prefix, separator, yearDigits, numberDigits }: NumberFormat): string {
  return [prefix, "Y".repeat(yearDigits), "0".repeat(numberDigits)].join(separator);
}
