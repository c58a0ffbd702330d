// This file filters at the ratios 1 / 2 and 2 / 1 by a half-band filter: half of its taps are zero, the rest symmetric.

/**
 * F[n] = Σ_j h[j] · (x[n + j] + x[n + 2K - 1 - j]), j < K: the taps beside the centre, outermost first. Each SIMD lane is
 * another n, and a tap is broadcast to all lanes. The tap in the centre falls on a sample c[n] of its own.
 *
 * Down by two, x are the odd samples and c the even ones: y[n] = F[n] + c[n] / 2. Up by two, x and c are the same
 * samples at two places: y[2n] = F[n] and y[2n + 1] = c[n].
 *
 * Works on whole turns of 16 n, as many as hold `periods`.
 */
export function filterHalfBand(
  isUp: bool,
  taps: usize,
  pairCount: i32,
  samples: usize,
  centre: usize,
  output: usize,
  periods: i32,
): void {
  const endOfTaps = taps + (<usize>pairCount << 2);
  const span = (<usize>pairCount << 3) - 4;
  for (; periods > 0; periods -= HALF_BAND_PERIODS) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    let low = samples;
    let high = samples + span;
    for (let at = taps; at < endOfTaps; at += 4, low += 4, high -= 4) {
      const tap = v128.load32_splat(at);
      sum0 = f32x4.add(sum0, f32x4.mul(tap, f32x4.add(v128.load(low), v128.load(high))));
      sum1 = f32x4.add(sum1, f32x4.mul(tap, f32x4.add(v128.load(low, 16), v128.load(high, 16))));
      sum2 = f32x4.add(sum2, f32x4.mul(tap, f32x4.add(v128.load(low, 32), v128.load(high, 32))));
      sum3 = f32x4.add(sum3, f32x4.mul(tap, f32x4.add(v128.load(low, 48), v128.load(high, 48))));
    }
    samples += HALF_BAND_PERIODS * 4;
    if (isUp) {
      storeInterleaved(output, sum0, v128.load(centre));
      storeInterleaved(output + 32, sum1, v128.load(centre, 16));
      storeInterleaved(output + 64, sum2, v128.load(centre, 32));
      storeInterleaved(output + 96, sum3, v128.load(centre, 48));
      output += HALF_BAND_PERIODS * 8;
    } else {
      storeWithHalf(output, sum0, v128.load(centre));
      storeWithHalf(output + 16, sum1, v128.load(centre, 16));
      storeWithHalf(output + 32, sum2, v128.load(centre, 32));
      storeWithHalf(output + 48, sum3, v128.load(centre, 48));
      output += HALF_BAND_PERIODS * 4;
    }
    centre += HALF_BAND_PERIODS * 4;
  }
}

/** Four vectors: with six the loop is no faster, and a quantum of 128 would not be a whole number of turns. */
const HALF_BAND_PERIODS = 16;

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
