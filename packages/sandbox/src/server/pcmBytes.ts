// This file turns samples into the wire's little-endian bytes and back, whatever the machine's own byte order.

/** True where memory holds samples as the wire does, so that they can be copied whole. */
const IS_WIRE_ORDER = new Uint8Array(Int16Array.of(1).buffer)[0] === 1;

/** @param bytes An even number of them, at any alignment. */
export function bytesToPcm(bytes: Uint8Array): Int16Array {
  const pcm = new Int16Array(bytes.length >> 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(2 * i, true);
  return pcm;
}

/**
 * Two bytes per sample, into `bytes`.
 *
 * @param bytes Twice as long as `pcm`. Default: a fresh block.
 */
export function pcmToBytes(pcm: Int16Array, bytes: Uint8Array = new Uint8Array(2 * pcm.length)): Uint8Array {
  if (IS_WIRE_ORDER) {
    bytes.set(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
    return bytes;
  }
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    bytes[2 * i] = sample;
    bytes[2 * i + 1] = sample >> 8;
  }
  return bytes;
}
