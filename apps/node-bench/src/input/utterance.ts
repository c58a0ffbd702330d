// This file loads what the user says: the samples of a WAV file, and where in it the speech ends.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav } from '@voicewire/client/node';
import type { Dsp } from '@voicewire/dsp-wasm';
import { BenchError } from '../benchError.ts';
import type { BenchResult } from '../result/benchResult.ts';
import { roundMs } from '../result/duration.ts';
import { detectSpeech } from './detectSpeech.ts';
import { readSidecar } from './sidecar.ts';
import type { SpeechSegment } from './speechSegment.ts';

/** One thing to say, and when it is said. */
export interface Utterance {
  /** File name without its folder. */
  readonly name: string;
  /** Hz. */
  readonly sampleRate: number;
  readonly samples: Float32Array;
  /** Index after the last sample of speech. */
  readonly endOfSpeechSample: number;
  readonly endOfSpeechSource: 'sidecar' | 'detector';
}

/** Synthesised by `scripts/makeFixture.mjs`; its sidecar lies beside it. */
export const DEFAULT_INPUT = fileURLToPath(new URL('../../fixtures/question.wav', import.meta.url));

/**
 * @param path A WAV file of 16-bit PCM or 32-bit float, at a rate the client can capture at.
 * @throws {BenchError} `input-not-readable`, `sidecar-invalid` or `no-speech-found`.
 * @throws {VoiceError} `unsupported-audio-file`.
 * @throws {AudioFormatError} `unsupported-sample-rate`, of dsp-wasm.
 */
export async function loadUtterance(path: string, dsp: Dsp): Promise<Utterance> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new BenchError('input-not-readable', `The input "${path}" could not be read. Check that it exists.`, cause);
  });
  const { sampleRate, samples } = readWav(bytes);
  const sidecar = await readSidecar(path);
  // Also with a sidecar: the detector refuses sample rates that the microphone would refuse later.
  const detected = detectSpeech(dsp, samples, sampleRate);
  const segments = sidecar ?? detected;
  return {
    name: basename(path),
    sampleRate,
    samples,
    endOfSpeechSample: endOfSpeech(segments, samples.length / sampleRate, sampleRate, path),
    endOfSpeechSource: sidecar === null ? 'detector' : 'sidecar',
  };
}

/** What a result says of its input. */
export function describeUtterance(utterance: Utterance): BenchResult['input'] {
  const msAt = (sample: number): number => roundMs((sample / utterance.sampleRate) * 1000);
  return {
    name: utterance.name,
    sampleRate: utterance.sampleRate,
    durationMs: msAt(utterance.samples.length),
    endOfSpeechMs: msAt(utterance.endOfSpeechSample),
    endOfSpeechSource: utterance.endOfSpeechSource,
  };
}

function endOfSpeech(segments: readonly SpeechSegment[], durationS: number, sampleRate: number, path: string): number {
  const last = segments.at(-1);
  if (last === undefined) {
    throw new BenchError(
      'no-speech-found',
      `No speech was found in "${path}". Give a recording of speech, or say where the speech is in a sidecar file.`,
    );
  }
  return Math.round(Math.min(last.endS, durationS) * sampleRate);
}
