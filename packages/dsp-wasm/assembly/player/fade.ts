// This file goes from one sound to another, and from one volume to another, without a step.
import { clearNonFinite } from '../finite';

/**
 * y[n] = a[n] + w(t) · (b[n] - a[n]), w(t) = t² · (3 - 2t), t = (m + n + ½) / N: samples m to m + `count` - 1 of a cross-fade
 * of N. w is close to a raised cosine, and w(t) + w(1 - t) = 1: where both sounds are the same, every sample keeps its bits.
 *
 * `output` may be `from` or `to`. Writes exactly `count` samples.
 */
export function crossFade(from: usize, to: usize, output: usize, count: i32, first: i32, total: i32): void {
  const scale = <f32>1 / <f32>total;
  const scales = f32x4.splat(scale);
  let places = f32x4.add(f32x4.splat(<f32>first), f32x4(0.5, 1.5, 2.5, 3.5));
  const blocksEnd = output + (<usize>(count & ~3) << 2);
  const end = output + (<usize>count << 2);
  for (; output < blocksEnd; output += 16, from += 16, to += 16) {
    const t = f32x4.mul(places, scales);
    const weight = f32x4.mul(f32x4.mul(t, t), f32x4.sub(f32x4.splat(3), f32x4.add(t, t)));
    const a = v128.load(from);
    v128.store(output, f32x4.add(a, f32x4.mul(weight, f32x4.sub(v128.load(to), a))));
    places = f32x4.add(places, f32x4.splat(4));
  }
  let place = f32x4.extract_lane(places, 0);
  for (; output < end; output += 4, from += 4, to += 4, place += 1) {
    const a = f32.load(from);
    f32.store(output, a + fadeWeight(place * scale) * (f32.load(to) - a));
  }
}

/** w(t). */
export function fadeWeight(t: f32): f32 {
  return t * t * (3 - (t + t));
}

/** A volume that changes along a straight line, and then stays. */
@unmanaged
export class GainRamp {
  input: usize;
  output: usize;
  /** Gains at the beginning and at the end of the ramp; between them, `step` from sample to sample. */
  from: f32;
  to: f32;
  step: f32;
  rampSamples: i32;
  /** Of which so many are done. */
  doneSamples: i32;
}

export function initGain(at: usize, input: usize, output: usize, gain: f32): void {
  const ramp = changetype<GainRamp>(at);
  ramp.input = input;
  ramp.output = output;
  ramp.to = gain;
  ramp.rampSamples = 0;
  ramp.doneSamples = 0;
}

/** From the gain as it is now; 0 samples: at once. */
export function rampGain(at: usize, gain: f32, rampSamples: i32): void {
  const ramp = changetype<GainRamp>(at);
  if (ramp.doneSamples < ramp.rampSamples) ramp.from += ramp.step * <f32>ramp.doneSamples;
  else ramp.from = ramp.to;
  ramp.to = gain;
  ramp.step = (gain - ramp.from) / <f32>max(rampSamples, 1);
  ramp.rampSamples = rampSamples;
  ramp.doneSamples = 0;
}

/** y[n] = x[n] · g[n] for the `count` samples at `input`; g of sample n of the ramp is from + step · (n + 1). */
export function applyGain(at: usize, count: i32): void {
  const ramp = changetype<GainRamp>(at);
  clearNonFinite(ramp.input, count);
  const rising = min(count, ramp.rampSamples - ramp.doneSamples);
  const end = ramp.input + (<usize>count << 2);
  let input = ramp.input;
  let output = ramp.output;
  for (let n = ramp.doneSamples + 1; n <= ramp.doneSamples + rising; n++, input += 4, output += 4) {
    f32.store(output, f32.load(input) * (ramp.from + ramp.step * <f32>n));
  }
  ramp.doneSamples += rising;
  const gains = f32x4.splat(ramp.to);
  for (; input + 16 <= end; input += 16, output += 16) v128.store(output, f32x4.mul(v128.load(input), gains));
  for (; input < end; input += 4, output += 4) f32.store(output, f32.load(input) * ramp.to);
}
