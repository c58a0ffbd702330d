// This file turns the text in which the package carries the neural detector's weights back into the file they came from.
import { HEADER_BASE64, HEADS, MANTISSAS, VECTORS_BASE64 } from '../generated/neuralWeights.ts';
import { decodeBase64, valueOf } from '../load/base64.ts';

/** assets/sileroVadV6.bin, byte for byte; some 450 kB, made anew on each call. */
export function decodeWeights(): Uint8Array<ArrayBuffer> {
  const header = decodeBase64(HEADER_BASE64);
  const vectors = decodeBase64(VECTORS_BASE64);
  const count = HEADS.length;
  const file = new Uint8Array(header.length + 2 * count + vectors.length);
  file.set(header);
  file.set(vectors, header.length + 2 * count);
  // Sign and exponent are a letter each, mantissas ten bits of the other text.
  let kept = 0;
  let keptBits = 0;
  for (let i = 0, at = 0; i < count; i++) {
    for (; keptBits < 10; keptBits += 6) kept = (kept << 6) | valueOf(MANTISSAS.charCodeAt(at++));
    keptBits -= 10;
    const half = (valueOf(HEADS.charCodeAt(i)) << 10) | (kept >> keptBits);
    kept &= 2 ** keptBits - 1;
    file[header.length + i] = half >> 8;
    file[header.length + count + i] = half;
  }
  return file;
}
