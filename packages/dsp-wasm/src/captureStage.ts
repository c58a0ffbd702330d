// This file runs the capture kernels over their memory: audio of any block length in, measured int16 frames out.
import { checkBlock } from './blockLimits.ts';
import { BALANCED, designConversion } from './design/conversion.ts';
import { FEATURE_COUNT, speechModel } from './design/speechModel.ts';
import { openTapDesigner } from './design/tapDesigner.ts';
import type { TpdfDither } from './dither.ts';
import type { Stage } from './load/stage.ts';
import { openStage } from './load/stage.ts';
import type { WasmModule } from './load/webAssembly.ts';
import { MemoryMap } from './memory/memoryMap.ts';
import { planResampler } from './memory/resamplerPlan.ts';

/** Bytes of the kernels' structs, rounded up; a test compares them with what the kernels say. */
export const CAPTURE_STRUCT_BYTES = 48;
export const VAD_STRUCT_BYTES = 3840;

/** Hz. What captured audio is delivered at, and what the detector listens to. */
export const CAPTURE_SAMPLE_RATE = 16_000;
/** 20 ms: the detector's hop, whatever the length of a frame. */
export const VAD_HOP_SAMPLES = 320;
/** Floats of one frame's record: RMS in dB, peak in dB, speech score, one unused. */
const RECORD_FLOATS = 4;

/** One frame, in an object that is the same for every frame: what its fields mean is said at `FrameListener`. */
export interface MeasuredFrame {
  readonly pcm: Int16Array;
  readonly firstSampleIndex: number;
  readonly rmsDb: number;
  readonly peakDb: number;
  readonly speechScore: number;
}

export interface CaptureShape {
  readonly inputSampleRate: number;
  readonly maxInputSamples: number;
  readonly frameSamples: number;
  readonly hasVad: boolean;
  /** Left out or null: none. */
  readonly dither?: TpdfDither | null;
}

/** What the capture chain and the detector have in common; its methods are those of `CaptureChain`. */
export interface CaptureStage {
  /** For tests that look at the memory. */
  readonly stage: Stage;
  /** In samples at 16 kHz. */
  readonly groupDelaySamples: number;
  readonly groupDelayMs: number;
  process(block: Float32Array): void;
  flush(): void;
  reset(): void;
}

export function openCaptureStage(
  module: WasmModule,
  shape: CaptureShape,
  listen: (frame: MeasuredFrame) => void,
): CaptureStage {
  const { inputSampleRate, maxInputSamples, frameSamples, hasVad, dither } = shape;
  const stepSamples = inputSampleRate / CAPTURE_SAMPLE_RATE;
  const conversion = designConversion(openTapDesigner(module), inputSampleRate, CAPTURE_SAMPLE_RATE, BALANCED);
  const { groupDelaySamples } = conversion;

  const map = new MemoryMap();
  const resampler = planResampler(map, conversion, stepSamples, maxInputSamples);
  // Before a call less than one frame is left over, and the last frame of a stream is filled up.
  const maxFrames = Math.ceil(resampler.maxOutputSamples / frameSamples) + 1;
  const struct = map.reserve(CAPTURE_STRUCT_BYTES);
  const vad = hasVad ? map.reserve(VAD_STRUCT_BYTES) : 0;
  const speech = speechModel();
  const model = map.reserve(speech.byteLength);
  // Those of the last hop: the weights are fitted to them.
  const features = map.reserve(FEATURE_COUNT * 8);
  const frames = map.reserve(maxFrames * frameSamples * 2);
  const records = map.reserve(maxFrames * RECORD_FLOATS * 4);
  const stage = openStage(module, map);

  const { kernels, buffer } = stage;
  if (hasVad) {
    new Float32Array(buffer, model).set(speech);
    kernels.initVad(vad, model, features);
  }
  const firstNumber = dither?.firstNumber ?? 0;
  kernels.initCaptureChain(struct, resampler.struct, vad, frames, frameSamples, records, dither ? 1 : 0, firstNumber);

  // Looked up once: what a WebAssembly instance exports is slow to look up in.
  const { captureBlock } = kernels;
  const input = new Float32Array(buffer, resampler.input, maxInputSamples);
  const frameViews = Array.from(
    { length: maxFrames },
    (_, i) => new Int16Array(buffer, frames + i * frameSamples * 2, frameSamples),
  );
  const measures = new Float32Array(buffer, records, maxFrames * RECORD_FLOATS);
  // Fields that begin as NaN are kept as raw doubles by V8, and overwritten in place.
  const frame = {
    pcm: new Int16Array(0) as Int16Array,
    firstSampleIndex: Number.NaN,
    rmsDb: Number.NaN,
    peakDb: Number.NaN,
    speechScore: Number.NaN,
  };
  let isEmpty = true;
  let deliveredFrames = 0;

  const deliver = (frameCount: number): void => {
    const firstFrame = deliveredFrames;
    // Counted before the listener runs: if it throws, the frames after it are lost to it, but the count stays right.
    deliveredFrames += frameCount;
    for (let i = 0; i < frameCount; i++) {
      const record = i * RECORD_FLOATS;
      frame.pcm = frameViews[i] ?? frame.pcm;
      frame.firstSampleIndex = ((firstFrame + i) * frameSamples - groupDelaySamples) * stepSamples;
      frame.rmsDb = measures[record] ?? 0;
      frame.peakDb = measures[record + 1] ?? 0;
      frame.speechScore = measures[record + 2] ?? 0;
      listen(frame);
    }
  };
  const reset = (): void => {
    kernels.resetCaptureChain(struct);
    isEmpty = true;
    deliveredFrames = 0;
  };
  return {
    stage,
    groupDelaySamples,
    groupDelayMs: (groupDelaySamples * 1000) / CAPTURE_SAMPLE_RATE,
    process(block) {
      checkBlock(block, maxInputSamples);
      input.set(block);
      isEmpty &&= block.length === 0;
      deliver(captureBlock(struct, block.length));
    },
    flush() {
      try {
        if (!isEmpty) deliver(kernels.captureTail(struct, ...resampler.tail));
      } finally {
        // Ended even where the listener throws.
        reset();
      }
    },
    reset,
  };
}
