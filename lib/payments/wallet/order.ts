/** The order in which wallet money is used. */

interface UsableCredit {
  /** The smaller first. */
  readonly priority: number;
  /** The earlier first, and what never expires last. */
  readonly expiresOn: Temporal.PlainDate | null;
  /** Ids are in the order in which they were made. */
  readonly id: string;
}

export function compareUse(left: UsableCredit, right: UsableCredit): number {
  return left.priority - right.priority || compareExpiry(left.expiresOn, right.expiresOn) ||
    (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

function compareExpiry(left: Temporal.PlainDate | null, right: Temporal.PlainDate | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return Temporal.PlainDate.compare(left, right);
}
