// This file decodes base64 where there is no atob: AudioWorkletGlobalScope.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** For text that this package's own build wrote: standard alphabet, padded, nothing else in between. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    const group =
      (sextet(text, i) << 18) | (sextet(text, i + 1) << 12) | (sextet(text, i + 2) << 6) | sextet(text, i + 3);
    // Writes past the end, in the last group, are ignored by the array.
    bytes[at] = group >> 16;
    bytes[at + 1] = group >> 8;
    bytes[at + 2] = group;
  }
  return bytes;
}

function sextet(text: string, index: number): number {
  // '=' is not in the alphabet: -1 & 63 would be 63, so it is made 0.
  return Math.max(0, ALPHABET.indexOf(text.charAt(index)));
}
