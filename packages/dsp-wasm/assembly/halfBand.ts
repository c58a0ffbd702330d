// This file filters at the ratios 1 / 2 and 2 / 1 by a half-band filter: half of its taps are zero, the rest symmetric.

/**
 * F[n] = Σ_j h[j] · (x[n + j] + x[n + 2K - 1 - j]), j < K: the taps beside the centre, outermost first. Each SIMD lane is
 * another n, and a tap is broadcast to all lanes. The tap in the centre falls on a sample c[n] of its own.
 *
 * Down by two, x are the odd samples and c the even ones: y[n] = F[n] + c[n] / 2. Up by two, x and c are the same
 * samples at two places: y[2n] = F[n] and y[2n + 1] = c[n].
 *
 * `taps` holds entries of three words: the byte offset of x[n + j] as i32, h[j] and h[j + 4]. Samples four apart are one
 * vector apart, so that the two taps share all but two of their loads, which are what limits the speed.
 *
 * Works on whole turns of 12 n, as many as hold `periods`, the last of 8 where those suffice.
 */
// @ts-ignore: decorator
@inline
export function filterHalfBand(
  isUp: bool,
  taps: usize,
  entryCount: i32,
  samples: usize,
  span: usize,
  centre: usize,
  output: usize,
  periods: i32,
): void {
  const end = taps + <usize>entryCount * 12;
  const turnBytes: usize = isUp ? TURN_PERIODS * 8 : TURN_PERIODS * 4;
  for (; periods > SHORT_TURN_PERIODS; periods -= TURN_PERIODS, output += turnBytes) {
    filterTurn(true, isUp, taps, end, samples, span, centre, output);
    samples += TURN_PERIODS * 4;
    centre += TURN_PERIODS * 4;
  }
  if (periods > 0) filterTurn(false, isUp, taps, end, samples, span, centre, output);
}

/** Three vectors of n, or two. What both taps of an entry bring is added up first: two sums alone would wait for each other. */
// @ts-ignore: decorator
@inline
function filterTurn(
  isWhole: bool,
  isUp: bool,
  taps: usize,
  end: usize,
  samples: usize,
  span: usize,
  centre: usize,
  output: usize,
): void {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  for (let at = taps; at < end; at += 12) {
    const offset = load<u32>(at);
    const low = samples + offset;
    const high = samples + span - offset;
    const outer = v128.load32_splat(at, 4);
    const inner = v128.load32_splat(at, 8);
    const low1 = v128.load(low, 16);
    const low2 = v128.load(low, 32);
    const high0 = v128.load(high);
    const high1 = v128.load(high, 16);
    sum0 = f32x4.add(sum0, pairs(outer, v128.load(low), high0, inner, low1, v128.load(high - 16)));
    sum1 = f32x4.add(sum1, pairs(outer, low1, high1, inner, low2, high0));
    if (isWhole) sum2 = f32x4.add(sum2, pairs(outer, low2, v128.load(high, 32), inner, v128.load(low, 48), high1));
  }
  if (isUp) {
    storeInterleaved(output, sum0, v128.load(centre));
    storeInterleaved(output + 32, sum1, v128.load(centre, 16));
    if (isWhole) storeInterleaved(output + 64, sum2, v128.load(centre, 32));
  } else {
    storeWithHalf(output, sum0, v128.load(centre));
    storeWithHalf(output + 16, sum1, v128.load(centre, 16));
    if (isWhole) storeWithHalf(output + 32, sum2, v128.load(centre, 32));
  }
}

// @ts-ignore: decorator
@inline
function pairs(outer: v128, a: v128, b: v128, inner: v128, c: v128, d: v128): v128 {
  return f32x4.add(f32x4.mul(outer, f32x4.add(a, b)), f32x4.mul(inner, f32x4.add(c, d)));
}

/** Three vectors: with more, what two taps share no longer fits into the registers. */
const TURN_PERIODS = 12;
/** What the last turn may have instead. */
const SHORT_TURN_PERIODS = 8;

// @ts-ignore: decorator
@inline
function storeInterleaved(output: usize, even: v128, odd: v128): void {
  v128.store(output, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
  v128.store(output, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
}

// @ts-ignore: decorator
@inline
function storeWithHalf(output: usize, sum: v128, centre: v128): void {
  v128.store(output, f32x4.add(sum, f32x4.mul(centre, f32x4.splat(0.5))));
}
