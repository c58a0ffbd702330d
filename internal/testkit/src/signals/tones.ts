// This file makes test signals with a known frequency or instant: tones, chirps and impulses.

export interface ToneOptions {
  readonly frequencyHz: number;
  readonly sampleRate: number;
  readonly sampleCount: number;
  /** Peak value; default 1 (full scale). */
  readonly amplitudeRatio?: number;
  /** Phase at sample 0, in radians. */
  readonly phaseRad?: number;
}

/** A sine. Computed per sample from its index, so that long tones do not drift. */
export function makeTone({
  frequencyHz,
  sampleRate,
  sampleCount,
  amplitudeRatio = 1,
  phaseRad = 0,
}: ToneOptions): Float32Array {
  const radPerSample = (2 * Math.PI * frequencyHz) / sampleRate;
  return Float32Array.from({ length: sampleCount }, (_, n) => amplitudeRatio * Math.sin(radPerSample * n + phaseRad));
}

export interface ChirpOptions {
  readonly startHz: number;
  readonly endHz: number;
  readonly sampleRate: number;
  readonly sampleCount: number;
  readonly amplitudeRatio?: number;
}

/** A sine whose frequency rises linearly from `startHz` to `endHz`. */
export function makeChirp({ startHz, endHz, sampleRate, sampleCount, amplitudeRatio = 1 }: ChirpOptions): Float32Array {
  const sweepHzPerS = ((endHz - startHz) * sampleRate) / sampleCount;
  return Float32Array.from({ length: sampleCount }, (_, n) => {
    const timeS = n / sampleRate;
    return amplitudeRatio * Math.sin(2 * Math.PI * (startHz + (sweepHzPerS * timeS) / 2) * timeS);
  });
}

/** Zeros, with one sample of `amplitudeRatio` at index `at`. */
export function makeImpulse(sampleCount: number, at: number, amplitudeRatio = 1): Float32Array {
  if (!(at >= 0 && at < sampleCount)) throw new RangeError(`An impulse at ${at} is outside ${sampleCount} samples.`);
  const signal = new Float32Array(sampleCount);
  signal[at] = amplitudeRatio;
  return signal;
}
