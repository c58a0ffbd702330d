// This file types what the compiled kernels export: numbers only. `at` is always the address of a struct.
//
// The same functions are documented, with their symbols, in assembly/.

export interface Kernels {
  heapBase(): number;
  resamplerBytes(): number;
  laneFilterBytes(): number;
  captureChainBytes(): number;
  vadBytes(): number;

  initResampler(
    at: number,
    rows: number,
    rowCount: number,
    tapCount: number,
    stepWhole: number,
    stepRest: number,
    input: number,
    output: number,
    historySamples: number,
    lanes: number,
  ): void;
  initLanes(
    at: number,
    up: number,
    down: number,
    taps: number,
    tapCount: number,
    streams: number,
    streamSamples: number,
    streamBytes: number,
  ): void;
  resetResampler(at: number): void;
  /** Returns samples written to the output. */
  resample(at: number, inputSamples: number): number;
  resampleTail(at: number, zeroSamples: number, outputSamples: number): number;

  initVad(at: number, model: number, features: number): void;
  initCaptureChain(
    at: number,
    resampler: number,
    vad: number,
    frames: number,
    frameSamples: number,
    records: number,
  ): void;
  resetCaptureChain(at: number): void;
  /** Returns frames completed. */
  captureBlock(at: number, inputSamples: number): number;
  captureTail(at: number, zeroSamples: number, outputSamples: number): number;

  float32ToInt16(input: number, output: number, count: number): void;
  int16ToFloat32(input: number, output: number, count: number): void;
}
