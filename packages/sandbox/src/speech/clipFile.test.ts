import { describe, expect, test } from 'vitest';
import { openClipFile, packClipFile } from './clipFile.ts';
import { encodeMulaw } from './mulaw.ts';

const source = { sampleRate: 16_000, voice: 'test' };
const clips = [
  { text: 'one', audio: encodeMulaw(Int16Array.of(0, 8, -8)) },
  { text: 'two three', audio: encodeMulaw(Int16Array.of(132, 396)) },
];

/** A clip file with another index over one byte of audio. */
function withIndex(index: string): Uint8Array {
  const bytes = new Uint8Array(8 + index.length + 1);
  bytes.set([0x56, 0x57, 0x43, 0x31]);
  new DataView(bytes.buffer).setUint32(4, index.length, true);
  bytes.set(Buffer.from(index, 'latin1'), 8);
  return bytes;
}

describe('clip file', () => {
  test('gives back 2 clips with their texts and samples, also from the middle of a larger buffer', () => {
    const packed = packClipFile(source, clips);
    const larger = new Uint8Array(packed.length + 7);
    larger.set(packed, 7);
    const file = openClipFile(larger.subarray(7));
    expect(file.index.voice).toBe('test');
    expect(file.index.clips.map((clip) => [clip.text, [...file.decode(clip)]])).toEqual([
      ['one', [0, 8, -8]],
      ['two three', [132, 396]],
    ]);
  });

  const packed = packClipFile(source, clips);
  test.each([
    ['nothing', new Uint8Array(0)],
    ['another magic', Uint8Array.of(0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0)],
    ['a cut index', packed.subarray(0, 40)],
    ['cut audio', packed.subarray(0, packed.length - 1)],
    ['no JSON', withIndex('{{')],
    ['null', withIndex('null')],
    ['no clips', withIndex('{"sampleRate":16000,"voice":"x"}')],
    [
      'a clip before the start',
      withIndex('{"sampleRate":1,"voice":"","clips":[{"text":"","offsetBytes":-1,"lengthBytes":1}]}'),
    ],
    [
      'a clip of no length',
      withIndex('{"sampleRate":1,"voice":"","clips":[{"text":"","offsetBytes":0,"lengthBytes":1.5}]}'),
    ],
    [
      'a negative length',
      withIndex('{"sampleRate":1,"voice":"","clips":[{"text":"","offsetBytes":1,"lengthBytes":-1}]}'),
    ],
  ])('%s is clips-invalid', (_name, bytes) => {
    expect(() => openClipFile(bytes)).toThrow(expect.objectContaining({ code: 'clips-invalid' }));
  });
});
