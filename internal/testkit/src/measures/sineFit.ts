// This file measures how much of a signal is not the sine that was sent: least-squares fit and signal-to-noise ratio.

export interface SineFit {
  /** Peak value of the fitted sine. */
  readonly amplitudeRatio: number;
  /** Phase of the fitted sine at sample 0, in radians: x[n] = A·sin(ωn + phase). */
  readonly phaseRad: number;
  readonly offsetRatio: number;
  /** Power of the sine over the power of everything else (distortion, noise, aliases). */
  readonly snrDb: number;
}

/** Fits A·sin(ωn) + B·cos(ωn) + C at a known frequency. Cut start-up transients off first. */
export function fitSine(signal: ArrayLike<number>, frequencyHz: number, sampleRate: number): SineFit {
  const radPerSample = (2 * Math.PI * frequencyHz) / sampleRate;
  const [sineGain, cosineGain, offset] = solveNormalEquations(signal, radPerSample);
  let residualPower = 0;
  for (let n = 0; n < signal.length; n++) {
    const fitted = sineGain * Math.sin(radPerSample * n) + cosineGain * Math.cos(radPerSample * n) + offset;
    residualPower += (signal[n]! - fitted) ** 2;
  }
  const amplitudeRatio = Math.hypot(sineGain, cosineGain);
  const signalPower = (signal.length * amplitudeRatio ** 2) / 2;
  return {
    amplitudeRatio,
    phaseRad: Math.atan2(cosineGain, sineGain),
    offsetRatio: offset,
    snrDb: 10 * Math.log10(signalPower / (residualPower + offset ** 2 * signal.length + Number.MIN_VALUE)),
  };
}

function solveNormalEquations(signal: ArrayLike<number>, radPerSample: number): [number, number, number] {
  // Gram matrix of (sin, cos, 1) and its right-hand side; only the upper triangle is summed.
  let ss = 0,
    sc = 0,
    s1 = 0,
    cc = 0,
    c1 = 0,
    xs = 0,
    xc = 0,
    x1 = 0;
  for (let n = 0; n < signal.length; n++) {
    const s = Math.sin(radPerSample * n);
    const c = Math.cos(radPerSample * n);
    const x = signal[n]!;
    ss += s * s;
    sc += s * c;
    s1 += s;
    cc += c * c;
    c1 += c;
    xs += x * s;
    xc += x * c;
    x1 += x;
  }
  const count = signal.length;
  const determinant = ss * (cc * count - c1 * c1) - sc * (sc * count - c1 * s1) + s1 * (sc * c1 - cc * s1);
  const a = xs * (cc * count - c1 * c1) - sc * (xc * count - c1 * x1) + s1 * (xc * c1 - cc * x1);
  const b = ss * (xc * count - x1 * c1) - xs * (sc * count - c1 * s1) + s1 * (sc * x1 - xc * s1);
  const c = ss * (cc * x1 - xc * c1) - sc * (sc * x1 - xc * s1) + xs * (sc * c1 - cc * s1);
  return [a / determinant, b / determinant, c / determinant];
}
