// This file is the capture path that callers hold: audio of any block length in, measured 16 kHz int16 frames out.
// For the readers of the declarations, who may not have it.
/// <reference lib="esnext.disposable" preserve="true" />
import { AudioFormatError } from './audioFormatError.ts';
import { maxInputSamplesOf } from './blockLimits.ts';
import type { CaptureStage, MeasuredFrame } from './captureStage.ts';
import { CAPTURE_SAMPLE_RATE, openCaptureStage } from './captureStage.ts';
import { makeDisposable } from './disposableStage.ts';
import { ditherOf } from './dither.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { checkOneOf } from './optionChecks.ts';
import { checkSampleRate } from './sampleRates.ts';

/** ms. The detector's hop of 20 ms divides or multiplies each of them. */
export const SUPPORTED_FRAME_MS = [10, 20, 30, 40, 60] as const;

/**
 * Receives one frame, as numbers. V8 boxes the numbers of a call that it does not inline, 64 bytes of garbage per frame:
 * where that counts, and the listener is large or one of several, take `onMeasuredFrame`.
 *
 * @param pcm Mono int16 at 16 kHz, `frameMs` of it. Valid during the call only: copy what must last.
 * @param firstSampleIndex When the frame's first sample was captured, in samples at the input rate, counted from the
 *   stream's first sample and corrected for the filter's delay. Fractional when the rates have no whole ratio, and
 *   negative for the first frame, which begins with the filter's run-in.
 * @param rmsDb Root mean square in dBFS; a full-scale square wave is 0, a sine -3.01, digital silence -120.
 * @param peakDb Largest magnitude in dBFS; 32768 is 0, digital silence -120.
 * @param speechScore 0..1, of the last 20 ms hop that ends within or before this frame; NaN with `vad: false`.
 */
export type FrameListener = (
  pcm: Int16Array,
  firstSampleIndex: number,
  rmsDb: number,
  peakDb: number,
  speechScore: number,
) => void;

/** Receives one frame without a byte of garbage, however large the listener. Valid during the call only. */
export type MeasuredFrameListener = (frame: MeasuredFrame) => void;

export type CaptureChainOptions = CaptureSettings &
  (
    | { readonly onFrame: FrameListener; readonly onMeasuredFrame?: never }
    | { readonly onMeasuredFrame: MeasuredFrameListener; readonly onFrame?: never }
  );

/** How a capture chain works; who listens is said by `onFrame` or `onMeasuredFrame`. */
export interface CaptureSettings {
  /** Hz, one of `SUPPORTED_SAMPLE_RATES`: the device's rate. */
  readonly inputSampleRate: number;
  /** One of `SUPPORTED_FRAME_MS`; default 20. */
  readonly frameMs?: number;
  /** Whether frames carry a speech score; default true. */
  readonly vad?: boolean;
  /**
   * `tpdf`: noise of triangular density, two int16 steps wide, is added before rounding, so that the error of rounding
   * sounds like noise even where the signal is a few steps high; it is at -96.3 dBFS then, instead of -101.1. For
   * recordings; recognisers gain nothing by it. The detector and the levels see the dithered samples. Default `none`.
   */
  readonly dither?: 'none' | 'tpdf';
  /** Whole number from 0 to 2³² - 1: which noise. The same for the same seed, however blocks are cut. Default 0. */
  readonly ditherSeed?: number;
  /** Longest block that `process` will be given, in samples; default 4096. The memory is sized by it, once. */
  readonly maxInputSamples?: number;
}

/** Mono. Owns one WebAssembly instance; nothing is allocated after construction. */
export interface CaptureChain extends Disposable {
  /** How far the frames lag the input, in samples at 16 kHz; `firstSampleIndex` already accounts for it. */
  readonly groupDelaySamples: number;
  /** The same in ms. */
  readonly groupDelayMs: number;
  /**
   * Takes the next block: one copy, one WebAssembly call, then the listener, synchronously, for every frame that it
   * completes, in order. However a stream is cut into blocks, the frames are the same, bit by bit.
   *
   * @param block Samples in [-1, 1] at the input rate; 0 to `maxInputSamples` of them. NaN and infinities count as 0.
   * @throws {AudioFormatError} `input-too-long`, `detached-input` or `disposed`.
   */
  process(block: Float32Array): void;
  /**
   * Ends the stream: delivers what the filter still holds and fills the last frame up with zeros. After n input samples
   * in all, exactly ceil((ceil(n · 16000 / inputSampleRate) + groupDelaySamples) / frame length) frames have then been
   * delivered (none for n = 0), so nothing captured is lost. The next `process` begins a new stream, as after `reset`.
   *
   * @throws {AudioFormatError} `disposed`.
   */
  flush(): void;
  /** Forgets the stream, the incomplete frame and the noise floor; the chain is then as new. @throws `disposed`. */
  reset(): void;
  /** Lets go of the memory. Harmless when repeated; every other method then throws `disposed`. */
  dispose(): void;
}

/**
 * @throws {AudioFormatError} `unsupported-sample-rate`, `unsupported-frame-length`, `invalid-max-input`,
 *   `invalid-dither` or `missing-listener`.
 */
export function createCaptureChain(module: WasmModule, options: CaptureChainOptions): CaptureStage & CaptureChain {
  const { inputSampleRate, frameMs = 20, vad: hasVad = true, dither = 'none', ditherSeed = 0 } = options;
  checkSampleRate('inputSampleRate', inputSampleRate);
  const details = { frameMs, supportedFrameMs: SUPPORTED_FRAME_MS };
  checkOneOf<number>('unsupported-frame-length', 'frameMs', frameMs, SUPPORTED_FRAME_MS, details, ' ms');
  const shape = {
    inputSampleRate,
    maxInputSamples: maxInputSamplesOf(options),
    frameSamples: (frameMs * CAPTURE_SAMPLE_RATE) / 1000,
    hasVad,
    dither: ditherOf(dither, ditherSeed),
  };
  return makeDisposable('capture chain', openCaptureStage(module, shape, listenerOf(options)));
}

function listenerOf({ onFrame, onMeasuredFrame }: CaptureChainOptions): MeasuredFrameListener {
  if (typeof onMeasuredFrame === 'function') return onMeasuredFrame;
  if (typeof onFrame !== 'function') {
    throw new AudioFormatError('missing-listener', 'A capture chain needs onFrame or onMeasuredFrame, a function.');
  }
  return ({ pcm, firstSampleIndex, rmsDb, peakDb, speechScore }) =>
    onFrame(pcm, firstSampleIndex, rmsDb, peakDb, speechScore);
}
