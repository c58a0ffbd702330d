// This file finds where a stretch of sound repeats: the place at which it differs least from itself.

/** Candidates per turn: three vectors of four. */
const TURN_CANDIDATES = 12;

/**
 * D[k] = Σ_n (r[ns] - c[ns + k])², n < N / s: how much the N samples at `reference` differ from those at `candidates` + k,
 * by every s-th of them. Returns the first k < `count` at which D is least. Each SIMD lane is another k, so that every D
 * is a sum in the order of n.
 *
 * `differences` has room for D, in whole turns of 12; behind the candidates as many samples may be read, and are not meant.
 */
export function findLeastDifference(
  reference: usize,
  candidates: usize,
  count: i32,
  windowSamples: i32,
  strideSamples: i32,
  differences: usize,
): i32 {
  const end = reference + (<usize>windowSamples << 2);
  const stride = <usize>strideSamples << 2;
  for (let k = 0; k < count; k += TURN_CANDIDATES) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let candidate = candidates + (<usize>k << 2);
    for (let at = reference; at < end; at += stride, candidate += stride) {
      const sample = v128.load32_splat(at);
      const apart0 = f32x4.sub(sample, v128.load(candidate));
      const apart1 = f32x4.sub(sample, v128.load(candidate, 16));
      const apart2 = f32x4.sub(sample, v128.load(candidate, 32));
      sum0 = f32x4.add(sum0, f32x4.mul(apart0, apart0));
      sum1 = f32x4.add(sum1, f32x4.mul(apart1, apart1));
      sum2 = f32x4.add(sum2, f32x4.mul(apart2, apart2));
    }
    const at = differences + (<usize>k << 2);
    v128.store(at, sum0);
    v128.store(at, sum1, 16);
    v128.store(at, sum2, 32);
  }
  let best = 0;
  for (let k = 1; k < count; k++) {
    if (f32.load(differences + (<usize>k << 2)) < f32.load(differences + (<usize>best << 2))) best = k;
  }
  return best;
}
