// This file keeps what was used lately, in bounded memory and at a constant price.

/**
 * A map of at most `maxCount` entries, which forgets those that were not used lately: at least the latest half of that many
 * stay. Two generations, of which the older is dropped whole: in a map that is kept in order by deleting and adding again,
 * the engine walks over what was deleted.
 */
export class RecentMap<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  readonly #maxYoungCount: number;

  constructor(maxCount: number) {
    this.#maxYoungCount = Math.max(1, Math.floor(maxCount / 2));
  }

  /** Entries that are held. */
  get count(): number {
    return this.#young.size + this.#old.size;
  }

  /** The value, which counts as used now. */
  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#maxYoungCount && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }
}
