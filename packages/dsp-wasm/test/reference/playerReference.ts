// This file is the player's kernels once more, sample by sample in plain numbers: the oracle, equal in every bit.

const f = Math.fround;
const UNITS_PER_SAMPLE = 2 ** 24;

export interface ReferenceLags {
  readonly leastLag: number;
  readonly mostLag: number;
  readonly windowSamples: number;
  readonly strideSamples: number;
}

/** w(t) = t² · (3 - 2t) in single precision. */
export function fadeWeightReference(t: number): number {
  return f(f(t * t) * f(3 - f(t + t)));
}

/** Sample `n` of a cross-fade of `total`. */
export function crossFadeReference(from: number, to: number, n: number, total: number): number {
  const weight = fadeWeightReference(f(f(n + 0.5) * f(1 / total)));
  return f(from + f(weight * f(to - from)));
}

/** The first place in [first, last] from which on `x` differs least from what it is from `at` on. */
export function findLeastDifferenceReference(
  x: ArrayLike<number>,
  at: number,
  first: number,
  last: number,
  { windowSamples, strideSamples }: ReferenceLags,
): { place: number; difference: number } {
  let [place, difference] = [first, Number.POSITIVE_INFINITY];
  for (let candidate = first; candidate <= last; candidate++) {
    let sum = 0;
    for (let n = 0; n < windowSamples; n += strideSamples) {
      const apart = f((x[at + n] ?? 0) - (x[candidate + n] ?? 0));
      sum = f(sum + f(apart * apart));
    }
    if (sum < difference) [place, difference] = [candidate, sum];
  }
  return { place, difference };
}

/** Whether a difference is one that a join may have: a fifth of the energy, or anything at -60 dBFS. */
function isAlike(x: ArrayLike<number>, at: number, difference: number, lags: ReferenceLags): boolean {
  let [energy, quietEnergy] = [0, 0];
  for (let n = 0; n < lags.windowSamples; n += lags.strideSamples) {
    const sample = x[at + n] ?? 0;
    energy = f(energy + f(sample * sample));
    quietEnergy = f(quietEnergy + f(1e-6));
  }
  return difference <= f(f(0.2) * energy) || energy <= quietEnergy;
}

export interface StretchPart {
  readonly samples: Float32Array;
  /** Output duration over input duration from the beginning of this part on. */
  readonly ratio: number;
}

export interface StretchedReference {
  readonly output: number[];
  /** Indices in the output at which joins begin. */
  readonly joins: number[];
}

/** A whole stream, without what is held back at its end. */
export function stretchReference(parts: readonly StretchPart[], lags: ReferenceLags): StretchedReference {
  const { leastLag, mostLag, windowSamples } = lags;
  const x: number[] = Array.from({ length: mostLag }, () => 0);
  const [output, joins]: [number[], number[]] = [[], []];
  const tolerance = (mostLag * UNITS_PER_SAMPLE) / 2;
  let [next, drift, due] = [mostLag, 0, tolerance];
  for (const { samples, ratio } of parts) {
    for (const sample of samples) x.push(sample);
    const step = Math.round((1 / ratio - 1) * UNITS_PER_SAMPLE);
    for (;;) {
      const isDue = step !== 0 && Math.sign(step) * drift >= due;
      const left = x.length - next;
      if (isDue ? left < windowSamples + (step > 0 ? mostLag : 0) : left === 0) break;
      if (!isDue) {
        output.push(x[next++] ?? 0);
        drift += step;
        continue;
      }
      const [first, last] = step > 0 ? [next + leastLag, next + mostLag] : [next - mostLag, next - leastLag];
      const { place: target, difference } = findLeastDifferenceReference(x, next, first, last, lags);
      if (due < 2 * tolerance && !isAlike(x, next, difference, lags)) {
        due = Math.min(due + Math.abs(step) * (windowSamples >> 2), 2 * tolerance);
        continue;
      }
      due = tolerance;
      joins.push(output.length);
      for (let n = 0; n < windowSamples; n++) {
        output.push(crossFadeReference(x[next + n] ?? 0, x[target + n] ?? 0, n, windowSamples));
      }
      drift += windowSamples * step - (target - next) * UNITS_PER_SAMPLE;
      next = target + windowSamples;
    }
  }
  return { output, joins };
}

export interface ConcealmentTimes {
  readonly holdSamples: number;
  readonly fadedSamples: number;
  readonly mergeSamples: number;
}

/** What a concealer gives for `x` where `isMissing` says that a sample did not come. */
export function concealReference(
  x: Float32Array,
  isMissing: readonly boolean[],
  lags: ReferenceLags,
  { holdSamples, fadedSamples, mergeSamples }: ConcealmentTimes,
): number[] {
  const { leastLag, mostLag, windowSamples } = lags;
  const lead = mostLag + windowSamples;
  const y: number[] = Array.from({ length: lead }, () => 0);
  let cycle: number[] = [];
  let [elapsed, merged] = [0, mergeSamples];
  const nextConcealed = (): number => {
    const gain = Math.min(f(Math.max(fadedSamples - elapsed, 0) * f(1 / (fadedSamples - holdSamples))), 1);
    return f((cycle[elapsed++ % cycle.length] ?? 0) * gain);
  };
  for (const [n, sample] of x.entries()) {
    if (isMissing[n] === true) {
      if (isMissing[n - 1] !== true) {
        const end = y.length;
        const period =
          end -
          windowSamples -
          findLeastDifferenceReference(y, end - windowSamples, end - lead, end - windowSamples - leastLag, lags).place;
        const half = period >> 1;
        const apart = f((y[end - 1] ?? 0) - (y[end - 1 - period] ?? 0));
        cycle = Array.from({ length: period }, (_, k) => {
          const spread = k < half ? f(apart * f(1 - fadeWeightReference(f(k * f(1 / half))))) : 0;
          return f((y[end - period + k] ?? 0) + spread);
        });
        elapsed = 0;
      }
      merged = 0;
      y.push(nextConcealed());
    } else if (merged < mergeSamples) {
      y.push(crossFadeReference(nextConcealed(), sample, merged++, mergeSamples));
    } else {
      y.push(sample);
    }
  }
  return y.slice(lead);
}
