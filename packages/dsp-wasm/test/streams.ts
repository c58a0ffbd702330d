// This file drives stages in tests: compiled kernels, whole signals cut into blocks, what came out as one array.
import { splitSampleCount } from '@voicewire/testkit';
import type { CaptureChain, CaptureSettings } from '../src/captureChain.ts';
import type { Dsp } from '../src/dsp.ts';
import { compileSync } from '../src/load/compile.ts';
import type { WasmModule } from '../src/load/webAssembly.ts';
import type { Resampler } from '../src/resampler.ts';
import { createDsp } from '../src/sync.ts';
import { wasmBytes } from '../src/wasm.ts';

/** Rates that microphones, speakers and speech services have today. */
export const COMMON_SAMPLE_RATES = [8000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000];
/** Samples. Around the graph's quantum of 128, the size of a 10 ms block at 48 kHz, and the largest by default. */
export const BLOCK_SIZES = [1, 127, 128, 129, 480, 4096];

export function compileKernels(): WasmModule {
  return compileSync(wasmBytes());
}

export function makeDsp(): Dsp {
  return createDsp(wasmBytes());
}

/** Every ordered pair of different rates. */
export function ratePairs(rates: readonly number[]): [number, number][] {
  return rates.flatMap((from) => rates.filter((to) => to !== from).map((to): [number, number] => [from, to]));
}

/** Feeds `signal` in blocks whose lengths cycle through `blockLengths`. */
export function forEachBlock(
  signal: Float32Array,
  blockLengths: readonly number[],
  take: (block: Float32Array) => void,
): void {
  let at = 0;
  for (const length of splitSampleCount(signal.length, blockLengths)) {
    take(signal.subarray(at, at + length));
    at += length;
  }
}

/** All that `process` returned, without the tail. */
export function resampleStream(
  resampler: Resampler,
  signal: Float32Array,
  blockLengths: readonly number[] = [4096],
): Float32Array {
  const parts: Float32Array[] = [];
  forEachBlock(signal, blockLengths, (block) => parts.push(resampler.process(block).slice()));
  return joinFloats(parts);
}

export interface CapturedFrame {
  readonly pcm: Int16Array;
  readonly firstSampleIndex: number;
  readonly rmsDb: number;
  readonly peakDb: number;
  readonly speechScore: number;
}

/** A chain whose frames are copied into `frames` as they come. */
export function makeRecordingChain(
  dsp: Dsp,
  options: CaptureSettings,
): { chain: CaptureChain; frames: CapturedFrame[] } {
  const frames: CapturedFrame[] = [];
  const chain = dsp.createCaptureChain({
    ...options,
    onFrame: (pcm, firstSampleIndex, rmsDb, peakDb, speechScore) => {
      frames.push({ pcm: pcm.slice(), firstSampleIndex, rmsDb, peakDb, speechScore });
    },
  });
  return { chain, frames };
}

/** The frames of a whole signal, with or without the tail. */
export function captureStream(
  dsp: Dsp,
  options: CaptureSettings,
  signal: Float32Array,
  { blockLengths = [128], flush = true }: { readonly blockLengths?: readonly number[]; readonly flush?: boolean } = {},
): CapturedFrame[] {
  const { chain, frames } = makeRecordingChain(dsp, options);
  forEachBlock(signal, blockLengths, (block) => chain.process(block));
  if (flush) chain.flush();
  return frames;
}

export function joinPcm(frames: readonly CapturedFrame[]): Int16Array {
  return Int16Array.from(frames.flatMap((frame) => [...frame.pcm]));
}

export function joinFloats(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
