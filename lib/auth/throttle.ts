/**
 * How often someone may guess a password or a code, or have mail sent. Tries count per account and address, per address, and per account
 * from addresses that never got in: a stranger who tries cannot lock the owner out of an address that worked before.
 */
import { accountRules } from "../core/retention_schedule.ts";

/** Most tries within a window of time, of those that failed or, for mail, of all. */
export interface Limits {
  windowMinutes: number;
  /** Of one account from one address. */
  perAccountAndAddress: number;
  /** Of any accounts from one address. An office shares one, so it may try more often. */
  perAddress: number;
  /** Of one account from all the addresses it never signed in from. */
  perAccountFromStrangers: number;
}

export const limits = {
  password: { windowMinutes: 15, perAccountAndAddress: 5, perAddress: 50, perAccountFromStrangers: 20 },
  // Of a million codes three are right at any time, and whoever guesses at one has the password already.
  code: { windowMinutes: 60, perAccountAndAddress: 5, perAddress: 50, perAccountFromStrangers: 10 },
  // The owner has the links that strangers asked for, so who pesters locks nobody out.
  mail: { windowMinutes: 60, perAccountAndAddress: 5, perAddress: 50, perAccountFromStrangers: 5 },
} as const satisfies Record<string, Limits>;

/** What is counted against a limit. */
export type LimitedKind = keyof typeof limits;

/** For how long an address that worked is known to its account. */
export const knownAddressDays = accountRules.sign_in_attempts.days;

/** When the latest failed tries inside the window were made, newest first; each list may end at its limit. */
export interface FailedTries {
  byAccountAndAddress: readonly Temporal.Instant[];
  byAddress: readonly Temporal.Instant[];
  byAccountFromStrangers: readonly Temporal.Instant[];
  /** This account signed in from this address within `knownAddressDays`. */
  addressIsKnown: boolean;
}

/** When the next try is allowed, or null for now. */
export function waitUntil(tries: FailedTries, limits: Limits): Temporal.Instant | null {
  const counted: [readonly Temporal.Instant[], number][] = [
    [tries.byAccountAndAddress, limits.perAccountAndAddress],
    [tries.byAddress, limits.perAddress],
  ];
  if (!tries.addressIsKnown) counted.push([tries.byAccountFromStrangers, limits.perAccountFromStrangers]);
  const waits = counted.filter(([at, limit]) => at.length >= limit)
    .map(([at, limit]) => at[limit - 1].add({ minutes: limits.windowMinutes }));
  return waits.reduce<Temporal.Instant | null>(
    (latest, wait) => latest && Temporal.Instant.compare(latest, wait) > 0 ? latest : wait,
    null,
  );
}
