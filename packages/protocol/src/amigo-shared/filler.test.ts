// This file checks that fillers are sound where they can be played, and words where they are words.
import { encodeWav } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { encodeBase64 } from '../wire/base64Encode.ts';
import { readFiller } from './filler.ts';

const SAMPLES = Int16Array.of(1, -1, 300, -300);
const WAV = encodeWav({ sampleRate: 16_000, channelCount: 1, samples: SAMPLES });
const format = { encoding: 'pcm-s16le', sampleRate: 16_000 } as const;

/** The WAV file with one byte changed. */
function withByte(at: number, byte: number): string {
  const bytes = Uint8Array.from(WAV);
  bytes[at] = byte;
  return encodeBase64(bytes);
}

describe('readFiller', () => {
  test('gives the samples of a WAV file, without its header', () => {
    const bytes = new Uint8Array(SAMPLES.buffer);
    expect(readFiller(encodeBase64(WAV))).toEqual({ kind: 'audio', bytes, format });
    expect(readFiller(encodeBase64(WAV), { decodeWhole: (text) => Buffer.from(text, 'base64') })).toMatchObject({
      format,
    });
  });

  test('leaves out half a sample, and what follows the data', () => {
    const cut = readFiller(encodeBase64(WAV.subarray(0, WAV.length - 1)));
    expect(cut).toMatchObject({ kind: 'audio', bytes: { length: 6 } });
    const long = readFiller(encodeBase64(Uint8Array.from([...WAV, 1, 2, 3, 4])));
    expect(long).toMatchObject({ kind: 'audio', bytes: { length: 8 } });
  });

  test.each(['One moment, please.', 'RIFF', 'UklG'])('shows "%s"', (text) => {
    expect(readFiller(text)).toEqual({ kind: 'text', text });
  });

  test.each([
    ['nothing', ''],
    ['a cut header', 'UklGRg=='],
    ['stereo', withByte(22, 2)],
    ['8 bit', withByte(34, 8)],
    ['float samples', withByte(20, 3)],
    ['no samples', encodeBase64(WAV.subarray(0, 44))],
  ])('gives nothing for %s', (_name, filler) => {
    expect(readFiller(filler)).toBeUndefined();
  });
});
