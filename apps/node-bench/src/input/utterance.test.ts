import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDsp } from '@voicewire/dsp-wasm';
import { createSeededRandom, encodeWav, makeSpeechLike } from '@voicewire/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_INPUT, describeUtterance, loadUtterance } from './utterance.ts';

describe('loadUtterance', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voicewire-bench-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function save(name: string, sampleRate: number, samples: Float32Array): Promise<string> {
    const path = join(folder, name);
    const pcm = (await loadDsp()).float32ToInt16(samples);
    await writeFile(path, encodeWav({ sampleRate, channelCount: 1, samples: pcm }));
    return path;
  }

  test('takes the end of speech of the shipped question from its sidecar: 2.435 s', async () => {
    const utterance = await loadUtterance(DEFAULT_INPUT, await loadDsp());
    expect(describeUtterance(utterance)).toEqual({
      name: 'question.wav',
      sampleRate: 16_000,
      durationMs: 2735,
      endOfSpeechMs: 2435,
      endOfSpeechSource: 'sidecar',
    });
  });

  test('asks the detector when there is no sidecar, and says so', async () => {
    const speech = makeSpeechLike({ random: createSeededRandom(8), sampleRate: 48_000, durationMs: 1000 });
    const samples = new Float32Array(96_000);
    samples.set(speech, 24_000);
    const utterance = await loadUtterance(await save('a.wav', 48_000, samples), await loadDsp());
    expect(utterance.endOfSpeechSource).toBe('detector');
    expect(Math.abs(utterance.endOfSpeechSample / 48_000 - 1.5)).toBeLessThanOrEqual(0.12);
  });

  test('cuts a sidecar that is longer than its file', async () => {
    const path = await save('a.wav', 16_000, new Float32Array(16_000));
    await writeFile(`${path}.json`, '{ "segments": [[0, 5]] }');
    expect((await loadUtterance(path, await loadDsp())).endOfSpeechSample).toBe(16_000);
  });

  test.each([
    ['input-not-readable', async () => join(folder, 'missing.wav')],
    ['no-speech-found', () => save('silence.wav', 16_000, new Float32Array(16_000))],
    ['unsupported-sample-rate', () => save('odd.wav', 12_345, new Float32Array(12_345))],
    [
      'unsupported-audio-file',
      async () => {
        const path = join(folder, 'text.wav');
        await writeFile(path, 'This is no audio.');
        return path;
      },
    ],
  ])('fails with %s', async (code, makePath) => {
    const path = await makePath();
    await expect(loadUtterance(path, await loadDsp())).rejects.toMatchObject({ code });
  });
});
