// This file checks a weight file and unpacks it; scripts/neural/weightFile.mjs describes and writes the format.
import { AudioFormatError } from '../audioFormatError.ts';

/** Weights as they lie in the file, which is kept, not copied. */
export interface WeightFile {
  readonly bitsPerWeight: 16 | 32;
  /** Two byte planes, high then low, of half floats, or f32, little endian. */
  readonly matrices: Uint8Array;
  /** f32, little endian. */
  readonly vectors: Uint8Array;
}

/** Of the one network that the kernel runs. */
export const MATRIX_FLOATS = 221_568;
export const VECTOR_FLOATS = 1025;

const MAGIC = 0x56_57_4e_56; // VWNV
const FORMAT_VERSION = 1;
const HEADER_BYTES = 64;

/** @throws {AudioFormatError} `invalid-weights` unless whole, unchanged and of this network. */
export function readWeightFile(source: Uint8Array | ArrayBuffer): WeightFile {
  const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
  if (bytes.length < HEADER_BYTES) throw invalid('The file ends before its header does.', bytes);
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const bitsPerWeight = header.getUint8(5);
  if (header.getUint32(0) !== MAGIC || header.getUint8(4) !== FORMAT_VERSION) {
    throw invalid('This is not a weight file of this version.', bytes);
  }
  if (bitsPerWeight !== 16 && bitsPerWeight !== 32) throw invalid('Weights have 16 or 32 bits.', bytes);
  if (header.getUint32(8, true) !== MATRIX_FLOATS || header.getUint32(12, true) !== VECTOR_FLOATS) {
    throw invalid('These are the weights of another network.', bytes);
  }
  const matrixBytes = (MATRIX_FLOATS * bitsPerWeight) / 8;
  const expectedBytes = HEADER_BYTES + matrixBytes + VECTOR_FLOATS * 4;
  if (bytes.length !== expectedBytes) throw invalid(`The file should have ${expectedBytes} bytes.`, bytes);
  const payload = bytes.subarray(HEADER_BYTES);
  if (fnv1a(payload) !== header.getUint32(16, true)) throw invalid('The file is damaged.', bytes);
  return { bitsPerWeight, matrices: payload.subarray(0, matrixBytes), vectors: payload.subarray(matrixBytes) };
}

/** The high and the low bytes of half floats side by side again. */
export function joinPlanes(planes: Uint8Array, output: Uint8Array): void {
  const count = planes.length / 2;
  for (let i = 0; i < count; i++) {
    output[2 * i] = planes[count + i] ?? 0;
    output[2 * i + 1] = planes[i] ?? 0;
  }
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 16_777_619);
  return hash >>> 0;
}

function invalid(reason: string, { length }: Uint8Array): AudioFormatError {
  return new AudioFormatError('invalid-weights', `These weights cannot be used (${length} bytes): ${reason}`, {
    actualBytes: length,
  });
}
