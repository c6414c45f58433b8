/** The month of a run in words. */

/** "March 2024". */
export function monthName({ start }: { start: Temporal.PlainDate }): string {
  return start.toLocaleString("en-GB", { month: "long", year: "numeric" });
}
