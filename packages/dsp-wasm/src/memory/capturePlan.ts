// This file places everything that capture needs in one memory: resampler, detector, frames and their levels.
import type { Conversion } from '../design/conversion.ts';
import { FEATURE_COUNT, SPEECH_MODEL_LENGTH, speechModel } from '../design/speechModel.ts';
import type { TpdfDither } from '../dither.ts';
import type { Stage } from '../load/stage.ts';
import type { MemoryMap, Region } from './memoryMap.ts';
import type { ResamplerPlan } from './resamplerPlan.ts';
import { installResampler, planResampler } from './resamplerPlan.ts';

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
  readonly struct: Region;
  /** Null when no detector was asked for. */
  readonly vad: { readonly struct: Region; readonly model: Region; readonly features: Region } | null;
  readonly frames: Region;
  readonly frameSamples: number;
  /** Most frames that one call can complete. */
  readonly maxFrames: number;
  readonly records: Region;
  readonly dither: TpdfDither | null;
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
  return {
    resampler,
    struct: map.reserve(CAPTURE_STRUCT_BYTES),
    vad: shape.hasVad ? planVad(map) : null,
    frames: map.reserve(maxFrames * frameSamples * 2),
    frameSamples,
    maxFrames,
    records: map.reserve(maxFrames * RECORD_FLOATS * 4),
    dither: shape.dither ?? null,
  };
}

function planVad(map: MemoryMap): NonNullable<CapturePlan['vad']> {
  return {
    struct: map.reserve(VAD_STRUCT_BYTES),
    model: map.reserve(SPEECH_MODEL_LENGTH * Float32Array.BYTES_PER_ELEMENT),
    features: map.reserve(FEATURE_COUNT * Float64Array.BYTES_PER_ELEMENT),
  };
}

function installVad(stage: Stage, { struct, model, features }: NonNullable<CapturePlan['vad']>): void {
  new Float32Array(stage.buffer, model.offsetBytes, SPEECH_MODEL_LENGTH).set(speechModel());
  stage.kernels.initVad(struct.offsetBytes, model.offsetBytes, features.offsetBytes);
}

export function installCapture(stage: Stage, plan: CapturePlan): void {
  installResampler(stage, plan.resampler);
  if (plan.vad !== null) installVad(stage, plan.vad);
  stage.kernels.initCaptureChain(
    plan.struct.offsetBytes,
    plan.resampler.struct.offsetBytes,
    plan.vad?.struct.offsetBytes ?? 0,
    plan.frames.offsetBytes,
    plan.frameSamples,
    plan.records.offsetBytes,
    plan.dither === null ? 0 : 1,
    plan.dither?.firstNumber ?? 0,
  );
}
