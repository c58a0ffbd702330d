// This file gives a filter the least delay that its magnitude response allows, by the cepstral method.
//
// Oppenheim and Schafer, "Discrete-Time Signal Processing", on homomorphic deconvolution: the complex cepstrum ĉ of a
// minimum-phase sequence is causal, so the even cepstrum of log |H| determines it, and n·h[n] = Σ_k k·ĉ[k]·h[n - k].

/** Lets the cepstrum die away before it wraps around; it does so slowly when zeros lie on the unit circle. */
const POINTS = 4096;
/** Keeps the logarithm finite at those zeros; far below any stop band here. */
const MAGNITUDE_FLOOR = 1e-8;

/** As many taps, of the same magnitude response but for a factor; the energy comes as early as possible. */
export function toMinimumPhase(taps: Float64Array): Float64Array {
  const wave = Float64Array.from({ length: POINTS }, (_, i) => Math.cos((2 * Math.PI * i) / POINTS));
  const cosine = (step: number): number => wave[step % POINTS] ?? 0;
  const logs = Float64Array.from({ length: POINTS }, (_, k) => {
    const re = taps.reduce((sum, tap, n) => sum + tap * cosine(k * n), 0);
    const im = taps.reduce((sum, tap, n) => sum + tap * cosine(k * n + POINTS / 4), 0);
    return Math.log(Math.max(Math.hypot(re, im), MAGNITUDE_FLOOR));
  });
  const cepstrum = Array.from(
    taps,
    (_, n) => (2 / POINTS) * logs.reduce((sum, log, k) => sum + log * cosine(k * n), 0),
  );
  const early = Float64Array.of(1, ...taps.subarray(1));
  for (let n = 1; n < early.length; n++) {
    const past = early.subarray(0, n);
    early[n] = past.reduce((sum, tap, m) => sum + ((n - m) / n) * (cepstrum[n - m] ?? 0) * tap, 0);
  }
  return early;
}

/** Group delay in samples, at a frequency that is a ratio of the sample rate: Re(Σ n·h[n]·z⁻ⁿ / Σ h[n]·z⁻ⁿ). */
export function groupDelayAt(taps: Float64Array, frequencyRatio: number): number {
  let [re, im, slopeRe, slopeIm] = [0, 0, 0, 0];
  for (const [n, tap] of taps.entries()) {
    const [x, y] = [tap * Math.cos(2 * Math.PI * frequencyRatio * n), tap * Math.sin(2 * Math.PI * frequencyRatio * n)];
    re += x;
    im += y;
    slopeRe += n * x;
    slopeIm += n * y;
  }
  return (slopeRe * re + slopeIm * im) / (re * re + im * im);
}
