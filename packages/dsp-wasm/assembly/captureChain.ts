// This file is everything that happens to captured audio in one call: resample, int16, frame, level, speech score.
import { float32ToInt16, float32ToInt16Dithered } from './convert';
import { powerToDb } from './decibels';
import { hearSamples, resetVad, SpectralVad } from './spectralVad';
import { peakMagnitude, sumOfSquares } from './level';
import { resample, Resampler, resampleTail, resetResampler } from './resampler';

/**
 * Frames lie one behind the other at `frames`; the last one is usually incomplete. Frames that a call completes stay
 * where they are until the next call, so the host can read them in place.
 */
@unmanaged
export class CaptureChain {
  resampler: usize;
  /** Address of a SpectralVad, or 0 for no detector. */
  vad: usize;
  frames: usize;
  frameSamples: i32;
  /** One `FrameRecord` per frame that a call can complete. */
  records: usize;
  /** Samples at `frames`, including those of frames that the host has read. */
  filledSamples: i32;
  /** Frames that the last call completed. */
  completedFrames: i32;
  /** Whether samples are dithered. */
  dithers: i32;
  /** Number of the stream's first sample, which chooses its dither, and of the next one. */
  firstNumber: u32;
  nextNumber: u32;
}

@unmanaged
class FrameRecord {
  rmsDb: f32;
  peakDb: f32;
  speechScore: f32;
}

/** The host reads records as rows of four floats. */
const RECORD_BYTES: usize = 16;
const FULL_SCALE_POWER: f64 = 32768.0 * 32768.0;

export function initCaptureChain(
  at: usize,
  resampler: usize,
  vad: usize,
  frames: usize,
  frameSamples: i32,
  records: usize,
  dithers: i32,
  firstNumber: u32,
): void {
  const chain = changetype<CaptureChain>(at);
  chain.resampler = resampler;
  chain.vad = vad;
  chain.frames = frames;
  chain.frameSamples = frameSamples;
  chain.records = records;
  chain.dithers = dithers;
  chain.firstNumber = firstNumber;
  resetCaptureChain(at);
}

/** Forgets the stream: the next block is the first one. */
export function resetCaptureChain(at: usize): void {
  const chain = changetype<CaptureChain>(at);
  chain.filledSamples = 0;
  chain.completedFrames = 0;
  chain.nextNumber = chain.firstNumber;
  resetResampler(chain.resampler);
  if (chain.vad != 0) resetVad(chain.vad);
}

/** Takes the block of `inputSamples` samples at the resampler's input; returns the frames that are now complete. */
export function captureBlock(at: usize, inputSamples: i32): i32 {
  const chain = changetype<CaptureChain>(at);
  dropDeliveredFrames(chain);
  append(chain, resample(chain.resampler, inputSamples));
  return measureFrames(chain);
}

/** Gets the delayed rest out of the filter and fills the last frame up with zeros; returns the frames completed. */
export function captureTail(at: usize, zeroSamples: i32, outputSamples: i32): i32 {
  const chain = changetype<CaptureChain>(at);
  dropDeliveredFrames(chain);
  append(chain, resampleTail(chain.resampler, zeroSamples, outputSamples));
  const partial = chain.filledSamples % chain.frameSamples;
  if (partial > 0) {
    const missing = chain.frameSamples - partial;
    memory.fill(chain.frames + (<usize>chain.filledSamples << 1), 0, <usize>missing << 1);
    chain.filledSamples += missing;
  }
  return measureFrames(chain);
}

function dropDeliveredFrames(chain: CaptureChain): void {
  if (chain.completedFrames == 0) return;
  const delivered = chain.completedFrames * chain.frameSamples;
  const left = chain.filledSamples - delivered;
  memory.copy(chain.frames, chain.frames + (<usize>delivered << 1), <usize>left << 1);
  chain.filledSamples = left;
  chain.completedFrames = 0;
}

function append(chain: CaptureChain, samples: i32): void {
  const resampler = changetype<Resampler>(chain.resampler);
  const end = chain.frames + (<usize>chain.filledSamples << 1);
  if (chain.dithers == 0) float32ToInt16(resampler.output, end, samples);
  else float32ToInt16Dithered(resampler.output, end, samples, chain.nextNumber);
  chain.nextNumber += samples;
  chain.filledSamples += samples;
}

function measureFrames(chain: CaptureChain): i32 {
  const count = chain.filledSamples / chain.frameSamples;
  for (let i = 0; i < count; i++) measureFrame(chain, i);
  chain.completedFrames = count;
  return count;
}

function measureFrame(chain: CaptureChain, index: i32): void {
  const samples = chain.frames + <usize>(index * chain.frameSamples) * 2;
  const record = changetype<FrameRecord>(chain.records + <usize>index * RECORD_BYTES);
  const power = sumOfSquares(samples, chain.frameSamples) / (<f64>chain.frameSamples * FULL_SCALE_POWER);
  const peak = peakMagnitude(samples, chain.frameSamples);
  record.rmsDb = <f32>powerToDb(power);
  record.peakDb = <f32>powerToDb((peak * peak) / FULL_SCALE_POWER);
  record.speechScore = f32.NaN;
  if (chain.vad == 0) return;
  hearSamples(chain.vad, samples, chain.frameSamples);
  record.speechScore = <f32>changetype<SpectralVad>(chain.vad).score;
}
