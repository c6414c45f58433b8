/** A quarter of a year: from text, as text, and in words. */
import type { Period } from "../price_case.ts";

/** The quarter that `2024-Q1` names; nothing for other text, and for years that a calendar of today has not. */
export function parseQuarter(text: string): Period | undefined {
  const [, year, quarter] = /^([12]\d{3})-Q([1-4])$/i.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const start = Temporal.PlainDate.from({ year: Number(year), month: 3 * Number(quarter) - 2, day: 1 });
  return { start, end: start.add({ months: 3 }) };
}

/** "2024-Q1" for a day of it. */
export function quarterOf({ year, month }: Temporal.PlainDate): string {
  return `${year}-Q${Math.ceil(month / 3)}`;
}

/** "January to March 2024". */
export function quarterName({ start, end }: Period): string {
  const first = start.toLocaleString("en-GB", { month: "long" });
  const last = end.subtract({ months: 1 }).toLocaleString("en-GB", { month: "long" });
  return `${first} to ${last} ${start.year}`;
}
