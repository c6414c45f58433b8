/** What a benchmark is asked and what it answers: figures, and their ratios to a floor measured in the same run. */

/** `tiny` only proves that the benchmark runs; `long` adds what takes minutes. */
export type Size = "tiny" | "usual" | "long";

export interface BenchOutcome {
  /** The unit is the last word of a name. */
  figures: Record<string, number>;
  /** What the product reaches of the same work done raw, both measured in this run. */
  ratios: Record<string, number>;
}

export interface Bench {
  run(size: Size): Promise<BenchOutcome>;
}

/** Three digits say all that a machine shared with others can tell. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

export function median(values: readonly number[]): number {
  const ordered = values.toSorted((left, right) => left - right);
  const middle = Math.floor(ordered.length / 2);
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}

/** Seconds that the work takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

/** How often a second something can be done, measured over `leastMs` after a tenth of it to warm up. */
export function ratePerSecond(leastMs: number, work: () => unknown): number {
  repeatFor(leastMs / 10, work);
  return repeatFor(leastMs, work);
}

function repeatFor(leastMs: number, work: () => unknown): number {
  const startMs = performance.now();
  for (let count = 1;; count++) {
    work();
    const tookMs = performance.now() - startMs;
    if (tookMs >= leastMs) return count * 1000 / tookMs;
  }
}

/** Says on standard error what is being measured: standard output ends with the figures alone. */
export function say(text: string): void {
  console.error(`  ${text}`);
}

/** Works on all items, `width` of them at a time. */
export async function mapWide<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  }));
  return results;
}
