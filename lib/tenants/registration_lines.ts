/** Tax registrations as lines of one text: "GB vat GB 123 4567 89 from 2020-01-01 to 2024-01-01". */
import type { NewTaxRegistration } from "../../db/queries/tax_registration.ts";
import { type FieldProblem, isMilepostError, milepostError } from "../core/errors.ts";
import { readTaxRegistration, requireNoOverlap } from "./tax_registrations.ts";

/** Its days are `[from, to)`. */
export type RegistrationValues = Omit<NewTaxRegistration, "billingEntityId">;

const parts =
  /^(?<country>\S+)\s+(?<kind>\S+)\s+(?<number>.+?)\s+from\s+(?<fromDate>\S+)(?:\s+to\s+(?<toDate>\S+))?$/i;
export const registrationLineExample = "GB vat GB 123 4567 89 from 2020-01-01";

/** Throws `InvalidInput` with everything that is not allowed, each by its line. */
export function readRegistrationLines(field: string, text: string): RegistrationValues[] {
  const problems: FieldProblem[] = [];
  const read: RegistrationValues[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    try {
      const registration = readLine(line);
      requireNoOverlap(
        { ...registration, billingEntityId: "" },
        read.map((one) => ({ ...one, billingEntityId: "" })),
      );
      read.push(registration);
    } catch (error) {
      if (!isMilepostError(error)) throw error;
      for (const { rule = error.message, example } of error.fields) {
        problems.push({ field, value: line, rule: `Line ${index + 1}: ${rule}`, example });
      }
    }
  }
  if (problems.length > 0) {
    throw milepostError("InvalidInput", {
      message: problems.map(({ rule }) => rule).join(" "),
      fields: problems,
    });
  }
  return read;
}

function readLine(line: string): RegistrationValues {
  const found = parts.exec(line.trim())?.groups;
  if (found) {
    const { country, kind, number, fromDate, toDate = "" } = found;
    return readTaxRegistration({ country, kind: kind.toLowerCase(), number, fromDate, toDate });
  }
  const rule = "Write country, kind, number, and “from” with the first day.";
  throw milepostError("InvalidInput", {
    message: rule,
    fields: [{ rule, example: registrationLineExample }],
  });
}

/** Lines that `readRegistrationLines` reads again, always in one order. */
export function writeRegistrationLines(registrations: readonly RegistrationValues[]): string {
  return registrations.map(({ country, kind, number, from, to }) =>
    `${country} ${kind} ${number} from ${from}${to === null ? "" : ` to ${to}`}`
  ).sort().join("\n");
}
