// This file is a radix-2 FFT in double precision: small, and fast enough to correlate 20 s of audio in a test.

/** Spectrum or time signal, in place: `re[k] + i·im[k]`. Both arrays have the same power-of-two length. */
export interface ComplexArray {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The smallest power of two that is at least `length`. */
export function nextPowerOfTwo(length: number): number {
  let size = 1;
  while (size < length) size *= 2;
  return size;
}

/** A zero-padded complex copy of a real signal. */
export function toComplex(signal: ArrayLike<number>, size: number): ComplexArray {
  const re = new Float64Array(size);
  for (let n = 0; n < signal.length; n++) re[n] = signal[n] ?? 0;
  return { re, im: new Float64Array(size) };
}

/** X[k] = Σ_n x[n]·e^(-2πikn/N), in place. */
export function transform({ re, im }: ComplexArray): void {
  const size = re.length;
  if (size !== im.length || (size & (size - 1)) !== 0)
    throw new RangeError(`An FFT needs a power of two, got ${size}.`);
  reorderByReversedBits(re, im);
  const twiddles = makeTwiddles(size);
  for (let half = 1; half < size; half *= 2) combineHalves(re, im, half, twiddles);
}

/** x[n] = 1/N · Σ_k X[k]·e^(2πikn/N), in place. */
export function transformBack(values: ComplexArray): void {
  const { re, im } = values;
  for (let k = 0; k < im.length; k++) im[k] = -im[k]!;
  transform(values);
  const scale = 1 / re.length;
  for (let n = 0; n < re.length; n++) {
    re[n] = re[n]! * scale;
    im[n] = -im[n]! * scale;
  }
}

function makeTwiddles(size: number): ComplexArray {
  const re = new Float64Array(size / 2);
  const im = new Float64Array(size / 2);
  for (let k = 0; k < size / 2; k++) {
    re[k] = Math.cos((2 * Math.PI * k) / size);
    im[k] = -Math.sin((2 * Math.PI * k) / size);
  }
  return { re, im };
}

function reorderByReversedBits(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [re[i], re[j]] = [re[j]!, re[i]!];
    [im[i], im[j]] = [im[j]!, im[i]!];
  }
}

function combineHalves(re: Float64Array, im: Float64Array, half: number, twiddles: ComplexArray): void {
  const size = re.length;
  const stride = size / (2 * half);
  for (let start = 0; start < size; start += 2 * half) {
    for (let k = 0; k < half; k++) {
      const wRe = twiddles.re[k * stride]!;
      const wIm = twiddles.im[k * stride]!;
      const a = start + k;
      const b = a + half;
      const tRe = re[b]! * wRe - im[b]! * wIm;
      const tIm = re[b]! * wIm + im[b]! * wRe;
      re[b] = re[a]! - tRe;
      im[b] = im[a]! - tIm;
      re[a] = re[a]! + tRe;
      im[a] = im[a]! + tIm;
    }
  }
}
