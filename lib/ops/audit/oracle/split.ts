/** A whole amount split in proportion by the oracle's own arithmetic: whole units first, then one each by remainder. */

/** The parts sum to `amount`, which is not negative; of equal remainders the earlier one is served first. */
export function split(amount: bigint, sizes: readonly bigint[]): bigint[] {
  const all = sizes.reduce((total, size) => total + size, 0n);
  if (amount === 0n || all === 0n) return sizes.map(() => 0n);
  const parts = sizes.map((size) => ({ whole: amount * size / all, rest: amount * size % all }));
  let missing = amount - parts.reduce((total, part) => total + part.whole, 0n);
  while (missing > 0n) {
    const next = parts.reduce((best, part) => part.rest > best.rest ? part : best);
    next.whole += 1n;
    next.rest = -1n;
    missing -= 1n;
  }
  return parts.map((part) => part.whole);
}
