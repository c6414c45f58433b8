/** What stands in the place of someone who was erased. */

/** The buyer of a document, but for the country, which tax rests on. */
export const erasedBuyer = {
  reference: "",
  name: "Erased customer",
  email: null,
  addressLines: [],
  vatId: null,
};

/** The last characters of an id, by which two erased ones are told apart. */
export function erasedName(id: string): string {
  return `${erasedBuyer.name} ${id.slice(-6)}`;
}

/** What a paper shows of its buyer: one that was erased is kept for the law, and not shown. */
export function shownBuyer<Buyer extends { country: string | null }>(
  buyer: Buyer,
  erasedAt: Temporal.Instant | null,
): Buyer {
  return erasedAt ? { ...buyer, ...erasedBuyer } : buyer;
}

/** `a…@calder.example`: enough for those who know the person, in a trail that nothing is taken out of. */
export function maskedEmail(email: string): string {
  return email.replace(/^(.)[^@]*/, "$1…");
}
