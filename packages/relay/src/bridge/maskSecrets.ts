// This file takes the server's secrets out of what a vendor sends back. Servers do quote keys in their error messages.

/** Stands in the place of each byte of a secret: of the same length, so that nothing moves. */
const MASK = 0x2a;
/** Masking shorter words would garble speech by accident. */
export const MIN_SECRET_CHARS = 8;

/** Masks the words in every message it is given. */
export class SecretMask {
  readonly #words: readonly Uint8Array[];

  /** @param secrets In ASCII. Those shorter than {@link MIN_SECRET_CHARS} are left out. */
  constructor(private readonly secrets: readonly string[]) {
    this.#words = secrets
      .filter(({ length }) => length >= MIN_SECRET_CHARS)
      .map((secret) => Uint8Array.from(secret, (char) => char.charCodeAt(0)));
  }

  /** Overwrites every occurrence, in place. @returns How many there were. */
  maskBytes(bytes: Uint8Array): number {
    let maskedCount = 0;
    for (const word of this.#words) {
      for (let at = findWord(bytes, word, 0); at >= 0; at = findWord(bytes, word, at + word.length)) {
        bytes.fill(MASK, at, at + word.length);
        maskedCount++;
      }
    }
    return maskedCount;
  }

  /** A text of the vendor's, without the secrets. */
  maskText(text: string): string {
    return this.secrets
      .filter(({ length }) => length >= MIN_SECRET_CHARS)
      .reduce((masked, secret) => masked.replaceAll(secret, '*'.repeat(secret.length)), text);
  }
}

/** Place of `word` at or after `from`, or -1. The engine looks for the first byte, which is what takes the time. */
function findWord(bytes: Uint8Array, word: Uint8Array, from: number): number {
  const last = bytes.length - word.length;
  for (let at = bytes.indexOf(word[0] ?? 0, from); at >= 0 && at <= last; at = bytes.indexOf(word[0] ?? 0, at + 1)) {
    let matched = 1;
    while (matched < word.length && bytes[at + matched] === word[matched]) matched++;
    if (matched === word.length) return at;
  }
  return -1;
}
