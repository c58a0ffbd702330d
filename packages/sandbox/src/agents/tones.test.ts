import { createSeededRandom } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { MAX_TONE_CHUNKS, MAX_TONE_MESSAGES, readTones, renderTones, toneFrequencies } from './tones.ts';

const SEED = 11;
const CHUNK_SAMPLES = 1600;

describe('tones', () => {
  test('every fifth chunk of every message is read back from 50 ms anywhere within it', () => {
    for (let message = 0; message < MAX_TONE_MESSAGES; message++) {
      const pcm = renderTones(message, MAX_TONE_CHUNKS);
      for (let chunk = message % 5; chunk < MAX_TONE_CHUNKS; chunk += 5) {
        const at = chunk * CHUNK_SAMPLES + ((chunk * 37) % 800);
        expect(readTones(pcm.subarray(at, at + 800))).toEqual({ message, chunk });
      }
    }
  });

  test('all pairs of frequencies differ, and none passes 4.2 kHz', () => {
    const pairs = new Set<string>();
    for (let message = 0; message < MAX_TONE_MESSAGES; message++) {
      for (let chunk = 0; chunk < MAX_TONE_CHUNKS; chunk++) {
        const pair = toneFrequencies({ message, chunk });
        expect(Math.max(...pair)).toBeLessThan(4200);
        pairs.add(pair.join());
      }
    }
    expect(pairs.size).toBe(MAX_TONE_MESSAGES * MAX_TONE_CHUNKS);
  });

  test('chunks join without a step larger than within a tone', () => {
    const pcm = renderTones(3, 20);
    let largest = 0;
    for (let i = 1; i < pcm.length; i++) largest = Math.max(largest, Math.abs((pcm[i] ?? 0) - (pcm[i - 1] ?? 0)));
    const [messageHz, chunkHz] = toneFrequencies({ message: 3, chunk: 19 });
    expect(largest).toBeLessThan((8192 * 2 * Math.PI * (messageHz + chunkHz)) / 16_000 + 2);
  });

  test(`silence is silence; noise and the join of two chunks are nothing (seed ${SEED})`, () => {
    const random = createSeededRandom(SEED);
    expect(readTones(new Int16Array(800))).toBe('silence');
    expect(readTones(Int16Array.from({ length: 800 }, () => (random.next() - 0.5) * 30_000))).toBeUndefined();
    expect(readTones(renderTones(0, 2).subarray(CHUNK_SAMPLES - 400, CHUNK_SAMPLES + 400))).toBeUndefined();
  });
});
