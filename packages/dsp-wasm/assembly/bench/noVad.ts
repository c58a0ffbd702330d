// This file stands in for spectralVad.ts when scripts/weigh.mjs asks what the kernels weigh without the detector.

@unmanaged
export class SpectralVad {
  score: f64;
}

export function resetVad(at: usize): void {}

export function hearSamples(at: usize, samples: usize, count: i32): void {}

export function initVad(at: usize, model: usize, features: usize): void {}

export function spectralVadBytes(): i32 {
  return 0;
}
