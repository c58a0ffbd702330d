// This file is the short-time Fourier transform in front of the network: four columns at once, a lane each.
import { cosine } from '../cosine';

export const COLUMN_STEP: usize = 128;
const SIZE: i32 = 256;
export const BIN_COUNT: i32 = SIZE / 2 + 1;
/** Complex numbers that 256 real ones are transformed as. */
const POINTS: i32 = SIZE / 2;
const POINT_BYTES: usize = 32;

/** f32: the window, then cos and sin of 2πk/256 for k = 0..127, in pairs. */
const ROOTS: usize = <usize>SIZE * 4;
export const SPECTRUM_TABLE_BYTES: usize = ROOTS + <usize>POINTS * 8;
export const SPECTRUM_WORK_BYTES: usize = <usize>POINTS * POINT_BYTES;
export const MAGNITUDE_BYTES: usize = <usize>BIN_COUNT * 16;

export function initSpectrum(table: usize): void {
  for (let n: usize = 0; n < <usize>SIZE; n++) {
    // A periodic Hann window.
    f32.store(table + (n << 2), <f32>(0.5 - 0.5 * cosine(<f64>n / SIZE)));
  }
  for (let k: usize = 0; k < <usize>POINTS; k++) {
    f32.store(table + ROOTS + (k << 3), <f32>cosine(<f64>k / SIZE));
    f32.store(table + ROOTS + (k << 3), <f32>cosine(<f64>k / SIZE - 0.25), 4);
  }
}

/**
 * |X_k| · gain of four columns of 256 samples, each 128 after the one before; a lane is a column.
 *
 * z[m] = x[2m] + i·x[2m+1] is transformed as 128 complex points, Z; with W = e^{-2πi/256}
 *
 *   E_k = (Z_k + Z*_{128-k}) / 2,  O_k = (Z_k - Z*_{128-k}) / 2i,  X_k = E_k + W^k O_k,  X_{128-k} = (E_k - W^k O_k)*
 *
 * @param samples 640 f32.
 * @param magnitudes Receives 129 vectors.
 */
export function transform(table: usize, work: usize, samples: usize, magnitudes: usize, gain: f32): void {
  loadColumns(table, work, samples);
  for (let half = 1; half < POINTS; half <<= 1) combineHalves(table, work, half);
  for (let k = 0; k <= POINTS / 2; k++) separate(table, work, magnitudes, k, gain);
}

/** Windows the samples and puts them where the transform, of decimated halves, begins: bits of the index reversed. */
function loadColumns(table: usize, work: usize, samples: usize): void {
  for (let m = 0; m < POINTS; m += 2) {
    const at = samples + (<usize>m << 3);
    const a = v128.load(at);
    const b = v128.load(at, COLUMN_STEP * 4);
    const c = v128.load(at, 2 * COLUMN_STEP * 4);
    const d = v128.load(at, 3 * COLUMN_STEP * 4);
    const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const window = table + (<usize>m << 3);
    const first = work + <usize>reverseBits(m) * POINT_BYTES;
    const second = work + <usize>reverseBits(m + 1) * POINT_BYTES;
    storeWindowed(first, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5), window);
    storeWindowed(first + 16, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7), window + 4);
    storeWindowed(second, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5), window + 8);
    storeWindowed(second + 16, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7), window + 12);
  }
}

// @ts-ignore: decorator
@inline
function storeWindowed(at: usize, x: v128, window: usize): void {
  v128.store(at, f32x4.mul(x, v128.load32_splat(window)));
}

/** Of seven bits. */
// @ts-ignore: decorator
@inline
function reverseBits(m: i32): i32 {
  const pairs = ((m & 0x55) << 1) | ((m >> 1) & 0x55);
  const quads = ((pairs & 0x33) << 2) | ((pairs >> 2) & 0x33);
  return (((quads & 0x0f) << 4) | (quads >> 4)) >> 1;
}

/** Makes transforms of 2 · `half` points of every two of `half`: u + w·v and u - w·v, w = e^{-2πij/(2·half)}. */
function combineHalves(table: usize, work: usize, half: i32): void {
  const apart = <usize>half * POINT_BYTES;
  const rootStep = ((<usize>POINTS / half) << 3) as usize;
  const end = work + SPECTRUM_WORK_BYTES;
  let root = table + ROOTS;
  for (let first = work; first < work + apart; first += POINT_BYTES) {
    const cos = v128.load32_splat(root);
    const sin = v128.load32_splat(root, 4);
    root += rootStep;
    for (let u = first; u < end; u += 2 * apart) {
      const v = u + apart;
      const vRe = v128.load(v);
      const vIm = v128.load(v, 16);
      const re = f32x4.add(f32x4.mul(cos, vRe), f32x4.mul(sin, vIm));
      const im = f32x4.sub(f32x4.mul(cos, vIm), f32x4.mul(sin, vRe));
      const uRe = v128.load(u);
      const uIm = v128.load(u, 16);
      v128.store(u, f32x4.add(uRe, re));
      v128.store(u, f32x4.add(uIm, im), 16);
      v128.store(v, f32x4.sub(uRe, re));
      v128.store(v, f32x4.sub(uIm, im), 16);
    }
  }
}

/** Magnitudes of bins k and 128 - k. */
// @ts-ignore: decorator
@inline
function separate(table: usize, work: usize, magnitudes: usize, k: i32, gain: f32): void {
  const mirrored = (POINTS - k) & (POINTS - 1);
  const z = work + <usize>k * POINT_BYTES;
  const m = work + <usize>mirrored * POINT_BYTES;
  const a = v128.load(z);
  const b = v128.load(z, 16);
  const c = v128.load(m);
  const d = v128.load(m, 16);
  // E and O without their 1/2, which joins the gain.
  const evenRe = f32x4.add(a, c);
  const evenIm = f32x4.sub(b, d);
  const oddRe = f32x4.add(b, d);
  const oddIm = f32x4.sub(c, a);
  const cos = v128.load32_splat(table + ROOTS + (<usize>k << 3));
  const sin = v128.load32_splat(table + ROOTS + (<usize>k << 3), 4);
  const re = f32x4.add(f32x4.mul(cos, oddRe), f32x4.mul(sin, oddIm));
  const im = f32x4.sub(f32x4.mul(cos, oddIm), f32x4.mul(sin, oddRe));
  const scale = f32x4.splat(<f32>0.5 * gain);
  const sum = magnitude(f32x4.add(evenRe, re), f32x4.add(evenIm, im));
  const difference = magnitude(f32x4.sub(evenRe, re), f32x4.sub(evenIm, im));
  v128.store(magnitudes + (<usize>k << 4), f32x4.mul(scale, sum));
  v128.store(magnitudes + (<usize>(POINTS - k) << 4), f32x4.mul(scale, difference));
}

// @ts-ignore: decorator
@inline
function magnitude(re: v128, im: v128): v128 {
  return f32x4.sqrt(f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im)));
}
