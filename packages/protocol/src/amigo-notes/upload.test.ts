// This file checks what is declared about an upload, and which uploads are refused before they are sent.
import { encodeWav } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { LIMITS } from './constants.ts';
import { readUpload } from './upload.ts';

const wav = (sampleRate: number, sampleCount: number, channelCount = 1): Uint8Array =>
  encodeWav({ sampleRate, channelCount, samples: new Int16Array(sampleCount).fill(7) });

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint16(at, value, true);
  return copy;
}

const NOTE = wav(16_000, 1600);
const MP3 = Uint8Array.from({ length: 208 }, (_, index) => [0xff, 0xf3, 0x40, 0xc4][index % 104] ?? 0x55);

describe('readUpload', () => {
  test.each([4000, 8000, 16_000, 44_100])('declares a WAV file at %i Hz by its own header', (sampleRate) => {
    const file = wav(sampleRate, 100);
    expect(readUpload({ audio: file })).toEqual({
      ok: true,
      message: {
        recording: { kind: 'voice', contentType: 'audio/wav', bytes: file },
        declaration: {
          request_format: 'voice',
          request_audio_config: { type: 'pcm', frame_rate: sampleRate, n_channels: 1, sample_width: 2 },
        },
      },
    });
  });

  test('declares 32-bit samples as 4 bytes wide, and MP3 as MP3', () => {
    expect(readUpload({ audio: changed(NOTE, 34, 32) })).toMatchObject({
      message: { declaration: { request_audio_config: { sample_width: 4 } } },
    });
    expect(readUpload({ audio: MP3 })).toEqual({
      ok: true,
      message: {
        recording: { kind: 'voice', contentType: 'audio/mpeg', bytes: MP3 },
        declaration: { request_format: 'voice', request_audio_config: { type: 'mp3' } },
      },
    });
  });

  test.each([
    ['no bytes', new Uint8Array(0), 'a WAV or MP3 file'],
    ['samples without a header', new Uint8Array(3200), 'a WAV or MP3 file'],
    ['stereo', wav(16_000, 100, 2), '1 channel'],
    ['float samples', changed(NOTE, 20, 3), 'PCM samples (WAV format 1)'],
    ['8 bits', changed(NOTE, 34, 8), '16 or 32 bits per sample'],
    ['3999 Hz', wav(3999, 100), '4000 to 44100 Hz'],
    ['48000 Hz', wav(48_000, 100), '4000 to 44100 Hz'],
    ['a file cut short', NOTE.subarray(0, 1000), 'a data chunk as long as it says'],
    ['a header without data', NOTE.subarray(0, 40), 'a data chunk'],
    [
      'a header that never tells the size',
      changed(changed(NOTE, 40, 0xffff), 42, 0xffff),
      'a data chunk as long as it says',
    ],
    ['no samples', wav(16_000, 0), 'samples'],
    ['60.25 s', wav(8000, 482_000), 'at most 60000 ms'],
    ['too many bytes', new Uint8Array(LIMITS.maxUploadBytes + 1), 'at most 2000000 bytes'],
    ['a string', 'RIFF', 'bytes'],
  ])('refuses %s', (_name, audio, expected) => {
    const result = readUpload({ audio: audio as Uint8Array });
    expect(!result.ok && result.issues).toEqual([
      { path: ['audio'], expected, received: expect.any(String) as string },
    ]);
  });

  test('takes exactly 60 s', () => {
    expect(readUpload({ audio: wav(8000, 480_000) }).ok).toBe(true);
  });

  test('declares words as text, as they are', () => {
    const text = '  Zażółć 😀\r\n ';
    expect(readUpload({ text })).toEqual({
      ok: true,
      message: { recording: { kind: 'text', text }, declaration: { request_format: 'text' } },
    });
    expect(readUpload({ text: 'é'.repeat(LIMITS.maxUploadBytes / 2) }).ok).toBe(true);
  });

  test.each([
    ['no text', { text: '' }, 'some text'],
    ['blanks', { text: ' \n\t' }, 'some text'],
    ['2,000,002 bytes of text', { text: 'é'.repeat(LIMITS.maxUploadBytes / 2 + 1) }, 'at most 2000000 bytes'],
    ['a number', { text: 5 }, 'text'],
    ['text beside audio', { text: 'yes', audio: NOTE }, 'audio or text'],
  ])('refuses %s', (_name, content, expected) => {
    const result = readUpload(content as { text: string });
    expect(!result.ok && result.issues).toEqual([{ path: ['text'], expected, received: expect.any(String) as string }]);
  });
});
