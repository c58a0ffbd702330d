// This file writes a weight file as JavaScript strings that compress as well as the file does.
//
// Base64 of the whole would cost a tenth more: its characters mix bits that are alike with bits that are noise. So signs
// and exponents get a character each, and mantissas follow in base64, ten bits each. src/neural/weightText.ts reads it.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const HEADER_BYTES = 64;

/** @param {Uint8Array} file Of 16 bits per weight. @returns {{ header: string, heads: string, mantissas: string, vectors: string }} */
export function writeWeightText(file) {
  const count = new DataView(file.buffer, file.byteOffset).getUint32(8, true);
  const base64 = (/** @type {number} */ from, /** @type {number} */ to) =>
    Buffer.from(file.subarray(from, to)).toString('base64');
  let [heads, mantissas] = ['', ''];
  let [kept, keptBits] = [0, 0];
  for (let i = 0; i < count; i++) {
    const half = ((file[HEADER_BYTES + i] ?? 0) << 8) | (file[HEADER_BYTES + count + i] ?? 0);
    heads += ALPHABET[half >> 10];
    kept = (kept << 10) | (half & 1023);
    keptBits += 10;
    while (keptBits >= 6) {
      keptBits -= 6;
      mantissas += ALPHABET[(kept >> keptBits) & 63];
      kept &= 2 ** keptBits - 1;
    }
  }
  if (keptBits > 0) mantissas += ALPHABET[(kept << (6 - keptBits)) & 63];
  const vectors = base64(HEADER_BYTES + 2 * count, file.length);
  return { header: base64(0, HEADER_BYTES), heads, mantissas, vectors };
}
