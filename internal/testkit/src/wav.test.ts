import { describe, expect, test } from 'vitest';
import { decodeWav, encodeWav, toFloatSamples } from './wav.ts';

const wav = { sampleRate: 22_050, channelCount: 1, samples: Int16Array.of(-32_768, -1, 0, 1, 32_767) };

function insertChunk(bytes: Uint8Array, tag: string, body: Uint8Array): Uint8Array {
  const padded = body.length + (body.length % 2);
  const out = new Uint8Array(bytes.length + 8 + padded);
  out.set(bytes.subarray(0, 12));
  for (let i = 0; i < 4; i++) out[12 + i] = tag.charCodeAt(i);
  new DataView(out.buffer).setUint32(16, body.length, true);
  out.set(body, 20);
  out.set(bytes.subarray(12), 20 + padded);
  return out;
}

describe('WAV', () => {
  test('what was written is read back', () => {
    expect(decodeWav(encodeWav(wav))).toEqual(wav);
    expect([...toFloatSamples(Int16Array.of(-32_768, 16_384))]).toEqual([-1, 0.5]);
  });

  test('walks over a chunk of odd length, and reads a view that does not start at byte 0', () => {
    const withList = insertChunk(encodeWav(wav), 'LIST', new Uint8Array(7));
    const shifted = new Uint8Array(withList.length + 3);
    shifted.set(withList, 3);
    expect(decodeWav(shifted.subarray(3))).toEqual(wav);
  });

  test('reads a file cut short as far as it goes', () => {
    const bytes = encodeWav(wav);
    expect([...decodeWav(bytes.subarray(0, bytes.length - 3)).samples]).toEqual([-32_768, -1, 0]);
  });

  test('says what is wrong with anything else', () => {
    const float = encodeWav(wav);
    new DataView(float.buffer).setUint16(20, 3, true);
    expect(() => decodeWav(float)).toThrow('got format 3 with 16 bits');
    expect(() => decodeWav(new Uint8Array(100))).toThrow('Not a RIFF/WAVE file');
    expect(() => decodeWav(encodeWav(wav).subarray(0, 36))).toThrow('no data chunk');
  });
});
