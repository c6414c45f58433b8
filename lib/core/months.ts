/** The months by name in English: what pages, lines of invoices and traces say, and what documents find in stored words. */
export const months: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
