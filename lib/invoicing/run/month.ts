/** The month of a run: from text, and in words. */
import type { Period } from "../price_case.ts";

/** The month that `2024-01` names; nothing for other text, and for years that a calendar of today has not. */
export function parseMonth(text: string): Period | undefined {
  if (!/^[12]\d{3}-(?:0[1-9]|1[0-2])$/.test(text)) return undefined;
  const start = Temporal.PlainDate.from(`${text}-01`);
  return { start, end: start.add({ months: 1 }) };
}

/** "March 2024". */
export function monthName({ start }: { start: Temporal.PlainDate }): string {
  return start.toLocaleString("en-GB", { month: "long", year: "numeric" });
}
