// This file encodes the user's voice as MP3 with LAME. Import it when it is needed only: the library is large.
import type { Dsp, Resampler } from '@voicewire/dsp-wasm';
import type { Mp3UplinkFormat } from '@voicewire/protocol';
import { createEncoder, type WasmMediaEncoder } from 'wasm-media-encoders';
import type { AudioEncoder } from '../ports/audioEncoder.ts';

const CAPTURE_SAMPLE_RATE = 16_000;
const EMPTY = new Uint8Array(0);

type Lame = WasmMediaEncoder<'audio/mpeg'>;
type Mp3Settings = Parameters<Lame['configure']>[0];

/**
 * @param wasm LAME's WebAssembly, the file `wasm/mp3.wasm` of the library: given as bytes, since the library's own copy is
 * a `data:` URL, which strict policies refuse.
 */
export async function createMp3Encoder(wasm: Uint8Array, dsp: Dsp, format: Mp3UplinkFormat): Promise<AudioEncoder> {
  const lame = await createEncoder('audio/mpeg', wasm);
  const resampler = dsp.createResampler({
    inputSampleRate: CAPTURE_SAMPLE_RATE,
    outputSampleRate: format.sampleRate,
    quality: 'low-latency',
  });
  return new Mp3Encoder(lame, resampler, format);
}

/** Runs on the page's own thread: 60 ms of speech take it less than a ms. */
class Mp3Encoder implements AudioEncoder {
  private isStreaming = false;
  private samples = new Float32Array(0);

  constructor(
    private readonly lame: Lame,
    private readonly resampler: Resampler,
    private readonly format: Mp3UplinkFormat,
  ) {}

  encode(pcm: Uint8Array): Uint8Array {
    if (!this.isStreaming) this.begin();
    return this.encodeSamples(this.resampler.process(this.toFloat(pcm)));
  }

  finish(): Uint8Array {
    if (!this.isStreaming) return EMPTY;
    this.isStreaming = false;
    // Both are views of the library's own buffer.
    const last = this.encodeSamples(this.resampler.flush()).slice();
    const rest = this.lame.finalize();
    const bytes = new Uint8Array(last.length + rest.length);
    bytes.set(last);
    bytes.set(rest, last.length);
    return bytes;
  }

  private begin(): void {
    const { sampleRate, channelCount, bitRateKbps } = this.format;
    // The library's types list the bit rates there are; others it refuses by itself.
    this.lame.configure({ sampleRate, channels: channelCount, bitrate: bitRateKbps } as Mp3Settings);
    this.resampler.reset();
    this.isStreaming = true;
  }

  private encodeSamples(samples: Float32Array): Uint8Array {
    return this.lame.encode(this.format.channelCount === 2 ? [samples, samples] : [samples]);
  }

  private toFloat(pcm: Uint8Array): Float32Array {
    const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    const count = pcm.byteLength >> 1;
    if (this.samples.length !== count) this.samples = new Float32Array(count);
    for (let i = 0; i < count; i++) this.samples[i] = view.getInt16(i * 2, true) / 32_768;
    return this.samples;
  }
}
