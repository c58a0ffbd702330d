// This file writes the detector's weights as they are shipped: a header, half floats in two byte planes, biases as they are.
//
// The high bytes of weights are alike and compress; the low ones are noise. Apart they take a sixth less than together.
//
//   byte  0  'VWNV'                     byte 12  number of vectors' elements
//   byte  4  version of this format: 1  byte 16  FNV-1a of everything behind the header
//   byte  5  bits per weight: 16 or 32  byte 32  SHA-256 of the model that the weights were taken from
//   byte  8  number of weights          byte 64  weights, then f32 vectors; little endian

import { createHash } from 'node:crypto';

const HEADER_BYTES = 64;

/**
 * @param {import('./packWeights.mjs').PackedWeights} weights
 * @param {16 | 32} bits 32 for tests: as trained.
 * @param {Uint8Array} model
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encodeWeightFile({ matrices, vectors }, bits, model) {
  const payload = Buffer.concat([bits === 16 ? bytePlanes(matrices) : bytesOf(matrices), bytesOf(vectors)]);
  const file = Buffer.alloc(HEADER_BYTES + payload.length);
  file.write('VWNV', 'latin1');
  file[4] = 1;
  file[5] = bits;
  file.writeUInt32LE(matrices.length, 8);
  file.writeUInt32LE(vectors.length, 12);
  file.writeUInt32LE(fnv1a(payload), 16);
  file.set(createHash('sha256').update(model).digest(), 32);
  file.set(payload, HEADER_BYTES);
  return new Uint8Array(file);
}

/** The nearest half float's bits, ties to even. @param {number} value @returns {number} */
export function toHalf(value) {
  const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  if (exponent >= 31) throw new Error(`${value} is too large for a half float.`);
  if (exponent < -10) return sign;
  // Below exponent 1 halves are subnormal: fewer bits are kept.
  const mantissa = exponent > 0 ? ((bits & 0x7f_ffff) | (exponent << 23)) >>> 0 : (bits & 0x7f_ffff) | 0x80_0000;
  const dropped = exponent > 0 ? 13 : 14 - exponent;
  const kept = mantissa >>> dropped;
  const rest = mantissa & (2 ** dropped - 1);
  const half = 2 ** (dropped - 1);
  return sign | (kept + (rest > half || (rest === half && kept % 2 === 1) ? 1 : 0));
}

/** @param {Float32Array} values */
function bytePlanes(values) {
  const planes = new Uint8Array(2 * values.length);
  values.forEach((value, i) => {
    const half = toHalf(value);
    planes[i] = half >> 8;
    planes[values.length + i] = half;
  });
  return planes;
}

/** @param {Float32Array} values */
function bytesOf(values) {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** @param {Uint8Array} bytes */
function fnv1a(bytes) {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 16_777_619), 0x811c_9dc5) >>> 0;
}
