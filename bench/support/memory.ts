/** How much memory this process takes while it works. */

/** Looks at the process's memory while it works. */
export class PeakMemory {
  #peakBytes = 0;
  readonly #timer = setInterval(() => this.#look(), 20);

  #look(): void {
    this.#peakBytes = Math.max(this.#peakBytes, Deno.memoryUsage().rss);
  }

  /** Megabytes. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#peakBytes / 1_000_000;
  }
}
