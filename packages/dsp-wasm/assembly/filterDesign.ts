// This file designs the taps of filters, in double precision, when a stage is created. Nothing here runs while audio does.
//
// `taps` receives f64; `work` is room for what is needed on the way, `DESIGN_WORK_BYTES`. What the filters are for, and how
// long they are made, is decided in src/design.
import { cosine } from './cosine';
import { log2 } from './decibels';
import { addBand, approximate, EXCHANGE_BYTES, valueAt } from './remezExchange';

/** Points of the spectrum behind a minimum phase: lets the cepstrum die away before it wraps around. */
const SPECTRUM_POINTS: i32 = 4096;
const SPECTRUM_BYTES: usize = <usize>SPECTRUM_POINTS << 3;
/** Keeps the logarithm finite at zeros of the response; far below any stop band here. */
const MAGNITUDE_FLOOR: f64 = 1e-8;
const LN2: f64 = 0.6931471805599453;

/** Of `work`. */
export const DESIGN_WORK_BYTES: i32 = 3 * <i32>SPECTRUM_BYTES;

/**
 * Half-band low-pass with `pairCount` taps on either side of the one in the centre, which is `gain` / 2.
 *
 * G(ω) = 2cos(ω/2) · P(cos ω) is made 1 up to `passEdge`; the half-band filter is (1 + G(2ω)) / 2, and stops as well as
 * it passes (Vaidyanathan and Nguyen, "A trick for the design of FIR half-band filters", 1987).
 */
export function designHalfBand(taps: usize, work: usize, pairCount: i32, passEdge: f64, gain: f64): void {
  const order = pairCount - 1;
  approximate(work, addBand(work, 0, 0, passEdge, pairCount, -1, 0), order);
  sampleTaps(taps, work, order, 4 * pairCount - 1, gain);
}

/**
 * Low-pass of 2 · `halfLength` + 1 taps, still to be scaled, whose errors up to `passEdge` count `passWeight` times those
 * in the stop bands: from `stopEdge`, 3 N, to 5 N, from 7 to 9 N and so on. What lies between has been stopped by the sharp
 * filter, or will be.
 */
export function designLowPass(
  taps: usize,
  work: usize,
  halfLength: i32,
  passEdge: f64,
  stopEdge: f64,
  passWeight: f64,
): void {
  let count = addBand(work, 0, 0, passEdge, halfLength, 1, passWeight);
  for (let from = stopEdge; from < 0.5; from += stopEdge * (4 / 3)) {
    count = addBand(work, count, from, min(from + stopEdge * (2 / 3), 0.5), halfLength, 0, 1);
  }
  approximate(work, count, halfLength);
  sampleTaps(taps, work, halfLength, 2 * halfLength + 1, 0);
}

/** As long a low-pass: a sinc under a Kaiser window of parameter `beta` (Kaiser 1974). */
export function designWindowed(taps: usize, halfLength: i32, cutoff: f64, beta: f64): void {
  const centre = taps + (<usize>halfLength << 3);
  for (let i = 0; i <= halfLength; i++) {
    const offset = <f64>i;
    const fromCentre = offset / <f64>(halfLength + 1);
    const wave = i == 0 ? 6.283185307179586 * cutoff : cosine(cutoff * offset - 0.25) / offset;
    const tap = wave * besselI0(beta * sqrt(1 - fromCentre * fromCentre));
    f64.store(centre - (<usize>i << 3), tap);
    f64.store(centre + (<usize>i << 3), tap);
  }
}

/**
 * Gives `count` symmetric taps, an odd number, the least delay that their magnitude response allows;
 * they are still to be scaled. Plain twin: test/reference/minimumPhase.ts.
 *
 * Oppenheim and Schafer, "Discrete-Time Signal Processing", on homomorphic deconvolution: the complex cepstrum ĉ of a
 * minimum-phase sequence is causal, so the even cepstrum of log |H| determines it, and n·h[n] = Σ_k k·ĉ[k]·h[n - k].
 */
export function toMinimumPhase(taps: usize, work: usize, count: i32): void {
  const mask = SPECTRUM_POINTS - 1;
  const logs = work + SPECTRUM_BYTES;
  const cepstrum = logs + SPECTRUM_BYTES;
  for (let i = 0; i < SPECTRUM_POINTS; i++) put(work, i, cosine(<f64>i / <f64>SPECTRUM_POINTS));
  for (let k = 0; k <= SPECTRUM_POINTS / 2; k++) {
    let response: f64 = 0;
    for (let n = 0; n < count; n++) response += take(taps, n) * take(work, ((n - (count >> 1)) * k) & mask);
    const log = LN2 * log2(max(abs(response), MAGNITUDE_FLOOR));
    put(logs, k, log);
    put(logs, (SPECTRUM_POINTS - k) & mask, log);
  }
  put(taps, 0, 1);
  for (let n = 1; n < count; n++) {
    let sum: f64 = 0;
    for (let k = 0; k < SPECTRUM_POINTS; k++) sum += take(logs, k) * take(work, (k * n) & mask);
    put(cepstrum, n, (2 * <f64>n * sum) / <f64>SPECTRUM_POINTS);
    sum = 0;
    for (let k = 1; k <= n; k++) sum += take(cepstrum, k) * take(taps, n - k);
    put(taps, n, sum / <f64>n);
  }
}

/**
 * Scales taps to a gain at 0 Hz. Returns the group delay, in samples, at `frequency`, in turns per sample:
 * Re(Σ n·h[n]·z⁻ⁿ / Σ h[n]·z⁻ⁿ).
 */
export function finishTaps(taps: usize, count: i32, gain: f64, frequency: f64): f64 {
  let sum: f64 = 0;
  let re: f64 = 0;
  let im: f64 = 0;
  let slopeRe: f64 = 0;
  let slopeIm: f64 = 0;
  for (let n = 0; n < count; n++) {
    const turns = frequency * <f64>n;
    sum += take(taps, n);
    const x = take(taps, n) * cosine(turns);
    const y = take(taps, n) * cosine(turns - 0.25);
    re += x;
    im += y;
    slopeRe += <f64>n * x;
    slopeIm += <f64>n * y;
  }
  for (let n = 0; n < count; n++) put(taps, n, take(taps, n) * (gain / sum));
  return (slopeRe * re + slopeIm * im) / (re * re + im * im);
}

/**
 * The inverse Fourier transform of as many samples of the zero-phase response as there are taps, an odd number. The
 * response is the sum's, or, with the gain of a half-band filter, that filter's.
 */
function sampleTaps(taps: usize, work: usize, order: i32, count: i32, halfBandGain: f64): void {
  const response = work + EXCHANGE_BYTES;
  const middle = count >> 1;
  const step = 1 / <f64>count;
  for (let k = 0; k <= middle; k++) {
    let x = cosine(<f64>k * step);
    if (halfBandGain > 0) x = (1 + x * valueAt(work, order, 2 * x * x - 1)) * (halfBandGain / 2);
    else x = valueAt(work, order, x);
    put(response, k, x * (k == 0 ? step : 2 * step));
  }
  for (let n = 0; n <= middle; n++) {
    let sum: f64 = 0;
    for (let k = 0; k <= middle; k++) sum += take(response, k) * cosine(<f64>(n * k) * step);
    put(taps, middle - n, sum);
    put(taps, middle + n, sum);
  }
}

/** Modified Bessel function of the first kind, order 0: Σ_k ((x/2)^k / k!)². */
function besselI0(x: f64): f64 {
  const quarterSquare = (x * x) / 4;
  let sum: f64 = 1;
  let term: f64 = 1;
  for (let k: f64 = 1; term > sum * 1e-17; k++) {
    term *= quarterSquare / (k * k);
    sum += term;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function take(values: usize, index: i32): f64 {
  return f64.load(values + (<usize>index << 3));
}

// @ts-ignore: decorator
@inline
function put(values: usize, index: i32, value: f64): void {
  f64.store(values + (<usize>index << 3), value);
}
