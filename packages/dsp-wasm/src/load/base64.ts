// This file decodes base64 where there is no atob: AudioWorkletGlobalScope.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** For text that this package's own build wrote: standard alphabet, padded, nothing else in between. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let group = 0;
  for (let i = 0, at = 0; i < text.length; i++) {
    // '=' is not in the alphabet: -1 would set every bit of the group, so it is made 0.
    group = (group << 6) | Math.max(0, ALPHABET.indexOf(text.charAt(i)));
    if (i % 4 < 3) continue;
    // Writes past the end, in the last group, are ignored by the array.
    bytes[at++] = group >> 16;
    bytes[at++] = group >> 8;
    bytes[at++] = group;
  }
  return bytes;
}
