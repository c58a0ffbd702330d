// This file holds one period of the test signal's noise in quarters of a sample, so that audio can be compared with it
// wherever between two samples its own samples were taken.
import { SIGNAL_PERIOD_SAMPLES, eachNoiseComponent } from './testSignal.ts';

/** Places per sample at 16 kHz. With four, a frame lies within an eighth of a sample of one, which costs 1 % of fit. */
export const PLACES_PER_SAMPLE = 4;
/** Places in a period: a power of two. */
export const PERIOD_PLACES = SIGNAL_PERIOD_SAMPLES * PLACES_PER_SAMPLE;

let shared: Float32Array | undefined;

/** The noise at each place; made once, some 10 ms of work. Not to be written to. */
export function finePeriod(): Float32Array {
  shared ??= createFinePeriod();
  return shared;
}

function createFinePeriod(): Float32Array {
  const re = new Float64Array(PERIOD_PLACES);
  const im = new Float64Array(PERIOD_PLACES);
  eachNoiseComponent((component, amplitude, phase) => {
    re[component] = amplitude * Math.cos(phase);
    im[component] = amplitude * Math.sin(phase);
  });
  transform(re, im);
  // The sum of A sin(2 pi k n / N + phase) is the imaginary part of the sum of A e^(j phase) e^(j 2 pi k n / N).
  return Float32Array.from(im);
}

/** Inverse Fourier transform in place, without the factor 1/N; a power of two long. */
function transform(re: Float64Array, im: Float64Array): void {
  reverseBits(re);
  reverseBits(im);
  for (let half = 1; half < re.length; half *= 2) {
    for (let k = 0; k < half; k++) {
      const cos = Math.cos((Math.PI * k) / half);
      const sin = Math.sin((Math.PI * k) / half);
      for (let a = k; a < re.length; a += 2 * half) {
        const b = a + half;
        const turnedRe = (re[b] as number) * cos - (im[b] as number) * sin;
        const turnedIm = (re[b] as number) * sin + (im[b] as number) * cos;
        re[b] = (re[a] as number) - turnedRe;
        im[b] = (im[a] as number) - turnedIm;
        re[a] = (re[a] as number) + turnedRe;
        im[a] = (im[a] as number) + turnedIm;
      }
    }
  }
}

function reverseBits(values: Float64Array): void {
  for (let i = 1, j = 0; i < values.length; i++) {
    let bit = values.length >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const swapped = values[i] as number;
    values[i] = values[j] as number;
    values[j] = swapped;
  }
}
