// This file converts between float and int16 samples in plain TypeScript: what the kernels must equal, bit by bit.

const FULL_SCALE = 32_768;

/** round(x · 32768), ties to even, clamped; NaN gives 0. `output` holds at least `input.length` samples. */
export function convertFloat32ToInt16(input: Float32Array, output: Int16Array): void {
  for (let n = 0; n < input.length; n++) {
    const scaled = (input[n] ?? 0) * FULL_SCALE;
    output[n] = Number.isNaN(scaled) ? 0 : Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, roundHalfToEven(scaled)));
  }
}

/** i / 32768, exact. `output` holds at least `input.length` samples. */
export function convertInt16ToFloat32(input: Int16Array, output: Float32Array): void {
  for (let n = 0; n < input.length; n++) output[n] = (input[n] ?? 0) / FULL_SCALE;
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const fraction = x - below;
  if (fraction !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
