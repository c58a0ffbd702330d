// This file decodes base64 as a strict server does: the standard alphabet, padded, nothing else.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FOREIGN = 0xff;
/** Sextet by character code. */
const SEXTETS = new Uint8Array(128).fill(FOREIGN);
for (let sextet = 0; sextet < ALPHABET.length; sextet++) SEXTETS[ALPHABET.charCodeAt(sextet)] = sextet;

/**
 * Decodes a whole text in linear time.
 *
 * @returns Nothing for what strict base64 (RFC 4648 section 4) is not: a length that is no multiple of 4, blanks, the URL
 *   alphabet, padding elsewhere than at the end, or bits set behind the last byte.
 */
export function decodeStrictBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const paddingCount = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const charCount = text.length - paddingCount;
  const bytes = new Uint8Array((text.length / 4) * 3 - paddingCount);
  let bits = 0;
  let length = 0;
  for (let at = 0; at < charCount; at++) {
    const sextet = SEXTETS[text.charCodeAt(at)] ?? FOREIGN;
    if (sextet === FOREIGN) return undefined;
    bits = (bits << 6) | sextet;
    if (at % 4 === 0) continue;
    bytes[length++] = (bits >> (2 * (3 - (at % 4)))) & 0xff;
  }
  const spareBits = paddingCount === 2 ? 0x0f : paddingCount === 1 ? 0x03 : 0;
  return (bits & spareBits) === 0 ? bytes : undefined;
}
