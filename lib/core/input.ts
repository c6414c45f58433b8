/** Reads single values of a form or a request; what is not allowed is answered with the field, the value and the rule. */
import { holdsCardNumber } from "./card_number.ts";
import { isCountryCode } from "./country.ts";
import { type FieldProblem, isMilepostError, milepostError, refuseField } from "./errors.ts";

/** Control characters but for tab and line ends: no key types them, and Postgres keeps no NUL. */
const unprintable = /(?![\t\n\r])\p{Cc}/gu;

/** Text without outer spaces, 1 to `longest` characters. Throws `InvalidInput`. */
export function readText(field: string, value: string, example: string, longest = 200): string {
  const text = value.trim();
  if (text === "") refuseField(field, value, `Fill in ${field.replaceAll("_", " ")}.`, example);
  if (text.length > longest) {
    refuseField(field, value, `Use at most ${longest} characters; this has ${text.length}.`, example);
  }
  const shown = text.replace(unprintable, "�");
  if (shown !== text) {
    refuseField(field, shown, "This has a sign in it that cannot be shown. Type the text again.", example);
  }
  refuseCardNumber(field, text);
  return text;
}

/** Throws `InvalidInput` for text that holds the number of a payment card, and does not repeat it. */
export function refuseCardNumber(field: string, text: string): void {
  if (!holdsCardNumber(text)) return;
  const rule = "This looks like the number of a payment card. Milepost keeps none, so leave it out.";
  throw milepostError("InvalidInput", { message: rule, fields: [{ field, rule }] });
}

/** Lines without outer spaces, the empty ones left out: at most `most`, each of at most `longest` characters. Throws `InvalidInput`. */
export function readLines(
  field: string,
  values: readonly string[],
  example: string,
  { most, longest }: { most: number; longest: number },
): string[] {
  const lines = values.filter((line) => line.trim() !== "");
  if (lines.length > most) {
    refuseField(
      field,
      lines.join("\n"),
      `Use at most ${most} lines; this has ${lines.length}. Join some of them by a comma.`,
      example,
    );
  }
  return lines.map((line) => readText(field, line, example, longest));
}

/** As `readText`, but empty is allowed and gives null. */
export function readOptionalText(
  field: string,
  value: string | null | undefined,
  example: string,
  longest = 200,
): string | null {
  return value === null || value === undefined || value.trim() === ""
    ? null
    : readText(field, value, example, longest);
}

/** The calendar date that YYYY-MM-DD names; nothing for other text. */
export function parseDate(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** A calendar date as YYYY-MM-DD. Throws `InvalidInput`. */
export function readDate(field: string, value: string): Temporal.PlainDate {
  return parseDate(value.trim()) ??
    refuseField(field, value, "Use a date as year, month and day.", "2026-01-31");
}

/** A whole number from `least` to `most`. Throws `InvalidInput`. */
export function readInteger(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return refuseField(field, String(value), `Use a whole number from ${least} to ${most}.`, String(least));
}

/** A country by its ISO 3166-1 alpha-2 code. Throws `InvalidInput`. */
export function readCountry(field: string, value: string): string {
  const code = value.trim().toUpperCase();
  if (isCountryCode(code)) return code;
  return refuseField(field, value, "Use the two letters of a country.", "GB");
}

/**
 * Reads all values, so that everything that is not allowed is told at once and not one by one. Throws `InvalidInput` with
 * a problem for each of them.
 */
export function readAll<Values extends object>(
  readers: { [Name in keyof Values]: () => Values[Name] },
): Values {
  const values: Partial<Values> = {};
  const messages: string[] = [];
  const fields: FieldProblem[] = [];
  for (const name of Object.keys(readers) as (keyof Values)[]) {
    try {
      values[name] = readers[name]();
    } catch (error) {
      if (!isMilepostError(error, "InvalidInput")) throw error;
      messages.push(error.message);
      fields.push(...error.fields);
    }
  }
  if (messages.length > 0) throw milepostError("InvalidInput", { message: messages.join(" "), fields });
  return values as Values;
}
