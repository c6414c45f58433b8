/**
 * How often someone may guess a password. Guesses count per account and address, per address, and per account from
 * addresses that never got in: a stranger who guesses cannot lock the owner out of an address that worked before.
 */

export const windowMinutes = 15;
/** Failed tries of one account from one address. */
export const triesPerAccountAndAddress = 5;
/** Failed tries of any accounts from one address. An office shares one, so it may be wrong more often. */
export const triesPerAddress = 50;
/** Failed tries of one account from all the addresses it never signed in from. */
export const triesPerAccountFromStrangers = 20;
/** For how long an address that worked is known to its account. */
export const knownAddressDays = 90;

/** When the latest failed tries inside the window were made, newest first; each list may end at its limit. */
export interface FailedTries {
  byAccountAndAddress: readonly Temporal.Instant[];
  byAddress: readonly Temporal.Instant[];
  byAccountFromStrangers: readonly Temporal.Instant[];
  /** This account signed in from this address within `knownAddressDays`. */
  addressIsKnown: boolean;
}

/** When the next try is allowed, or null for now. */
export function waitUntil(tries: FailedTries): Temporal.Instant | null {
  const limits: [readonly Temporal.Instant[], number][] = [
    [tries.byAccountAndAddress, triesPerAccountAndAddress],
    [tries.byAddress, triesPerAddress],
  ];
  if (!tries.addressIsKnown) limits.push([tries.byAccountFromStrangers, triesPerAccountFromStrangers]);
  const waits = limits.filter(([at, limit]) => at.length >= limit)
    .map(([at, limit]) => at[limit - 1].add({ minutes: windowMinutes }));
  return waits.reduce<Temporal.Instant | null>(
    (latest, wait) => latest && Temporal.Instant.compare(latest, wait) > 0 ? latest : wait,
    null,
  );
}
