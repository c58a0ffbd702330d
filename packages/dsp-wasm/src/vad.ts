// This file is the port that every voice activity detector fits: ours, a neural one, an adapter of somebody else's.
// For the readers of the declarations, who may not have it.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * Scores how likely audio is speech. `SpeechGate` makes utterances of the scores of any detector.
 *
 * Detectors differ in their hop: `createVad` judges every 20 ms, a network may take 512 samples at 16 kHz, 32 ms, and see
 * some of the audio before them once more. None of that shows: blocks of any length go in, are cut and kept inside, and
 * the answer is the latest score there is. A detector whose model answers later, in a worker or by promise, keeps the
 * audio, returns the latest score that has arrived, and drops answers to audio from before a `reset`. What every
 * detector promises is written down as `VAD_CASES` in `@voicewire/dsp-wasm/testing`.
 */
export interface Vad extends Disposable {
  /** Hz, of the samples that `process` takes. */
  readonly sampleRate: number;
  /** New audio behind each score, in ms. Between two hops the score stays. */
  readonly hopMs: number;
  /**
   * Listens to the next block of a stream. Never waits, and never throws for what the samples are: those that are not
   * finite count as 0.
   *
   * @param block Mono samples, in [-1, 1] or int16, 0 to the detector's `maxInputSamples` of them; copied.
   * @returns 0..1, the latest score; 0 before the first.
   * @throws {AudioFormatError} `input-too-long`, `detached-input` or `disposed`.
   */
  process(block: Float32Array | Int16Array): number;
  /** Forgets the stream: what comes next is the first block, and the score is 0. @throws {AudioFormatError} `disposed`. */
  reset(): void;
  /** Lets go of memory and workers. Harmless when repeated; `process` and `reset` then throw `disposed`. */
  dispose(): void;
}
