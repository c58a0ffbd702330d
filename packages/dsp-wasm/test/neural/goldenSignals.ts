// This file makes the signals whose probabilities, as ONNX Runtime computes them, are committed in golden.json.
import { readFileSync } from 'node:fs';
import { createSeededRandom, decodeWav, makeNoise, makeSpeechLike, makeTone, toFloatSamples } from '@voicewire/testkit';

export interface GoldenSignal {
  readonly name: string;
  /** At 16 kHz, in [-1, 1], exact in int16, so that no engine's sine can change them. */
  readonly samples: Float32Array;
}

export interface GoldenFile {
  readonly runtime: string;
  readonly signals: readonly { readonly name: string; readonly probabilities: readonly number[] }[];
}

export const HOP_SAMPLES = 512;
const SAMPLE_RATE = 16_000;

/** Synthesised, no recording: README.md beside it says by what. */
export function readVoice(): Float32Array {
  return toFloatSamples(decodeWav(readFileSync(new URL('voice.wav', import.meta.url))).samples);
}

export function makeGoldenSignals(): GoldenSignal[] {
  const voice = readVoice();
  const noise = makeNoise(createSeededRandom(5), voice.length, 0.1);
  const syllables = makeSpeechLike({ random: createSeededRandom(3), sampleRate: SAMPLE_RATE, durationMs: 2000 });
  const tone = makeTone({ sampleRate: SAMPLE_RATE, sampleCount: 8000, frequencyHz: 440, amplitudeRatio: 0.9 });
  return [
    { name: 'voice', samples: voice },
    { name: 'voice, 20 dB lower', samples: voice.map((x) => x / 10) },
    { name: 'voice in noise', samples: voice.map((x, n) => x / 2 + (noise[n] ?? 0)) },
    { name: 'syllables of harmonics', samples: syllables },
    { name: 'a loud tone, then silence', samples: Float32Array.of(...tone, ...new Float32Array(8192)) },
    { name: 'noise at full scale', samples: makeNoise(createSeededRandom(6), 8192, 1) },
  ].map(({ name, samples }) => ({ name, samples: samples.map(toInt16Step) }));
}

export function readGoldenFile(): GoldenFile {
  return JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as GoldenFile;
}

/** Whole hops of a signal. */
export function hopsOf(samples: Float32Array): Float32Array[] {
  return Array.from({ length: Math.floor(samples.length / HOP_SAMPLES) }, (_, i) =>
    samples.subarray(i * HOP_SAMPLES, (i + 1) * HOP_SAMPLES),
  );
}

function toInt16Step(x: number): number {
  return Math.max(-1, Math.min(32_767 / 32_768, Math.round(x * 32_768) / 32_768));
}
