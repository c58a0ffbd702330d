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

/** What decoding a piece gives. */
export interface DecodedBase64 {
  /** All that is complete, but for what belongs to an incomplete quantum or to what may become a prefix. */
  readonly bytes: Uint8Array;
  /**
   * Characters that meant nothing and were left out: neither base64 nor whitespace, or alone in their quantum. 0 for a sound
   * stream.
   */
  readonly droppedCharCount: number;
  /** For the next piece. */
  readonly rest: Base64Rest;
}

/** A data URL's prefix is no longer than this; what claims to be is dropped. Ours: `data:audio/mpeg;base64,` has 23. */
const MAX_PREFIX_CHARS = 256;

/** A data URL's prefix, or as many characters of one that is too long. The colon belongs to no alphabet: it is no audio. */
const PREFIX = /data:([^,]{0,250},|[^,]{251})/gi;

/** At the end of a text: what may become a prefix. */
const PREFIX_START = /d(a(t(a(:[^,]{0,250})?)?)?)?$/i;

/** The platform's decoders may look only at the lower byte. On the usual one-byte strings this search costs nothing. */
const TWO_BYTE_CHAR = /[^\0-\xff]/;

/** Kinds of characters besides the 64 sextets, below 0: what means nothing, padding, and ASCII whitespace. */
const FOREIGN = -1;
const PADDING = -2;
const BLANK = -3;

const KINDS = makeKinds();

/** Where a stream of base64 is between two pieces. */
export interface Base64Rest {
  /** The end of the last piece: a quantum that is not complete, what may become a prefix, or both. */
  readonly held: string;
  /** Bits of a quantum that has begun, of which `bitCount` wait for their byte. */
  readonly bits: number;
  readonly bitCount: number;
}

/** Before the first piece, and after the last. */
export const NO_REST: Base64Rest = { held: '', bits: 0, bitCount: 0 };

/**
 * Decodes the next piece of a stream of base64 text, which may be cut anywhere or be an encoding of its own. Both alphabets,
 * ASCII whitespace, padding in the middle or missing at the end, and prefixes of data URLs are accepted. How the text is cut
 * changes when bytes come, and never which. Pure.
 *
 * One ambiguity is left: pieces encoded one by one, whose lengths in bytes are no multiple of 3, and that carry no
 * padding, look like cuts of one text.
 *
 * @param rest What the piece before left, or `NO_REST`.
 * @param isLast The stream ends with this piece, so that nothing waits for padding.
 */
export function decodePiece(
  rest: Base64Rest,
  text: string,
  isLast: boolean,
  { decodeWhole }: Base64DecoderOptions = {},
): DecodedBase64 {
  const all = rest.held + text;
  const hasColon = all.includes(':');
  // Short where it can be: most of the time goes into this search, when the platform decodes.
  const start = PREFIX_START.exec(all.slice(hasColon ? 1 - MAX_PREFIX_CHARS : -4))?.[0] ?? '';
  // At the end, what could have become a prefix is audio, unless its colon says otherwise.
  const readyChars = all.length - (isLast && !start.includes(':') ? 0 : start.length);
  // Whole quanta only, so that the platform takes the next piece too; but no prefix is cut.
  const ready = all.slice(0, isLast || hasColon ? readyChars : readyChars & ~3);
  const held = isLast ? '' : all.slice(ready.length);
  // Padding and all. What the platform does not take may be tolerable still.
  const bytes = decodeWhole && rest.bitCount === 0 ? askPlatform(decodeWhole, ready) : undefined;
  if (bytes) return { bytes, droppedCharCount: 0, rest: { ...NO_REST, held } };
  return decodeChars(rest, isLast ? `${ready}=` : ready, held);
}

/** Decodes a text that stands alone, as tolerantly as {@link decodePiece}. */
export function decodeBase64(text: string, options?: Base64DecoderOptions): DecodedBase64 {
  return decodePiece(NO_REST, text, true, options);
}

/** Lets the platform decode whole quanta; `undefined` when it cannot, or something else is among them. */
function askPlatform(decodeWhole: DecodeWholeBase64, whole: string): Uint8Array | undefined {
  if (whole.length % 4 > 0 || TWO_BYTE_CHAR.test(whole)) return undefined;
  try {
    const bytes = decodeWhole(whole);
    const paddingCount = Number(whole.endsWith('=')) + Number(whole.endsWith('=='));
    // Everything that is not base64 makes the result shorter, so the length alone tells that nothing was skipped.
    return bytes.length === (whole.length / 4) * 3 - paddingCount ? bytes : undefined;
  } catch {
    // What the platform refuses is read character by character, which tells more than its exception.
    return undefined;
  }
}

/** Decodes text that need not be whole. A byte comes as soon as its bits are there, so that padding has nothing to add. */
function decodeChars({ bits, bitCount }: Base64Rest, text: string, held: string): DecodedBase64 {
  let droppedCharCount = 0;
  const sextets = text.replace(PREFIX, (found) => {
    if (!found.endsWith(',')) droppedCharCount += found.length;
    // Like padding, it ends what came before.
    return '=';
  });
  const bytes = new Uint8Array((sextets.length * 6 + bitCount) >> 3);
  let lengthBytes = bitCount > 0 ? 0 : decodeQuanta(sextets, bytes);
  for (let at = (lengthBytes / 3) * 4; at < sextets.length; at++) {
    const kind = kindAt(sextets, at);
    if (kind >= 0) {
      bits = (bits << 6) | kind;
      bitCount += 6;
      if (bitCount >= 8) bytes[lengthBytes++] = bits >> (bitCount -= 8);
    } else if (kind === PADDING) {
      // n sextets are n - 1 bytes, so that one alone is none.
      if (bitCount === 6) droppedCharCount++;
      bits = 0;
      bitCount = 0;
    } else if (kind !== BLANK) {
      droppedCharCount++;
    }
  }
  return { bytes: bytes.subarray(0, lengthBytes), droppedCharCount, rest: { bits, bitCount, held } };
}

/** Decodes the quanta of four sextets that a text begins with. Gives how many bytes they are. */
function decodeQuanta(text: string, bytes: Uint8Array): number {
  let lengthBytes = 0;
  for (let at = 0; at + 4 <= text.length; at += 4) {
    // Below 0 as soon as one of the four is.
    const bits =
      (kindAt(text, at) << 18) | (kindAt(text, at + 1) << 12) | (kindAt(text, at + 2) << 6) | kindAt(text, at + 3);
    if (bits < 0) break;
    bytes[lengthBytes++] = bits >> 16;
    bytes[lengthBytes++] = bits >> 8;
    bytes[lengthBytes++] = bits;
  }
  return lengthBytes;
}

function kindAt(text: string, at: number): number {
  return KINDS[text.charCodeAt(at)] ?? FOREIGN;
}

/** By character code: a sextet in either alphabet, or another kind. */
function makeKinds(): Int8Array {
  // Whitespace: tab to carriage return, and the space.
  const kinds = new Int8Array(128).fill(FOREIGN).fill(BLANK, 9, 14).fill(BLANK, 32, 33);
  let sextet = 0;
  for (const range of ['AZ', 'az', '09', '++', '//']) {
    for (let code = range.charCodeAt(0); code <= range.charCodeAt(1); code++) kinds[code] = sextet++;
  }
  // The other alphabet's minus and underscore, and the equals sign.
  kinds[45] = 62;
  kinds[95] = 63;
  kinds[61] = PADDING;
  return kinds;
}
