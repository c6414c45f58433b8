/** The time-weighted meter: the mean of a level by how long it held. */
import { Rational, sumRationals } from "../core/decimal.ts";

/** A level that holds from an instant (nanoseconds since 1970) until the next one. */
export interface Level {
  readonly at: bigint;
  readonly value: Rational;
}

/**
 * Level × duration in `[startAt, endAt)`, in nanoseconds. `levels` are in the order of time; one before the start is the
 * opening value, and without it the level is zero until the first.
 */
export function levelIntegral(levels: readonly Level[], startAt: bigint, endAt: bigint): Rational {
  const within = (at: bigint) => at < startAt ? startAt : at > endAt ? endAt : at;
  return sumRationals(levels.map(({ at, value }, index) => {
    const until = index + 1 < levels.length ? within(levels[index + 1].at) : endAt;
    return value.multiply(Rational.of(until - within(at)));
  }));
}
