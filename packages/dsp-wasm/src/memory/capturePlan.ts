// This file places everything that capture needs in one memory: resampler, detector, frames and their levels.
import type { Conversion } from '../design/conversion.ts';
import { FEATURE_COUNT, SPEECH_MODEL_LENGTH, speechModel } from '../design/speechModel.ts';
import type { TpdfDither } from '../dither.ts';
import type { Stage } from '../load/stage.ts';
import type { MemoryMap } from './memoryMap.ts';
import type { ResamplerPlan } from './resamplerPlan.ts';
import { planResampler } from './resamplerPlan.ts';

/** Bytes of the kernels' structs, rounded up; a test compares them with what the kernels say. */
export const CAPTURE_STRUCT_BYTES = 48;
export const VAD_STRUCT_BYTES = 3840;

/** Hz. What captured audio is delivered at, and what the detector listens to. */
export const CAPTURE_SAMPLE_RATE = 16_000;
/** 20 ms: the detector's hop, whatever the length of a frame. */
export const VAD_HOP_SAMPLES = 320;
/** Floats of one frame's record: RMS in dB, peak in dB, speech score, one unused. */
export const RECORD_FLOATS = 4;
export const RMS_FLOAT = 0;
export const PEAK_FLOAT = 1;
export const SCORE_FLOAT = 2;

export interface CapturePlan {
  readonly resampler: ResamplerPlan;
  /** Address of the kernel's struct. */
  readonly struct: number;
  /** Addresses of the int16 frames and of their records. */
  readonly frames: number;
  readonly records: number;
  /** Address of the features of the detector's last hop: its weights are fitted to them. */
  readonly features: number;
  readonly frameSamples: number;
  /** Most frames that one call can complete. */
  readonly maxFrames: number;
  /** Writes filters and the detector's model and starts the kernels. */
  install(stage: Stage): void;
}

export interface CaptureShape {
  readonly inputSampleRate: number;
  readonly maxInputSamples: number;
  readonly frameSamples: number;
  readonly hasVad: boolean;
  /** Left out or null: none. */
  readonly dither?: TpdfDither | null;
}

/** @param conversion From the input rate to `CAPTURE_SAMPLE_RATE`. */
export function planCapture(map: MemoryMap, shape: CaptureShape, conversion: Conversion): CapturePlan {
  const { inputSampleRate, maxInputSamples, frameSamples } = shape;
  const resampler = planResampler(map, {
    inputSampleRate,
    maxInputSamples,
    outputSampleRate: CAPTURE_SAMPLE_RATE,
    conversion,
  });
  // Before a call less than one frame is left over, and the last frame of a stream is filled up.
  const maxFrames = Math.ceil((frameSamples + resampler.maxOutputSamples) / frameSamples);
  const struct = map.reserve(CAPTURE_STRUCT_BYTES);
  const vad = shape.hasVad ? map.reserve(VAD_STRUCT_BYTES) : 0;
  const model = map.reserve(SPEECH_MODEL_LENGTH * 4);
  const features = map.reserve(FEATURE_COUNT * 8);
  const frames = map.reserve(maxFrames * frameSamples * 2);
  const records = map.reserve(maxFrames * RECORD_FLOATS * 4);
  return {
    resampler,
    struct,
    frames,
    records,
    features,
    frameSamples,
    maxFrames,
    install(stage) {
      const { kernels, buffer } = stage;
      resampler.install(stage);
      if (shape.hasVad) {
        new Float32Array(buffer, model).set(speechModel());
        kernels.initVad(vad, model, features);
      }
      const dithers = shape.dither ? 1 : 0;
      const firstNumber = shape.dither?.firstNumber ?? 0;
      kernels.initCaptureChain(struct, resampler.struct, vad, frames, frameSamples, records, dithers, firstNumber);
    },
  };
}
