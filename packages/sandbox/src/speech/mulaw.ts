// This file converts between 16-bit samples and G.711 µ-law bytes, in which the clips are stored.

/** Added before the logarithm and taken off after it (G.711, 16-bit scale: 33 << 2). */
const BIAS = 132;
/** Largest magnitude that fits the eighth segment. */
const CLIP = 32_635;

/** Encodes one sample. */
export function encodeMulawSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  // The segment is the position of the highest set bit above bit 7.
  const segment = 24 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | mantissa) & 0xff;
}

/** Decodes one byte. Zero is 0xff; full scale is ±32124. */
export function decodeMulawSample(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << ((bits & 0x70) >> 4)) - BIAS;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

const DECODED = Int16Array.from({ length: 256 }, (_, byte) => decodeMulawSample(byte));

/** Decodes a block of any length into samples of the same rate. */
export function decodeMulaw(bytes: Uint8Array): Int16Array {
  const pcm = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pcm[i] = DECODED[bytes[i] ?? 0xff] ?? 0;
  return pcm;
}

/** Encodes a block of any length. */
export function encodeMulaw(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) bytes[i] = encodeMulawSample(pcm[i] ?? 0);
  return bytes;
}
