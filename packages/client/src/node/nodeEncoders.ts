// This file loads the MP3 encoder in Node.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { loadDsp } from '@voicewire/dsp-wasm';
import { createVoiceError } from '../errors.ts';
import type { AudioEncoders } from '../ports/audioEncoder.ts';

/** The library is read when the first encoder is opened. */
export const nodeEncoders: AudioEncoders = {
  async open(format) {
    try {
      const path = createRequire(import.meta.url).resolve('wasm-media-encoders/wasm/mp3');
      const { createMp3Encoder } = await import('../mp3/mp3Encoder.ts');
      return await createMp3Encoder(await readFile(path), await loadDsp(), format);
    } catch (cause) {
      throw createVoiceError('encoder-failed', 'The MP3 encoder could not be loaded.', { cause });
    }
  },
};
