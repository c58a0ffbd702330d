// This file checks that the audio of a reply comes out whole, whatever it is and however it was cut into pieces.
import { encodeWav } from '@voicewire/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AudioFormat } from '../neutral/audioFormat.ts';
import { encodeBase64 } from '../wire/base64Encode.ts';
import { ReplyAudio } from './replyAudio.ts';

const RAW = { encoding: 'pcm-s16le', sampleRate: 8000 } as const;
const SAMPLES = Int16Array.from({ length: 300 }, (_, index) => ((index * 73) % 2000) - 1000);
const PCM = new Uint8Array(SAMPLES.buffer);
const WAV = encodeWav({ sampleRate: 22_050, channelCount: 1, samples: SAMPLES });
const MP3 = Uint8Array.from({ length: 416 }, (_, index) => [0xff, 0xf3, 0x40, 0xc4][index % 104] ?? 0x55);

interface Heard {
  readonly bytes: number[];
  readonly formats: AudioFormat[];
  readonly issueCount: number;
}

/** What is heard of `bytes`, cut at these places. */
function hear(bytes: Uint8Array, places: readonly number[]): Heard {
  const sorted = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  const pieces = [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
  const audio = new ReplyAudio({ rawFormat: RAW });
  const heard: Heard = { bytes: [], formats: [], issueCount: 0 };
  let issueCount = 0;
  for (const [index, piece] of pieces.entries()) {
    const { audio: packet, issues } = audio.take(encodeBase64(piece), index === pieces.length - 1);
    issueCount += issues.length;
    if (packet === undefined) continue;
    if (packet.format.encoding !== 'mp3') expect(packet.bytes.length % 2).toBe(0);
    heard.bytes.push(...packet.bytes);
    heard.formats.push(packet.format);
  }
  return { ...heard, issueCount };
}

describe('ReplyAudio', () => {
  test.each([
    ['samples without a header', PCM, PCM, RAW],
    ['a WAV file', WAV, PCM, { encoding: 'pcm-s16le', sampleRate: 22_050 }],
    [
      'a WAV file with more behind its data',
      Uint8Array.from([...WAV, ...Buffer.from('LIST\x04\0\0\0abcd')]),
      PCM,
      { encoding: 'pcm-s16le', sampleRate: 22_050 },
    ],
    ['MP3', MP3, MP3, { encoding: 'mp3' }],
    ['half an MP3 frame', MP3.subarray(0, 50), MP3.subarray(0, 50), { encoding: 'mp3' }],
    ['3 samples', PCM.subarray(0, 6), PCM.subarray(0, 6), RAW],
    ['1.5 samples', PCM.subarray(0, 3), PCM.subarray(0, 2), RAW],
  ] as const)('gives %s whole, through 1000 random ways of cutting it', (_name, bytes, wanted, format) => {
    const property = fc.property(fc.array(fc.nat(), { maxLength: 8 }), (places) => {
      const heard = hear(bytes, places);
      expect(heard.bytes).toEqual([...wanted]);
      for (const each of heard.formats) expect(each).toEqual(format);
      expect(heard.issueCount).toBe(0);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('gives samples with the first piece: 4 bytes are enough to tell that they are samples', () => {
    const audio = new ReplyAudio({ rawFormat: RAW });
    expect(audio.take(encodeBase64(PCM.subarray(0, 4)), false)).toMatchObject({ audio: { bytes: PCM.subarray(0, 4) } });
  });

  test.each([
    ['stereo', 22, 2],
    ['8 bits', 34, 8],
    ['float samples', 20, 3],
  ])('reports a WAV file of %s once, and plays none of it', (_name, at, value) => {
    const bytes = Uint8Array.from(WAV);
    bytes[at] = value;
    expect(hear(bytes, [100, 200, 300])).toEqual({ bytes: [], formats: [], issueCount: 1 });
  });

  test('reports a WAV header that never ends', () => {
    expect(hear(WAV.subarray(0, 40), [20])).toEqual({ bytes: [], formats: [], issueCount: 1 });
  });

  test('gives nothing, and reports nothing, for pieces without bytes', () => {
    expect(hear(new Uint8Array(0), [0, 0])).toEqual({ bytes: [], formats: [], issueCount: 0 });
  });

  test('reports characters that are no base64, and plays the rest', () => {
    const audio = new ReplyAudio({ rawFormat: RAW });
    expect(audio.take('AA!A?AAAAA', true)).toEqual({
      audio: { bytes: new Uint8Array(6), format: RAW },
      issues: [{ path: ['message'], expected: 'base64', received: '2 other characters' }],
    });
  });
});
