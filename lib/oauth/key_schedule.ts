/** When signing keys change: each signs for a month, is published two days before, and stays until the last token it signed has ended. */

/** How long an access token is good for. */
export const tokenSeconds = 600;
/** How long others may keep the published keys without asking again. */
export const publishedSeconds = 3_600;

const signsDays = 30;
/** Longer than anybody keeps the published keys, so that a key is known before its first token comes. */
const aheadDays = 2;

/** When a key signs: from one instant to another, which is not part of it. */
export interface KeyTerm {
  readonly signsFrom: Temporal.Instant;
  readonly signsUntil: Temporal.Instant;
}

const isBefore = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) < 0;
const days = (count: number) => ({ hours: 24 * count });

/** The key that signs now, of keys in the order of their terms. A process whose clock is a little behind takes the first one early. */
export function signingAt<Key extends KeyTerm>(keys: readonly Key[], now: Temporal.Instant): Key | undefined {
  return keys.findLast(({ signsFrom }) => !isBefore(now, signsFrom)) ?? keys[0];
}

/** The term of the key that has to be made now, or null where the keys last. */
export function dueTerm(keys: readonly KeyTerm[], now: Temporal.Instant): KeyTerm | null {
  const end = keys.map(({ signsUntil }) => signsUntil).sort(Temporal.Instant.compare).at(-1);
  if (end && isBefore(now, end.subtract(days(aheadDays)))) return null;
  // After a long sleep, or at the first start, a key signs at once: there was nobody to publish it before.
  const signsFrom = end && isBefore(now, end) ? end : now;
  return { signsFrom, signsUntil: signsFrom.add(days(signsDays)) };
}

/** Whether all that a key signed has ended, so that nobody needs it. */
export function isOver({ signsUntil }: KeyTerm, now: Temporal.Instant): boolean {
  return !isBefore(now, signsUntil.add({ seconds: tokenSeconds }));
}
