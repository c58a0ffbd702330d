// This file counts how often faults have struck, for those that strike a few times only.
import type { AmigoNotesFaultName } from './faults.ts';

/** Counts how often each fault has struck what it is bound to. */
export class FaultHits {
  readonly #hits = new WeakMap<object, Map<AmigoNotesFaultName, number>>();

  /** True for the first `count` calls with this name and owner. */
  take(owner: object, name: AmigoNotesFaultName, count: number): boolean {
    const hits = this.#hits.get(owner) ?? new Map<AmigoNotesFaultName, number>();
    this.#hits.set(owner, hits);
    const struck = hits.get(name) ?? 0;
    hits.set(name, struck + 1);
    return struck < count;
  }
}
