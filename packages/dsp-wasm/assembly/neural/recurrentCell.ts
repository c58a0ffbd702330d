// This file is what is not a product of matrices in the network: the gates of its LSTM cell, and its answer.

const UNITS: usize = 128;
const GATE: usize = UNITS * 4;

/**
 * c' = σ(f)·c + σ(i)·tanh(g) and h' = σ(o)·tanh(c'), the four gates one behind the other: i, f, g, o.
 *
 * @param cell c, and after the call c'.
 * @param hidden Receives h'.
 */
export function openGates(gates: usize, cell: usize, hidden: usize): void {
  for (let at: usize = 0; at < GATE; at += 16) {
    const i = logistic(v128.load(gates + at));
    const f = logistic(v128.load(gates + at, GATE));
    const g = hyperbolicTangent(v128.load(gates + at, 2 * GATE));
    const o = logistic(v128.load(gates + at, 3 * GATE));
    const c = f32x4.add(f32x4.mul(f, v128.load(cell + at)), f32x4.mul(i, g));
    v128.store(cell + at, c);
    v128.store(hidden + at, f32x4.mul(o, hyperbolicTangent(c)));
  }
}

/** σ(b + w·max(0, h)): how likely the hop is speech. `weights`: those of 128 units, then b. */
export function decode(weights: usize, hidden: usize): f32 {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let at: usize = 0; at < GATE; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(weights + at), f32x4.max(v128.load(hidden + at), zero)));
  }
  const pairs = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
  const total = f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1) + f32.load(weights + GATE);
  return f32x4.extract_lane(logistic(f32x4.splat(total)), 0);
}

// @ts-ignore: decorator
@inline
function logistic(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline
function hyperbolicTangent(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(one, exponential(f32x4.add(x, x)))));
}

/**
 * e^x within 2 units of the last place, x clamped to ±87 where f32 still holds it: 2^n · e^r, |r| ≤ ln 2 / 2.
 *
 * ln 2 in two parts, of which the first has few bits, and the polynomial of e^r: S. Moshier, Cephes, expf.
 */
function exponential(argument: v128): v128 {
  const x = f32x4.min(f32x4.max(argument, f32x4.splat(-87)), f32x4.splat(87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  const rough = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.add(rough, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  const power = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(power, scale);
}
