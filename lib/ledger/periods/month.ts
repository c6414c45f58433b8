/** Months of the books: their names in addresses, and which come next. */

/** The first day of the month that "2024-01" names; nothing for other text. */
export function parseMonth(text: string): Temporal.PlainDate | undefined {
  if (!/^[12]\d{3}-(0[1-9]|1[0-2])$/.test(text)) return undefined;
  return Temporal.PlainDate.from(`${text}-01`);
}

/** "2024-01". */
export function monthText(month: Temporal.PlainDate): string {
  return month.toString().slice(0, 7);
}

/** The month that is closed next: the one after the last closed day, or else that of the first posting. */
export function nextToClose(
  closedThrough: Temporal.PlainDate | undefined,
  firstPosted: Temporal.PlainDate | undefined,
): Temporal.PlainDate | undefined {
  return closedThrough ? closedThrough.add({ days: 1 }) : firstPosted?.with({ day: 1 });
}
