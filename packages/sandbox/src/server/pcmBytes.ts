// This file turns samples into the wire's little-endian bytes and back, whatever the machine's own byte order.

/** True where memory holds samples as the wire does, so that they can be copied whole. */
const IS_WIRE_ORDER = new Uint8Array(Int16Array.of(1).buffer)[0] === 1;

/**
 * Reads samples.
 *
 * @param bytes Two per sample of `pcm`, at any alignment.
 * @param pcm Filled and given back. Default: a fresh block for all whole samples.
 */
export function bytesToPcm(bytes: Uint8Array, pcm: Int16Array = new Int16Array(bytes.length >> 1)): Int16Array {
  if (IS_WIRE_ORDER) {
    const room = memoryOf(pcm);
    room.set(bytes.length === room.length ? bytes : bytes.subarray(0, room.length));
    return pcm;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(2 * i, true);
  return pcm;
}

/** Two bytes per sample; a fresh block. */
export function pcmToBytes(pcm: Int16Array): Uint8Array {
  if (IS_WIRE_ORDER) return memoryOf(pcm).slice();
  const bytes = new Uint8Array(2 * pcm.length);
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    bytes[2 * i] = sample;
    bytes[2 * i + 1] = sample >> 8;
  }
  return bytes;
}

/** Bytes of one block after the other, mostly the same block with new samples: a view per frame would be garbage. */
export class PcmView {
  #pcm: Int16Array | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  /** Not a copy where there need not be one: valid as long as `pcm` does not change. */
  of(pcm: Int16Array): Uint8Array {
    if (this.#pcm !== pcm || !IS_WIRE_ORDER) {
      this.#pcm = pcm;
      this.#bytes = IS_WIRE_ORDER ? memoryOf(pcm) : pcmToBytes(pcm);
    }
    return this.#bytes;
  }
}

function memoryOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
