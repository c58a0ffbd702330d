// This file turns text into UTF-8 and back, since the core may not count on a platform's TextEncoder and TextDecoder.

/** A platform's decoder of whole UTF-8 texts, such as `TextDecoder.decode` with its default options. */
export type DecodeUtf8 = (bytes: Uint8Array) => string;

/** Arguments of one call: engines limit them to tens of thousands. */
const MAX_UNITS_PER_CALL = 8192;
const REPLACEMENT = 0xfffd;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** As `TextEncoder.encode`: a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  // A UTF-16 unit takes 3 bytes at most; a pair takes 4.
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? REPLACEMENT;
    const code = point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
    if (code < 0x80) {
      bytes[length++] = code;
      continue;
    }
    const tailCount = code < 0x800 ? 1 : code < 0x1_0000 ? 2 : 3;
    bytes[length++] = (0xff << (7 - tailCount)) | (code >> (6 * tailCount));
    for (let tail = tailCount - 1; tail >= 0; tail--) bytes[length++] = 0x80 | ((code >> (6 * tail)) & 0x3f);
  }
  return bytes.slice(0, length);
}

/** As `TextDecoder.decode`: drops a byte order mark, and puts U+FFFD for what is not UTF-8. Never throws. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  let units: number[] = [];
  let at = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  while (at < bytes.length) {
    const { code, lengthBytes } = pointAt(bytes, at);
    at += lengthBytes;
    if (code < 0x1_0000) units.push(code);
    else units.push(0xd800 + ((code - 0x1_0000) >> 10), 0xdc00 + (code & 0x3ff));
    if (units.length >= MAX_UNITS_PER_CALL) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

interface CodePoint {
  readonly code: number;
  readonly lengthBytes: number;
}

// A table of byte classes would be faster, but lines of base64 are ASCII, which leaves in the first line.
function pointAt(bytes: Uint8Array, at: number): CodePoint {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return { code: lead, lengthBytes: 1 };
  const tailCount = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  if (tailCount === 0) return { code: REPLACEMENT, lengthBytes: 1 };
  let code = lead & (0x3f >> tailCount);
  for (let tail = 1; tail <= tailCount; tail++) {
    const byte = bytes[at + tail] ?? 0;
    const isTail =
      byte >= (tail === 1 ? lowestSecond(lead) : 0x80) && byte <= (tail === 1 ? highestSecond(lead) : 0xbf);
    // One replacement for the longest start of a sequence that could have become one: the web's rule.
    if (!isTail) return { code: REPLACEMENT, lengthBytes: tail };
    code = (code << 6) | (byte & 0x3f);
  }
  return { code, lengthBytes: tailCount + 1 };
}

/** Below it, the second byte would make an overlong form. */
function lowestSecond(lead: number): number {
  return lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
}

/** Above it, the second byte would make a surrogate or a point beyond U+10FFFF. */
function highestSecond(lead: number): number {
  return lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
}
