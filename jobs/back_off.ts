/** How long a failed job waits: twice as long after each attempt, up to a limit, spread so that many do not return at once. */

export interface BackOff {
  /** Wait after the first failed attempt. */
  firstMs: number;
  /** No wait is longer. */
  longestMs: number;
}

export const standardBackOff: BackOff = { firstMs: 1_000, longestMs: 15 * 60_000 };

/** Milliseconds to wait after failed attempt number `attempt` (from 1): between half and all of the doubled wait; `random` is in [0, 1). */
export function retryDelayMs(attempt: number, { firstMs, longestMs }: BackOff, random: number): number {
  const doubled = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 50));
  return Math.round(doubled / 2 + random * doubled / 2);
}
