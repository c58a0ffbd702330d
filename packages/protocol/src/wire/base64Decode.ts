// This file decodes base64 that arrives in pieces, however a server cut it, padded it or wrapped it.
import { ALPHABET } from './base64Encode.ts';

/**
 * A platform's decoder for a whole base64 text, such as `Uint8Array.fromBase64`, `Buffer.from(text, 'base64')` or one built on
 * `atob`. It gets whole quanta of four characters; it may throw, or give fewer bytes, where something else is among them.
 */
export type DecodeWholeBase64 = (base64: string) => Uint8Array;

/** Options of the decoder. */
export interface Base64DecoderOptions {
  /** Makes decoding several times faster. The result is the same with and without. */
  readonly decodeWhole?: DecodeWholeBase64;
}

/** What decoding a whole text gives. */
export interface DecodedBase64 {
  readonly bytes: Uint8Array;
  /** See {@link Base64Decoder.droppedCharCount}. */
  readonly droppedCharCount: number;
}

/** Shorter texts are decoded here: calling the platform costs more than it saves. scripts/bench-base64.mjs. */
const MIN_WHOLE_CHARS = 64;

/** A data URL's prefix is no longer than this; what claims to be is dropped. Ours: `data:audio/mpeg;base64,` has 23. */
const MAX_PREFIX_CHARS = 256;

/**
 * A data URL's prefix, or at the end of the text what may become one. 5 + 250 characters and the comma are the most; of
 * a longer one, as many. The colon belongs to no alphabet, so it cannot be audio.
 */
const PREFIX = /data:(?:[^,]{0,250}(?:,|$)|[^,]{251})|d(?:a(?:ta?)?)?$/gi;
/** The last alternative of it. */
const PREFIX_START = /d(?:a(?:ta?)?)?$/i;

/** ASCII whitespace: tab to carriage return, and the space. */
const BLANK = /[\t-\r ]/g;
/** What belongs to neither alphabet. */
const FOREIGN = /[^\w+/-]/g;

/** The platform's decoders may look only at the lower byte. On the usual one-byte strings this search costs nothing. */
const TWO_BYTE_CHAR = /[^\0-\xff]/;

const SEXTET_OF = makeSextets();

/**
 * Decodes one stream of base64 text, of which each piece may be cut anywhere or be an encoding of its own. Both alphabets,
 * ASCII whitespace, padding in the middle or missing at the end, and prefixes of data URLs are accepted. How the text is cut
 * changes when bytes come, and never which.
 *
 * One ambiguity is left: pieces encoded one by one, whose lengths in bytes are no multiple of 3, and that carry no
 * padding, look like cuts of one text.
 */
export class Base64Decoder {
  readonly #decodeWhole: DecodeWholeBase64 | undefined;
  /** Up to 3 characters of a quantum that is not complete, nothing but sextets among them. */
  #carry = '';
  /** The end of the last piece, where it is a prefix without its comma or may be the start of one. */
  #held = '';
  #droppedCharCount = 0;

  constructor({ decodeWhole }: Base64DecoderOptions = {}) {
    this.#decodeWhole = decodeWhole;
  }

  /**
   * Characters that meant nothing and were left out since construction: neither base64 nor whitespace, or alone in their
   * quantum. 0 for a sound stream.
   */
  get droppedCharCount(): number {
    return this.#droppedCharCount;
  }

  /** Decodes the next piece of any length. Gives the bytes that are complete; up to 3 of them wait for {@link flush}. */
  decode(text: string): Uint8Array {
    const isFresh = this.#carry === '' && this.#held === '' && !endsInPrefixStart(text);
    // Padding and all. What the platform does not take may be tolerable still.
    return (isFresh ? this.#decodeByPlatform(text) : undefined) ?? this.#decodeAll(this.#held + text, false);
  }

  /** Ends the stream: gives what a missing padding held back. The decoder is then ready for another stream. */
  flush(): Uint8Array {
    return this.#decodeAll(this.#held, true);
  }

  #decodeAll(text: string, isLast: boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    this.#held = '';
    for (const { 0: found, index } of findPrefixes(text)) {
      const isPrefix = found.includes(':');
      if (isLast && !isPrefix) break;
      this.#decodeText(text.slice(at, index), parts);
      at = index + found.length;
      if (isPrefix) this.#finishQuantum(parts);
      if (found.endsWith(',')) continue;
      // No prefix after all: what was taken for one until the limit is lost, and the rest is read like any text.
      if (found.length === MAX_PREFIX_CHARS) this.#droppedCharCount += MAX_PREFIX_CHARS;
      else if (!isLast) this.#held = found;
    }
    this.#decodeText(text.slice(at), parts);
    if (isLast) this.#finishQuantum(parts);
    return joinBytes(parts);
  }

  /** Decodes text without prefixes. */
  #decodeText(text: string, parts: Uint8Array[]): void {
    for (const [index, unpadded] of text.split('=').entries()) {
      if (index > 0) this.#finishQuantum(parts);
      const visible = unpadded.replace(BLANK, '');
      const sextets = this.#carry + visible.replace(FOREIGN, '');
      this.#droppedCharCount += this.#carry.length + visible.length - sextets.length;
      const wholeChars = sextets.length & ~3;
      const whole = sextets.slice(0, wholeChars);
      this.#carry = sextets.slice(wholeChars);
      parts.push(this.#decodeByPlatform(whole) ?? decodeQuanta(whole));
    }
  }

  /** Lets the platform decode whole quanta; `undefined` when it cannot, or something else is among them. */
  #decodeByPlatform(whole: string): Uint8Array | undefined {
    const decodeWhole = this.#decodeWhole;
    if (decodeWhole === undefined || whole.length < MIN_WHOLE_CHARS || whole.length % 4 !== 0) return undefined;
    if (TWO_BYTE_CHAR.test(whole)) return undefined;
    try {
      const bytes = decodeWhole(whole);
      const paddingCount = whole.endsWith('==') ? 2 : whole.endsWith('=') ? 1 : 0;
      // Everything that is not base64 makes the result shorter, so the length alone tells that nothing was skipped.
      return bytes.length === (whole.length / 4) * 3 - paddingCount ? bytes : undefined;
    } catch {
      // What the platform refuses is read character by character, which tells more than its exception.
      return undefined;
    }
  }

  /** Ends a quantum: n sextets are n - 1 bytes, so that one alone is none. */
  #finishQuantum(parts: Uint8Array[]): void {
    const sextetCount = this.#carry.length;
    if (sextetCount === 1) this.#droppedCharCount++;
    if (sextetCount > 1) parts.push(decodeQuanta(this.#carry.padEnd(4, 'A')).subarray(0, sextetCount - 1));
    this.#carry = '';
  }
}

/** Decodes a text that stands alone, as tolerantly as {@link Base64Decoder}. */
export function decodeBase64(text: string, options?: Base64DecoderOptions): DecodedBase64 {
  const decoder = new Base64Decoder(options);
  const bytes = joinBytes([decoder.decode(text), decoder.flush()]);
  return { bytes, droppedCharCount: decoder.droppedCharCount };
}

function findPrefixes(text: string): Iterable<RegExpExecArray> {
  // Searching for two characters is faster than for an expression, and most texts have neither.
  return text.includes(':') || endsInPrefixStart(text) ? text.matchAll(PREFIX) : [];
}

function endsInPrefixStart(text: string): boolean {
  return PREFIX_START.test(text.slice(-4));
}

/** Decodes quanta of four sextets. */
function decodeQuanta(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length / 4) * 3);
  let length = 0;
  for (let at = 0; at < text.length; at += 4) {
    const high = (sextetAt(text, at) << 6) | sextetAt(text, at + 1);
    const bits = (high << 12) | (sextetAt(text, at + 2) << 6) | sextetAt(text, at + 3);
    bytes[length++] = bits >> 16;
    bytes[length++] = bits >> 8;
    bytes[length++] = bits;
  }
  return bytes;
}

function sextetAt(text: string, at: number): number {
  return SEXTET_OF[text.charCodeAt(at)] ?? 0;
}

/** All of `parts` in one array; where only one holds anything, that one and no copy. */
function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter(({ length }) => length > 0);
  const [only] = filled;
  if (only !== undefined && filled.length === 1) return only;
  const joined = new Uint8Array(filled.reduce((lengthBytes, { length }) => lengthBytes + length, 0));
  let at = 0;
  for (const part of filled) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** By character code, in both alphabets. */
function makeSextets(): Uint8Array {
  const sextets = new Uint8Array(128);
  for (let sextet = 0; sextet < 64; sextet++) sextets[ALPHABET.charCodeAt(sextet)] = sextet;
  sextets['-'.charCodeAt(0)] = 62;
  sextets['_'.charCodeAt(0)] = 63;
  return sextets;
}
