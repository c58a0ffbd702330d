// This file turns samples into the wire's little-endian bytes and back, whatever the machine's own byte order.

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
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    bytes[2 * i] = sample;
    bytes[2 * i + 1] = sample >> 8;
  }
  return bytes;
}
