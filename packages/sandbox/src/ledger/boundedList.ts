// This file keeps the latest entries of a list that could grow without end.

/** A ring of the last `capacity` entries. */
export class BoundedList<T> {
  readonly #capacity: number;
  #entries: T[] = [];
  #oldest = 0;
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Entries ever added. */
  get totalCount(): number {
    return this.#total;
  }

  push(entry: T): void {
    this.#total += 1;
    if (this.#entries.length < this.#capacity) {
      this.#entries.push(entry);
      return;
    }
    this.#entries[this.#oldest] = entry;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /** What is kept, oldest first; a fresh array. */
  toArray(): T[] {
    return [...this.#entries.slice(this.#oldest), ...this.#entries.slice(0, this.#oldest)];
  }
}
