// This file types what the compiled kernels export: numbers only. `at` is always the address of a struct.
//
// The same functions are documented, with their symbols, in assembly/.

export interface Kernels {
  heapBase(): number;
  structBytes(kind: number): number;

  designHalfBand(taps: number, work: number, pairCount: number, passEdge: number, gain: number): void;
  designLowPass(
    taps: number,
    work: number,
    halfLength: number,
    passEdge: number,
    stopEdge: number,
    passWeight: number,
  ): void;
  designWindowed(taps: number, halfLength: number, cutoff: number, beta: number): void;
  toMinimumPhase(taps: number, work: number, count: number): void;
  /** Returns the group delay in samples. */
  finishTaps(taps: number, count: number, gain: number, frequency: number): number;

  initResampler(at: number, input: number, output: number, first: number, second: number): void;
  initLanes(
    at: number,
    input: number,
    output: number,
    up: number,
    down: number,
    taps: number,
    tapCount: number,
    isHalfBand: number,
    reachSamples: number,
    streams: number,
    streamBytes: number,
  ): void;
  initRows(
    at: number,
    input: number,
    output: number,
    rows: number,
    steps: number,
    rowCount: number,
    tapCount: number,
    down: number,
    latenessSamples: number,
    historySamples: number,
  ): void;
  resetResampler(at: number): void;
  /** Returns samples written to the output. */
  resample(this: void, at: number, inputSamples: number): number;
  resampleTail(at: number, zeroSamples: number, outputSamples: number): number;

  initVad(at: number, model: number, features: number): void;
  initCaptureChain(
    at: number,
    resampler: number,
    vad: number,
    frames: number,
    frameSamples: number,
    records: number,
    dithers: number,
    firstNumber: number,
  ): void;
  resetCaptureChain(at: number): void;
  /** Returns frames completed. */
  captureBlock(this: void, at: number, inputSamples: number): number;
  captureTail(at: number, zeroSamples: number, outputSamples: number): number;

  float32ToInt16(input: number, output: number, count: number): void;
  float32ToInt16Dithered(input: number, output: number, count: number, number: number): void;
  int16ToFloat32(input: number, output: number, count: number): void;

  playerStructBytes(kind: number): number;
  /** Sample numbers `first` to `first` + `count` - 1 of a cross-fade over `total`. */
  crossFade(from: number, to: number, output: number, count: number, first: number, total: number): void;
  initGain(at: number, input: number, output: number, gain: number): void;
  rampGain(at: number, gain: number, rampSamples: number): void;
  applyGain(at: number, count: number): void;
  initStretch(
    at: number,
    input: number,
    output: number,
    samples: number,
    roomSamples: number,
    differences: number,
    leastLag: number,
    mostLag: number,
    joinSamples: number,
    strideSamples: number,
  ): void;
  setStretchStep(at: number, step: number): void;
  resetStretch(at: number): void;
  /** Return samples written to the output. */
  stretchBlock(at: number, inputSamples: number): number;
  stretchTail(at: number): number;
  heldSamples(at: number): number;
  initConcealer(
    at: number,
    input: number,
    output: number,
    history: number,
    cycle: number,
    differences: number,
    leastLag: number,
    mostLag: number,
    windowSamples: number,
    strideSamples: number,
    holdSamples: number,
    fadedSamples: number,
    mergeSamples: number,
  ): void;
  resetConcealer(at: number): void;
  passBlock(at: number, count: number): void;
  concealBlock(at: number, count: number): void;
}
