// This file checks what first bytes are taken for, on made-up headers, on noise and on real MP3 files.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom, encodeWav, findSharedFile, makeSpeechLike } from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sniffAudio } from './sniffAudio.ts';

const MP3_FOLDER = findSharedFile('data/mp3/real');

const WAV = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: new Int16Array(400) });

/** MPEG-2 layer III, 32 kbit/s, 22.05 kHz: frames of 104 bytes. */
const FRAME = Uint8Array.from({ length: 104 }, (_, index) => [0xff, 0xf3, 0x40, 0xc4][index] ?? 0x55);
const MP3 = Uint8Array.from([...FRAME, ...FRAME]);
const ID3 = Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 35]);

describe('sniffAudio', () => {
  test.each([
    ['a WAV file', WAV, 12, 'wav'],
    ['two MP3 frames', MP3, 108, 'mp3'],
    ['an ID3 tag', ID3, 10, 'mp3'],
  ] as const)('tells %s, as soon as %s', (_name, bytes, neededBytes, format) => {
    for (let length = 0; length < neededBytes; length++) {
      expect(sniffAudio(bytes.subarray(0, length), false), `${length} bytes`).toBeUndefined();
    }
    expect(sniffAudio(bytes.subarray(0, neededBytes), false)).toBe(format);
    expect(sniffAudio(bytes, true)).toBe(format);
  });

  test('takes one whole MP3 frame, or a part of one, for MP3 where nothing more comes', () => {
    expect(sniffAudio(FRAME, false)).toBeUndefined();
    expect(sniffAudio(FRAME, true)).toBe('mp3');
    expect(sniffAudio(FRAME.subarray(0, 50), true)).toBe('mp3');
    expect(sniffAudio(FRAME.subarray(0, 3), true)).toBe('raw');
  });

  test.each([
    ['nothing', []],
    ['RIFF without WAVE', [...Buffer.from('RIFF\0\0\0\0AVI ')]],
    ['the word ID3 before text', [...Buffer.from('ID3 is a tag')].map((byte, at) => (at === 6 ? 0x90 : byte))],
    ['samples of -1', [255, 255, 255, 255, 255, 255]],
    ['a frame header of layer II', [0xff, 0xfd, 0x40, 0xc4]],
    ['a frame header of free format', [0xff, 0xfb, 0x00, 0xc4]],
    ['a frame header of no rate', [0xff, 0xfb, 0x4c, 0xc4]],
    ['a frame header of a reserved version', [0xff, 0xeb, 0x40, 0xc4]],
    ['a frame header with other bytes where the next one should be', [...FRAME, 1, 2, 3, 4]],
  ])('takes %s for samples', (_name, bytes) => {
    expect(sniffAudio(Uint8Array.from(bytes), true)).toBe('raw');
  });

  test('decides on 1445 bytes at the latest, whatever they are: 5000 random starts', () => {
    const start = fc.constantFrom(
      [],
      [0xff],
      [0xff, 0xfb, 0xe0],
      [0xff, 0xf3, 0xe8],
      [0x49, 0x44, 0x33],
      [0x52, 0x49, 0x46, 0x46],
    );
    const property = fc.property(start, fc.uint8Array({ minLength: 12, maxLength: 60 }), (head, tail) => {
      const bytes = new Uint8Array(1445);
      bytes.set([...head, ...tail]);
      expect(sniffAudio(bytes, false)).toBeDefined();
    });
    fc.assert(property, { numRuns: 5000 });
  });

  test('takes PCM for PCM at 100,000 places of quiet and of loud speech-like sound', () => {
    const random = createSeededRandom(4);
    for (const peak of [4, 400, 20_000]) {
      const sound = makeSpeechLike({ random, sampleRate: 16_000, durationMs: 10_000 });
      const samples = Int16Array.from(sound, (sample) => Math.round(sample * peak));
      const bytes = new Uint8Array(samples.buffer);
      let wrongCount = 0;
      for (let place = 0; place < 33_334; place++) {
        const at = 2 * random.integer(0, samples.length - 800);
        if (sniffAudio(bytes.subarray(at, at + 1600), false) !== 'raw') wrongCount++;
      }
      expect(wrongCount, `peak ${peak}`).toBe(0);
    }
  });

  test('takes real MP3 files for MP3 by their first 1445 bytes', ({ skip }) => {
    skip(MP3_FOLDER === null, 'the shared recordings are not beside the repository');
    const folder = MP3_FOLDER ?? '';
    const names = readdirSync(folder).filter((name) => name.endsWith('.mp3'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const bytes = new Uint8Array(readFileSync(join(folder, name)));
      expect(sniffAudio(bytes.subarray(0, 1445), false), name).toBe('mp3');
    }
  });
});
