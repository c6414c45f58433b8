/** Counts how often digests were seen, in about 30 bytes each: a Map of ten million rows would not fit into memory. */

const initialSlots = 1 << 12;
const wordsPerKey = 4;

/** Knows digests by their first 128 bits, so that two of them are taken for one with a chance below 10⁻²⁰. */
export class DigestCounter {
  #slots = initialSlots;
  #keys = new Uint32Array(initialSlots * wordsPerKey);
  #counts = new Uint32Array(initialSlots);
  #used = 0;

  /** Counts this digest (hexadecimal, 32 characters or more) once more, and gives how often it was counted. */
  count(digest: string): number {
    if (this.#used * 3 > this.#slots * 2) this.#grow();
    const slot = this.#find(wordOf(digest, 0), wordOf(digest, 1), wordOf(digest, 2), wordOf(digest, 3));
    return ++this.#counts[slot];
  }

  /** How often this digest was counted. */
  seen(digest: string): number {
    const words = [0, 1, 2, 3].map((index) => wordOf(digest, index));
    return this.#counts[this.#find(words[0], words[1], words[2], words[3], false)];
  }

  /** The slot of a key: its own, or the free one where it belongs (and, if wanted, it is put there). */
  #find(first: number, second: number, third: number, fourth: number, put = true): number {
    const keys = this.#keys;
    for (let slot = first & (this.#slots - 1);; slot = (slot + 1) & (this.#slots - 1)) {
      const at = slot * wordsPerKey;
      if (this.#counts[slot] === 0) {
        if (put) {
          keys.set([first, second, third, fourth], at);
          this.#used++;
        }
        return slot;
      }
      if (
        keys[at] === first && keys[at + 1] === second && keys[at + 2] === third && keys[at + 3] === fourth
      ) {
        return slot;
      }
    }
  }

  #grow(): void {
    const keys = this.#keys;
    const counts = this.#counts;
    this.#slots *= 2;
    this.#keys = new Uint32Array(this.#slots * wordsPerKey);
    this.#counts = new Uint32Array(this.#slots);
    this.#used = 0;
    for (let slot = 0; slot < counts.length; slot++) {
      if (counts[slot] === 0) continue;
      const at = slot * wordsPerKey;
      this.#counts[this.#find(keys[at], keys[at + 1], keys[at + 2], keys[at + 3])] = counts[slot];
    }
  }
}

function wordOf(digest: string, index: number): number {
  return parseInt(digest.slice(index * 8, index * 8 + 8), 16);
}
