// This file makes what the detector is fitted on out of the development clips, and says how much each hop counts.
import { createSeededRandom } from '@voicewire/testkit';
import { FEATURE_COUNT } from '../../src/design/speechModel.ts';
import type { WasmModule } from '../../src/load/webAssembly.ts';
import type { LabelledClip } from '../sharedSpeech.ts';
import { makeDsp, resampleStream } from '../streams.ts';
import type { Observation } from './fitLogistic.ts';
import { speechFeatures } from './speechFeatures.ts';
import { between, makeColouredNoise } from './trainingNoise.ts';

type Segments = readonly (readonly [startS: number, endS: number])[];

/** How much a hop counts, where it is not 1: all found by trial on the development part. */
export interface HopCounts {
  readonly nonspeech: number;
  /** Meeting labels run ahead of voices, and contain pauses. */
  readonly manual: number;
  readonly quietSpeech: number;
  /** The first 60 ms of a segment. */
  readonly onset: number;
  /** The 300 ms after one. */
  readonly ending: number;
  /** Coloured noise alone; what it counts as non-speech comes on top. */
  readonly colouredNoise: number;
  /** Utterances in such noise. */
  readonly inNoise: number;
  /** What was recorded, at telephone bandwidth. */
  readonly narrow: number;
}

const SEED = 7;
const HOP_S = 0.02;
const ONSET_S = 0.06;
const ENDING_S = 0.3;
const ONSET_SILENCE_S = 0.3;
const QUIET_RATIO = 0.1;
const NOISE_CLIPS = 20;
const NOISE_S = 8;
const VERSIONS_IN_NOISE = 5;
const NARROW_SAMPLE_RATE = 8000;
const LEAD_S = 1.5;
const TAIL_S = 0.75;

/** Every development clip at its own level and 20 dB lower, coloured noise, and clean utterances in such noise. */
export function makeTrainingSet(module: WasmModule, clips: readonly LabelledClip[], counts: HopCounts): Observation[] {
  const recorded = clips.flatMap((clip) => [1, QUIET_RATIO].map((gain) => recordedClip(module, clip, gain, counts)));
  const narrow = clips.map((clip) => recordedClip(module, narrowed(clip), 1, counts, counts.narrow));
  const random = createSeededRandom(SEED);
  const noise = Array.from({ length: NOISE_CLIPS }, () => {
    const samples = makeColouredNoise(random, 16_000, NOISE_S * 16_000);
    const rows = speechFeatures(module, amplified(samples, -between(random, 0, 30)), 16_000);
    return observe(rows, [], () => counts.colouredNoise * counts.nonspeech);
  });
  const clean = clips.filter(({ kind }) => kind === 'derived-energy');
  const inNoise = clean.flatMap((clip) =>
    Array.from({ length: VERSIONS_IN_NOISE }, () => {
      const { samples, segments } = utteranceInNoise(clip, random);
      const rows = speechFeatures(module, amplified(samples, -between(random, 0, 35)), clip.sampleRate);
      const weightOf = (t: number) => counts.inNoise * edgeWeight(segments, t, counts);
      return observe(rows, segments, weightOf);
    }),
  );
  return [recorded, narrow, noise, inNoise].flat(2);
}

function recordedClip(
  module: WasmModule,
  { kind, samples, sampleRate, segments, hasOnsets }: LabelledClip,
  gainRatio: number,
  counts: HopCounts,
  scale = 1,
): Observation[] {
  const rows = speechFeatures(
    module,
    samples.map((x) => x * gainRatio),
    sampleRate,
  );
  const ofKind = kind.startsWith('nonspeech') ? counts.nonspeech : kind === 'manual' ? counts.manual : 1;
  const weightOf = (t: number, isSpeech: boolean) =>
    scale *
    ofKind *
    (isSpeech && gainRatio < 1 ? counts.quietSpeech : 1) *
    (hasOnsets ? edgeWeight(segments, t, counts) : 1);
  return observe(rows, segments, weightOf);
}

/** The clip as an 8 kHz line has it. */
function narrowed(clip: LabelledClip): LabelledClip {
  const resampler = makeDsp().createResampler({
    inputSampleRate: clip.sampleRate,
    outputSampleRate: NARROW_SAMPLE_RATE,
  });
  return { ...clip, sampleRate: NARROW_SAMPLE_RATE, samples: resampleStream(resampler, clip.samples) };
}

function observe(
  rows: readonly Float64Array[],
  segments: Segments,
  weightOf: (t: number, isSpeech: boolean) => number,
): Observation[] {
  return rows.map((features, t) => {
    if (features.length !== FEATURE_COUNT) throw new Error(`A row has ${features.length} features.`);
    const timeS = (t + 0.5) * HOP_S;
    const isSpeech = segments.some(([startS, endS]) => startS <= timeS && timeS < endS);
    return { features, isSpeech, weight: weightOf(t, isSpeech) };
  });
}

function edgeWeight(segments: Segments, t: number, { onset, ending }: HopCounts): number {
  const timeS = (t + 0.5) * HOP_S;
  const isOnset = segments.some(
    ([startS], i) =>
      startS - (segments[i - 1]?.[1] ?? 0) >= ONSET_SILENCE_S && startS <= timeS && timeS < startS + ONSET_S,
  );
  if (isOnset) return onset;
  const isSpeech = segments.some(([startS, endS]) => startS <= timeS && timeS < endS);
  return !isSpeech && segments.some(([, endS]) => endS <= timeS && timeS < endS + ENDING_S) ? ending : 1;
}

/** At a ratio of 0 to 20 dB, peak 0.5, after 1.5 s of the noise alone. */
function utteranceInNoise(
  { samples, sampleRate, segments }: LabelledClip,
  random: ReturnType<typeof createSeededRandom>,
): { samples: Float32Array; segments: Segments } {
  const lead = Math.round(LEAD_S * sampleRate);
  const noise = makeColouredNoise(random, sampleRate, lead + samples.length + Math.round(TAIL_S * sampleRate));
  const ratio = (rms(samples) / rms(noise)) * 10 ** (-between(random, 0, 20) / 20);
  const mixed = noise.map((x, n) => x * ratio + (samples[n - lead] ?? 0));
  const peak = mixed.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return {
    samples: mixed.map((x) => (x * 0.5) / peak),
    segments: segments.map(([startS, endS]) => [startS + LEAD_S, endS + LEAD_S]),
  };
}

function amplified(samples: Float32Array, gainDb: number): Float32Array {
  return samples.map((x) => x * 10 ** (gainDb / 20));
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}
