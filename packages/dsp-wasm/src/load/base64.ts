// This file decodes base64 where there is no atob: AudioWorkletGlobalScope.

/** For text that this package's own build wrote: standard alphabet, padded, nothing else in between. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let group = 0;
  for (let i = 0, at = 0; i < text.length; i++) {
    group = (group << 6) | valueOf(text.charCodeAt(i));
    if (i % 4 < 3) continue;
    // Writes past the end, in the last group, are ignored by the array.
    bytes[at++] = group >> 16;
    bytes[at++] = group >> 8;
    bytes[at++] = group;
  }
  return bytes;
}

/** Six bits, by the code of a letter of the alphabet A-Z, a-z, 0-9, +, /; 0 for =. */
export function valueOf(code: number): number {
  if (code > 96) return code - 71;
  if (code > 64) return code - 65;
  if (code > 47) return code === 61 ? 0 : code + 4;
  return code === 43 ? 62 : 63;
}
