// This file decodes base64 that arrives in pieces, however a server cut it, padded it or wrapped it.

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

// Classes of characters besides the 64 sextets.
const PADDING = 64;
const BLANK = 65;
const FOREIGN = 66;

/** Shorter texts are decoded here: calling the platform costs more than it saves. scripts/bench-base64.mjs. */
const MIN_WHOLE_CHARS = 64;

/** Starts the prefix of a data URL, which ends with a comma. The colon belongs to no alphabet, so it cannot be audio. */
const PREFIX_START = 'data:';

/** A data URL's prefix is no longer than this; what claims to be is dropped. Ours: `data:audio/mpeg;base64,` has 23. */
const MAX_PREFIX_CHARS = 256;

/** The platform's decoders may look only at the lower byte. On the usual one-byte strings this search costs nothing. */
const TWO_BYTE_CHAR = /[^\0-\xff]/;

const CLASS_OF = makeClasses();
const EMPTY = new Uint8Array(0);

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
  /** Sextets of a quantum that is not complete: how many, and their bits. */
  #carryCount = 0;
  #carryBits = 0;
  /** The end of the last piece, where it may be the start of a prefix. */
  #held = '';
  /** Characters of the prefix so far; 0 outside of one. */
  #prefixChars = 0;
  #droppedCharCount = 0;
  /** Bytes of the piece in hand, and how many there are. */
  #out: Uint8Array = EMPTY;
  #outBytes = 0;

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
    const isFresh = this.#carryCount === 0 && this.#prefixChars === 0 && this.#held === '';
    // Whole quanta need no copy of what the platform gives.
    const whole = isFresh && heldCharsOf(text, 0) === 0 ? this.#decodeByPlatform(text) : undefined;
    return whole ?? this.#decodeAll(this.#held + text, false);
  }

  /** Ends the stream: gives what a missing padding held back. The decoder is then ready for another stream. */
  flush(): Uint8Array {
    const bytes = this.#decodeAll(this.#held, true);
    this.#prefixChars = 0;
    return bytes;
  }

  #decodeAll(text: string, isLast: boolean): Uint8Array {
    this.#out = new Uint8Array(((text.length + 4) * 3) >> 2);
    this.#outBytes = 0;
    let at = this.#prefixChars === 0 ? 0 : this.#skipPrefix(text, 0);
    for (let colon = text.indexOf(':', at); colon !== -1; colon = text.indexOf(':', at)) {
      const start = colon + 1 - PREFIX_START.length;
      const isPrefix = start >= at && text.slice(start, colon + 1).toLowerCase() === PREFIX_START;
      this.#decodeRange(text, at, isPrefix ? start : colon);
      at = colon + 1;
      if (isPrefix) {
        this.#finishQuantum();
        this.#prefixChars = PREFIX_START.length;
        at = this.#skipPrefix(text, at);
      } else this.#droppedCharCount++;
    }
    const end = isLast || this.#prefixChars > 0 ? text.length : text.length - heldCharsOf(text, at);
    this.#held = text.slice(end);
    this.#decodeRange(text, at, end);
    if (isLast) this.#finishQuantum();
    return this.#out.subarray(0, this.#outBytes);
  }

  /** Gives the place after the prefix, or the end of the text. */
  #skipPrefix(text: string, at: number): number {
    const comma = text.indexOf(',', at);
    const end = comma === -1 ? text.length : comma + 1;
    const seenChars = this.#prefixChars;
    this.#prefixChars = comma === -1 ? seenChars + (end - at) : 0;
    if (seenChars + (end - at) <= MAX_PREFIX_CHARS) return end;
    // No prefix after all. What was taken for one until the limit is lost; the rest is decoded like any text.
    this.#droppedCharCount += MAX_PREFIX_CHARS;
    this.#prefixChars = 0;
    return at + (MAX_PREFIX_CHARS - seenChars);
  }

  #decodeRange(text: string, from: number, to: number): void {
    let at = from;
    while (this.#carryCount !== 0 && at < to) this.#takeChar(text.charCodeAt(at++));
    const wholeEnd = at + ((to - at) & ~3);
    const whole = this.#decodeByPlatform(text.slice(at, wholeEnd));
    if (whole !== undefined) {
      this.#out.set(whole, this.#outBytes);
      this.#outBytes += whole.length;
      at = wholeEnd;
    }
    while (at < to) {
      if (this.#carryCount === 0) at = this.#takeQuanta(text, at, to);
      if (at < to) this.#takeChar(text.charCodeAt(at++));
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

  /** Decodes quanta of four sextets until something else comes. Gives the place where it stopped. */
  #takeQuanta(text: string, from: number, to: number): number {
    const out = this.#out;
    let length = this.#outBytes;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const a = classOf(text.charCodeAt(at));
      const b = classOf(text.charCodeAt(at + 1));
      const c = classOf(text.charCodeAt(at + 2));
      const d = classOf(text.charCodeAt(at + 3));
      if ((a | b | c | d) >= PADDING) break;
      out[length++] = (a << 2) | (b >> 4);
      out[length++] = (b << 4) | (c >> 2);
      out[length++] = (c << 6) | d;
    }
    this.#outBytes = length;
    return at;
  }

  #takeChar(code: number): void {
    const charClass = classOf(code);
    if (charClass < PADDING) {
      this.#carryBits = (this.#carryBits << 6) | charClass;
      if (++this.#carryCount === 4) this.#finishQuantum();
    } else if (charClass === PADDING) this.#finishQuantum();
    else if (charClass === FOREIGN) this.#droppedCharCount++;
  }

  /** Ends a quantum: n sextets are n - 1 bytes, so that one alone is none. */
  #finishQuantum(): void {
    if (this.#carryCount === 1) this.#droppedCharCount++;
    // Bits that fill no byte are dropped from the right; the array keeps the lowest 8 of each number.
    for (let bits = 6 * this.#carryCount - 8; bits >= 0; bits -= 8)
      this.#out[this.#outBytes++] = this.#carryBits >> bits;
    this.#carryCount = 0;
    this.#carryBits = 0;
  }
}

/** Decodes a text that stands alone, as tolerantly as {@link Base64Decoder}. */
export function decodeBase64(text: string, options?: Base64DecoderOptions): DecodedBase64 {
  const decoder = new Base64Decoder(options);
  const body = decoder.decode(text);
  const rest = decoder.flush();
  const { droppedCharCount } = decoder;
  if (rest.length === 0) return { bytes: body, droppedCharCount };
  const bytes = new Uint8Array(body.length + rest.length);
  bytes.set(body);
  bytes.set(rest, body.length);
  return { bytes, droppedCharCount };
}

/** Characters at the end of the text, from `from` on, that may be the start of a prefix. */
function heldCharsOf(text: string, from: number): number {
  for (let chars = Math.min(PREFIX_START.length - 1, text.length - from); chars > 0; chars--) {
    if (text.slice(-chars).toLowerCase() === PREFIX_START.slice(0, chars)) return chars;
  }
  return 0;
}

function classOf(code: number): number {
  return CLASS_OF[code] ?? FOREIGN;
}

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256).fill(FOREIGN);
  const sextets = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let sextet = 0; sextet < 64; sextet++) classes[sextets.charCodeAt(sextet)] = sextet;
  classes['-'.charCodeAt(0)] = 62;
  classes['_'.charCodeAt(0)] = 63;
  classes['='.charCodeAt(0)] = PADDING;
  for (const blank of ' \t\n\v\f\r') classes[blank.charCodeAt(0)] = BLANK;
  return classes;
}
