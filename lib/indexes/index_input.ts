/** What a price index and its values may be, as a form says it. */
import type { IndexValue, NewPriceIndex, PriceIndexChange } from "../../db/queries/price_index.ts";
import { Rational } from "../core/decimal.ts";
import { refuseField } from "../core/errors.ts";
import { parseDate, readAll, readInteger, readOptionalText, readText } from "../core/input.ts";

export interface PriceIndexChangeInput {
  name: string;
  unit: string;
  source?: string | null;
  publicationLagDays: number;
}

export interface PriceIndexInput extends PriceIndexChangeInput {
  reference: string;
}

/** Throws `InvalidInput` with everything that is wrong at once. */
export function readPriceIndex(input: PriceIndexInput): NewPriceIndex {
  return readAll<NewPriceIndex>({
    reference: () => readText("reference", input.reference, "diesel-gb", 100),
    ...readersOf(input),
  });
}

/** As `readPriceIndex`, for one that has its reference for good. */
export function readPriceIndexChange(input: PriceIndexChangeInput): PriceIndexChange {
  return readAll<PriceIndexChange>(readersOf(input));
}

function readersOf(input: PriceIndexChangeInput) {
  return {
    name: () => readText("name", input.name, "Diesel, United Kingdom"),
    unit: () => readText("unit", input.unit, "GBP per litre", 60),
    source: () => readOptionalText("source", input.source, "Weekly road fuel prices"),
    publicationLagDays: () => readInteger("publicationLagDays", input.publicationLagDays, 0, 90),
  };
}

/** Ten years of days, and more than a person pastes. */
const valuesMost = 4_000;
const line = /^(\d{4}-\d{2}-\d{2})[\s;,]+(-?(?:0|[1-9]\d{0,11})(?:\.\d{1,12})?)$/;
const example = "2026-03-02 1.42";

/**
 * Values as lines of a date and a number, the empty lines left out. Throws `InvalidInput` that names the first lines that
 * cannot be read.
 */
export function readIndexValues(text: string): IndexValue[] {
  const lines = text.split(/\r?\n/).map((typed, index) => ({ typed: typed.trim(), number: index + 1 }))
    .filter(({ typed }) => typed !== "");
  if (lines.length === 0) refuseField("values", text, "Type a date and a value on a line.", example);
  if (lines.length > valuesMost) {
    refuseField("values", `${lines.length} lines`, `Use at most ${valuesMost} lines at once.`);
  }
  const values = new Map<string, IndexValue>();
  const refused: string[] = [];
  for (const { typed, number } of lines) {
    const read = readValue(typed);
    const shown = `line ${number}, “${typed.length > 60 ? `${typed.slice(0, 60)}…` : typed}”`;
    if (read === undefined) refused.push(`${shown}, is not a date and a number`);
    else if (values.has(read.date.toString())) refused.push(`${shown}, has the date of a line above`);
    else values.set(read.date.toString(), read);
  }
  if (refused.length > 0) {
    const more = refused.length > 5 ? `, and ${refused.length - 5} more` : "";
    refuseField("values", text, `${capital(refused.slice(0, 5).join("; "))}${more}.`, example);
  }
  return [...values.values()];
}

function readValue(typed: string): IndexValue | undefined {
  const [, day, number] = line.exec(typed) ?? [];
  const date = day === undefined ? undefined : parseDate(day);
  return date && { date, value: Rational.parse(number).toDecimal() };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
