// This file turns samples into 16-bit PCM.

/** Round to nearest, full scale 32768, saturating, NaN to 0. @param samples In [-1, 1]. */
export function toInt16(samples: Float32Array): Int16Array {
  const pcm = new Int16Array(samples.length);
  for (let i = 0; i < pcm.length; i++) {
    // NaN becomes 0 in an array of integers.
    pcm[i] = Math.min(Math.max(Math.round((samples[i] ?? 0) * 32_768), -32_768), 32_767);
  }
  return pcm;
}

/** The same as little-endian bytes. */
export function pcmBytes(samples: Float32Array): Uint8Array {
  const pcm = toInt16(samples);
  const view = new DataView(new ArrayBuffer(pcm.length * 2));
  for (let i = 0; i < pcm.length; i++) view.setInt16(i * 2, pcm[i] ?? 0, true);
  return new Uint8Array(view.buffer);
}
