/** Which part of a payment settles which invoice: the oldest due first, none beyond what is open on it. */

/** An invoice on which something is open, in minor units. */
export interface Settleable {
  readonly openAmount: bigint;
}

export interface Split<Invoice extends Settleable> {
  /** Invoices that get something, in the order given. */
  parts: { invoice: Invoice; amount: bigint }[];
  /** What no invoice takes. */
  rest: bigint;
}

/** Splits `amount` over invoices in the order given, each filled before the next. Throws a `RangeError` below zero. */
export function allocateInOrder<Invoice extends Settleable>(
  amount: bigint,
  invoices: readonly Invoice[],
): Split<Invoice> {
  if (amount < 0n) throw new RangeError(`A payment cannot be ${amount} minor units.`);
  const parts: Split<Invoice>["parts"] = [];
  let rest = amount;
  for (const invoice of invoices) {
    const part = invoice.openAmount < rest ? invoice.openAmount : rest;
    if (part > 0n) parts.push({ invoice, amount: part });
    rest -= part;
  }
  return { parts, rest };
}
