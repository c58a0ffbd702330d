// This file is what every stage that callers hold has in common: it owns something until it is disposed of.
import { AudioFormatError } from './audioFormatError.ts';

export class OwnedStage<T> {
  readonly #title: string;
  #owned: T | null;

  /** @param title What it is called in errors. */
  constructor(title: string, owned: T) {
    this.#title = title;
    this.#owned = owned;
    // `using` works where the platform has it.
    const disposeSymbol = (Symbol as { readonly dispose?: symbol }).dispose;
    if (disposeSymbol !== undefined) Object.defineProperty(this, disposeSymbol, { value: () => this.dispose() });
  }

  /** What it owns. @throws {AudioFormatError} `disposed`. */
  protected get owned(): T {
    if (this.#owned !== null) return this.#owned;
    const stage = this.#title;
    throw new AudioFormatError('disposed', `This ${stage} has been disposed of; create another.`, { stage });
  }

  get isDisposed(): boolean {
    return this.#owned === null;
  }

  dispose(): void {
    this.#owned = null;
  }
}
