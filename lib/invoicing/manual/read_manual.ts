/** A manual invoice as it was typed, read into what is priced and printed; everything that is wrong is told at once. */
import type { ManualTerms, TypedLine } from "../../../db/queries/manual_invoice.ts";
import { type FieldProblem, isMilepostError, milepostError } from "../../core/errors.ts";
import { readDate } from "../../core/input.ts";
import { type Item, readTypedLine } from "./typed_line.ts";

/** The field of a line, as a form names it: `line-3-quantity`. */
export function lineField(position: number, field: keyof TypedLine): string {
  return `line-${position}-${field}`;
}

export interface ManualContent {
  items: Item[];
  supplyDate: Temporal.PlainDate;
  paymentTermsDays: number;
}

const longestTermsDays = 365;

/** Throws `InvalidInput` with every field that is wrong; lines are named by their position. */
export function readManual(terms: ManualTerms, lines: readonly TypedLine[]): ManualContent {
  const problems: FieldProblem[] = [];
  const items: Item[] = [];
  let supplyDate: Temporal.PlainDate | undefined;
  try {
    supplyDate = readDate("supplyDate", terms.supplyDate);
  } catch (error) {
    if (!isMilepostError(error)) throw error;
    problems.push(...error.fields);
  }
  if (!/^\d{1,3}$/.test(terms.paymentTermsDays) || Number(terms.paymentTermsDays) > longestTermsDays) {
    const rule = `Type the days as a whole number from 0 to ${longestTermsDays}.`;
    problems.push({ field: "paymentTermsDays", value: terms.paymentTermsDays, rule, example: "14" });
  }
  lines.forEach((line, index) => {
    const read = readTypedLine(line);
    if ("item" in read) items.push(read.item);
    else {
      problems.push(...read.problems.map((problem) => {
        return { ...problem, field: lineField(index + 1, problem.field as keyof TypedLine) };
      }));
    }
  });
  if (lines.length === 0) {
    problems.push({ field: "add", value: "", rule: "Add a line: an invoice has at least one." });
  }
  if (problems.length > 0) {
    throw milepostError("InvalidInput", { message: "Some fields are not right yet.", fields: problems });
  }
  return { items, supplyDate: supplyDate!, paymentTermsDays: Number(terms.paymentTermsDays) };
}
