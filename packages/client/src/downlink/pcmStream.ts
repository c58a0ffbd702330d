// This file decodes a stream of PCM packets, at once.
import type { AudioDecoder } from './audioDecoder.ts';
import { PcmDecoder } from './decodePcm.ts';

/** A decoder whose samples come out during `push`. */
export class PcmStream implements AudioDecoder {
  private readonly decoder = new PcmDecoder();

  constructor(
    private readonly sampleRate: number,
    private readonly onPcm: (pcm: Int16Array, sampleRate: number) => void,
    private readonly onOddPacket: () => void,
  ) {}

  push(bytes: Uint8Array): void {
    if (bytes.byteLength % 2 === 1) this.onOddPacket();
    this.onPcm(this.decoder.decode(bytes), this.sampleRate);
  }

  /** Half a sample at the very end is no sound. */
  end(): void {}

  dispose(): void {}
}
