import { readFile } from 'node:fs/promises';
import { readWav } from '@voicewire/client/node';
import { loadDsp } from '@voicewire/dsp-wasm';
import { createSeededRandom, findSharedFile, makeSpeechLike } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { detectSpeech, segmentsOf } from './detectSpeech.ts';
import { readSidecar } from './sidecar.ts';
import { DEFAULT_INPUT } from './utterance.ts';

describe('segmentsOf', () => {
  test('holds hops of 0.6 and more, 20 ms each', () => {
    const scores = [0, 0.5, 0.7, 0.6, 0.9, 0.59, 0.5, 0];
    expect(segmentsOf(scores)).toEqual([{ startS: 0.04, endS: 0.1 }]);
  });

  test('drops what is shorter than 3 hops, and closes speech at the end of the file', () => {
    expect(segmentsOf([1, 1, 0, 0, 1, 1, 1])).toEqual([{ startS: 0.08, endS: 0.14 }]);
    expect(segmentsOf([1, 1])).toEqual([]);
  });
});

describe('detectSpeech', () => {
  test.each([8000, 16_000, 22_050, 44_100, 48_000])(
    'at %d Hz finds 1 s of syllables between 0.5 s and 1.5 s, to 120 ms',
    async (sampleRate) => {
      const random = createSeededRandom(11);
      const speech = makeSpeechLike({ random, sampleRate, durationMs: 1000 });
      const samples = Float32Array.from({ length: sampleRate * 2.5 }, () => 0.0005 * random.gaussian());
      samples.set(speech, sampleRate / 2);
      const segments = detectSpeech(await loadDsp(), samples, sampleRate);
      expect(Math.abs((segments[0]?.startS ?? 0) - 0.5), `${random}`).toBeLessThanOrEqual(0.12);
      expect(Math.abs((segments.at(-1)?.endS ?? 0) - 1.5), `${random}`).toBeLessThanOrEqual(0.12);
    },
  );

  test('finds nothing in noise and in digital silence', async () => {
    const random = createSeededRandom(12);
    const noise = Float32Array.from({ length: 32_000 }, () => 0.001 * random.gaussian());
    const dsp = await loadDsp();
    expect(detectSpeech(dsp, noise, 16_000), `${random}`).toEqual([]);
    expect(detectSpeech(dsp, new Float32Array(32_000), 16_000)).toEqual([]);
  });

  test('agrees with the sidecar of the shipped question to 150 ms', async () => {
    const { sampleRate, samples } = readWav(await readFile(DEFAULT_INPUT));
    const labelled = (await readSidecar(DEFAULT_INPUT))?.at(-1)?.endS ?? NaN;
    const found = detectSpeech(await loadDsp(), samples, sampleRate).at(-1)?.endS ?? NaN;
    expect(Math.abs(found - labelled)).toBeLessThanOrEqual(0.15);
  });

  const recording = findSharedFile('data/labelled/arctic_a0009_slt_16k.wav');
  const labels = findSharedFile('data/labels.json');
  test('agrees with the phone labels of a real recording to 200 ms', async ({ skip }) => {
    if (recording === null || labels === null) skip('the shared recordings are not beside the repository');
    const { sampleRate, samples } = readWav(await readFile(recording ?? ''));
    type Labels = Record<string, { segments: [number, number][] }>;
    const all = JSON.parse(await readFile(labels ?? '', 'utf8')) as Labels;
    const labelled = all['labelled/arctic_a0009_slt_16k.wav']?.segments.at(-1)?.[1] ?? NaN;
    const found = detectSpeech(await loadDsp(), samples, sampleRate).at(-1)?.endS ?? NaN;
    expect(Math.abs(found - labelled)).toBeLessThanOrEqual(0.2);
  });
});
