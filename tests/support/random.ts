/** Chance that can be repeated: the seed is printed, and MILEPOST_TEST_SEED brings the same run back. */

const given = Deno.env.get("MILEPOST_TEST_SEED");

export interface Random {
  readonly seed: number;
  /** At least `least`, below `limit`. */
  between(least: number, limit: number): number;
  chance(probability: number): boolean;
}

/** A generator for one test (mulberry32); prints the test's name and the seed. */
export function seededRandom(test: string): Random {
  const seed = given === undefined ? Date.now() % 2 ** 31 : Number(given);
  console.info(`seed ${seed} (${test})`);
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    seed,
    between: (least, limit) => least + Math.floor(next() * (limit - least)),
    chance: (probability) => next() < probability,
  };
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
