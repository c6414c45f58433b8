/** Reads single values of a form or a request; what is not allowed is answered with the field, the value and the rule. */
import { refuseField } from "./errors.ts";

/** Text without outer spaces, 1 to `longest` characters. Throws `InvalidInput`. */
export function readText(field: string, value: string, example: string, longest = 200): string {
  const text = value.trim();
  if (text === "") refuseField(field, value, `Fill in ${field.replaceAll("_", " ")}.`, example);
  if (text.length > longest) {
    refuseField(field, value, `Use at most ${longest} characters; this has ${text.length}.`, example);
  }
  return text;
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

/** A calendar date as YYYY-MM-DD. Throws `InvalidInput`. */
export function readDate(field: string, value: string): Temporal.PlainDate {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value.trim())) {
    try {
      return Temporal.PlainDate.from(value.trim(), { overflow: "reject" });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return refuseField(field, value, "Use a date as year, month and day.", "2026-01-31");
}

/** A whole number from `least` to `most`. Throws `InvalidInput`. */
export function readInteger(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return refuseField(field, String(value), `Use a whole number from ${least} to ${most}.`, String(least));
}

/** A country by its ISO 3166-1 alpha-2 code. Throws `InvalidInput`. */
export function readCountry(field: string, value: string): string {
  const code = value.trim().toUpperCase();
  if (/^[A-Z]{2}$/.test(code)) return code;
  return refuseField(field, value, "Use the two letters of the country.", "GB");
}
