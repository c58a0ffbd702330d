// This file places everything that capture needs in one memory: resampler, detector, frames and their levels.
import { BALANCED } from '../design/polyphaseFilter.ts';
import type { Stage } from '../load/stage.ts';
import type { MemoryMap, Region } from './memoryMap.ts';
import type { ResamplerPlan } from './resamplerPlan.ts';
import { installResampler, planResampler } from './resamplerPlan.ts';

/** Bytes of the kernels' structs, rounded up; a test compares them with what the kernels say. */
export const CAPTURE_STRUCT_BYTES = 32;
export const VAD_STRUCT_BYTES = 160;

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
  readonly vad: Region | null;
  readonly frames: Region;
  readonly frameSamples: number;
  /** Most frames that one call can complete. */
  readonly maxFrames: number;
  readonly records: Region;
}

export interface CaptureShape {
  readonly inputSampleRate: number;
  readonly maxInputSamples: number;
  readonly frameSamples: number;
  readonly hasVad: boolean;
}

export function planCapture(map: MemoryMap, shape: CaptureShape): CapturePlan {
  const { inputSampleRate, maxInputSamples, frameSamples } = shape;
  const resampler = planResampler(map, {
    inputSampleRate,
    maxInputSamples,
    outputSampleRate: CAPTURE_SAMPLE_RATE,
    spec: BALANCED,
  });
  // Before a call less than one frame is left over, and the last frame of a stream is filled up.
  const maxFrames = Math.ceil((frameSamples + resampler.maxOutputSamples) / frameSamples);
  return {
    resampler,
    struct: map.reserve('capture struct', CAPTURE_STRUCT_BYTES),
    vad: shape.hasVad ? map.reserve('detector struct', VAD_STRUCT_BYTES) : null,
    frames: map.reserve('frames', maxFrames * frameSamples * 2),
    frameSamples,
    maxFrames,
    records: map.reserve('frame records', maxFrames * RECORD_FLOATS * 4),
  };
}

export function installCapture(stage: Stage, plan: CapturePlan): void {
  installResampler(stage, plan.resampler);
  if (plan.vad !== null) stage.kernels.initVad(plan.vad.offsetBytes, VAD_HOP_SAMPLES);
  stage.kernels.initCaptureChain(
    plan.struct.offsetBytes,
    plan.resampler.struct.offsetBytes,
    plan.vad?.offsetBytes ?? 0,
    plan.frames.offsetBytes,
    plan.frameSamples,
    plan.records.offsetBytes,
  );
}
