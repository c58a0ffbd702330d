// This file loads the MP3 encoder of a page, from files of the package only.
import type { Mp3UplinkFormat } from '@voicewire/protocol';
import { createVoiceError } from '../errors.ts';
import type { AudioEncoder, AudioEncoders } from '../ports/audioEncoder.ts';

/** Encoders of one page. Nothing is loaded before the first one. */
export class PageEncoders implements AudioEncoders {
  private wasm: Promise<Uint8Array> | null = null;

  /** @param url Address of LAME's WebAssembly. Default: beside the package's own modules. */
  constructor(private readonly url?: string | URL) {}

  async open(format: Mp3UplinkFormat): Promise<AudioEncoder> {
    try {
      this.wasm ??= this.load();
      const [wasm, { createMp3Encoder }, { loadDsp }] = await Promise.all([
        this.wasm,
        import('../mp3/mp3Encoder.ts'),
        import('@voicewire/dsp-wasm'),
      ]);
      return await createMp3Encoder(wasm, await loadDsp(), format);
    } catch (cause) {
      // The next session may find the network better.
      this.wasm = null;
      throw createVoiceError('encoder-failed', 'The MP3 encoder could not be loaded.', { cause });
    }
  }

  private async load(): Promise<Uint8Array> {
    // Written out in full: bundlers find the file by exactly this expression.
    const answer = await fetch(this.url ?? new URL('../encoders/mp3.wasm', import.meta.url));
    if (!answer.ok) throw new Error(`${answer.url} was answered with ${answer.status}.`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}
