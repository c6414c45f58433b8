/** Terms as a file of contracts has them, one a line: "Commitment: minimum 500.00 on lease, km from 2024-01-01 to 2025-01-01". */
import type { TermValues } from "../../../db/queries/contract_term.ts";
import { isMilepostError, milepostError } from "../../core/errors.ts";
import { rateText, readTerm, type TermDraft, type TermFacts } from "./term_input.ts";

const parts =
  /^(?<name>.+): (?<what>.+?)(?: on (?<charges>.+?))?(?: taxed (?<taxRate>\S+ \S+))?(?: from (?<from>\S+))?(?: to (?<to>\S+))?$/;
const limits = /^(?=\S)(?:minimum (?<minimum>\S+))?(?: ?cap (?<cap>\S+))?$/;
const freeUnits = /^free (?<units>\S+)$/;
const discounts = /^discount (?:(?<percent>\S+)%|(?<amount>\S+))$/;

/** An example of a line, for whoever cannot read the rule. */
export const termLineExample =
  "Commitment: minimum 500.00 cap 900.00 on lease, km from 2024-01-01 to 2025-01-01";

/**
 * Reads the lines; a term without a first day begins with the contract. Each is held against those before it. Throws
 * `InvalidInput` and `Conflict` that name the line.
 */
export function readTermLines(text: string, facts: TermFacts): TermValues[] {
  const found: TermValues[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    try {
      found.push(readTerm(draftOf(line.trim(), facts), { ...facts, terms: [...facts.terms, ...found] }));
    } catch (error) {
      if (!isMilepostError(error)) throw error;
      const place = (rule: string) => `Line ${index + 1}: ${rule}`;
      throw milepostError(error.name, {
        message: place(error.message),
        fields: error.fields.map(({ rule = error.message, example }) => {
          return { field: "terms", value: line, rule: place(rule), example };
        }),
      });
    }
  }
  return found;
}

function draftOf(line: string, { startDate }: TermFacts): TermDraft {
  const said = parts.exec(line)?.groups;
  const discounted = said && discounts.exec(said.what)?.groups;
  const free = said && freeUnits.exec(said.what)?.groups;
  const limited = said && limits.exec(said.what)?.groups;
  if (!said || !(discounted ?? free ?? limited)) {
    const rule = "Write a name, what is agreed, on which charges, and from when.";
    throw milepostError("InvalidInput", {
      message: rule,
      fields: [{ field: "terms", value: line, rule, example: termLineExample }],
    });
  }
  const { name, charges, taxRate, from = startDate.toString(), to } = said;
  const common = { name, charges, taxRate, fromDate: from, toDate: to };
  if (discounted) return { ...common, kind: "discount", ...discounted };
  return free ? { ...common, kind: "free_units", ...free } : { ...common, kind: "commitment", ...limited };
}

/** Terms as lines that `readTermLines` reads again, in their order. */
export function writeTermLines(terms: readonly TermValues[]): string {
  return terms.map((term) => {
    const { name, charges, taxCategory, taxPercent, from, to } = term;
    return [
      `${name}:`,
      whatOf(term),
      ...(charges === null ? [] : [`on ${charges.join(", ")}`]),
      ...(taxCategory === null ? [] : [`taxed ${rateText(taxCategory, taxPercent)}`]),
      `from ${from}`,
      ...(to === null ? [] : [`to ${to}`]),
    ].join(" ");
  }).join("\n");
}

function whatOf({ kind, minimum, cap, percent, amount, units }: TermValues): string {
  if (kind === "free_units") return `free ${units}`;
  if (kind === "discount") return `discount ${percent === null ? amount : `${percent}%`}`;
  return [minimum === null ? [] : [`minimum ${minimum}`], cap === null ? [] : [`cap ${cap}`]].flat().join(
    " ",
  );
}
