// This file cuts a text that comes in pieces into sentences, so that speech can begin before the text is complete.

/** A sentence end: punctuation, then space; or a line break. */
const END = /[.!?…]["')\]]*\s+|\n+/;
/** A sentence longer than this is cut at a space, in characters. */
const MAX_SENTENCE_CHARS = 400;

/** Takes pieces, gives whole sentences. */
export class SentenceSplitter {
  readonly #onSentence: (sentence: string) => void;
  #rest = '';

  constructor(onSentence: (sentence: string) => void) {
    this.#onSentence = onSentence;
  }

  push(piece: string): void {
    this.#rest += piece;
    for (;;) {
      const end = this.#findEnd();
      if (end === undefined) return;
      this.#emit(this.#rest.slice(0, end));
      this.#rest = this.#rest.slice(end);
    }
  }

  /** The text is complete. */
  end(): void {
    this.#emit(this.#rest);
    this.#rest = '';
  }

  #findEnd(): number | undefined {
    const match = END.exec(this.#rest);
    if (match !== null && match.index < MAX_SENTENCE_CHARS) return match.index + match[0].length;
    if (this.#rest.length <= MAX_SENTENCE_CHARS) return undefined;
    const space = this.#rest.lastIndexOf(' ', MAX_SENTENCE_CHARS);
    return space > 0 ? space : MAX_SENTENCE_CHARS;
  }

  #emit(text: string): void {
    const sentence = text.trim();
    if (sentence !== '') this.#onSentence(sentence);
  }
}
