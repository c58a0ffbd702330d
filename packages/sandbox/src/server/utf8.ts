// This file turns text into UTF-8 and back, where no platform does it: the core has neither TextEncoder nor TextDecoder.

const REPLACEMENT = 0xfffd;
/** Characters per call of `String.fromCodePoint`; engines limit the number of arguments. */
const PIECE_CHARS = 4096;

/** Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(3 * text.length);
  let at = 0;
  for (const char of text) {
    const point = wellFormed(char.codePointAt(0) ?? REPLACEMENT);
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    const followerCount = point < 0x800 ? 1 : point < 0x1_0000 ? 2 : 3;
    bytes[at++] = ((0xff << (7 - followerCount)) & 0xff) | (point >> (6 * followerCount));
    for (let shift = 6 * (followerCount - 1); shift >= 0; shift -= 6) bytes[at++] = 0x80 | ((point >> shift) & 0x3f);
  }
  return bytes.slice(0, at);
}

/** Never throws: what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  let points: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [point, length] = readPoint(bytes, at);
    points.push(point);
    at += length;
    if (points.length === PIECE_CHARS) {
      text += String.fromCodePoint(...points);
      points = [];
    }
  }
  return text + String.fromCodePoint(...points);
}

function readPoint(bytes: Uint8Array, at: number): readonly [point: number, lengthBytes: number] {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return [lead, 1];
  const followerCount =
    lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
  if (followerCount === 0) return [REPLACEMENT, 1];
  let point = lead & (0x3f >> followerCount);
  for (let i = 1; i <= followerCount; i++) {
    const next = bytes[at + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return [REPLACEMENT, i];
    point = (point << 6) | (next & 0x3f);
  }
  const isTooShort = point < (followerCount === 1 ? 0x80 : followerCount === 2 ? 0x800 : 0x1_0000);
  return isTooShort || wellFormed(point) !== point ? [REPLACEMENT, followerCount + 1] : [point, followerCount + 1];
}

function wellFormed(point: number): number {
  return (point >= 0xd800 && point < 0xe000) || point > 0x10_ffff ? REPLACEMENT : point;
}
