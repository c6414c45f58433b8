/** The one door to the time of day and to chance; rules take `now` and ids as arguments instead. */
import { type Id, mintId } from "./ids.ts";

/** What tells the time. */
export interface Clock {
  now(): Temporal.Instant;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** A clock for tests and sandboxes: it stands still until it is moved. */
export class FixedClock implements Clock {
  #now: Temporal.Instant;

  constructor(now: Temporal.Instant | string) {
    this.#now = Temporal.Instant.from(now);
  }

  now(): Temporal.Instant {
    return this.#now;
  }

  /** Sets the clock to an instant. */
  moveTo(now: Temporal.Instant | string): void {
    this.#now = Temporal.Instant.from(now);
  }

  /** Moves the clock on by a span of exact time, such as `{ hours: 1 }`. */
  advance(span: { hours?: number; minutes?: number; seconds?: number; milliseconds?: number }): void {
    this.#now = this.#now.add(span);
  }
}

/** A fresh id, by the system's clock and randomness unless another clock is given. */
export function newId<Noun extends string>(clock: Clock = systemClock): Id<Noun> {
  return mintId<Noun>(clock.now(), crypto.getRandomValues(new Uint8Array(10)));
}
