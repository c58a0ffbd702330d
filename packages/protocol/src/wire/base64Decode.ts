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
  /** Characters of the prefix so far; undefined outside of one. */
  #prefixChars: number | undefined;
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
    const sink = new ByteSink(((this.#held.length + text.length + 4) * 3) >> 2);
    this.#decodeInto(sink, this.#held + text, false);
    return sink.bytes();
  }

  /** Ends the stream: gives what a missing padding held back. The decoder is then ready for another stream. */
  flush(): Uint8Array {
    const sink = new ByteSink(6);
    this.#decodeInto(sink, this.#held, true);
    this.#finishQuantum(sink);
    this.#prefixChars = undefined;
    return sink.bytes();
  }

  #decodeInto(sink: ByteSink, text: string, isLast: boolean): void {
    this.#held = '';
    let at = this.#prefixChars === undefined ? 0 : this.#skipPrefix(text, 0);
    for (let colon = text.indexOf(':', at); colon !== -1; colon = text.indexOf(':', at)) {
      const start = colon + 1 - PREFIX_START.length;
      const isPrefix = start >= at && text.slice(start, colon + 1).toLowerCase() === PREFIX_START;
      this.#decodeRange(sink, text, at, isPrefix ? start : colon);
      if (isPrefix) {
        this.#finishQuantum(sink);
        this.#prefixChars = PREFIX_START.length;
        at = this.#skipPrefix(text, colon + 1);
      } else {
        this.#droppedCharCount++;
        at = colon + 1;
      }
    }
    const end = isLast || this.#prefixChars !== undefined ? text.length : text.length - heldCharsOf(text, at);
    this.#held = text.slice(end);
    this.#decodeRange(sink, text, at, end);
  }

  /** Gives the place after the prefix, or the end of the text. */
  #skipPrefix(text: string, at: number): number {
    const seenChars = this.#prefixChars ?? 0;
    const comma = text.indexOf(',', at);
    const end = comma === -1 ? text.length : comma + 1;
    const chars = seenChars + (end - at);
    if (chars > MAX_PREFIX_CHARS) {
      // No prefix after all. What was taken for one until the limit is lost; the rest is decoded like any text.
      this.#droppedCharCount += MAX_PREFIX_CHARS;
      this.#prefixChars = undefined;
      return at + (MAX_PREFIX_CHARS - seenChars);
    }
    this.#prefixChars = comma === -1 ? chars : undefined;
    return end;
  }

  #decodeRange(sink: ByteSink, text: string, from: number, to: number): void {
    let at = from;
    while (this.#carryCount !== 0 && at < to) this.#takeChar(sink, text.charCodeAt(at++));
    const wholeEnd = at + ((to - at) & ~3);
    if (this.#tryWhole(sink, text, at, wholeEnd)) at = wholeEnd;
    while (at < to) {
      if (this.#carryCount === 0 && to - at >= 4) at = takeQuanta(sink, text, at, to);
      if (at < to) this.#takeChar(sink, text.charCodeAt(at++));
    }
  }

  /** Lets the platform decode whole quanta. False, and nothing done, when it cannot or something else is among them. */
  #tryWhole(sink: ByteSink, text: string, from: number, to: number): boolean {
    if (this.#decodeWhole === undefined || to - from < MIN_WHOLE_CHARS) return false;
    const whole = text.slice(from, to);
    if (TWO_BYTE_CHAR.test(whole)) return false;
    let bytes: Uint8Array;
    try {
      bytes = this.#decodeWhole(whole);
    } catch {
      // What the platform refuses is read character by character, which tells more than its exception.
      return false;
    }
    const paddingCount = whole.endsWith('==') ? 2 : whole.endsWith('=') ? 1 : 0;
    // Everything that is not base64 makes the result shorter, so the length alone tells that nothing was skipped.
    if (bytes.length !== (whole.length / 4) * 3 - paddingCount) return false;
    sink.append(bytes);
    return true;
  }

  #takeChar(sink: ByteSink, code: number): void {
    const charClass = classOf(code);
    if (charClass < PADDING) {
      this.#carryBits = (this.#carryBits << 6) | charClass;
      if (++this.#carryCount === 4) {
        sink.pushTriple(this.#carryBits);
        this.#carryCount = 0;
        this.#carryBits = 0;
      }
    } else if (charClass === PADDING) {
      this.#finishQuantum(sink);
    } else if (charClass === FOREIGN) {
      this.#droppedCharCount++;
    }
  }

  /** Ends an encoding: 2 or 3 sextets are 1 or 2 bytes, one alone is none. */
  #finishQuantum(sink: ByteSink): void {
    if (this.#carryCount === 1) this.#droppedCharCount++;
    if (this.#carryCount === 2) sink.push(this.#carryBits >> 4);
    if (this.#carryCount === 3) {
      sink.push(this.#carryBits >> 10);
      sink.push(this.#carryBits >> 2);
    }
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

/** Collects bytes in one array of a known capacity, or passes on the platform's array where that is everything. */
class ByteSink {
  readonly #capacityBytes: number;
  #array: Uint8Array = EMPTY;
  #isOwn = false;
  #lengthBytes = 0;

  constructor(capacityBytes: number) {
    this.#capacityBytes = capacityBytes;
  }

  push(byte: number): void {
    this.#writable()[this.#lengthBytes++] = byte;
  }

  pushTriple(bits: number): void {
    this.push(bits >> 16);
    this.push(bits >> 8);
    this.push(bits);
  }

  append(bytes: Uint8Array): void {
    if (this.#lengthBytes === 0) this.#array = bytes;
    else this.#writable().set(bytes, this.#lengthBytes);
    this.#lengthBytes += bytes.length;
  }

  /** Hands the array to `write`, with the place of its first free byte; gets the place after the last written one. */
  fill(write: (array: Uint8Array, at: number) => number): void {
    this.#lengthBytes = write(this.#writable(), this.#lengthBytes);
  }

  bytes(): Uint8Array {
    return this.#array.subarray(0, this.#lengthBytes);
  }

  #writable(): Uint8Array {
    if (this.#isOwn) return this.#array;
    const own = new Uint8Array(this.#capacityBytes);
    own.set(this.#array);
    this.#array = own;
    this.#isOwn = true;
    return own;
  }
}

/** Decodes quanta of four sextets until something else comes. Gives the place where it stopped. */
function takeQuanta(sink: ByteSink, text: string, from: number, to: number): number {
  let at = from;
  sink.fill((array, start) => {
    let out = start;
    for (; at + 4 <= to; at += 4) {
      const a = classOf(text.charCodeAt(at));
      const b = classOf(text.charCodeAt(at + 1));
      const c = classOf(text.charCodeAt(at + 2));
      const d = classOf(text.charCodeAt(at + 3));
      if ((a | b | c | d) >= PADDING) break;
      array[out++] = (a << 2) | (b >> 4);
      array[out++] = (b << 4) | (c >> 2);
      array[out++] = (c << 6) | d;
    }
    return out;
  });
  return at;
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
