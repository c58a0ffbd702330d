import { readWavHeader } from '@voicewire/protocol/wire';
import { decodeWav } from '@voicewire/testkit';
import { describe, expect, test } from 'vitest';
import { encodeWav, streamedWavHeader } from './wavFile.ts';

const PCM = Int16Array.from([0, 1, -1, 32_767, -32_768]);

describe('encodeWav', () => {
  test.each([0, 26])(
    'a reader that is not ours finds the rate and the samples behind a LIST chunk of %d bytes',
    (listBytes) => {
      const wav = decodeWav(encodeWav(PCM, 16_000, { listBytes }));
      expect(wav.sampleRate).toBe(16_000);
      expect(encodeWav(PCM, 16_000, { listBytes })).toHaveLength(44 + (listBytes === 0 ? 0 : 8 + listBytes) + 10);
      const header = readWavHeader(encodeWav(PCM, 16_000, { listBytes }));
      expect(header).toMatchObject({
        status: 'complete',
        header: { channelCount: 1, bitsPerSample: 16, dataBytes: 10 },
      });
    },
  );

  test('a streamed header leaves the size open', () => {
    expect(streamedWavHeader(22_050)).toHaveLength(44);
    expect(readWavHeader(streamedWavHeader(22_050))).toMatchObject({
      status: 'complete',
      header: { sampleRate: 22_050, dataOffsetBytes: 44, dataBytes: undefined },
    });
  });
});
