// This file gives a filter the least delay that its magnitude response allows, by the cepstral method.
//
// Oppenheim and Schafer, "Discrete-Time Signal Processing", on homomorphic deconvolution: the complex cepstrum of a
// minimum-phase sequence is causal, so the even cepstrum of log |H| determines it.

/** Lets the cepstrum die away before it wraps around; it does so slowly when zeros lie on the unit circle. */
const FEWEST_POINTS = 4096;
/** Keeps the logarithm finite at those zeros; far below any stop band here. */
const MAGNITUDE_FLOOR = 1e-8;

/** As many taps, of the same magnitude response; the energy comes as early as possible. */
export function toMinimumPhase(taps: Float64Array): Float64Array {
  const size = FEWEST_POINTS;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  real.set(taps);
  transform(real, imaginary);
  for (let i = 0; i < size; i++) {
    real[i] = Math.log(Math.max(Math.hypot(real[i] ?? 0, imaginary[i] ?? 0), MAGNITUDE_FLOOR));
    imaginary[i] = 0;
  }
  // Real and even, so that the forward transform is the inverse one but for the scale.
  transform(real, imaginary);
  for (let i = 0; i < size; i++) {
    const folding = i === 0 || i === size / 2 ? 1 : i < size / 2 ? 2 : 0;
    real[i] = ((real[i] ?? 0) * folding) / size;
    imaginary[i] = 0;
  }
  transform(real, imaginary);
  for (let i = 0; i < size; i++) {
    const magnitude = Math.exp(real[i] ?? 0);
    const phase = imaginary[i] ?? 0;
    // The conjugate, whose forward transform is the conjugate of the inverse one: the taps are real.
    real[i] = magnitude * Math.cos(phase);
    imaginary[i] = -magnitude * Math.sin(phase);
  }
  transform(real, imaginary);
  return real.slice(0, taps.length).map((tap) => tap / size);
}

/** Fourier transform in place, for powers of two: X[k] = Σ_n x[n] · exp(-2πi·kn / size). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let i = 1, reversed = 0; i < size; i++) {
    let bit = size >> 1;
    for (; (reversed & bit) !== 0; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (i < reversed) {
      swap(real, i, reversed);
      swap(imaginary, i, reversed);
    }
  }
  for (let span = 1; span < size; span *= 2) {
    for (let k = 0; k < span; k++) {
      const angle = (-Math.PI * k) / span;
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      for (let low = k; low < size; low += 2 * span) {
        const high = low + span;
        const [a, b] = [real[high] ?? 0, imaginary[high] ?? 0];
        const [re, im] = [a * cosine - b * sine, a * sine + b * cosine];
        real[high] = (real[low] ?? 0) - re;
        imaginary[high] = (imaginary[low] ?? 0) - im;
        real[low] = (real[low] ?? 0) + re;
        imaginary[low] = (imaginary[low] ?? 0) + im;
      }
    }
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] ?? 0;
  values[a] = values[b] ?? 0;
  values[b] = kept;
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
