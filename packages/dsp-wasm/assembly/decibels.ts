// This file turns powers into decibels without the lookup tables of a math library, which would need memory of their own.

/** What digital silence is reported as; one step of one sample in 40 ms of audio is still above it. */
export const SILENCE_DB: f64 = -120;

const DB_PER_OCTAVE: f64 = 3.0102999566398120; // 10 · log10(2)
const TWO_OVER_LN2: f64 = 2.8853900817779268;

/** 10 · log10(power), at least `SILENCE_DB`. Within 1e-6 dB for every normal power. */
export function powerToDb(power: f64): f64 {
  if (!(power > 1e-12)) return SILENCE_DB;
  return DB_PER_OCTAVE * log2(power);
}

// log2(2^e · m) = e + log2(m), and log2(m) = 2/ln2 · atanh(t) with t = (m - 1)/(m + 1). With m in [1/√2, √2), |t| is
// at most 0.172 and the series' first neglected term t^11/11 is below 4e-10.
export function log2(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <f64>(<i32>((bits >> 52) & 0x7ff) - 1023);
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  const series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9))));
  return exponent + TWO_OVER_LN2 * t * series;
}
